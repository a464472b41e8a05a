"""Read the list "values" of a JSON document, one entry at a time.

However long the list is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _

from pledges.statistics.source_rows import Unreadable

_PIECE = 256 * 1024
# No entry of Kolada's is a hundredth of this.
_MAX_ENTRY_LENGTH = 4 * 1024 * 1024
_BLANK = re.compile(r"[ \t\r\n]*")
_LIST = "values"


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


# NaN and Infinity are no JSON, though Python reads them unless told not to.
_decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)


def entries(text: IO[str], around: dict[str, Any]) -> Iterator[tuple[int, Any]]:
    """Yield the number (from 1) and the value of each entry.

    Of the document's list "values"; what stands beside it is put into `around`. Raises Unreadable
    for what is no JSON, has no such list, or is cut off.
    """
    source = _Source(text)
    source.expect("{", _not_kolada())
    has_list = False
    if source.next_is("}"):
        raise Unreadable(_not_kolada())
    while True:
        key = source.value(None)
        source.expect(":", _broken())
        if key == _LIST and source.next_is("["):
            has_list = True
            yield from _list(source)
        else:
            around[str(key)] = source.value(None)
        if not source.next_is(","):
            break
    source.expect("}", _broken())
    if not has_list:
        raise Unreadable(_not_kolada())


def _list(source: _Source) -> Iterator[tuple[int, Any]]:
    number = 0
    if source.next_is("]"):
        return
    while True:
        number += 1
        yield number, source.value(number)
        if source.next_is(","):
            continue
        if not source.next_is("]"):
            raise Unreadable(_broken(), number)
        return


def _broken() -> str:
    return _("Filen är inte hel JSON. Hämta den på nytt.")


def _not_kolada() -> str:
    return _("Filen är inte Koladas JSON: listan ”values” saknas.")


class _Source:
    """What is left of a text.

    Fetched a piece at a time, dropped once it is read.
    """

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self._buffer = ""
        self._at = 0
        self._is_at_end = False

    def _fetch(self) -> bool:
        try:
            piece = self._text.read(_PIECE)
        except UnicodeDecodeError as error:
            raise Unreadable(_broken()) from error
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        self._is_at_end = not piece
        return bool(piece)

    def _skip_blank(self) -> None:
        while True:
            match = _BLANK.match(self._buffer, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._buffer) or not self._fetch():
                return

    def next_is(self, sign: str) -> bool:
        """Return whether the sign comes next, and pass it then."""
        self._skip_blank()
        if self._buffer[self._at : self._at + 1] != sign:
            return False
        self._at += 1
        return True

    def expect(self, sign: str, sentence: str) -> None:
        """Pass a sign, or raise Unreadable."""
        if not self.next_is(sign):
            raise Unreadable(sentence)

    def value(self, number: int | None) -> Any:
        """Return the next value. Raises Unreadable."""
        self._skip_blank()
        while True:
            try:
                value, end = _decoder.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                if len(self._buffer) - self._at > _MAX_ENTRY_LENGTH or not self._fetch():
                    raise Unreadable(_broken(), number) from error
                continue
            except (ValueError, RecursionError) as error:
                sentence = _("Posten har ett värde som inte är ett tal.")
                raise Unreadable(sentence, number, "value") from error
            # A number at the end of the buffer may go on in the next piece.
            if end == len(self._buffer) and not self._is_at_end and self._fetch():
                continue
            self._at = end
            return value
