"""The areas that statistics are of.

They are kept in step with the places, and looked up by code or name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from pledge_portal.accounts.permissions import Action, Person, keys_of_own_places
from pledges.models import Area, Municipality, PoliceArea, PoliceAreaCoverage, counties

COUNTRY = "00"
_COUNTRY_NAME = "Riket"
# Ways of writing that are known again without looking; a file could have a new one on every row.
_MAX_REMEMBERED = 5_000
_BETWEEN_PARTS = re.compile(r"[,.:;()]")
_YEARS = re.compile(r"\b(?:19|20)[0-9]{2}(?:[–-](?:19|20)?[0-9]{2})?\b")
# Headings that say which sort of area stands under them.
_LEVELS_OF_HEADINGS = {
    **dict.fromkeys(["län"], Area.Level.COUNTY),
    **dict.fromkeys(["kommun", "kommuner", "kommunnamn"], Area.Level.MUNICIPALITY),
    **dict.fromkeys(["lokalpolisområde", "lokalpolisområden", "lpo"], Area.Level.POLICE_AREA),
}
_COUNTRY_NAMES = ("riket", "hela landet", "hela riket", "landet", "sverige")


@transaction.atomic
def ensure_areas() -> int:
    """Create the areas that are missing; return how many were new.

    They are the country, the counties, and one for each municipality and police area. A place that
    was renamed takes its area's name along.
    """
    existing = {area.code: area for area in Area.objects.all()}
    areas = list(_expected_areas())
    new = [area for area in areas if area.code not in existing]
    renamed = []
    for area in areas:
        stored = existing.get(area.code)
        if stored is not None and stored.name != area.name:
            stored.name = area.name
            renamed.append(stored)
    if new:
        Area.objects.bulk_create(new, ignore_conflicts=True)
    if renamed:
        Area.objects.bulk_update(renamed, ["name"])
    return len(new)


def _expected_areas() -> list[Area]:
    level = Area.Level
    return [
        Area(code=COUNTRY, level=level.COUNTRY, name=_COUNTRY_NAME),
        *(Area(code=code, level=level.COUNTY, name=name) for code, name in counties().items()),
        *(
            Area(
                code=municipality.code,
                level=level.MUNICIPALITY,
                name=municipality.name,
                municipality=municipality,
            )
            for municipality in Municipality.objects.all()
        ),
        *(
            Area(
                code=f"lpo-{police_area.pk}",
                level=level.POLICE_AREA,
                name=police_area.name,
                police_area=police_area,
            )
            for police_area in PoliceArea.objects.all()
        ),
    ]


def plain(text: str) -> str:
    """Return a name as it is compared, no matter its case and spaces.

    Å, ä and ö count: Habo and Håbo are two municipalities.
    """
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


class AreaFinder:
    """Finds areas by SCB's code or by name, as files write them.

    "2560", "Älvsbyn", "Älvsbyns kommun", "2560 Älvsbyn", "25 Norrbottens län", "Hela landet" and
    "lokalpolisområde Piteå älvdal" are all known. A police area goes by its bare name only when no
    municipality bears it, and a county only where the heading says that counties are meant:
    "Stockholm" is a municipality, and under "Län" the county.
    """

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self._levels: dict[int, str] = {}
        self._keys: dict[tuple[str, str], int | None] = {}
        self._by_name: dict[str, int] = {}
        self._by_level: dict[str, dict[str, int]] = {level: {} for level in Area.Level}
        areas = list(Area.objects.select_related("municipality"))
        for area in sorted(areas, key=lambda area: area.level == Area.Level.POLICE_AREA):
            self.names[area.pk], self._levels[area.pk] = area.name, area.level
            for name in _names_of(area):
                self._by_name.setdefault(plain(name), area.pk)
                self._by_level[area.level].setdefault(plain(name), area.pk)
            if area.level == Area.Level.COUNTY:
                bare = plain(area.name).removesuffix(" län")
                for name in (bare, bare.removesuffix("s")):
                    self._by_level[area.level].setdefault(name, area.pk)

    def find(self, text: str, heading: str = "") -> int | None:
        """Return the key of the area that a text names, or None.

        `heading` stands above it: "Län", "Kommun" and "Lokalpolisområde" say which sort is meant.
        """
        level = _LEVELS_OF_HEADINGS.get(plain(heading), "")
        if (text, level) in self._keys:
            return self._keys[text, level]
        name = plain(text)
        key = self._by_level[level].get(name) if level else None
        if key is None:
            key = self._by_name.get(name)
            # "Piteå" under "Lokalpolisområde" is no municipality.
            if level and key is not None and self._is_bare_name_of_another(key, name, level):
                key = None
        code, _space, rest = name.partition(" ")
        if key is None and rest and self._by_name.get(code) == self._by_name.get(rest):
            key = self._by_name.get(code)
        if len(self._keys) < _MAX_REMEMBERED:
            self._keys[text, level] = key
        return key

    def _is_bare_name_of_another(self, key: int, name: str, level: str) -> bool:
        bare = {Area.Level.MUNICIPALITY, Area.Level.POLICE_AREA} - {level}
        return self._levels[key] in bare and name == plain(self.names[key])

    def within(self, title: str) -> int | None:
        """Return the one area that a title names among other words.

        "Anmälda brott, hela landet 2025" names the country. None when it names none, or several.
        """
        parts = (_YEARS.sub(" ", part).strip() for part in _BETWEEN_PARTS.split(title))
        keys = {key for part in parts if not part.isdecimal() and (key := self.find(part))}
        return keys.pop() if len(keys) == 1 else None


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
    """Return the keys of the areas that a person may import figures of.

    None for all of them. A municipality's people import its own; those of a police area its own and
    its municipalities'. Those of counties and of the country belong to everyone, and are for the
    operator alone.
    """
    own = keys_of_own_places(user, Action.MANAGE_STATISTICS)
    if own is None:
        return None
    municipalities, police_areas = own
    covered = PoliceAreaCoverage.objects.filter(police_area__in=police_areas)
    areas = Area.objects.filter(
        Q(municipality__in=municipalities)
        | Q(police_area__in=police_areas)
        | Q(municipality__in=covered.values("municipality"))
    )
    return frozenset(areas.values_list("pk", flat=True))


@dataclass(frozen=True)
class SurroundingAreas:
    """The areas that a municipality's figures are shown beside."""

    own: Area
    country: Area
    county: Area | None
    police_areas: tuple[Area, ...]
    neighbours: tuple[Area, ...]

    def all_areas(self) -> list[Area]:
        """Return all of them, the municipality's own first."""
        own, *larger = self.own_and_larger()
        return [own, *self.neighbours, *larger]

    def own_and_larger(self) -> list[Area]:
        """Return the municipality's own and the larger ones, no neighbours."""
        county = (self.county,) if self.county else ()
        return [self.own, *self.police_areas, *county, self.country]


def surrounding_areas(municipality: Municipality) -> SurroundingAreas | None:
    """Return the areas that a municipality's figures are shown beside.

    The country, the county, the police areas that cover it and the other municipalities in them, in
    one query; None when no statistics have been imported at all.
    """
    covering = PoliceAreaCoverage.objects.filter(municipality=municipality).values("police_area")
    neighbours = PoliceAreaCoverage.objects.filter(police_area__in=covering).values("municipality")
    county_code = municipality.code[:2]
    areas = list(
        Area.objects.filter(
            Q(code__in=[COUNTRY, county_code])
            | Q(municipality=municipality)
            | Q(police_area__in=covering)
            | Q(municipality__in=neighbours)
        )
        .select_related("municipality")
        .order_by("municipality__sort_key", "code")
    )
    by_code = {area.code: area for area in areas}
    own, country = by_code.get(municipality.code), by_code.get(COUNTRY)
    if own is None or country is None:
        return None
    level = Area.Level
    return SurroundingAreas(
        own=own,
        country=country,
        county=by_code.get(county_code),
        police_areas=tuple(area for area in areas if area.level == level.POLICE_AREA),
        neighbours=tuple(
            area for area in areas if area.level == level.MUNICIPALITY and area.pk != own.pk
        ),
    )
