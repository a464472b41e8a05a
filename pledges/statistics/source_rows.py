"""What all readers of statistics share: the rows that they give, and where they tell of faults."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from pledges.models import Indicator, Observation
from pledges.statistics.areas import AreaFinder, plain

# Whoever has more faults than these has made the same one all the way down.
MOST_FAULTS = 200
_MOST_INDICATORS = 2_000


@dataclass(frozen=True)
class Fault:
    """One fault: in which file, on which row and under which heading, and a sentence.

    `row` is None when it is the whole file's, `column` empty when it is the whole row's. Files of
    JSON have no rows of their own: there `row` is the number of the entry, and `in_entries` is set.
    """

    file: str
    row: int | None
    column: str
    sentence: str
    in_entries: bool = False

    @property
    def where(self) -> str:
        """The row and the column in words, or nothing."""
        if self.row is None:
            return ""
        words = _("post %(row)s") if self.in_entries else _("rad %(row)s")
        place = words % {"row": self.row}
        return f"{place}, {self.column}" if self.column else place

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.where, self.sentence) if part)


class StatisticsFileError(Exception):
    """A file that can't be imported; nothing was written.

    `faults` are the first of them, `total` how many there are.
    """

    def __init__(self, faults: list[Fault], total: int | None = None) -> None:
        self.faults = faults
        self.total = len(faults) if total is None else total
        super().__init__("\n".join(map(str, faults)))


class Unreadable(Exception):
    """Reading can't go on; the text is a sentence, `row` and `column` tell where if anywhere."""

    def __init__(self, sentence: str, row: int | None = None, column: str = "") -> None:
        self.row, self.column = row, column
        super().__init__(sentence)


@dataclass(frozen=True)
class Named:
    """An indicator as its source names it, and what a new one is made from."""

    source: str
    code: str
    name: str
    kind: str
    unit: str
    better: str = Indicator.Better.NEITHER
    name_en: str = ""
    explanation: str = ""

    def __post_init__(self) -> None:
        for name in ("source", "code", "name", "name_en", "explanation"):
            object.__setattr__(self, name, " ".join(printable(getattr(self, name)).split()))

    @property
    def identity(self) -> tuple[str, str]:
        """What tells it from all others: source and code, whatever their case and spaces."""
        return plain(self.source), plain(self.code)


class ReadObservation(NamedTuple):
    """One figure as it is read. `indicator` is its number in the intake's list, `area` the area's
    key, `column` the index of the heading that the figure stands under.

    `is_rate_only` says that `per_100_000` is all that it tells, and that the count has a row of its
    own.
    """

    indicator: int
    area: int
    period: str
    begins: date
    value: Decimal | None
    row: int
    column: int
    gender: str = Observation.Gender.ALL
    per_100_000: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    note: str = Observation.Note.NONE
    is_rate_only: bool = False


@dataclass
class Intake:
    """What a file is read against, and what is noticed on the way.

    `scope` is the areas whose rows are read; None for all. `passed_over` counts by reason what was
    seen and is not for the portal, `not_ours` the rows of other areas by their names.
    """

    file_name: str
    areas: AreaFinder
    today: date
    scope: frozenset[int] | None = None
    most_faults: int = MOST_FAULTS
    in_entries: bool = False
    headings: list[str] = field(default_factory=list)
    indicators: list[Named] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    number_of_faults: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    not_ours: Counter[str] = field(default_factory=Counter)
    defined: list[Named] = field(default_factory=list)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    _known: dict[tuple[str, str], Indicator] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in Indicator.objects.all():
            self._known[plain(each.source), plain(each.source_code)] = each

    def fault(self, row: int | None, column: str, sentence: str) -> None:
        """Take down a fault; beyond the first ones only their number."""
        self.number_of_faults += 1
        if len(self.faults) < self.most_faults:
            said = (printable(column), printable(sentence))
            self.faults.append(Fault(self.file_name, row, *said, self.in_entries))

    def heading(self, index: int) -> str:
        """Return the heading of a column, or its letter as spreadsheets show it."""
        if index < len(self.headings) and self.headings[index]:
            return self.headings[index]
        return column_letter(index)

    def area(self, text: str, row: int, column: str) -> int | None:
        """Return the area that a text names. None when it is not among those that are read, or
        unknown, which is a fault."""
        found = self.areas.find(text)
        if found is None:
            self.fault(row, column, unknown_area(text))
        elif self.scope is not None and found not in self.scope:
            self.not_ours[self.areas.names[found]] += 1
            return None
        return found

    def indicator(self, named: Named) -> int:
        """Return the number of an indicator in the list of those that the file tells of."""
        number = self._numbers.get(named.identity)
        if number is None:
            if len(self.indicators) >= _MOST_INDICATORS:
                raise Unreadable(
                    _("Filen har fler än %(most)s indikatorer. Dela upp den.")
                    % {"most": _MOST_INDICATORS}
                )
            number = self._numbers[named.identity] = len(self.indicators)
            self.indicators.append(named)
        return number

    def known(self, named: Named) -> Indicator | None:
        """Return the portal's own indicator of that source and code, if there is one."""
        return self._known.get(named.identity)

    def all_known(self) -> list[Indicator]:
        """Return every indicator of the portal."""
        return list(self._known.values())


def printable(text: str) -> str:
    """Return a text without what can't be shown or stored, such as control characters."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else " " for sign in text)


def unknown_area(text: str) -> str:
    """Return the sentence about an area that isn't known."""
    if not text.strip():
        return _("Området saknas.")
    return _("Området ”%(name)s” är okänt. Skriv namnet eller SCB:s kod.") % {"name": text[:60]}


def column_letter(index: int) -> str:
    """Return a column as spreadsheets call it: 0 is A, 26 is AA."""
    letters, rest = "", index + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        letters = chr(65 + last) + letters
    return letters
