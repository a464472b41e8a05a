"""Years and months of a small municipality, with good defaults."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pledges.statistics.analysis.observations import (
    Level,
    MonthCount,
    YearCount,
    YearShare,
    YearValue,
)


def counts(*cases: int, start: int = 2016, population: float | None = 8000, **more: Any) -> Any:
    """Years in a row with so many cases each."""
    return [
        YearCount(start + index, count, population, **more) for index, count in enumerate(cases)
    ]


def values(*pairs: tuple[float, float], start: int = 2016) -> list[YearValue]:
    """Return years in a row, each with a value and its interval's half width."""
    return [
        YearValue(start + index, value, value - half, value + half)
        for index, (value, half) in enumerate(pairs)
    ]


def months(year: int, *cases: int, **more: Any) -> list[MonthCount]:
    """Return the months of a year from January on, with so many cases each."""
    return [MonthCount(year, 1 + index, count, 8000, **more) for index, count in enumerate(cases)]


POPULATIONS = st.none() | st.integers(0, 100_000_000)
LEVELS = st.sampled_from(list(Level))
YEARS = st.integers(1990, 2040)


def of_different_years(rows: st.SearchStrategy[Any], most: int = 12) -> st.SearchStrategy[Any]:
    """Return lists in which no year comes twice."""
    return st.lists(rows, max_size=most, unique_by=lambda row: row.year)


ANY_COUNTS = of_different_years(
    st.builds(
        YearCount,
        YEARS,
        st.integers(0, 60) | st.integers(0, 1_000_000),
        POPULATIONS,
        st.sampled_from([12, 12, 12, 12, 7, 1]),
        st.booleans(),
        st.sampled_from([*[Level.MUNICIPALITY] * 5, *Level]),
    )
)
ANY_SHARES = of_different_years(
    st.builds(
        lambda year, answered, part, **more: YearShare(
            year, round(part * answered), answered, **more
        ),
        YEARS,
        st.integers(0, 2000),
        st.floats(0, 1),
        is_preliminary=st.booleans(),
        level=LEVELS,
    )
)
ANY_VALUES = of_different_years(
    st.builds(
        lambda year, value, ends, **more: YearValue(
            year, value, *([value - ends[0], value + ends[1]] if ends else []), **more
        ),
        YEARS,
        st.floats(-1e6, 1e6),
        st.none() | st.tuples(st.floats(0, 1e4), st.floats(0, 1e4)),
        is_preliminary=st.booleans(),
        level=LEVELS,
    )
)
