"""Read files of statistics as rows of texts.

One after the other: never the whole file at once.

Which letters a text is written in is never guessed. A byte order mark says it, and so does UTF-8
that is whole. Anything else is Brå's Windows-1252 as long as all that isn't ASCII are letters and
signs of a Swedish table, and then the person is shown which; else it is refused. A Mac's or DOS's
å, ä and ö are other signs in Windows-1252, and so is UTF-8 with a wrong byte.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from pledges.exchange.tables import OLD_EXCEL, ZIP, doubtful_letters_sentence
from pledges.exchange.workbooks import (
    TableError,
    old_format_sentence,
    unreadable_sentence,
    workbook_sheets,
)
from pledges.statistics.source_rows import Unreadable

# A workbook that is as large as a spreadsheet can be, with ten columns, unpacks to about this.
_MAX_UNPACKED = 200 * 1024 * 1024
# As many rows as a spreadsheet has. A CSV file may have more; here it bounds a workbook that says
# that its next row is the billionth.
_LAST_ROW_OF_A_WORKBOOK = 1_048_576
_MAX_COLUMNS = 1_500
_CHUNK = 1024 * 1024
_LINES_TO_LOOK_AT = 60

WINDOWS = "cp1252"
_NO_LETTER_OF_OURS = re.compile(r"[^\x00-\x7fåäöÅÄÖéÉèÈüÜæÆøØ\xa0\xad§½¼¾°±²³¹·×´–—’‰]")
_WORD_OF_OURS = re.compile(r"\w*[^\W\x00-\x7f]\w*")
_MAX_SAMPLES = 3

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class FileProbe:
    """What one pass through a file shows.

    Its SHA-256, its size in bytes, and its encoding, which is None for a file that is no text.
    """

    fingerprint: str
    size: int
    encoding: str | None
    beginning: bytes

    @property
    def samples(self) -> list[str]:
        """Words of the beginning that another encoding would spell otherwise."""
        words = _WORD_OF_OURS.findall(self.beginning.decode(self.encoding or WINDOWS, "ignore"))
        return list(dict.fromkeys(words))[:_MAX_SAMPLES]


def probe_file(stream: BinaryIO) -> FileProbe:
    """Read a file once, a piece at a time, and wind it back."""
    stream.seek(0)
    digest, size, has_null, beginning = sha256(), 0, False, b""
    utf_8 = codecs.getincrementaldecoder("utf-8")()
    is_utf_8 = True
    while chunk := stream.read(_CHUNK):
        beginning = beginning or chunk[:4096]
        digest.update(chunk)
        size += len(chunk)
        has_null = has_null or b"\x00" in chunk
        if is_utf_8:
            is_utf_8 = _goes_on(utf_8, chunk)
    is_utf_8 = is_utf_8 and _goes_on(utf_8, b"", final=True)
    stream.seek(0)
    encoding: str | None = "utf-8-sig" if is_utf_8 else WINDOWS
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif has_null:
        encoding = None
    return FileProbe(digest.hexdigest(), size, encoding, beginning)


def _goes_on(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def text_of(stream: BinaryIO, probe: FileProbe) -> io.TextIOWrapper:
    """Return a file as text in its encoding.

    UTF-8, UTF-16 or Windows-1252. Raises Unreadable.
    """
    if probe.encoding is None:
        raise Unreadable(unreadable_sentence())
    # The wrapper would close what it wraps when it is thrown away.
    buffered = io.BufferedReader(_Unclosed(stream), _CHUNK)  # type: ignore[type-var]
    return io.TextIOWrapper(buffered, encoding=probe.encoding, newline="")


class _Unclosed(io.RawIOBase):
    """A stream that outlives its wrapper."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


@dataclass(frozen=True)
class Sheet:
    """A table of a file, with its name in a workbook.

    The rows are those that aren't empty, with the numbers that a spreadsheet shows beside them.
    """

    name: str
    rows: Iterator[Row]


def sheets_of(stream: BinaryIO, probe: FileProbe) -> list[Sheet]:
    """Return the sheets that a workbook shows, or the one table of a text.

    Raises Unreadable for what is no table, at once or while rows are read.
    """
    if probe.beginning.startswith(OLD_EXCEL):
        raise Unreadable(old_format_sentence())
    if not probe.beginning.startswith(ZIP):
        return [Sheet("", _csv(stream, probe))]
    try:
        sheets = workbook_sheets(stream, None, _MAX_UNPACKED)
    except TableError as error:
        raise Unreadable(str(error)) from error
    return [Sheet(sheet.name, _rows_of_sheet(sheet.rows)) for sheet in sheets]


def _rows_of_sheet(rows: Iterator[list[str]]) -> Iterator[Row]:
    try:
        for number, cells in enumerate(rows, start=1):
            if number > _LAST_ROW_OF_A_WORKBOOK:
                raise Unreadable(_("Filen har fler rader än ett kalkylblad kan ha."), number)
            if any(cells):
                yield _checked(number, cells)
    except TableError as error:
        raise Unreadable(str(error)) from error


def _csv(stream: BinaryIO, probe: FileProbe) -> Iterator[Row]:
    lines = text_of(stream, probe)
    number = 0
    try:
        first = list(islice(lines, _LINES_TO_LOOK_AT))
        stated_separator = _stated_separator(first)
        separator = stated_separator or _separator(first)
        reader = csv.reader(
            _all_lines(first[1:] if stated_separator else first, lines), delimiter=separator
        )
        for number, cells in enumerate(reader, start=1):
            if probe.encoding == WINDOWS and _NO_LETTER_OF_OURS.search("".join(cells)):
                raise Unreadable(doubtful_letters_sentence(), number)
            if any(cells):
                yield _checked(number, cells)
    except (csv.Error, UnicodeDecodeError) as error:
        is_doubtful = isinstance(error, UnicodeDecodeError) and probe.encoding == WINDOWS
        sentence = doubtful_letters_sentence() if is_doubtful else unreadable_sentence()
        raise Unreadable(sentence, number + 1) from error


def _stated_separator(lines: list[str]) -> str:
    """Return the separator that a first line like "sep=;" states.

    Excel shows no row for such a line.
    """
    first = lines[0].strip().lower() if lines else ""
    return first[4:] if first.startswith("sep=") and len(first) == 5 else ""


def _separator(lines: list[str]) -> str:
    """Return what separates the cells.

    Commas come last: they also stand in numbers and titles.
    """
    most_in_a_line = {
        character: max((line.count(character) for line in lines), default=0) for character in ";\t,"
    }
    for least in (2, 1):
        for character, times in most_in_a_line.items():
            if times >= least:
                return character
    return ";"


def _all_lines(first: list[str], rest: Iterator[str]) -> Iterator[str]:
    """Yield all lines.

    Brå's database file has HTML's spaces, whose semicolons separate no cells.
    """
    for line in chain(first, rest):
        yield line.replace("&nbsp;", " ") if "&nbsp;" in line else line


def _checked(number: int, cells: list[str]) -> Row:
    if len(cells) > _MAX_COLUMNS:
        raise Unreadable(_("Raden har för många kolumner."), number)
    return number, cells
