"""Trends agree with statsmodels; none is claimed where little is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from pledges.statistics.analysis.observations import Level, YearCount, YearValue
from pledges.statistics.analysis.rates import Interval
from pledges.statistics.analysis.trends import (
    Course,
    count_trend,
    needs_means,
    spread,
    three_year_means,
    value_trend,
)
from tests.pledges.statistics.analysis.builders import ANY_COUNTS, ANY_VALUES, counts, values

SERIES = st.lists(
    st.tuples(st.integers(0, 400), st.integers(2_000, 50_000)), min_size=4, max_size=15
)


def log_linear(years: list[YearCount]) -> Any:
    """Statsmodels' own Poisson regression."""
    times = np.array([year.year for year in years], dtype=float)
    return sm.GLM(
        [year.count for year in years],
        sm.add_constant(times - times.mean()),
        family=sm.families.Poisson(),
        offset=np.log([year.population for year in years]),
    )


@settings(deadline=None)
@given(SERIES)
def test_the_trend_of_cases_is_that_of_statsmodels(pairs: list[tuple[int, int]]) -> None:
    years = [YearCount(2010 + i, count, people) for i, (count, people) in enumerate(pairs)]
    # Where nearly all is at one end the factor has hardly an end; the library doesn't get there.
    assume(sum(1 for year in years if year.count) > len(years) // 2)
    theirs = log_linear(years).fit(maxiter=300, tol=1e-14)
    their_spread = theirs.pearson_chi2 / theirs.df_resid
    ours = count_trend(years)
    assume(abs(their_spread - 1) > 1e-6)
    if ours.course == Course.TOO_FEW_CASES:
        assert sum(year.count for year in years) < 5
        return
    assert ours.yearly is not None
    widened = stats.t.ppf(0.975, theirs.df_resid) * math.sqrt(their_spread)
    half = theirs.bse[1] * (widened if their_spread > 1 else stats.norm.ppf(0.975))
    slope = theirs.params[1]
    assert (ours.yearly.value, ours.yearly.lower, ours.yearly.upper) == pytest.approx(
        (math.exp(slope), math.exp(slope - half), math.exp(slope + half)), rel=1e-6
    )
    assert ours.spread == pytest.approx(max(1, their_spread), rel=1e-6)


def test_years_that_vary_much_have_the_quasi_poisson_interval_of_statsmodels() -> None:
    years = counts(5, 60, 4, 70, 10, 65, 80, 8)
    theirs = log_linear(years).fit(scale="X2", use_t=True)
    ours = count_trend(years).yearly
    assert ours is not None
    assert (ours.lower, ours.upper) == pytest.approx(np.exp(theirs.conf_int()[1]), rel=1e-6)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0.1, 10)), min_size=4, max_size=15))
def test_the_trend_of_values_is_that_of_statsmodels(pairs: list[tuple[float, float]]) -> None:
    ours = value_trend(values(*pairs))
    z = 1.959963984540054
    times = np.arange(len(pairs)) - (len(pairs) - 1) / 2
    model = sm.WLS(
        [value for value, _half in pairs],
        sm.add_constant(times),
        weights=[(z / half) ** 2 for _value, half in pairs],
    )
    plain = model.fit()
    assume(abs(plain.scale - 1) > 1e-6)
    theirs = (
        plain
        if plain.scale > 1
        else model.fit(cov_type="fixed scale", cov_kwds={"scale": 1}, use_t=False)
    )
    assert ours.yearly is not None
    lower, upper = theirs.conf_int()[1]
    assert (ours.yearly.value, ours.yearly.lower, ours.yearly.upper) == pytest.approx(
        (theirs.params[1], lower, upper), rel=1e-6, abs=1e-6
    )


def test_values_without_intervals_are_judged_by_their_own_spread() -> None:
    numbers = [3.0, 2.7, 2.9, 2.2, 2.1, 1.8]
    ours = value_trend([YearValue(2018 + i, value) for i, value in enumerate(numbers)])
    theirs = sm.OLS(numbers, sm.add_constant(np.arange(6.0))).fit()
    assert ours.yearly is not None
    assert (ours.yearly.lower, ours.yearly.upper) == pytest.approx(theirs.conf_int()[1])
    assert ours.course == Course.FALLING


@pytest.mark.parametrize(
    ("cases", "course"),
    [
        ([], Course.TOO_FEW_YEARS),
        ([9, 30, 90], Course.TOO_FEW_YEARS),
        ([0, 0, 0, 0, 0], Course.NO_CASES),
        ([1, 0, 2, 1], Course.TOO_FEW_CASES),
        ([0, 0, 0, 0, 40], Course.TOO_FEW_CASES),
        ([40, 0, 0, 0, 0], Course.TOO_FEW_CASES),
        ([10, 12, 9, 11, 10, 12], Course.NO_CERTAIN_TREND),
        ([10, 14, 19, 26, 33, 48], Course.RISING),
        ([48, 33, 26, 19, 14, 10], Course.FALLING),
        # Wild years: by chance in counting alone this would be a certain rise.
        ([5, 60, 4, 70, 10, 65, 80, 8], Course.NO_CERTAIN_TREND),
    ],
)
def test_a_trend_is_claimed_where_there_is_one(cases: list[int], course: Course) -> None:
    assert count_trend(counts(*cases)).course == course


def test_an_unfinished_year_is_no_year_of_a_trend() -> None:
    years = [*counts(40, 41, 39, 40, 42), YearCount(2021, 10, 8000, months=3)]
    trend = count_trend(years)
    assert trend.years == (2016, 2017, 2018, 2019, 2020)
    assert trend.course == Course.NO_CERTAIN_TREND


def test_years_of_another_kind_of_area_are_no_years_of_a_trend() -> None:
    area = counts(400, 390, 410, 405, start=2012, population=80_000, level=Level.POLICE_AREA)
    assert count_trend([*area, *counts(40, 41, 39)]).course == Course.TOO_FEW_YEARS


def test_more_people_are_no_more_crime() -> None:
    years = [YearCount(2016 + i, 40 + 4 * i, 8000 + 800 * i) for i in range(8)]
    assert count_trend(years).course == Course.NO_CERTAIN_TREND
    unknown = [YearCount(year.year, year.count * 3) for year in years]
    assert count_trend(unknown).course == Course.RISING
    assert not count_trend(unknown).is_per_inhabitant


def test_preliminary_years_are_named() -> None:
    trend = count_trend([*counts(9, 9, 9), YearCount(2019, 9, 8000, is_preliminary=True)])
    assert trend.preliminary == (2019,)


@settings(deadline=None)
@given(ANY_COUNTS)
def test_no_cases_that_can_be_are_too_much_for_a_trend(years: list[YearCount]) -> None:
    trend = count_trend(years)
    assert (trend.yearly is None) == (
        trend.course in {Course.TOO_FEW_YEARS, Course.TOO_FEW_CASES, Course.NO_CASES}
    )
    _holds_its_value(trend.yearly)
    turned = [YearCount(-year.year, *_rest(year)) for year in years]
    opposite = {Course.RISING: Course.FALLING, Course.FALLING: Course.RISING}
    if len({year.level for year in years}) < 2:
        assert count_trend(turned).course == opposite.get(trend.course, trend.course)


@settings(deadline=None)
@given(ANY_VALUES)
def test_no_values_that_can_be_are_too_much_for_a_trend(years: list[YearValue]) -> None:
    _holds_its_value(value_trend(years).yearly)


def _rest(year: YearCount) -> tuple[Any, ...]:
    return year.count, year.population, year.months, year.is_preliminary, year.level


def _holds_its_value(interval: Interval | None) -> None:
    if interval is not None:
        assert interval.lower <= interval.value <= interval.upper


def test_three_years_are_shown_together_where_all_three_are_known() -> None:
    means = three_year_means([*counts(4, 8, 9), *counts(7, 5, 6, start=2020)])
    assert [(mean.years, mean.rate.count) for mean in means] == [
        ((2016, 2017, 2018), 21),
        ((2020, 2021, 2022), 18),
    ]
    assert means[0].cases_a_year == 7
    assert means[0].rate.value == pytest.approx(7 / 8000 * 100_000)
    assert means[1].last == 2022


def test_means_are_needed_where_years_have_few_cases() -> None:
    assert needs_means(counts(300, 20, 60, 40))
    assert not needs_means(counts(3, 50, 60, 40))
    assert not needs_means([])


def test_the_spread_is_measured_within_the_groups_not_between_them() -> None:
    assert spread([counts(10, 10, 10), counts(90, 90, 90)]) == 1
    assert spread([counts(10)]) == spread([]) == spread([counts(0, 0, 0)]) == 1
    # Chi-square is 2 * 400 / 20 = 40 over 2 years that may vary. With two more of pure chance it is
    # 42 / 4, times the square of Student's 2.776 (four degrees of freedom) over the normal 1.960.
    assert spread([counts(0, 40), counts(20, 20)]) == pytest.approx(
        42 / 4 * (2.7764451 / 1.9599640) ** 2, rel=1e-6
    )
