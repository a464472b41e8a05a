"""Interpret the headings and titles of Brå's tables.

They show which column holds what.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pledges.statistics import cells
from pledges.statistics.areas import plain
from pledges.statistics.source_rows import ReadingContext
from pledges.statistics.tables import Row

_OFFENCE = frozenset({"brottstyp", "brott", "brottskod", "brottskategori", "brottsgrupp"})
_AREA = frozenset(
    {
        *("område", "region", "kommun", "län", "område/kommun", "kommun/område", "plats"),
        *("kommuner", "lokalpolisområde", "lpo"),
    }
)
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
    name = plain(text)
    return "antal" in name and not is_rate(text) and "förändring" not in name


@dataclass(frozen=True)
class LongColumns:
    """The columns of the long layout.

    `area` is None where the titles name the one area. `shift` headings stand before those of the
    rows: Brå's database repeats its first two.
    """

    area: int | None
    count: int
    offence: int | None
    rate: int | None
    year: int | None
    period: int | None
    shift: int = 0


def long_columns(index: int, first: list[Row]) -> LongColumns | None:
    """Return the columns of the long layout, if a row is its headings."""
    shift = _repeated(index, first)
    texts = first[index][1][shift:]
    headings = [plain(text) for text in texts]

    def first_of(names: frozenset[str]) -> int | None:
        return next((index for index, name in enumerate(headings) if name in names), None)

    area = first_of(_AREA)
    count = next((index for index, text in enumerate(texts) if is_count(text)), None)
    if count is None or any(_column_period(text)[0] for text in texts if text):
        return None
    if area is None and first_of(_OFFENCE) is None:
        return None
    rate = next((index for index, text in enumerate(texts) if is_rate(text)), None)
    columns = LongColumns(
        *(area, count, first_of(_OFFENCE), rate, first_of(_YEAR), first_of(_PERIOD)), shift=shift
    )
    has_years_below = index + 1 < len(first) and _goes_on(first[index + 1][1])
    return None if columns.year is None and columns.period is None and has_years_below else columns


def _repeated(index: int, first: list[Row]) -> int:
    """Return how many headings are repeated at once, and stand over nothing.

    "Region;Brott;Region;Brott;År" has rows of one area and one offence.
    """
    headings = [plain(text) for text in first[index][1]]
    while headings and not headings[-1]:
        headings.pop()
    for number in range(len(headings) // 2, 0, -1):
        if headings[:number] == headings[number : 2 * number]:
            widest = max((_filled(texts) for _number, texts in first[index + 1 :]), default=0)
            return number if 0 < widest <= len(headings) - number else 0
    return 0


def _filled(texts: list[str]) -> int:
    return max((place for place, text in enumerate(texts, start=1) if text.strip()), default=0)


def _goes_on(texts: list[str]) -> bool:
    """Return whether a row continues the headings.

    Its first cell is empty, and periods follow.
    """
    return not texts[0].strip() and any(_column_period(text)[0] for text in texts if text)


@dataclass
class WideColumns:
    """The columns of the wide layout.

    And how many rows its headings take above and below.
    """

    offence: int | None
    area: int | None
    measure: int | None
    # By column: the period, or a month's number that waits for the title's year.
    periods: list[tuple[int, cells.Period | int]] = field(default_factory=list)
    measures: dict[int, str] = field(default_factory=dict)
    rows_above: int = 0
    rows_below: int = 0
    ignored: int = 0


def _column_period(text: str) -> tuple[cells.Period | int | None, str]:
    """Return the period of a column's heading and what else it says.

    Such as "2024 Antal".
    """
    period = cells.period(text)
    if period is not None:
        return period, ""
    if month := cells.month_number(text):
        return month, ""
    if is_rate(text) or is_count(text):
        bare = " ".join(re.sub(r"[,;:()]", " ", _COUNT.sub(" ", _RATE.sub(" ", text))).split())
        return cells.period(bare), " ".join(text.split())
    return None, ""


def wide_columns(index: int, first: list[Row]) -> WideColumns | None:
    """Return the columns of the wide layout, if a row is its periods."""
    number, texts = first[index]
    periods: list[tuple[int, cells.Period | int]] = []
    measures: dict[int, str] = {}
    for column, text in enumerate(texts[1:], start=1):
        period, words = _column_period(text) if text.strip() else (None, "")
        if period is not None:
            periods.append((column, period))
            if words:
                measures[column] = words
    if not periods or _comes_later(first[index + 1 :]):
        return None
    begins = periods[0][0]
    above = first[index - 1][1] if index and first[index - 1][0] == number - 1 else []
    below = first[index + 1][1] if index + 1 < len(first) else []
    columns = _labels(texts, above, below, begins)
    columns.measures = measures
    if any(is_rate(text) or is_count(text) for text in below[begins:]):
        columns.rows_below = 1
        columns.measures = {
            column: text for column, text in enumerate(below) if column >= begins and text.strip()
        }
        periods = _spread(periods, columns.measures)
    elif any(is_rate(text) or is_count(text) for text in above[begins:]):
        columns.rows_above = 1
        columns.measures = _spread_measures(above, periods)
    if not any(text.strip() for text in texts[:begins]) and any(above[:begins]):
        # The labels stand one row above the periods.
        columns.rows_above = 1
    period_columns = {column for column, _period in periods}
    columns.periods = periods
    columns.ignored = sum(
        1
        for column, text in enumerate(texts)
        if column > begins and text.strip() and column not in period_columns
    )
    return columns


def _comes_later(rows: list[Row]) -> bool:
    """Return whether the headings still come.

    So that a line like "Period: 2024" isn't taken for them.
    """
    return any(
        plain(texts[0]) in _OFFENCE | _AREA and any(cells.period(text) for text in texts[1:])
        for _number, texts in rows
    )


def _labels(texts: list[str], above: list[str], below: list[str], begins: int) -> WideColumns:
    """Return the columns of offence, area and measure before the periods."""
    columns = WideColumns(None, None, None)
    for column in range(begins):
        names = {
            plain(row[column]) for row in (texts, above, below) if column < len(row) and row[column]
        }
        if names & _AREA and columns.area is None:
            columns.area = column
        elif names & _MEASURE and columns.measure is None:
            columns.measure = column
        elif names & _OFFENCE and columns.offence is None:
            columns.offence = column
    if columns.offence is None and columns.area is None:
        columns.offence = 0
    return columns


def _spread(
    periods: list[tuple[int, cells.Period | int]], measures: dict[int, str]
) -> list[tuple[int, cells.Period | int]]:
    """Let a period's heading reach over its measures, as merged cells do."""
    columns = []
    starts = dict(periods)
    current: cells.Period | int | None = None
    for column in sorted({*starts, *measures}):
        current = starts.get(column, current)
        if current is not None and column in measures:
            columns.append((column, current))
    return columns


def _spread_measures(
    above: list[str], periods: list[tuple[int, cells.Period | int]]
) -> dict[int, str]:
    """Let a measure's heading reach over the periods below it."""
    measures: dict[int, str] = {}
    for column, _period in periods:
        measure = next((text for text in reversed(above[: column + 1]) if text.strip()), "")
        measures[column] = measure
    return measures


@dataclass
class Titles:
    """What the lines above the headings say.

    One area, one offence, one year, if they do. Without a year in them, the one in the file's name
    counts.
    """

    area: int | None = None
    offence: str = ""
    year: int | None = None
    is_preliminary: bool = False
    preliminary_years: frozenset[int] = frozenset()
    text: str = ""

    @classmethod
    def from_rows(cls, rows: list[Row], context: ReadingContext) -> Titles:
        """Read the rows above the headings."""
        titles = cls()
        years: list[int] = []
        for _number, texts in rows:
            line = " ".join(text.strip() for text in texts if text.strip())
            heading, _sign, value = line.partition(":")
            area_text = value.strip() or line
            # A year alone is no code, though some municipalities' codes look like years.
            if titles.area is None and not area_text.isdecimal():
                titles.area = context.areas.find(area_text) or context.areas.within(line)
            titles.text = f"{titles.text} {line}".strip()
            if plain(heading) in _OFFENCE and value.strip():
                titles.offence = value.strip()
            line_years = [int(year) for year in _TITLE_YEAR.findall(line)]
            years += line_years
            if "preliminär" in plain(line):
                if line_years and plain(line).startswith("preliminär"):
                    titles.preliminary_years |= frozenset(line_years)
                else:
                    titles.is_preliminary = True
        if not years:
            years = [int(year) for year in _TITLE_YEAR.findall(context.file_name)]
        titles.year = years[0] if len(set(years)) == 1 else None
        return titles
