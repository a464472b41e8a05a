"""Read a cell of a table of statistics.

It holds a figure, a period or a gender, or a mark for none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from pledges.models import Observation, PeriodKind
from pledges.models.statistics import first_day_of
from pledges.statistics.areas import plain

Note = Observation.Note

# Brå writes a line for none, two dots for what is missing, and these words for what is secret.
LINES = frozenset("-–—−")
_MISSING = frozenset({"..", "…", ".", "...", "uppgift saknas", "saknas"})
_SECRET = frozenset({"x", "xx", "sekretess"})

# The thousands of a number may be parted by any kind of space.
_SPACES = re.compile("[ \u00a0\u2007\u2009\u202f]")
_GROUPED = re.compile("-?[0-9]{1,3}(?:[ \u00a0\u2007\u2009\u202f][0-9]{3})+(?:,[0-9]+|[.][0-9]+)?")
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_MAX_DIGITS = 12
_RATE_DIGITS = 10
_STEP, _RATE_STEP = Decimal("0.0001"), Decimal("0.01")

_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_MONTH_NAMES = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
_PRELIMINARY = re.compile(r"\(?\bprel(?:iminär[a-z]*)?\b\.?\)?|\*+|\(p\)")
_YEAR = re.compile(r"(?:år |helår |helåret )?([0-9]{4})(?: helår)?")
_YEAR_MONTH = re.compile(r"([0-9]{4})(?:[- /]|m|)([0-9]{2})(?:-01)?")
_YEAR_QUARTER = re.compile(r"([0-9]{4})[- ]?(?:k|q|kv|kvartal ?)([1-4])")
_QUARTER_YEAR = re.compile(r"(?:k|q|kv|kvartal) ?([1-4])[- ,]*([0-9]{4})")
_NAMED_MONTH = re.compile(r"([a-zåäö]+)\.?[- ,]*([0-9]{4})|([0-9]{4})[- ,]*([a-zåäö]+)\.?")

_GENDERS = {
    **dict.fromkeys(["", "t", "totalt", "alla", "båda", "båda könen"], Observation.Gender.ALL),
    **dict.fromkeys(["k", "kvinna", "kvinnor"], Observation.Gender.WOMEN),
    **dict.fromkeys(["m", "man", "män"], Observation.Gender.MEN),
}
_NOTES = {
    **dict.fromkeys(["", "slutlig", "slutliga"], Note.NONE),
    **dict.fromkeys(["preliminär", "preliminära", "prel", "prel.", "*", "p"], Note.PRELIMINARY),
    **dict.fromkeys(["saknas", "uppgift saknas", "missing", ".."], Note.MISSING),
    **dict.fromkeys(["sekretess", "secret", "hemlig", "x"], Note.SECRET),
}


class NotAFigure(Exception):
    """A cell that should hold a figure and doesn't; the text is a sentence."""


@dataclass(frozen=True)
class Figure:
    """A figure, or the reason why there is none."""

    value: Decimal | None
    note: str = Note.NONE


@lru_cache(maxsize=50_000)
def figure(text: str) -> Figure:
    """Return the figure in a cell.

    A line is zero; ".." is missing and "X" or "Sekretess" secret; an asterisk after the number
    means that it is preliminary. Raises NotAFigure.
    """
    text = text.strip()
    if text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS:
        return Figure(Decimal(text))
    if not text:
        raise NotAFigure(_("Cellen är tom. Skriv .. om uppgiften saknas."))
    if text in LINES:
        return Figure(Decimal(0))
    word = plain(text)
    if word in _MISSING:
        return Figure(None, Note.MISSING)
    if word in _SECRET:
        return Figure(None, Note.SECRET)
    number = text.rstrip("*").rstrip()
    return Figure(_number(number), Note.NONE if number == text else Note.PRELIMINARY)


def is_too_large(number: int | Decimal) -> bool:
    """Return whether a number has more digits than any figure."""
    return abs(number) >= 10**_MAX_DIGITS


def _number(text: str) -> Decimal:
    text = text.replace("−", "-")
    if _GROUPED.fullmatch(text):
        text = _SPACES.sub("", text)
    if not _NUMBER.fullmatch(text):
        raise NotAFigure(_("”%(text)s” är inte ett tal.") % {"text": text[:40]})
    number = Decimal(text.replace(",", "."))
    if is_too_large(number):
        raise NotAFigure(_("Talet är för stort."))
    return number


@lru_cache(maxsize=50_000)
def count(text: str) -> Figure:
    """Return a number of events or people, whole and not negative.

    Raises NotAFigure.
    """
    figure_read = figure(text)
    if figure_read.value is not None:
        if figure_read.value != figure_read.value.to_integral_value():
            raise NotAFigure(_("Ett antal ska vara ett heltal."))
        if figure_read.value < 0:
            raise NotAFigure(_("Ett antal kan inte vara mindre än noll."))
    return figure_read


@lru_cache(maxsize=50_000)
def rate(text: str) -> Figure:
    """Return a number per 100,000, to two decimals. Raises NotAFigure."""
    figure_read = figure(text)
    if figure_read.value is None:
        return figure_read
    if figure_read.value < 0:
        raise NotAFigure(_("Ett antal per 100 000 kan inte vara mindre än noll."))
    if figure_read.value >= 10**_RATE_DIGITS:
        raise NotAFigure(_("Talet är för stort."))
    return Figure(figure_read.value.quantize(_RATE_STEP), figure_read.note)


def measure(text: str, *, is_share: bool = False) -> Figure:
    """Return a figure of any other unit, to four decimals.

    A share is 0 to 100. Raises NotAFigure.
    """
    figure_read = figure(text)
    if figure_read.value is None:
        return figure_read
    if is_share and not 0 <= figure_read.value <= 100:
        raise NotAFigure(_("En andel ska vara mellan 0 och 100 procent."))
    return Figure(to_four_decimals(figure_read.value), figure_read.note)


def to_four_decimals(value: Decimal) -> Decimal:
    """Return a value as it is stored."""
    return value if value == value.to_integral_value() else value.quantize(_STEP)


@dataclass(frozen=True)
class Period:
    """A period that a cell names: its kind and first day.

    `is_preliminary` when the cell says so.
    """

    kind: str
    begins: date
    is_preliminary: bool = False


def is_year(number: int) -> bool:
    """Return whether a number can be a year that figures are of."""
    return 1900 <= number <= 2199


@lru_cache(maxsize=10_000)
def period(text: str) -> Period | None:
    """Return the period that a text names, or None.

    Years, months and quarters are known as "2024", "2024-03", "2024M03", "202403", "2024 mar",
    "mars 2024", "2024K1" and "kvartal 1 2024"; "prel." or an asterisk makes it preliminary.
    """
    name = plain(text)
    bare = " ".join(_PRELIMINARY.sub(" ", name).split())
    is_preliminary = bare != name
    parts = _period(bare)
    if parts is None:
        return None
    kind, year, number = parts
    if not is_year(year):
        return None
    return Period(kind, first_day_of(kind, year, number), is_preliminary)


def _period(name: str) -> tuple[str, int, int] | None:
    if match := _YEAR.fullmatch(name):
        return PeriodKind.YEAR, int(match[1]), 1
    if match := _YEAR_MONTH.fullmatch(name):
        month = int(match[2])
        return (PeriodKind.MONTH, int(match[1]), month) if 1 <= month <= 12 else None
    if match := _YEAR_QUARTER.fullmatch(name):
        return PeriodKind.QUARTER, int(match[1]), int(match[2])
    if match := _QUARTER_YEAR.fullmatch(name):
        return PeriodKind.QUARTER, int(match[2]), int(match[1])
    if match := _NAMED_MONTH.fullmatch(name):
        month = month_number(match[1] or match[4])
        return (PeriodKind.MONTH, int(match[2] or match[3]), month) if month else None
    return None


def month_number(word: str) -> int:
    """Return 1 to 12 for a month's name or its first letters, else 0."""
    word = plain(word).rstrip(".")
    if word in _MONTH_NAMES:
        return _MONTH_NAMES.index(word) + 1
    word = "sep" if word == "sept" else word
    return _MONTHS.index(word) + 1 if word in _MONTHS else 0


@lru_cache(maxsize=1_000)
def gender(text: str) -> str | None:
    """Return the gender that a figure is of, or None for other words."""
    return _GENDERS.get(plain(text))


@lru_cache(maxsize=1_000)
def note(text: str) -> str | None:
    """Return the note that a remark makes on the figure, or None."""
    return _NOTES.get(plain(text))
