"""Find whether figures rise or fall over the years, and by how much.

By how much a year, at the least and the most. Cases are taken to grow by the same factor each year
(a log-linear Poisson model); measured values by the same amount. Chance in counting is the least
that years vary by; where they vary more, their own spread counts (quasi-likelihood: R. W. M.
Wedderburn, Biometrika 61, 1974), with Student's quantiles, since a spread estimated from few years
is itself uncertain.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pledges.statistics.analysis.observations import (
    YearCount,
    YearValue,
    all_know_population,
    of_one_level,
    pool_counts,
    without_population,
)
from pledges.statistics.analysis.rates import (
    LEVEL,
    Interval,
    MeasuredIn,
    Rate,
    normal_quantile,
    student_quantile,
)

MIN_YEARS = 4
MIN_CASES = 5
# A year with 50 cases is uncertain by about a fourth of them upwards and downwards.
FEW_A_YEAR = 50
_YEARS_OF_MEAN = 3
# What a factor's logarithm may be without its power leaving the range of numbers.
_LARGEST_LOGARITHM = 700.0
_NARROWEST = 1e-9
_FREEDOM_OF_CHANCE = 2


class Course(StrEnum):
    """The course of the years taken together."""

    RISING = "rising"
    FALLING = "falling"
    NO_CERTAIN_TREND = "no_certain_trend"
    TOO_FEW_YEARS = "too_few_years"
    TOO_FEW_CASES = "too_few_cases"
    NO_CASES = "no_cases"


@dataclass(frozen=True)
class Trend:
    """The course of whole years.

    `yearly` is the factor from a year to the next when `is_factor`, else the amount; None when
    there are too few years or cases. `spread` is how many times more than chance the years vary, at
    least 1. `years` are those used, the oldest first. `is_per_inhabitant` is False when cases alone
    are followed, for want of a population. `unit` is that of measured values.
    """

    course: Course
    years: tuple[int, ...] = ()
    yearly: Interval | None = None
    is_factor: bool = True
    spread: float = 1.0
    preliminary: tuple[int, ...] = ()
    is_per_inhabitant: bool = True
    unit: MeasuredIn = MeasuredIn.OTHER


@dataclass(frozen=True)
class YearsMean:
    """Three years taken together.

    `rate` has their cases and person-years, `cases_a_year` a mean. It stands beside the value of
    the last of the years.
    """

    years: tuple[int, ...]
    rate: Rate

    @property
    def last(self) -> int:
        """The year that the mean stands beside."""
        return self.years[-1]

    @property
    def cases_a_year(self) -> float:
        """The mean of the years' cases."""
        return self.rate.count / len(self.years)


def count_trend(observations: Sequence[YearCount], level: float = LEVEL) -> Trend:
    """Return the trend of cases among people.

    Of cases alone if a year's people aren't known. Unfinished years are left out, and years for
    another kind of area than the latest. No trend is claimed for fewer than four years, for fewer
    than five cases, or when all cases are in the first or the last year (the factor has no end
    then).
    """
    years = of_one_level(observations)
    among_people = all_know_population(years)
    trend = Trend(
        Course.TOO_FEW_YEARS,
        years=tuple(year.year for year in years),
        preliminary=tuple(year.year for year in years if year.is_preliminary),
        is_per_inhabitant=among_people,
    )
    cases = sum(year.count for year in years)
    if len(years) < MIN_YEARS:
        return trend
    if not cases:
        return replace(trend, course=Course.NO_CASES)
    if cases < MIN_CASES or cases in {years[0].count, years[-1].count}:
        return replace(trend, course=Course.TOO_FEW_CASES)
    slope, error, ratio = _log_linear(years if among_people else without_population(years))
    slope_interval = _line_interval(slope, error, ratio, len(years) - 2, level)
    factor = Interval(
        _power(slope_interval.value),
        _power(slope_interval.lower),
        _power(slope_interval.upper),
        level,
    )
    return replace(trend, course=_course(factor, 1), yearly=factor, spread=max(1.0, ratio))


def value_trend(observations: Sequence[YearValue], level: float = LEVEL) -> Trend:
    """Return the trend of measured values, weighted by their intervals.

    When a value has no interval, or one without width, all weigh the same and the years' own spread
    speaks alone. No trend is claimed for fewer than four years.
    """
    years = of_one_level(observations)
    trend = Trend(
        Course.TOO_FEW_YEARS,
        years=tuple(year.year for year in years),
        is_factor=False,
        preliminary=tuple(year.year for year in years if year.is_preliminary),
        unit=years[-1].unit if years else MeasuredIn.OTHER,
    )
    if len(years) < MIN_YEARS:
        return trend
    errors = _standard_errors(years)
    slope, error, ratio = _weighted_line(years, errors or [1.0] * len(years))
    slope_interval = _line_interval(
        slope, error, ratio, len(years) - 2, level, known_errors=bool(errors)
    )
    return replace(
        trend, course=_course(slope_interval, 0), yearly=slope_interval, spread=max(1.0, ratio)
    )


def three_year_means(observations: Sequence[YearCount]) -> list[YearsMean]:
    """Return the mean of each year and the two before it.

    For years that have both.
    """
    years = {year.year: year for year in of_one_level(observations)}
    windows = [tuple(range(last - _YEARS_OF_MEAN + 1, last + 1)) for last in years]
    return [
        YearsMean(window, pool_counts([years[year] for year in window]))
        for window in windows
        if all(year in years for year in window)
    ]


def needs_means(observations: Sequence[YearCount]) -> bool:
    """Return whether three-year means belong beside the single years.

    These are too uncertain with fewer than 50 cases a year, over the three latest whole years.
    """
    latest = of_one_level(observations)[-_YEARS_OF_MEAN:]
    return bool(latest) and sum(year.count for year in latest) < FEW_A_YEAR * len(latest)


def spread(groups: Sequence[Sequence[YearCount]], level: float = LEVEL) -> float:
    """Return how many times more than chance the years vary.

    Around their group's rate, and more than chance in counting. It is Pearson's chi-square over its
    degrees of freedom, moderated by two more in which chance alone rules (as in G. K. Smyth, Stat.
    Appl. Genet. Mol. Biol. 3, 2004), since a few years by themselves say little; then made larger
    for being estimated all the same, and at least 1. Simulated with years that vary four times as
    much as chance, comparisons of three years with one to three claim a change that isn't there in
    8 of 100 cases; by the exact interval alone, in 30. Groups without cases or with one year say
    nothing of it.
    """
    chi_square, freedom = 0.0, 0
    for group in groups:
        rate = pool_counts(group)
        if not rate.count or not rate.population or len(group) < 2:
            continue
        expected = [rate.count * (year.person_years or 0) / rate.population for year in group]
        chi_square += _chi_square([year.count for year in group], expected)
        freedom += len(group) - 1
    if chi_square <= freedom:
        return 1.0
    correction = student_quantile(freedom + _FREEDOM_OF_CHANCE, level) / normal_quantile(level)
    moderated = (chi_square + _FREEDOM_OF_CHANCE) / (freedom + _FREEDOM_OF_CHANCE)
    return moderated * correction * correction


def _log_linear(years: Sequence[YearCount]) -> tuple[float, float, float]:
    """Return the slope of the logarithm of the rate by year.

    And its standard error by chance alone, and Pearson's chi-square over its degrees of freedom. It
    is the Poisson regression that weighted least squares would reach by iteration, with the
    intercept eliminated: the slope is where the mean year of the cases equals the mean year that it
    expects. That mean only rises with the slope, so the search can't run astray.
    """
    times = _centred(years)
    people = [math.log(year.person_years or 1.0) for year in years]
    counts = [year.count for year in years]
    cases = sum(counts)
    mean_year = math.fsum(time * count for time, count in zip(times, counts, strict=True)) / cases

    def expected_shares(slope: float) -> list[float]:
        heights = [offset + slope * time for offset, time in zip(people, times, strict=True)]
        top = max(heights)
        weights = [math.exp(height - top) for height in heights]
        return [weight / math.fsum(weights) for weight in weights]

    def excess(slope: float) -> float:
        return mean_year - _mean(times, expected_shares(slope))

    slope = _root_of_falling(excess)
    shares = expected_shares(slope)
    middle = _mean(times, shares)
    variance = math.fsum(
        share * (time - middle) ** 2 for time, share in zip(times, shares, strict=True)
    )
    chi_square = _chi_square(counts, [cases * share for share in shares])
    return slope, 1 / math.sqrt(cases * variance), chi_square / (len(years) - 2)


def _root_of_falling(function: Callable[[float], float]) -> float:
    """Return where a falling function is zero, by bisection."""
    low, high = -1.0, 1.0
    while function(low) < 0:
        low *= 2
    while function(high) > 0:
        high *= 2
    while True:
        middle = (low + high) / 2
        if middle in {low, high}:
            return middle
        if function(middle) > 0:
            low = middle
        else:
            high = middle


def _weighted_line(
    years: Sequence[YearValue], errors: Sequence[float]
) -> tuple[float, float, float]:
    """Return the slope of values by year by weighted least squares.

    And its standard error, and chi-square over its degrees of freedom.
    """
    times = _centred(years)
    # The weights are relative to the largest, so that their squares stay within range.
    least = min(errors)
    weights = [(least / error) ** 2 for error in errors]
    shares = [weight / math.fsum(weights) for weight in weights]
    middle = _mean(times, shares)
    level = _mean([year.value for year in years], shares)
    across = math.fsum(w * (time - middle) ** 2 for w, time in zip(weights, times, strict=True))
    along = math.fsum(
        w * (time - middle) * (year.value - level)
        for w, time, year in zip(weights, times, years, strict=True)
    )
    slope = along / across
    left_over = math.fsum(
        ((year.value - level - slope * (time - middle)) / error) ** 2
        for time, error, year in zip(times, errors, years, strict=True)
    )
    return slope, least / math.sqrt(across), left_over / (len(years) - 2)


def _standard_errors(years: Sequence[YearValue]) -> list[float] | None:
    """Return the values' standard errors by their 95 % intervals.

    None when one can't be known: it has no interval, or one so narrow beside the others that it
    can't be meant.
    """
    widths = [
        year.upper - year.lower
        for year in years
        if year.lower is not None and year.upper is not None
    ]
    largest = max([*widths, *(abs(year.value) for year in years)])
    if len(widths) < len(years) or min(widths) <= _NARROWEST * largest:
        return None
    return [width / 2 / normal_quantile(LEVEL) for width in widths]


def _line_interval(
    slope: float,
    error: float,
    chi_square: float,
    freedom: int,
    level: float,
    known_errors: bool = True,
) -> Interval:
    """Return the slope's interval.

    By chance alone, or by the years' own spread when that is more or when nothing else is known.
    `chi_square` is over its degrees of freedom.
    """
    if known_errors and chi_square <= 1:
        half = normal_quantile(level) * error
    else:
        half = student_quantile(freedom, level) * error * math.sqrt(chi_square)
    return Interval(slope, slope - half, slope + half, level)


def _course(yearly: Interval, unchanged: float) -> Course:
    if not yearly.excludes(unchanged):
        return Course.NO_CERTAIN_TREND
    return Course.RISING if yearly.lower > unchanged else Course.FALLING


def _chi_square(counts: Sequence[int], expected: Sequence[float]) -> float:
    return math.fsum(
        (count - mean) ** 2 / mean for count, mean in zip(counts, expected, strict=True) if mean
    )


def _centred(years: Sequence[YearCount] | Sequence[YearValue]) -> list[float]:
    middle = math.fsum(year.year for year in years) / len(years)
    return [year.year - middle for year in years]


def _mean(values: Sequence[float], shares: Sequence[float]) -> float:
    return math.fsum(value * share for value, share in zip(values, shares, strict=True))


def _power(logarithm: float) -> float:
    if logarithm > _LARGEST_LOGARITHM:
        return math.inf
    return math.exp(logarithm)
