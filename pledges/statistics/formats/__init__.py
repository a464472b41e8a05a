"""Read the files that sources publish.

The sort of a file is recognised by its content, not by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from pledges.models import StatisticsImport
from pledges.statistics.formats import bra, kolada, plain
from pledges.statistics.source_rows import ReadingContext, ReadObservation, Unreadable
from pledges.statistics.tables import FileProbe, rows_of, text_of

Format = StatisticsImport.Format

# Titles and filters stand above the headings, never more than these.
_ROWS_TO_LOOK_AT = 60


def open_file(
    stream: BinaryIO, probe: FileProbe, context: ReadingContext
) -> tuple[str, Iterator[ReadObservation]]:
    """Return the format of a file and its rows, read as they are asked for.

    Raises Unreadable, at once or on the way, for a file that is none of these.
    """
    if not probe.beginning.strip():
        raise Unreadable(_("Filen är tom."))
    if probe.encoding is not None:
        character = probe.beginning.decode(probe.encoding, "ignore").lstrip("\ufeff \t\r\n")[:1]
        if character in {"{", "["}:
            context.in_entries = True
            return Format.KOLADA, kolada.read(text_of(stream, probe), context)
        if character == "<":
            raise Unreadable(_("Filen är en webbsida. Spara tabellen som .xlsx eller .csv."))
    rows = rows_of(stream, probe)
    first = list(islice(rows, _ROWS_TO_LOOK_AT))
    if not first:
        raise Unreadable(_("Filen har inga rader."))
    all_rows = chain(first, rows)
    if plain.is_plain(first):
        return Format.PLAIN, plain.read(all_rows, context)
    return Format.BRA, bra.read(first, all_rows, context)
