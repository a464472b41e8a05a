"""Tables that people send: CSV files and Excel workbooks, read as rows of texts.

Nothing is believed of a file: its size, what it unpacks to and how far its rows reach are bounded
before it is read, and entities in its XML are refused (defusedxml, which openpyxl uses when it is
there).
"""

from __future__ import annotations

import codecs
import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5_000
# Rows without anything in them count here, so that a file can't make us step through a billion.
_LAST_ROW = 10_000
_MOST_COLUMNS = 40
# A workbook is a ZIP file; five thousand rows of long texts unpack to less than this.
_MOST_UNPACKED = 20 * 1024 * 1024
_MOST_PARTS = 500

ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class TableError(Exception):
    """A file that can't be read as a table; its text is a sentence for whoever sent it."""


@dataclass(frozen=True)
class TableRow:
    """A row with something in it; `number` is the one that a spreadsheet shows beside it."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """The headings, and the rows under them; each row has as many cells as there are headings."""

    headings: list[str]
    rows: list[TableRow]


def read_table(content: bytes) -> Table:
    """Return the table of a CSV file or of a workbook's first sheet.

    CSV may be UTF-8, UTF-16 or Windows-1252, with semicolons, tabs or commas. Days come as
    "2024-05-31" and whole numbers without decimals, whatever the workbook shows. Raises TableError.
    """
    if len(content) > MOST_BYTES:
        raise TableError(
            _("Filen är för stor. Den får vara högst %(most)s MB.")
            % {"most": MOST_BYTES // 1024 // 1024}
        )
    if not content.strip():
        raise TableError(_("Filen är tom."))
    if content.startswith(OLD_EXCEL):
        raise TableError(too_old())
    if content.startswith(ZIP):
        return _table(workbook_rows(io.BytesIO(content), _MOST_COLUMNS + 1, _MOST_UNPACKED))
    return _table(_csv_rows(content))


def _table(rows: Iterable[list[str]]) -> Table:
    """Take the first row that isn't empty for the headings, and what follows for the rows."""
    headings: list[str] | None = None
    kept: list[TableRow] = []
    for number, cells in enumerate(rows, start=1):
        if number > _LAST_ROW:
            raise TableError(
                _("Filen fortsätter efter rad %(last)s. Ta bort det som står där.")
                % {"last": _LAST_ROW}
            )
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        if headings is None:
            headings = _without_empty_end(cells)
            if len(headings) > _MOST_COLUMNS:
                raise TableError(_("Filen har för många kolumner."))
            continue
        if any(cells[len(headings) :]):
            raise TableError(
                _("Rad %(number)s har fler celler än det finns rubriker.") % {"number": number}
            )
        kept.append(TableRow(number, (cells + [""] * len(headings))[: len(headings)]))
        if len(kept) > MOST_ROWS:
            raise TableError(
                _("Filen har fler än %(most)s rader. Dela upp den.") % {"most": MOST_ROWS}
            )
    if headings is None or not kept:
        raise TableError(_("Filen har inga rader under rubrikerna."))
    return Table(headings, kept)


def _without_empty_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    if "\x00" in text:
        raise TableError(unreadable())
    first, _end, rest = text.lstrip("\r\n").partition("\n")
    if first.strip().lower().startswith("sep="):
        # A line with which Excel is told the separator; it shows no row for it.
        text, first = rest, rest.lstrip("\r\n").partition("\n")[0]
    separator = max(";\t,", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as fault:
        raise TableError(unreadable()) from fault


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableError(unreadable())


def unreadable() -> str:
    """Return the sentence about a file that is no table."""
    return _("Filen går inte att läsa som en tabell. Spara den som .xlsx eller .csv.")


def too_old() -> str:
    """Return the sentence about a workbook of a kind that can't be read."""
    return _("Filen är gjord i en äldre version av Excel, eller är låst. Spara den som .xlsx.")


def workbook_rows(
    stream: BinaryIO, most_columns: int | None, most_unpacked: int
) -> Iterator[list[str]]:
    """Yield the rows of a workbook's first sheet as texts, one after the other, empty ones too.

    Raises TableError for a file that is broken, or unpacks to more than `most_unpacked` bytes.
    """
    # Takes half of the time that a command needs to start, and few read workbooks.
    import openpyxl

    _refuse_bombs(stream, most_unpacked)
    try:
        with warnings.catch_warnings():
            # It warns of what it passes over, such as styles; none of it is read here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            sheet: Any = book.worksheets[0]
            sheet.reset_dimensions()  # programs write them wrongly, and they aren't needed
            rows = sheet.iter_rows(max_col=most_columns, values_only=True)
        for row in rows:
            yield [_text(value) for value in row]
    except Exception as fault:
        # openpyxl raises nearly anything for a broken file: KeyError, TypeError, OverflowError...
        raise TableError(unreadable()) from fault


def _refuse_bombs(stream: BinaryIO, most_unpacked: int) -> None:
    """Refuse a ZIP file that unpacks to too much. Its own word for the sizes can be taken: Python
    reads no more of a part than the size that is declared for it."""
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as fault:
        raise TableError(unreadable()) from fault
    # A sheet is read row by row, all else as a whole.
    whole = [part.file_size for part in parts if "worksheets/" not in part.filename]
    if (
        len(parts) > _MOST_PARTS
        or sum(whole) > _MOST_UNPACKED
        or sum(part.file_size for part in parts) > most_unpacked
    ):
        raise TableError(_("Filen är för stor när den packas upp. Dela upp den."))


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nej"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
    return str(value)
