"""The areas that statistics are of: kept in step with the places, and found by code or name."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from pledge_portal.accounts.permissions import Action, Person, keys_of_own_places
from pledges.models import Area, Municipality, PoliceArea, PoliceAreaCoverage, counties

COUNTRY = "00"
_COUNTRY_NAME = "Riket"
# Ways of writing that are known again without looking; a file could have a new one on every row.
_MOST_KEPT = 5_000
_COUNTRY_NAMES = ("riket", "hela landet", "hela riket", "landet", "sverige")


@transaction.atomic
def ensure_areas() -> int:
    """Make the areas that are missing: the country, the counties, and one for each municipality and
    police area; return how many were new. A place that was renamed takes its area's name along."""
    there = {area.code: area for area in Area.objects.all()}
    wanted = list(_wanted())
    new = [area for area in wanted if area.code not in there]
    renamed = []
    for area in wanted:
        stored = there.get(area.code)
        if stored is not None and stored.name != area.name:
            stored.name = area.name
            renamed.append(stored)
    if new:
        Area.objects.bulk_create(new, ignore_conflicts=True)
    if renamed:
        Area.objects.bulk_update(renamed, ["name"])
    return len(new)


def _wanted() -> list[Area]:
    level = Area.Level
    return [
        Area(code=COUNTRY, level=level.COUNTRY, name=_COUNTRY_NAME),
        *(Area(code=code, level=level.COUNTY, name=name) for code, name in counties().items()),
        *(
            Area(code=each.code, level=level.MUNICIPALITY, name=each.name, municipality=each)
            for each in Municipality.objects.all()
        ),
        *(
            Area(code=f"lpo-{each.pk}", level=level.POLICE_AREA, name=each.name, police_area=each)
            for each in PoliceArea.objects.all()
        ),
    ]


def plain(text: str) -> str:
    """Return a name as it is compared: no matter its case and spaces. Å, ä and ö count: Habo and
    Håbo are two municipalities."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


class AreaFinder:
    """Finds areas by SCB's code or by name, as files write them.

    "2560", "Älvsbyn", "Älvsbyns kommun", "2560 Älvsbyn", "25 Norrbottens län", "Hela landet" and
    "lokalpolisområde Piteå älvdal" are all known. A police area goes by its bare name only when no
    municipality bears it.
    """

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self._found: dict[str, int | None] = {}
        self._by_name: dict[str, int] = {}
        areas = list(Area.objects.select_related("municipality"))
        for area in sorted(areas, key=lambda each: each.level == Area.Level.POLICE_AREA):
            self.names[area.pk] = area.name
            for name in _names_of(area):
                self._by_name.setdefault(plain(name), area.pk)

    def find(self, text: str) -> int | None:
        """Return the key of the area that a text names, or None."""
        if text in self._found:
            return self._found[text]
        name = plain(text)
        found = self._by_name.get(name)
        code, _space, rest = name.partition(" ")
        if found is None and rest and self._by_name.get(code) == self._by_name.get(rest):
            found = self._by_name.get(code)
        if len(self._found) < _MOST_KEPT:
            self._found[text] = found
        return found


def _names_of(area: Area) -> list[str]:
    names = [area.code, area.name]
    match area.level:
        case Area.Level.COUNTRY:
            names += _COUNTRY_NAMES
        case Area.Level.POLICE_AREA:
            names += [f"{kind} {area.name}" for kind in ("lokalpolisområde", "lokalpolisområdet")]
            names += [f"lpo {area.name}", f"{area.name} lokalpolisområde"]
        case Area.Level.MUNICIPALITY if area.municipality is not None:
            names += [area.municipality.official_name, f"{area.name} kommun", f"{area.name} stad"]
    return names


def areas_importable_by(user: Person) -> frozenset[int] | None:
    """Return the keys of the areas whose figures a person may import; None for all of them.

    A municipality's people import its own; those of a police area its own and its municipalities'.
    Those of counties and of the country belong to everyone, and are for the operator alone.
    """
    own = keys_of_own_places(user, Action.MANAGE_STATISTICS)
    if own is None:
        return None
    municipalities, police_areas = own
    covered = PoliceAreaCoverage.objects.filter(police_area__in=police_areas)
    found = Area.objects.filter(
        Q(municipality__in=municipalities)
        | Q(police_area__in=police_areas)
        | Q(municipality__in=covered.values("municipality"))
    )
    return frozenset(found.values_list("pk", flat=True))


@dataclass(frozen=True)
class Beside:
    """The areas that a municipality's figures are shown beside."""

    own: Area
    country: Area
    county: Area | None
    police_areas: tuple[Area, ...]
    neighbours: tuple[Area, ...]

    def every(self) -> list[Area]:
        """Return all of them, the municipality's own first."""
        own, *larger = self.around()
        return [own, *self.neighbours, *larger]

    def around(self) -> list[Area]:
        """Return the municipality's own and the larger ones that it lies in, no neighbours."""
        county = (self.county,) if self.county else ()
        return [self.own, *self.police_areas, *county, self.country]


def areas_beside(municipality: Municipality) -> Beside | None:
    """Return the country, the county, the police areas that cover a municipality and the other
    municipalities in them, in one query; None when no statistics have been read in at all."""
    covering = PoliceAreaCoverage.objects.filter(municipality=municipality).values("police_area")
    near = PoliceAreaCoverage.objects.filter(police_area__in=covering).values("municipality")
    county_code = municipality.code[:2]
    found = list(
        Area.objects.filter(
            Q(code__in=[COUNTRY, county_code])
            | Q(municipality=municipality)
            | Q(police_area__in=covering)
            | Q(municipality__in=near)
        )
        .select_related("municipality")
        .order_by("municipality__sort_key", "code")
    )
    by_code = {area.code: area for area in found}
    own, country = by_code.get(municipality.code), by_code.get(COUNTRY)
    if own is None or country is None:
        return None
    level = Area.Level
    return Beside(
        own=own,
        country=country,
        county=by_code.get(county_code),
        police_areas=tuple(each for each in found if each.level == level.POLICE_AREA),
        neighbours=tuple(
            each for each in found if each.level == level.MUNICIPALITY and each.pk != own.pk
        ),
    )
