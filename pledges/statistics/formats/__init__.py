"""Read the files that sources publish.

The sort of a file is recognised by its content: it is taken for what it says that it is, and for
nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from pledges.exchange.tables import doubtful_letters_sentence
from pledges.models import StatisticsImport
from pledges.statistics.formats import area_tables, bra, kolada, plain
from pledges.statistics.formats.subjects import says, subject_of
from pledges.statistics.source_rows import ReadingContext, ReadObservation, Unreadable
from pledges.statistics.tables import WINDOWS, FileProbe, Row, Sheet, sheets_of, text_of

Format = StatisticsImport.Format

# Titles and filters stand above the headings, never more than these.
_ROWS_TO_LOOK_AT = 60
_PDF = b"%PDF-"


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
            if probe.encoding == WINDOWS:
                raise Unreadable(doubtful_letters_sentence())
            context.in_entries = True
            return Format.KOLADA, kolada.read(text_of(stream, probe), context)
        if character == "<":
            raise Unreadable(_("Filen är en webbsida. Spara tabellen som .xlsx eller .csv."))
        if probe.beginning.startswith(_PDF):
            raise Unreadable(_("Filen är en PDF. Spara tabellen som .xlsx eller .csv."))
    tables = [table for sheet in sheets_of(stream, probe) if (table := _first_rows(sheet))[1]]
    if not tables:
        raise Unreadable(_("Filen har inga rader."))
    if probe.encoding == WINDOWS and not tables[0][0].name:
        context.remarks.append(_letters_remark(probe.samples))
    for sheet, first in tables:
        if plain.is_plain(first):
            _leave_out([other for other, _first in tables if other is not sheet], context)
            return Format.PLAIN, plain.read(sheet.rows, context)
    words = " ".join(says(area_tables.above_figures(first)) for _sheet, first in tables)
    subject = subject_of(words, context.file_name)
    if subject in area_tables.FORMATS:
        sheets = [sheet for sheet, _first in tables]
        return area_tables.FORMATS[subject], area_tables.read(subject, sheets, context)
    return Format.BRA, _offences(tables, context)


def _letters_remark(samples: list[str]) -> str:
    """Return how the letters of a file that doesn't say it are read."""
    if not samples:
        return _("Filen säger inte hur bokstäverna är sparade. De läses som Windows-1252.")
    return _(
        "Filen säger inte hur bokstäverna är sparade. De läses som Windows-1252: %(words)s. Ser "
        "orden inte rätt ut, spara filen som CSV UTF-8."
    ) % {"words": ", ".join(samples)}


def _first_rows(sheet: Sheet) -> tuple[Sheet, list[Row]]:
    """Return a sheet with its first rows looked at, and still to be read."""
    first = list(islice(sheet.rows, _ROWS_TO_LOOK_AT))
    return replace(sheet, rows=chain(first, sheet.rows)), first


def _offences(
    tables: list[tuple[Sheet, list[Row]]], context: ReadingContext
) -> Iterator[ReadObservation]:
    """Yield the offences of the one sheet that has a table of them."""
    with_tables = [(sheet, first) for sheet, first in tables if bra.is_table(first)] or tables[:1]
    if len(with_tables) > 1:
        names = ", ".join(sheet.name for sheet, _first in with_tables)
        raise Unreadable(
            _("Filen har flera blad med tabeller: %(names)s. Spara det som ska läsas för sig.")
            % {"names": names}
        )
    ((sheet, first),) = with_tables
    _leave_out([other for other, _first in tables if other is not sheet], context)
    return bra.read(first, sheet.rows, context)


def _leave_out(sheets: list[Sheet], context: ReadingContext) -> None:
    for sheet in sheets:
        context.remarks.append(_("Bladet %(name)s läses inte.") % {"name": sheet.name})
