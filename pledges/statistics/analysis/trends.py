"""Whether figures rise or fall over the years, and by how much a year at the least and the most.

Cases are taken to grow by the same factor each year (a log-linear Poisson model); measured values
by the same amount. Chance in counting is the least that years vary by; where they vary more, their
own spread counts (quasi-likelihood: R. W. M. Wedderburn, Biometrika 61, 1974), with Student's
quantiles, since a spread found from few years is itself uncertain.
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
    Rate,
    normal_quantile,
    student_quantile,
)

FEWEST_YEARS = 4
FEWEST_CASES = 5
# A year with 50 cases is uncertain by about a fourth of them upwards and downwards.
FEW_A_YEAR = 50
_YEARS_OF_MEAN = 3
# What a factor's logarithm may be without its power leaving the range of numbers.
_LARGEST_LOGARITHM = 700.0
_NARROWEST = 1e-9
_FREEDOM_OF_CHANCE = 2


class Course(StrEnum):
    """What may be said of the years taken together."""

    RISING = "rising"
    FALLING = "falling"
    NO_CERTAIN_TREND = "no_certain_trend"
    TOO_FEW_YEARS = "too_few_years"
    TOO_FEW_CASES = "too_few_cases"
    NO_CASES = "no_cases"


@dataclass(frozen=True)
class Trend:
    """The course of whole years. `yearly` is the factor from a year to the next when `is_factor`,
    else the amount; None when there are too few years or cases. `spread` is how many times more
    than chance the years vary, at least 1. `years` are those reckoned with, the oldest first.
    `is_per_inhabitant` is False when cases alone are followed, for want of a population.
    """

    course: Course
    years: tuple[int, ...] = ()
    yearly: Interval | None = None
    is_factor: bool = True
    spread: float = 1.0
    preliminary: tuple[int, ...] = ()
    is_per_inhabitant: bool = True


@dataclass(frozen=True)
class YearsMean:
    """Three years taken together: `rate` has their cases and person-years, `cases_a_year` a mean.
    It stands beside the value of the last of the years."""

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
    """Return the trend of cases among people, or of cases alone if a year's people aren't known.

    Unfinished years are left out, and years for another kind of area than the latest. No trend is
    claimed for fewer than four years, for fewer than five cases, or when all cases are in the first
    or the last year (the factor has no end then).
    """
    years = of_one_level(observations)
    among_people = all_know_population(years)
    found = Trend(
        Course.TOO_FEW_YEARS,
        years=tuple(each.year for each in years),
        preliminary=tuple(each.year for each in years if each.is_preliminary),
        is_per_inhabitant=among_people,
    )
    cases = sum(each.count for each in years)
    if len(years) < FEWEST_YEARS:
        return found
    if not cases:
        return replace(found, course=Course.NO_CASES)
    if cases < FEWEST_CASES or cases in {years[0].count, years[-1].count}:
        return replace(found, course=Course.TOO_FEW_CASES)
    slope, error, ratio = _log_linear(years if among_people else without_population(years))
    line = _line_interval(slope, error, ratio, len(years) - 2, level)
    factor = Interval(_power(line.value), _power(line.lower), _power(line.upper), level)
    return replace(found, course=_course(factor, 1), yearly=factor, spread=max(1.0, ratio))


def value_trend(observations: Sequence[YearValue], level: float = LEVEL) -> Trend:
    """Return the trend of measured values, each weighted by its own interval.

    When a value has no interval, or one without width, all weigh the same and the years' own spread
    speaks alone. No trend is claimed for fewer than four years.
    """
    years = of_one_level(observations)
    found = Trend(
        Course.TOO_FEW_YEARS,
        years=tuple(each.year for each in years),
        is_factor=False,
        preliminary=tuple(each.year for each in years if each.is_preliminary),
    )
    if len(years) < FEWEST_YEARS:
        return found
    errors = _standard_errors(years)
    slope, error, ratio = _weighted_line(years, errors or [1.0] * len(years))
    line = _line_interval(slope, error, ratio, len(years) - 2, level, known_errors=bool(errors))
    return replace(found, course=_course(line, 0), yearly=line, spread=max(1.0, ratio))


def three_year_means(observations: Sequence[YearCount]) -> list[YearsMean]:
    """Return the mean of each year and the two before it, for years that have both."""
    years = {each.year: each for each in of_one_level(observations)}
    windows = [tuple(range(last - _YEARS_OF_MEAN + 1, last + 1)) for last in years]
    return [
        YearsMean(window, pool_counts([years[year] for year in window]))
        for window in windows
        if all(year in years for year in window)
    ]


def needs_means(observations: Sequence[YearCount]) -> bool:
    """Whether single years are so uncertain that three-year means belong beside them: fewer than 50
    cases a year, over the three latest whole years."""
    latest = of_one_level(observations)[-_YEARS_OF_MEAN:]
    return bool(latest) and sum(each.count for each in latest) < FEW_A_YEAR * len(latest)


def spread(groups: Sequence[Sequence[YearCount]], level: float = LEVEL) -> float:
    """Return how many times more than chance in counting the years vary around their group's rate.

    It is Pearson's chi-square over its degrees of freedom, moderated by two more in which chance
    alone rules (as in G. K. Smyth, Stat. Appl. Genet. Mol. Biol. 3, 2004), since a few years by
    themselves say little; then made larger for being estimated all the same, and at least 1.
    Simulated with years that vary four times as much as chance, comparisons of three years with one
    to three claim a change that isn't there in 8 of 100 cases; by the exact interval alone, in 30.
    Groups without cases or with one year say nothing of it.
    """
    chi_square, freedom = 0.0, 0
    for group in groups:
        rate = pool_counts(group)
        if not rate.count or not rate.population or len(group) < 2:
            continue
        expected = [rate.count * (each.person_years or 0) / rate.population for each in group]
        chi_square += _chi_square([each.count for each in group], expected)
        freedom += len(group) - 1
    if chi_square <= freedom:
        return 1.0
    few = student_quantile(freedom + _FREEDOM_OF_CHANCE, level) / normal_quantile(level)
    found = (chi_square + _FREEDOM_OF_CHANCE) / (freedom + _FREEDOM_OF_CHANCE)
    return found * few * few


def _log_linear(years: Sequence[YearCount]) -> tuple[float, float, float]:
    """Return the slope of the logarithm of the rate by year, its standard error by chance alone,
    and Pearson's chi-square over its degrees of freedom.

    It is the Poisson regression that weighted least squares would find by iteration, with the
    intercept reckoned out: the slope is where the mean year of the cases equals the mean year
    that it expects. That mean only rises with the slope, so the search can't run astray.
    """
    times = _centred(years)
    people = [math.log(each.person_years or 1.0) for each in years]
    counts = [each.count for each in years]
    cases = sum(counts)
    wanted = math.fsum(t * count for t, count in zip(times, counts, strict=True)) / cases

    def expected_shares(slope: float) -> list[float]:
        heights = [offset + slope * t for offset, t in zip(people, times, strict=True)]
        top = max(heights)
        weights = [math.exp(height - top) for height in heights]
        return [weight / math.fsum(weights) for weight in weights]

    def missing(slope: float) -> float:
        return wanted - _mean(times, expected_shares(slope))

    slope = _root_of_falling(missing)
    shares = expected_shares(slope)
    middle = _mean(times, shares)
    variance = math.fsum(share * (t - middle) ** 2 for t, share in zip(times, shares, strict=True))
    chi_square = _chi_square(counts, [cases * share for share in shares])
    return slope, 1 / math.sqrt(cases * variance), chi_square / (len(years) - 2)


def _root_of_falling(function: Callable[[float], float]) -> float:
    """Return where a falling function is zero, by halving an interval that holds it."""
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
    """Return the slope of values by year by weighted least squares, its standard error, and
    chi-square over its degrees of freedom."""
    times = _centred(years)
    # The weights are relative to the largest, so that their squares stay within range.
    least = min(errors)
    weights = [(least / error) ** 2 for error in errors]
    shares = [weight / math.fsum(weights) for weight in weights]
    middle = _mean(times, shares)
    level = _mean([each.value for each in years], shares)
    across = math.fsum(w * (t - middle) ** 2 for w, t in zip(weights, times, strict=True))
    along = math.fsum(
        w * (t - middle) * (each.value - level)
        for w, t, each in zip(weights, times, years, strict=True)
    )
    slope = along / across
    left_over = math.fsum(
        ((each.value - level - slope * (t - middle)) / error) ** 2
        for t, error, each in zip(times, errors, years, strict=True)
    )
    return slope, least / math.sqrt(across), left_over / (len(years) - 2)


def _standard_errors(years: Sequence[YearValue]) -> list[float] | None:
    """Return the values' standard errors by their 95 % intervals, None when one can't be known:
    it has no interval, or one so narrow beside the others that it can't be meant."""
    widths = [
        each.upper - each.lower
        for each in years
        if each.lower is not None and each.upper is not None
    ]
    largest = max([*widths, *(abs(each.value) for each in years)])
    if len(widths) < len(years) or min(widths) <= _NARROWEST * largest:
        return None
    return [width / 2 / normal_quantile(LEVEL) for width in widths]


def _line_interval(
    slope: float,
    error: float,
    found: float,
    freedom: int,
    level: float,
    known_errors: bool = True,
) -> Interval:
    """Return the slope's interval: by chance alone, or by the years' own spread when that is more
    or when nothing else is known. `found` is chi-square over its degrees of freedom."""
    if known_errors and found <= 1:
        half = normal_quantile(level) * error
    else:
        half = student_quantile(freedom, level) * error * math.sqrt(found)
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
    middle = math.fsum(each.year for each in years) / len(years)
    return [each.year - middle for each in years]


def _mean(values: Sequence[float], shares: Sequence[float]) -> float:
    return math.fsum(value * share for value, share in zip(values, shares, strict=True))


def _power(logarithm: float) -> float:
    if logarithm > _LARGEST_LOGARITHM:
        return math.inf
    return math.exp(logarithm)
