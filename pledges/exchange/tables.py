"""Read tables that people send: CSV files and Excel workbooks.

They are read as rows of texts. Nothing is believed of a file: its size, what it unpacks to and how
far its rows reach are bounded before it is read, and entities in its XML are refused (defusedxml,
which openpyxl uses when it is installed).
"""

from __future__ import annotations

import codecs
import csv
import io
import logging
import warnings
import zipfile
import zlib
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

# What zipfile and openpyxl raise for a file that is broken; the errors of both XML parsers that
# openpyxl uses are SyntaxErrors, those of defusedxml are ValueErrors.
_BROKEN_WORKBOOK = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    SyntaxError,
    ValueError,
)
# Raised for a part or an attribute that is missing in the file; a fault in code looks the same.
_BROKEN_WORKBOOK_OR_CODE = (LookupError, TypeError)

logger = logging.getLogger(__name__)


class TableError(Exception):
    """A file that can't be read as a table.

    Its text is a sentence for whoever sent the file.
    """


@dataclass(frozen=True)
class TableRow:
    """A row with something in it.

    `number` is the one that a spreadsheet shows beside it.
    """

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """The headings, and the rows under them.

    Each row has as many cells as there are headings.
    """

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
        raise TableError(old_format_sentence())
    if content.startswith(ZIP):
        return _table(workbook_rows(io.BytesIO(content), _MOST_COLUMNS + 1, _MOST_UNPACKED))
    return _table(_csv_rows(content))


def _table(rows: Iterable[list[str]]) -> Table:
    """Return the table of rows, of which the first not empty is its headings."""
    headings: list[str] | None = None
    table_rows: list[TableRow] = []
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
        table_rows.append(TableRow(number, (cells + [""] * len(headings))[: len(headings)]))
        if len(table_rows) > MOST_ROWS:
            raise TableError(
                _("Filen har fler än %(most)s rader. Dela upp den.") % {"most": MOST_ROWS}
            )
    if headings is None or not table_rows:
        raise TableError(_("Filen har inga rader under rubrikerna."))
    return Table(headings, table_rows)


def _without_empty_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    if "\x00" in text:
        raise TableError(unreadable_sentence())
    first, _end, rest = text.lstrip("\r\n").partition("\n")
    if first.strip().lower().startswith("sep="):
        # A line with which Excel is told the separator; it shows no row for it.
        text, first = rest, rest.lstrip("\r\n").partition("\n")[0]
    separator = max(";\t,", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise TableError(unreadable_sentence()) from error


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
    raise TableError(unreadable_sentence())


def unreadable_sentence() -> str:
    """Return the sentence about a file that is no table."""
    return _("Filen går inte att läsa som en tabell. Spara den som .xlsx eller .csv.")


def unforeseen_sentence() -> str:
    """Return the sentence about a file that an unforeseen error kept unread."""
    return _(
        "Filen kunde inte läsas på grund av ett oväntat fel, som har antecknats. Felet behöver inte"
        " ligga i filen. Pröva att spara den som .csv."
    )


def old_format_sentence() -> str:
    """Return the sentence about a workbook of a kind that can't be read."""
    return _("Filen är gjord i en äldre version av Excel, eller är låst. Spara den som .xlsx.")


def workbook_rows(
    stream: BinaryIO, most_columns: int | None, most_unpacked: int
) -> Iterator[list[str]]:
    """Yield the rows of a workbook's first sheet as texts, empty ones too.

    Raises TableError for a file that is broken, or unpacks to more than `most_unpacked` bytes.
    """
    # Takes half of the time that a command needs to start, and few read workbooks.
    import openpyxl

    _refuse_bombs(stream, most_unpacked)
    try:
        with warnings.catch_warnings():
            # It warns of what it passes over, such as styles; none of it is read here.
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(
                stream, read_only=True, data_only=True, keep_links=False
            )
            if not workbook.worksheets:
                raise TableError(unreadable_sentence())
            sheet: Any = workbook.worksheets[0]
            sheet.reset_dimensions()  # programs write them wrongly, and they aren't needed
            rows = sheet.iter_rows(max_col=most_columns, values_only=True)
        for row in rows:
            yield [_text(value) for value in row]
    except TableError:
        raise
    except _BROKEN_WORKBOOK as error:
        raise TableError(unreadable_sentence()) from error
    except _BROKEN_WORKBOOK_OR_CODE as error:
        logger.warning("workbook.unreadable", exc_info=error)
        raise TableError(unreadable_sentence()) from error
    except Exception as error:
        logger.exception("workbook.failed")
        raise TableError(unforeseen_sentence()) from error


def _refuse_bombs(stream: BinaryIO, most_unpacked: int) -> None:
    """Refuse a ZIP file that unpacks to too much.

    The sizes that it declares can be trusted: Python reads no more of a part than the size that is
    declared for it.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise TableError(unreadable_sentence()) from error
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
