"""Verdicts on years drawn by chance, where the truth is known.

A rule that always says "no" fails the second half of these, one that always says "yes" the first.
The draws are the same each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest

from pledges.statistics.analysis.comparison import (
    Against,
    Verdict,
    compare_before_and_since,
    compare_with_area,
)
from pledges.statistics.analysis.observations import Level, YearCount, YearShare
from pledges.statistics.analysis.trends import Course, count_trend

FIRST = date(2020, 1, 1)
SERIES = 2000
CERTAIN = {Verdict.HIGHER, Verdict.LOWER}


def drawn(means: Sequence[float], spread: float = 1.0, seed: int = 2560) -> list[list[YearCount]]:
    """Return series from 2017 on with these expected cases.

    They vary `spread` times as much as chance in counting.
    """
    chance = np.random.default_rng(seed)
    expected: Any = np.tile(np.array(means, dtype=float), (SERIES, 1))
    if spread > 1:
        expected = chance.gamma(expected / (spread - 1), spread - 1)
    return [
        [YearCount(2017 + index, int(count), 8000) for index, count in enumerate(row)]
        for row in chance.poisson(expected)
    ]


def claims(series: list[list[YearCount]], *verdicts: Verdict) -> float:
    outcomes = [compare_before_and_since(years, FIRST).verdict for years in series]
    return sum(verdict in verdicts for verdict in outcomes) / len(series)


@pytest.mark.parametrize("mean", [2, 8, 30, 150])
@pytest.mark.parametrize("years", [1, 3])
def test_no_change_is_hardly_ever_called_one(mean: int, years: int) -> None:
    # 5 of 100, and what chance makes of it in two thousand series.
    assert claims(drawn([mean] * (3 + years)), *CERTAIN) <= 0.06


@pytest.mark.parametrize("spread", [2, 4])
def test_nor_where_the_years_vary_more_than_chance(spread: int) -> None:
    """Chance in counting alone would claim a change in 15 and 30 of 100."""
    assert claims(drawn([20] * 6, spread), *CERTAIN) <= 0.1


def test_a_true_doubling_is_seen_when_there_are_cases_enough() -> None:
    assert claims(drawn([20] * 3 + [40] * 3), Verdict.HIGHER) >= 0.9
    assert claims(drawn([40] * 3 + [20] * 3), Verdict.LOWER) >= 0.9
    assert claims(drawn([30] * 3 + [60]), Verdict.HIGHER) >= 0.8


def test_a_true_doubling_of_very_few_cases_is_not_made_much_of() -> None:
    series = drawn([1] * 3 + [2] * 3)
    assert claims(series, Verdict.TOO_FEW, Verdict.NO_CERTAIN_DIFFERENCE) >= 0.8
    assert claims(series, Verdict.LOWER) <= 0.01


def test_like_its_county_is_hardly_ever_called_different_and_twice_as_much_often_is() -> None:
    def certain(times: float) -> float:
        outcomes = []
        for years in drawn([20.0 * times] * 5):
            rest = YearCount(2021, 600 + years[-1].count, 248_000, level=Level.COUNTY)
            outcomes.append(compare_with_area(years, [rest], Against.COUNTY).verdict)
        return sum(verdict in CERTAIN for verdict in outcomes) / SERIES

    assert certain(1) <= 0.06
    assert certain(2) >= 0.8


@pytest.mark.parametrize("count", [4, 8])
def test_steady_years_hardly_ever_have_a_trend(count: int) -> None:
    trends = [count_trend(years).course for years in drawn([12] * count)]
    assert sum(course in {Course.RISING, Course.FALLING} for course in trends) <= 0.06 * SERIES


def test_a_true_trend_is_seen() -> None:
    trends = [count_trend(years).course for years in drawn([12 * 1.2**i for i in range(8)])]
    assert trends.count(Course.RISING) >= 0.9 * SERIES


def test_survey_shares_that_are_alike_are_hardly_ever_called_different() -> None:
    chance = np.random.default_rng(2560)
    pairs = chance.binomial([80, 90], 0.12, size=(SERIES, 2))
    outcomes = [
        compare_before_and_since([YearShare(2019, int(a), 80), YearShare(2020, int(b), 90)], FIRST)
        for a, b in pairs
    ]
    assert sum(comparison.verdict in CERTAIN for comparison in outcomes) <= 0.06 * SERIES
    pairs = chance.binomial([80, 90], [0.12, 0.4], size=(SERIES, 2))
    outcomes = [
        compare_before_and_since([YearShare(2019, int(a), 80), YearShare(2020, int(b), 90)], FIRST)
        for a, b in pairs
    ]
    assert sum(comparison.verdict == Verdict.HIGHER for comparison in outcomes) >= 0.9 * SERIES
