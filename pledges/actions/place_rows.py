"""From a list of names and school levels to places, with every fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pledge_portal.pages.typed_text import clean
from pledges.actions.places import NewPlace
from pledges.exchange.rows import RowFault, plain
from pledges.exchange.tables import Table, TableError, TableRow, unread_columns
from pledges.models import Place

MAX_PLACES = 1_000
_NAME, _LEVEL = "Namn", "Stadium"
_MAX_NAME_LENGTH = 120
# As lists are written, whatever language the reader has.
LEVELS = ("låg- och mellanstadieskola", "högstadieskola", "gymnasieskola", "vuxenutbildning")

_LEVELS = {
    "": "",
    "inte en skola": "",
    "annan plats": "",
    "lag- och mellanstadieskola": Place.Level.PRIMARY,
    "lag- och mellanstadium": Place.Level.PRIMARY,
    "lagstadium": Place.Level.PRIMARY,
    "mellanstadium": Place.Level.PRIMARY,
    "f-6": Place.Level.PRIMARY,
    "hogstadieskola": Place.Level.LOWER_SECONDARY,
    "hogstadium": Place.Level.LOWER_SECONDARY,
    "grundskola": Place.Level.LOWER_SECONDARY,
    "f-9": Place.Level.LOWER_SECONDARY,
    "7-9": Place.Level.LOWER_SECONDARY,
    "gymnasieskola": Place.Level.UPPER_SECONDARY,
    "gymnasium": Place.Level.UPPER_SECONDARY,
    "vuxenutbildning": Place.Level.ADULT,
    "komvux": Place.Level.ADULT,
}


@dataclass(frozen=True)
class PlaceList:
    """The places of a list, each name once, and the faults by row number.

    `remarks` say what of the file isn't read.
    """

    places: list[NewPlace]
    faults: list[tuple[int, RowFault]]
    remarks: tuple[str, ...] = ()


def pasted(text: str) -> Table:
    """Return pasted lines as a table.

    A name on each line, then a semicolon or tab and the level.
    """
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        name, _sign, level = line.replace("\t", ";").partition(";")
        if line.strip():
            rows.append(TableRow(number, [name.strip(), level.strip(" ;")]))
    return Table([_NAME, _LEVEL], rows)


def read_places(table: Table) -> PlaceList:
    """Return what each row says.

    Raises TableError without a heading for names.
    """
    keys = [plain(heading) for heading in table.headings]
    if plain(_NAME) not in keys:
        raise TableError(_("Rubriken %(heading)s saknas.") % {"heading": _NAME})
    if len(table.rows) > MAX_PLACES:
        raise TableError(_("Listan har fler än %(most)s rader.") % {"most": MAX_PLACES})
    name_at = keys.index(plain(_NAME))
    level_at = keys.index(plain(_LEVEL)) if plain(_LEVEL) in keys else None
    places: dict[str, NewPlace] = {}
    faults: list[tuple[int, RowFault]] = []
    for row in table.rows:
        name = " ".join(row.cells[name_at].split())
        level = _LEVELS.get(plain(row.cells[level_at]) if level_at is not None else "")
        row_faults = [*_name_faults(name), *_level_faults(level)]
        faults += [(row.number, fault) for fault in row_faults]
        if not row_faults and level is not None:
            places.setdefault(name.lower(), NewPlace(name, level))
    unread = (
        heading for index, heading in enumerate(table.headings) if index not in {name_at, level_at}
    )
    return PlaceList(list(places.values()), faults, (*table.remarks, *unread_columns(unread)))


def _name_faults(name: str) -> Iterable[RowFault]:
    if not name:
        yield RowFault(_NAME, _("Fyll i namnet."))
    elif fault := clean(name, _MAX_NAME_LENGTH).fault:
        yield RowFault(_NAME, fault)


def _level_faults(level: str | None) -> Iterable[RowFault]:
    if level is None:
        yield RowFault(
            _LEVEL,
            _("Skriv något av %(levels)s, eller lämna tomt.") % {"levels": ", ".join(LEVELS)},
        )
