"""What all readers of statistics share.

The rows that they give, and where they report faults.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from pledges.models import Indicator, Observation
from pledges.statistics.areas import AreaFinder
from pledges.statistics.names import IndicatorDefinition, IndicatorNames, printable

# Whoever has more faults than these has made the same one all the way down.
MAX_FAULTS = 200
_MAX_INDICATORS = 2_000


@dataclass(frozen=True)
class Fault:
    """One fault: its file, row and heading, and a sentence.

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
        """The row and the column as text, or nothing."""
        if self.row is None:
            return ""
        template = _("post %(row)s") if self.in_entries else _("rad %(row)s")
        place = template % {"row": self.row}
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
    """A file whose reading can't go on; the text is a sentence.

    `row` and `column` say where, if anywhere.
    """

    def __init__(self, sentence: str, row: int | None = None, column: str = "") -> None:
        self.row, self.column = row, column
        super().__init__(sentence)


class ReadObservation(NamedTuple):
    """One figure as it is read.

    `indicator` is its number in the context's list, `area` the area's key, `column` the index of
    the heading that the figure stands under. `is_rate_only` says that `per_100_000` is all that it
    has, and that the count has a row of its own.
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
class ReadingContext:
    """What a file is read against, and what is noticed on the way.

    `scope` is the areas whose rows are read; None for all. `ignored` counts by reason what was seen
    and is not for the portal, `other_areas` the rows of other areas by their names; `remarks` are
    sentences that whoever imports the file should read. `sheet` is the one being read, where a
    workbook has several.
    """

    file_name: str
    areas: AreaFinder
    today: date
    scope: frozenset[int] | None = None
    most_faults: int = MAX_FAULTS
    in_entries: bool = False
    headings: list[str] = field(default_factory=list)
    indicators: list[IndicatorDefinition] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    number_of_faults: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    other_areas: Counter[str] = field(default_factory=Counter)
    definitions: list[IndicatorDefinition] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    sheet: str = ""
    names: IndicatorNames = field(default_factory=IndicatorNames)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def add_fault(self, row: int | None, column: str, sentence: str) -> None:
        """Add a fault; beyond the first ones count them only."""
        self.number_of_faults += 1
        if len(self.faults) < self.most_faults:
            if self.sheet:
                sentence = _("%(sentence)s (bladet %(sheet)s)") % {
                    "sentence": sentence,
                    "sheet": self.sheet,
                }
            texts = (printable(column), printable(sentence))
            self.faults.append(Fault(self.file_name, row, *texts, self.in_entries))

    def heading(self, index: int) -> str:
        """Return the heading of a column, or its letter as spreadsheets show it."""
        if index < len(self.headings) and self.headings[index]:
            return self.headings[index]
        return column_letter(index)

    def area(self, text: str, row: int, column: str) -> int | None:
        """Return the area that a text names.

        None when it is not among those that are read, or unknown, which is a fault.
        """
        key = self.areas.find(text, column)
        if key is None:
            self.add_fault(row, column, unknown_area(text))
            return None
        return self.scoped(key)

    def scoped(self, key: int) -> int | None:
        """Return an area whose figures are read.

        None for another, whose row is counted.
        """
        if self.scope is None or key in self.scope:
            return key
        self.other_areas[self.areas.names[key]] += 1
        return None

    def indicator(self, definition: IndicatorDefinition) -> int:
        """Return the number of an indicator in the file's list of indicators.

        Names of the same thing have the same number.
        """
        definition = self.names.canonical(definition)
        number = self._numbers.get(definition.identity)
        if number is None:
            if len(self.indicators) >= _MAX_INDICATORS:
                raise Unreadable(
                    _("Filen har fler än %(most)s indikatorer. Dela upp den.")
                    % {"most": _MAX_INDICATORS}
                )
            number = self._numbers[definition.identity] = len(self.indicators)
            self.indicators.append(definition)
        return number

    def known(self, definition: IndicatorDefinition) -> Indicator | None:
        """Return the portal's own indicator of a definition, if there is one."""
        return self.names.find(definition)


def unknown_area(text: str) -> str:
    """Return the sentence about an area that isn't known."""
    if not text.strip():
        return _("Området saknas.")
    return _("Området ”%(name)s” är okänt. Skriv namnet eller SCB:s kod.") % {"name": text[:60]}


def column_letter(index: int) -> str:
    """Return a column's letters in a spreadsheet: 0 is A, 26 is AA."""
    letters, rest = "", index + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        letters = chr(65 + last) + letters
    return letters
