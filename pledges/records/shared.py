"""What a pledge names and other pledges too: places, areas, indicators, and the people who worked.

They are known by what they are called. A portal that has one keeps its own as it is.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password

from pledge_portal.accounts.models import User
from pledges.models import Indicator, Municipality, Place, PoliceArea, PoliceAreaCoverage
from pledges.records.part_registry import Shared


def _plain(found: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(found, name) for name in names}


def _key(rows: Any) -> Any:
    return rows.values_list("pk", flat=True).first()


_MUNICIPALITY = ("code", "name", "official_name", "slug")


def _municipality(found: Municipality) -> tuple[Any, dict[str, Any]]:
    return found.code, _plain(found, _MUNICIPALITY)


def _make_municipality(row: dict[str, Any], _key_of: Any) -> Any:
    return Municipality.objects.create(**{name: row[name] for name in _MUNICIPALITY}).pk


def _police_area(found: PoliceArea) -> tuple[Any, dict[str, Any]]:
    covered = found.municipalities.order_by("code").values_list("code", flat=True)
    return found.name, {"name": found.name, "municipalities": list(covered)}


def _make_police_area(row: dict[str, Any], _key_of: Any) -> Any:
    made = PoliceArea.objects.create(name=row["name"])
    for covered in Municipality.objects.filter(code__in=row["municipalities"]).order_by("code"):
        PoliceAreaCoverage.objects.create(police_area=made, municipality=covered)
    return made.pk


_PLACE = ("name", "kind", "level", "is_closed")


def _place(found: Place) -> tuple[Any, dict[str, Any]]:
    code = found.municipality.code
    return [code, found.name], {"municipality": code, **_plain(found, _PLACE)}


def _find_place(name: Any) -> Any:
    code, place = name
    return _key(Place.objects.filter(municipality__code=code, name__iexact=place))


def _make_place(row: dict[str, Any], key_of: Any) -> Any:
    municipality = key_of(Municipality, row["municipality"])
    fields = {name: row[name] for name in _PLACE}
    return Place.objects.create(municipality_id=municipality, **fields).pk


_INDICATOR = (
    "key",
    "kind",
    "unit",
    "better",
    "name_sv",
    "name_en",
    "explanation_sv",
    "explanation_en",
    "source",
    "source_code",
    "position",
)


def _indicator(found: Indicator) -> tuple[Any, dict[str, Any]]:
    return found.key, _plain(found, _INDICATOR)


def _make_indicator(row: dict[str, Any], _key_of: Any) -> Any:
    return Indicator.objects.create(**{name: row[name] for name in _INDICATOR}).pk


_PERSON = ("email", "first_name", "last_name")


def _person(found: User) -> tuple[Any, dict[str, Any]]:
    roles = sorted(
        [each.role, str(each.place)]
        for each in found.memberships.select_related("municipality", "police_area")
    )
    return found.email, {**_plain(found, _PERSON), "roles": roles}


def _make_person(row: dict[str, Any], _key_of: Any) -> Any:
    """Make an account that nobody can log in with: who did something is told, no door is opened."""
    named = {name: row[name] for name in _PERSON}
    return User.objects.create(**named, is_active=False, password=make_password(None)).pk


SHARED = (
    Shared(
        Municipality,
        "kommuner",
        "Kommuner som löftet nämner, med SCB:s kod.",
        _municipality,
        lambda name: _key(Municipality.objects.filter(code=name)),
        _make_municipality,
    ),
    Shared(
        PoliceArea,
        "lokalpolisomraden",
        "Lokalpolisområden, med de kommuner som de täcker.",
        _police_area,
        lambda name: _key(PoliceArea.objects.filter(name=name)),
        _make_police_area,
    ),
    Shared(
        Place,
        "platser",
        "Platser där något gjordes, skolor framför allt.",
        _place,
        _find_place,
        _make_place,
        related=("municipality",),
    ),
    Shared(
        Indicator,
        "indikatorer",
        "Indikatorer som löftet är kopplat till.",
        _indicator,
        lambda name: _key(Indicator.objects.filter(key=name)),
        _make_indicator,
    ),
    Shared(
        User,
        "personer",
        "Personer med konto som har gjort något: namn, e-postadress och roller vid exporten.",
        _person,
        lambda name: _key(User.objects.filter(email__iexact=name)),
        _make_person,
        is_personal=True,
    ),
)
