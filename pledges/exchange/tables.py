"""Read tables that people send: CSV files and Excel workbooks.

They are read as rows of texts. Nothing is believed of a file: its size, what it unpacks to and how
far its rows reach are bounded before it is read, and entities in its XML are refused (defusedxml,
which openpyxl uses when it is installed).
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pledge_portal.pages.csv_files import text_of_cell
from pledges.exchange.rows import plain
from pledges.exchange.workbooks import (
    TableError,
    old_format_sentence,
    open_sheet,
    unreadable_sentence,
)

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 5_000
# Rows without anything in them count here, so that a file can't make us step through a billion.
_LAST_ROW = 10_000
_BYTE_ORDER_MARK = "\ufeff"
_REPLACEMENT = "\ufffd"
# Signs of Windows-1252 that no Swedish text has, or not there: the letters of a Mac (where Œ, Š, š,
# € and … are å, ä, ö, Ä and Ö) or of DOS (†, „, ”, Ž and ™) read as if they were of Windows.
_NOT_WINDOWS = re.compile(
    r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9dŒœŠšŽžŸƒˆ†‡„‚]"
    r"|[€…™][^\W\d_]|[^\W\d_][“”][^\W\d_]"
)
_MAX_COLUMNS = 40

ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


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

    Each row has as many cells as there are headings. `remarks` say what of the file isn't read.
    """

    headings: list[str]
    rows: list[TableRow]
    remarks: tuple[str, ...] = ()


def read_table(content: bytes) -> Table:
    """Return the table of a CSV file or of the sheet that a workbook opens on.

    CSV may be UTF-8, UTF-16 or Windows-1252, with semicolons, tabs or commas. Of a workbook see
    `workbooks`. Raises TableError.
    """
    if len(content) > MAX_BYTES:
        raise TableError(
            _("Filen är för stor. Den får vara högst %(most)s MB.")
            % {"most": MAX_BYTES // 1024 // 1024}
        )
    if not content.strip():
        raise TableError(_("Filen är tom."))
    if content.startswith(OLD_EXCEL):
        raise TableError(old_format_sentence())
    if content.startswith(ZIP):
        sheet = open_sheet(io.BytesIO(content), _MAX_COLUMNS + 1)
        remark = _("Bladet ”%(sheet)s” läses, inte filens andra blad.") % {"sheet": sheet.name}
        return _table(sheet.rows, () if sheet.is_alone else (remark,))
    return _table(_csv_rows(content))


def _table(rows: Iterable[list[str]], remarks: tuple[str, ...] = ()) -> Table:
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
            if len(headings) > _MAX_COLUMNS:
                raise TableError(_("Filen har för många kolumner."))
            _refuse_repeated(headings)
            continue
        if any(cells[len(headings) :]):
            raise TableError(
                _("Rad %(number)s har fler celler än det finns rubriker.") % {"number": number}
            )
        table_rows.append(TableRow(number, (cells + [""] * len(headings))[: len(headings)]))
        if len(table_rows) > MAX_ROWS:
            raise TableError(
                _("Filen har fler än %(most)s rader. Dela upp den.") % {"most": MAX_ROWS}
            )
    if headings is None or not table_rows:
        raise TableError(_("Filen har inga rader under rubrikerna."))
    return Table(headings, table_rows, remarks)


def _refuse_repeated(headings: list[str]) -> None:
    """Raise TableError for a heading that is there twice.

    Whichever of the columns was read, the other's cells would be lost.
    """
    known: dict[str, str] = {}
    for heading in headings:
        key = plain(heading)
        if key and key in known:
            raise TableError(
                _("Rubriken %(heading)s finns två gånger.") % {"heading": known[key][:60]}
            )
        known[key] = heading


def unread_columns(headings: Iterable[str]) -> list[str]:
    """Return the sentence that names columns nobody reads, or none."""
    names = ", ".join(heading[:60] for heading in headings if heading)
    return [_("De här kolumnerna läses inte: %(names)s.") % {"names": names}] if names else []


def _without_empty_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    text = decoded(content)
    if "\x00" in text:
        raise TableError(unreadable_sentence())
    first, _end, rest = text.lstrip("\r\n").partition("\n")
    if first.strip().lower().startswith("sep="):
        # A line with which Excel is told the separator; it shows no row for it.
        text, first = rest, rest.lstrip("\r\n").partition("\n")[0]
    separator = max(";\t,", key=first.count)
    # Strictly: else a quotation mark that is never closed takes all rows after it along.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row = 0
    while True:
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableError(
                _(
                    "Rad %(row)s har ett citattecken som inte är avslutat, eller som står mitt i "
                    "en text. Dubblera det eller ta bort det."
                )
                % {"row": row}
            ) from error
        yield [text_of_cell(cell) for cell in cells]


def decoded(content: bytes) -> str:
    """Return a CSV file's text.

    A file may be UTF-8, UTF-16 or Windows-1252. A wrong guess makes other letters of them all, so
    that only what can't be anything else is taken as the last. Raises TableError.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise TableError(unreadable_sentence()) from error
    try:
        # Some programs write the mark of UTF-8 twice.
        return content.decode().lstrip(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        as_utf_8 = content.decode(errors="replace")
        wrong = as_utf_8.count(_REPLACEMENT)
        if sum(sign > "\x7f" for sign in as_utf_8) - wrong > wrong:
            row = content[: error.start].count(b"\n") + 1
            raise TableError(
                _(
                    "Rad %(row)s har ett tecken som inte går att läsa. Skriv om det, och spara "
                    "filen som CSV UTF-8."
                )
                % {"row": row}
            ) from error
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    if not re.search(rb"[A-Za-z]", content):
        raise TableError(unreadable_sentence())
    if not text or _NOT_WINDOWS.search(text):
        raise TableError(doubtful_letters_sentence())
    return text


def doubtful_letters_sentence() -> str:
    """Return that a file doesn't say which letters it is written in."""
    return _(
        "Filens bokstäver går inte att läsa säkert: å, ä och ö kan bli fel. Spara den som CSV "
        "UTF-8 eller som .xlsx."
    )
