"""What the headings and titles of Brå's tables tell: which column holds what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pledges.statistics import cells
from pledges.statistics.areas import plain
from pledges.statistics.source_rows import Intake
from pledges.statistics.tables import Row

_OFFENCE = frozenset({"brottstyp", "brott", "brottskod", "brottskategori", "brottsgrupp"})
_AREA = frozenset({"område", "region", "kommun", "län", "område/kommun", "kommun/område", "plats"})
_YEAR = frozenset({"år", "anmälningsår"})
_PERIOD = frozenset({"period", "månad", "kvartal", "tidsperiod"})
_MEASURE = frozenset({"mått", "enhet", "redovisning", "uppgift"})
_TITLE_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")


_RATE = re.compile(r"(?:antal )?(?:brott )?(?:/|per) ?100 ?000(?: inv(?:ånare|\b\.?))?", re.I)
_COUNT = re.compile(r"antal(?: anmälda)?(?: brott)?", re.I)


def is_rate(text: str) -> bool:
    """Whether a heading is of a number per 100,000 inhabitants."""
    return "100 000" in plain(text) or "100000" in text


def is_count(text: str) -> bool:
    """Whether a heading is of a number of offences."""
    words = plain(text)
    return "antal" in words and not is_rate(text) and "förändring" not in words


@dataclass(frozen=True)
class LongColumns:
    """The columns of the long layout."""

    area: int
    count: int
    offence: int | None
    rate: int | None
    year: int | None
    period: int | None


def long_columns(index: int, first: list[Row]) -> LongColumns | None:
    """Return which column holds what, when a row is the headings of the long layout."""
    texts = first[index][1]
    words = [plain(text) for text in texts]

    def first_of(names: frozenset[str]) -> int | None:
        return next((index for index, word in enumerate(words) if word in names), None)

    area = first_of(_AREA)
    count = next((index for index, text in enumerate(texts) if is_count(text)), None)
    if area is None or count is None or any(_column_period(text)[0] for text in texts if text):
        return None
    rate = next((index for index, text in enumerate(texts) if is_rate(text)), None)
    found = LongColumns(area, count, first_of(_OFFENCE), rate, first_of(_YEAR), first_of(_PERIOD))
    has_years_below = index + 1 < len(first) and _goes_on(first[index + 1][1])
    return None if found.year is None and found.period is None and has_years_below else found


def _goes_on(texts: list[str]) -> bool:
    """Whether a row goes on with the headings: its first cell is empty, periods follow."""
    return not texts[0].strip() and any(cells.period(text) for text in texts)


@dataclass
class WideColumns:
    """The columns of the wide layout, and how many rows its headings take above and below."""

    offence: int | None
    area: int | None
    measure: int | None
    # By column: the period, or a month's number that waits for the title's year.
    periods: list[tuple[int, cells.Period | int]] = field(default_factory=list)
    measures: dict[int, str] = field(default_factory=dict)
    rows_above: int = 0
    rows_below: int = 0
    passed_over: int = 0


def _column_period(text: str) -> tuple[cells.Period | int | None, str]:
    """Return the period of a column's heading and what else it says, such as "2024 Antal"."""
    found = cells.period(text)
    if found is not None:
        return found, ""
    if month := cells.month_number(text):
        return month, ""
    if is_rate(text) or is_count(text):
        bare = " ".join(re.sub(r"[,;:()]", " ", _COUNT.sub(" ", _RATE.sub(" ", text))).split())
        return cells.period(bare), " ".join(text.split())
    return None, ""


def wide_columns(index: int, first: list[Row]) -> WideColumns | None:
    """Return which column holds what, when a row is the periods of the wide layout."""
    number, texts = first[index]
    periods: list[tuple[int, cells.Period | int]] = []
    said: dict[int, str] = {}
    for column, text in enumerate(texts[1:], start=1):
        found, words = _column_period(text) if text.strip() else (None, "")
        if found is not None:
            periods.append((column, found))
            if words:
                said[column] = words
    if not periods or _comes_later(first[index + 1 :]):
        return None
    begins = periods[0][0]
    above = first[index - 1][1] if index and first[index - 1][0] == number - 1 else []
    below = first[index + 1][1] if index + 1 < len(first) else []
    found_columns = _labels(texts, above, below, begins)
    found_columns.measures = said
    if any(is_rate(text) or is_count(text) for text in below[begins:]):
        found_columns.rows_below = 1
        found_columns.measures = {
            column: text for column, text in enumerate(below) if column >= begins and text.strip()
        }
        periods = _spread(periods, found_columns.measures)
    elif any(is_rate(text) or is_count(text) for text in above[begins:]):
        found_columns.rows_above = 1
        found_columns.measures = _spread_words(above, periods)
    if not any(text.strip() for text in texts[:begins]) and any(above[:begins]):
        # The labels stand one row above the periods.
        found_columns.rows_above = 1
    taken = {column for column, _period in periods}
    found_columns.periods = periods
    found_columns.passed_over = sum(
        1
        for column, text in enumerate(texts)
        if column > begins and text.strip() and column not in taken
    )
    return found_columns


def _comes_later(rows: list[Row]) -> bool:
    """Whether the headings still come, so that a line like "Period: 2024" isn't taken for them."""
    return any(
        plain(texts[0]) in _OFFENCE | _AREA and any(cells.period(text) for text in texts[1:])
        for _number, texts in rows
    )


def _labels(texts: list[str], above: list[str], below: list[str], begins: int) -> WideColumns:
    """Return which of the columns before the periods name the offence, the area, the measure."""
    found = WideColumns(None, None, None)
    for column in range(begins):
        words = {
            plain(row[column]) for row in (texts, above, below) if column < len(row) and row[column]
        }
        if words & _AREA and found.area is None:
            found.area = column
        elif words & _MEASURE and found.measure is None:
            found.measure = column
        elif words & _OFFENCE and found.offence is None:
            found.offence = column
    if found.offence is None and found.area is None:
        found.offence = 0
    return found


def _spread(
    periods: list[tuple[int, cells.Period | int]], measures: dict[int, str]
) -> list[tuple[int, cells.Period | int]]:
    """Let a period's heading reach over the columns of its measures, as merged cells do."""
    every = []
    starts = dict(periods)
    current: cells.Period | int | None = None
    for column in sorted({*starts, *measures}):
        current = starts.get(column, current)
        if current is not None and column in measures:
            every.append((column, current))
    return every


def _spread_words(
    above: list[str], periods: list[tuple[int, cells.Period | int]]
) -> dict[int, str]:
    """Let a measure's heading reach over the periods below it."""
    said: dict[int, str] = {}
    for column, _period in periods:
        words = next((text for text in reversed(above[: column + 1]) if text.strip()), "")
        said[column] = words
    return said


@dataclass
class Titles:
    """What the lines above the headings tell: one area, one offence, one year, if they do.

    Without a year in them, the one in the file's name counts.
    """

    area: int | None = None
    offence: str = ""
    year: int | None = None
    is_preliminary: bool = False
    preliminary_years: frozenset[int] = frozenset()

    @classmethod
    def of(cls, rows: list[Row], intake: Intake) -> Titles:
        """Read the rows above the headings."""
        found = cls()
        years: list[int] = []
        for _number, texts in rows:
            line = " ".join(text.strip() for text in texts if text.strip())
            heading, _sign, value = line.partition(":")
            named = value.strip() or line
            # A year alone is no code, though some municipalities' codes look like years.
            if found.area is None and not named.isdecimal():
                found.area = intake.areas.find(named)
            if plain(heading) in _OFFENCE and value.strip():
                found.offence = value.strip()
            told = [int(year) for year in _TITLE_YEAR.findall(line)]
            years += told
            if "preliminär" in plain(line):
                if told and plain(line).startswith("preliminär"):
                    found.preliminary_years |= frozenset(told)
                else:
                    found.is_preliminary = True
        if not years:
            years = [int(year) for year in _TITLE_YEAR.findall(intake.file_name)]
        found.year = years[0] if len(set(years)) == 1 else None
        return found
