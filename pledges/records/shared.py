"""Describe what several pledges name, so that a package can have it.

Places, areas, indicators, and the people who worked. They are known by what they are called. A
portal that has one keeps its own as it is.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password

from pledge_portal.accounts.models import User
from pledges.models import (
    Indicator,
    Municipality,
    MunicipalityPart,
    Place,
    PoliceArea,
    PoliceAreaCoverage,
)
from pledges.records.part_registry import Shared


def _plain(instance: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(instance, name) for name in names}


def _key(rows: Any) -> Any:
    return rows.values_list("pk", flat=True).first()


_MUNICIPALITY = ("code", "name", "official_name", "slug")


def _municipality(municipality: Municipality) -> tuple[Any, dict[str, Any]]:
    return municipality.code, _plain(municipality, _MUNICIPALITY)


def _make_municipality(row: dict[str, Any], _key_of: Any) -> Any:
    return Municipality.objects.create(**{name: row[name] for name in _MUNICIPALITY}).pk


def _police_area(area: PoliceArea) -> tuple[Any, dict[str, Any]]:
    covered = area.municipalities.order_by("code").values_list("code", flat=True)
    return area.name, {"name": area.name, "municipalities": list(covered)}


def _make_police_area(row: dict[str, Any], _key_of: Any) -> Any:
    made = PoliceArea.objects.create(name=row["name"])
    for covered in Municipality.objects.filter(code__in=row["municipalities"]).order_by("code"):
        PoliceAreaCoverage.objects.create(police_area=made, municipality=covered)
    return made.pk


def _part(part: MunicipalityPart) -> tuple[Any, dict[str, Any]]:
    code = part.municipality.code
    return [code, part.slug], {"municipality": code, **_plain(part, ("name", "slug"))}


def _find_part(name: Any) -> Any:
    code, slug = name
    return _key(MunicipalityPart.objects.filter(municipality__code=code, slug=slug))


def _make_part(row: dict[str, Any], key_of: Any) -> Any:
    municipality = key_of(Municipality, row["municipality"])
    return MunicipalityPart.objects.create(
        municipality_id=municipality, name=row["name"], slug=row["slug"]
    ).pk


_PLACE = ("name", "kind", "level", "is_closed")


def _place(place: Place) -> tuple[Any, dict[str, Any]]:
    code = place.municipality.code
    return [code, place.name], {"municipality": code, **_plain(place, _PLACE)}


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
    "older_english",
    "source",
    "source_code",
    "position",
)


def _indicator(indicator: Indicator) -> tuple[Any, dict[str, Any]]:
    return indicator.key, _plain(indicator, _INDICATOR)


def _make_indicator(row: dict[str, Any], _key_of: Any) -> Any:
    return Indicator.objects.create(**{name: row[name] for name in _INDICATOR}).pk


_PERSON = ("email", "first_name", "last_name")


def _person(person: User) -> tuple[Any, dict[str, Any]]:
    roles = sorted(
        [membership.role, str(membership.place)]
        for membership in person.memberships.select_related("municipality", "police_area")
    )
    return person.email, {**_plain(person, _PERSON), "roles": roles}


def _make_person(row: dict[str, Any], _key_of: Any) -> Any:
    """Make an account that nobody can log in with.

    Who did something is told, no door is opened.
    """
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
        MunicipalityPart,
        "delar-av-kommuner",
        "Delar av kommuner som löftet gäller för: stadsdelar, stadsområden, orter.",
        _part,
        _find_part,
        _make_part,
        related=("municipality",),
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
