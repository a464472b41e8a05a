"""The files that sources give out. What sort a file is, its content tells, not its name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from pledges.models import StatisticsImport
from pledges.statistics.formats import bra, kolada, plain
from pledges.statistics.source_rows import Intake, ReadObservation, Unreadable
from pledges.statistics.tables import Looked, rows_of, text_of

Format = StatisticsImport.Format

# Titles and filters stand above the headings, never more than these.
_ROWS_TO_LOOK_AT = 60


def open_file(
    stream: BinaryIO, looked: Looked, intake: Intake
) -> tuple[str, Iterator[ReadObservation]]:
    """Return the format of a file and its rows, which are read as they are asked for.

    Raises Unreadable, at once or on the way, for a file that is none of these.
    """
    if not looked.beginning.strip():
        raise Unreadable(_("Filen är tom."))
    if looked.encoding is not None:
        sign = looked.beginning.decode(looked.encoding, "ignore").lstrip("\ufeff \t\r\n")[:1]
        if sign in {"{", "["}:
            intake.in_entries = True
            return Format.KOLADA, kolada.read(text_of(stream, looked), intake)
        if sign == "<":
            raise Unreadable(_("Filen är en webbsida. Spara tabellen som .xlsx eller .csv."))
    rows = rows_of(stream, looked)
    first = list(islice(rows, _ROWS_TO_LOOK_AT))
    if not first:
        raise Unreadable(_("Filen har inga rader."))
    every = chain(first, rows)
    if plain.is_plain(first):
        return Format.PLAIN, plain.read(every, intake)
    return Format.BRA, bra.read(first, every, intake)
