"""Read a workbook's sheet as whoever sent it sees it.

What is read is the sheet that the workbook opens on, each cell as it is shown: shares with their
per cent sign, days as days. What the reader of a sheet can't see (hidden rows and columns, formulas
that nobody has counted, several cells that are one) is refused by its name, never guessed: it would
be taken in, and published, without anybody having looked at it.
"""

from __future__ import annotations

import logging
import posixpath
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

# A sheet is read row by row, all else of a workbook as a whole: no more than this of it.
MAX_UNPACKED = 20 * 1024 * 1024
_MAX_PARTS = 500
_RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SIGNS_IN_QUOTES = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
# A comma after the last digit of a format shows thousands: 12 stands for 12,000.
_IS_SCALED = re.compile(r"[0#?],+(?![0#?])")
_LEADING_ZEROS = re.compile(r"0{2,}")
# How programs write ends of lines and tabs in a cell, and a low line before what looks so.
_NUMBERED_SIGN = re.compile("_x(000[9ADad]|005[Ff])_")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_CHUNK = 1024 * 1024
_DECIMALS_OF_PERCENT = re.compile(r"\.(0+)[#?]*%")

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


@dataclass
class SheetMarks:
    """What a sheet doesn't show by its cells alone.

    `hidden_rows` are numbers, `hidden_columns` pairs of first and last number, from 1;
    `merged` are ranges as a spreadsheet writes them, such as "A2:A3".
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)

    def hides_column(self, number: int) -> bool:
        """Return whether a column is hidden."""
        return any(first <= number <= last for first, last in self.hidden_columns)


@dataclass
class Sheet:
    """The rows of the sheet that a workbook opens on, read one at a time.

    `name` is the sheet's, `is_alone` whether no other sheet can be seen beside it.
    """

    name: str
    is_alone: bool
    rows: Iterator[list[str]]


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


def workbook_sheets(stream: BinaryIO, most_columns: int | None, most_unpacked: int) -> list[Sheet]:
    """Return every sheet that a statistical office's workbook shows.

    Its sheets are made by a program for others to read, and have hidden columns and joined
    headings of their own. Raises TableError as `open_sheet` does, but for those.
    """
    refuse_bombs(stream, most_unpacked)
    try:
        book = _Workbook(stream, most_columns)
        return [book.sheet(sheet, is_strict=False) for sheet in book.visible]
    except Exception as error:
        raise _as_told(error) from error


def open_sheet(stream: BinaryIO, most_columns: int | None) -> Sheet:
    """Return the sheet that a person's workbook opens on.

    Raises TableError for a file that is broken or unpacks to too much; reading its rows does so for
    a cell that can't be read as it is seen.
    """
    refuse_bombs(stream, MAX_UNPACKED)
    try:
        book = _Workbook(stream, most_columns)
        return book.sheet(book.active, is_strict=True)
    except Exception as error:
        raise _as_told(error) from error


class _Workbook:
    """A workbook with the sheets that it shows.

    Raises TableError when it shows none.
    """

    def __init__(self, stream: BinaryIO, most_columns: int | None) -> None:
        self._stream = stream
        self._most_columns = most_columns
        self._values = self._load(data_only=True)
        self.visible = [
            sheet for sheet in self._values.worksheets if sheet.sheet_state == "visible"
        ]
        if not self.visible:
            raise TableError(unreadable_sentence())

    @property
    def active(self) -> Any:
        """The sheet that it opens on."""
        active = self._values.active
        return active if active in self.visible else self.visible[0]

    @cached_property
    def _as_written(self) -> Any:
        """The workbook once more, with its formulas instead of what they gave."""
        return self._load(data_only=False)

    def _load(self, *, data_only: bool) -> Any:
        # Takes half of the time that a command needs to start, and few read workbooks.
        import openpyxl

        with warnings.catch_warnings():
            # It warns of what it passes over, such as styles; none of it is read here.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(
                self._stream, data_only=data_only, read_only=True, keep_links=False
            )

    def sheet(self, sheet: Any, *, is_strict: bool) -> Sheet:
        """Return a sheet to read; `is_strict` refuses what can't be seen."""
        part = _Part(self._stream, self._values.sheetnames.index(sheet.title))
        rows = [_cells(sheet, self._most_columns)]
        if part.has_formulas():
            rows.append(_cells(self._as_written[sheet.title], self._most_columns))
        reader = _RowReader(part.marks() if is_strict else SheetMarks(), is_strict=is_strict)
        lines = _guarded(reader.read(zip(*rows, strict=True)))
        return Sheet(sheet.title, len(self.visible) == 1, lines)


def _cells(sheet: Any, most_columns: int | None) -> Iterator[tuple[Any, ...]]:
    # Programs write the size wrongly, and it isn't needed.
    sheet.reset_dimensions()
    cells: Iterator[tuple[Any, ...]] = sheet.iter_rows(max_col=most_columns)
    return cells


def _guarded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield rows; what goes wrong on the way is told as a TableError."""
    try:
        yield from rows
    except Exception as error:
        raise _as_told(error) from error


def _as_told(error: Exception) -> TableError:
    """Return what is told of an error, logging what may be a fault of ours."""
    match error:
        case TableError():
            return error
        case _ if isinstance(error, _BROKEN_WORKBOOK):
            return TableError(unreadable_sentence())
        case _ if isinstance(error, _BROKEN_WORKBOOK_OR_CODE):
            logger.warning("workbook.unreadable", exc_info=error)
            return TableError(unreadable_sentence())
    logger.error("workbook.failed", exc_info=error)
    return TableError(unforeseen_sentence())


class _RowReader:
    """Reads rows of cells as texts, refusing what can't be seen."""

    def __init__(self, marks: SheetMarks, *, is_strict: bool) -> None:
        self._marks = marks
        self._is_strict = is_strict

    def read(self, rows: Iterator[tuple[tuple[Any, ...], ...]]) -> Iterator[list[str]]:
        """Yield rows, each given as its cells and, with formulas, as written."""
        for number, (cells, *as_written) in enumerate(rows, start=1):
            formulas = as_written[0] if as_written else cells
            texts = [
                self._text(cell, formula, number, column)
                for column, (cell, formula) in enumerate(zip(cells, formulas, strict=True), start=1)
            ]
            if any(texts):
                self._refuse_hidden(texts, number)
            yield texts

    def _text(self, cell: Any, formula: Any, row: int, column: int) -> str:
        is_formula = getattr(formula, "data_type", "") == "f"
        if cell.value is None and is_formula:
            raise TableError(
                _(
                    "Cell %(cell)s är en formel vars resultat inte finns i filen. Öppna filen i "
                    "ditt kalkylprogram, spara den och välj den igen."
                )
                % {"cell": _name(row, column)}
            )
        if getattr(cell, "data_type", "") == "e":
            raise TableError(
                _("Cell %(cell)s visar ett fel: %(error)s. Rätta den i filen.")
                % {"cell": _name(row, column), "error": str(cell.value)[:20]}
            )
        number_format = getattr(cell, "number_format", "") or ""
        if self._is_strict and cell.value not in {None, ""} and hides_value(number_format):
            raise TableError(
                _("Cell %(cell)s visas inte som det tal den har. Ändra talformatet till Allmänt.")
                % {"cell": _name(row, column)}
            )
        return shown_text(cell.value, number_format)

    def _refuse_hidden(self, texts: list[str], row: int) -> None:
        if row in self._marks.hidden_rows:
            raise TableError(
                _("Rad %(row)s är dold i filen. Visa den eller ta bort den, och välj filen igen.")
                % {"row": row}
            )
        for column, text in enumerate(texts, start=1):
            if text and self._marks.hides_column(column):
                raise TableError(
                    _(
                        "Kolumn %(column)s är dold i filen. Visa den eller ta bort den, och välj "
                        "filen igen."
                    )
                    % {"column": _name(None, column)}
                )
        for merged in self._marks.merged:
            if str(row) in re.findall(r"[0-9]+", merged.partition(":")[0]):
                raise TableError(
                    _("Cellerna %(cells)s är sammanfogade. Dela upp dem, och skriv i var och en.")
                    % {"cells": merged}
                )


def _name(row: int | None, column: int) -> str:
    """Return the name that a spreadsheet shows: "C2", or "C" of a column."""
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(column)}{row or ''}"


def _plain_format(number_format: str) -> str:
    """Return a number format without the texts in it."""
    return _SIGNS_IN_QUOTES.sub("", number_format)


def hides_value(number_format: str) -> bool:
    """Return whether a format shows another number than the cell has, or none."""
    plain = _plain_format(number_format)
    return plain.strip() in {";;;", ";;"} or bool(_IS_SCALED.search(plain.partition(";")[0]))


def shown_text(value: object, number_format: str) -> str:
    """Return what a cell shows, as people would type it.

    Days are "2024-05-31" whatever their format, shares have their per cent sign and the decimals of
    their format. Other numbers are whole: a format may show fewer decimals than there are.
    """
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nej"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case int() | float():
            return _number(value, _plain_format(number_format).partition(";")[0])
    return _NUMBERED_SIGN.sub(lambda match: chr(int(match[1], 16)), str(value))


def _number(value: float, plain_format: str) -> str:
    if "%" in plain_format:
        decimals = _DECIMALS_OF_PERCENT.search(plain_format)
        step = Decimal(1).scaleb(-len(decimals[1]) if decimals else 0)
        share = (Decimal(str(value)) * 100).quantize(step, ROUND_HALF_UP)
        return f"{share} %"
    if isinstance(value, float) and not (value.is_integer() and abs(value) < 1e15):
        return str(value)
    whole = str(int(value))
    return whole.zfill(len(plain_format)) if _LEADING_ZEROS.fullmatch(plain_format) else whole


class _Part:
    """The part of a workbook that holds one of its sheets, as XML."""

    def __init__(self, stream: BinaryIO, place: int) -> None:
        self._stream = stream
        with zipfile.ZipFile(stream) as archive:
            self._name = _part_at(archive, place)

    def has_formulas(self) -> bool:
        """Return whether any cell may be a formula."""
        before = b""
        with zipfile.ZipFile(self._stream) as archive, archive.open(self._name) as part:
            while piece := part.read(_CHUNK):
                if _FORMULA.search(before + piece):
                    return True
                before = piece[-8:]
        return False

    def marks(self) -> SheetMarks:
        """Return what the sheet hides and joins."""
        from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

        marks = SheetMarks()
        with zipfile.ZipFile(self._stream) as archive, archive.open(self._name) as part:
            for _event, element in iterparse(part, forbid_dtd=True):
                size = element.get("ht") or element.get("width")
                is_hidden = element.get("hidden") in {"1", "true"} or _is_nothing(size)
                match element.tag.rpartition("}")[2]:
                    case "row":
                        if is_hidden:
                            marks.hidden_rows.add(int(element.get("r") or 0))
                        element.clear()
                    case "col" if is_hidden:
                        columns = int(element.get("min")), int(element.get("max"))
                        marks.hidden_columns.append(columns)
                    case "mergeCell":
                        marks.merged.append(str(element.get("ref"))[:30])
        return marks


def _is_nothing(size: str | None) -> bool:
    """Return whether a row's height or a column's width shows nothing."""
    try:
        return size is not None and float(size) <= 0
    except ValueError:
        return False


def _part_at(archive: zipfile.ZipFile, place: int) -> str:
    """Return the name of the part that holds the sheet at a place."""
    from defusedxml.ElementTree import fromstring

    workbook = fromstring(archive.read("xl/workbook.xml"), forbid_dtd=True)
    sheets = [element for element in workbook.iter() if element.tag.endswith("}sheet")]
    links = fromstring(archive.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
    targets = {link.get("Id"): link.get("Target") or "" for link in links}
    target = targets[sheets[place].get(_RELATIONSHIP)]
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def refuse_bombs(stream: BinaryIO, most_unpacked: int) -> None:
    """Refuse a ZIP file that unpacks to too much.

    The sizes that it declares can be trusted: Python reads no more of a part than the size that is
    declared for it.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise TableError(unreadable_sentence()) from error
    whole = [part.file_size for part in parts if "worksheets/" not in part.filename]
    if (
        len(parts) > _MAX_PARTS
        or sum(whole) > MAX_UNPACKED
        or sum(part.file_size for part in parts) > most_unpacked
    ):
        raise TableError(_("Filen är för stor när den packas upp. Dela upp den."))
