"""Rates, shares and measured values, with the uncertainty of chance.

An interval at level 0.95 is made so that it holds the true value in at least about 95 cases of 100.
Every function takes numbers and gives numbers; what there is no answer to is None, never an error
and never not-a-number. Numbers that can't be (a negative count) raise ValueError with a sentence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from statistics import NormalDist

from django.utils.translation import gettext as _

from pledges.statistics.analysis.quantiles import (
    gamma_above,
    gamma_below,
    odds_above,
    student_above,
)

LEVEL = 0.95
PER = 100_000
# Larger than any count of cases, any population and any index; keeps squares within range.
_LARGEST = 1e12
_MIN_PEOPLE = 0.01


@dataclass(frozen=True)
class Interval:
    """A value with the ends of its uncertainty.

    `value` and `upper` of a ratio can be infinite.
    """

    value: float
    lower: float
    upper: float
    level: float = LEVEL

    def excludes(self, number: float) -> bool:
        """Return whether a number is above the upper end or below the lower."""
        return number < self.lower or number > self.upper


@dataclass(frozen=True)
class Rate:
    """Cases among people, as cases per `per` people.

    `population` is in person-years: the sum over the years when several are pooled, a part of one
    for part of a year. It is None or 0 when it is not known; then there is no rate.
    """

    count: int
    population: float | None
    per: int = PER
    level: float = LEVEL

    def __post_init__(self) -> None:
        _check_count(self.count)
        _check_population(self.population)
        _check_level(self.level)
        if self.per <= 0:
            raise ValueError(_("Antalet invånare att räkna per måste vara större än noll."))

    @property
    def value(self) -> float | None:
        """Cases per `per` people, None when the population isn't known."""
        return self.count / self.population * self.per if self.population else None

    @property
    def interval(self) -> Interval | None:
        """The rate with its uncertainty, None when the population isn't known."""
        if not self.population:
            return None
        count = count_interval(self.count, self.level)
        times = self.per / self.population
        return Interval(
            self.count / self.population * self.per,
            count.lower * times,
            count.upper * times,
            self.level,
        )


@dataclass(frozen=True)
class Share:
    """A share of those who answered, 0 to 1.

    `yes` isn't whole when it comes from a percentage.
    """

    yes: float
    answered: int
    level: float = LEVEL

    def __post_init__(self) -> None:
        _check_count(self.answered)
        _check_level(self.level)
        if not 0 <= self.yes <= self.answered:
            raise ValueError(_("Antalet ja måste ligga mellan noll och antalet svar."))

    @classmethod
    def of_percent(cls, percent: float, answered: int, level: float = LEVEL) -> Share:
        """Return the share of a survey that gives a percentage and its answers."""
        if not 0 <= percent <= 100:
            raise ValueError(_("Andelen måste ligga mellan 0 och 100 procent."))
        return cls(min(percent / 100 * answered, answered), answered, level)

    @property
    def value(self) -> float | None:
        """The share, None when nobody answered."""
        return self.yes / self.answered if self.answered else None

    @property
    def interval(self) -> Interval | None:
        """The share with its uncertainty, None when nobody answered.

        Wilson's score interval: E. B. Wilson, Probable inference, the law of succession, and
        statistical inference, J. Am. Stat. Assoc. 22 (1927).
        """
        n = self.answered
        if not n:
            return None
        p, z = self.yes / n, normal_quantile(self.level)
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        lower = middle - half if self.yes else 0.0
        upper = middle + half if self.yes < n else 1.0
        return Interval(p, min(lower, p), max(upper, p), self.level)


class MeasuredIn(StrEnum):
    """The unit of a measured value, which stands beside it in every sentence."""

    PERCENT = "percent"
    PER_100_000 = "per 100,000"
    COUNT = "count"
    INDEX = "index"
    OTHER = "other"


@dataclass(frozen=True)
class Measured:
    """A mean, an index or a share that its source gives.

    With its source's interval; both ends are None when there is none.
    """

    value: float
    lower: float | None = None
    upper: float | None = None
    level: float = LEVEL
    unit: MeasuredIn = MeasuredIn.OTHER

    def __post_init__(self) -> None:
        _check_level(self.level)
        ends = [end for end in (self.lower, self.upper) if end is not None]
        # Written so that not-a-number is refused too.
        if not all(abs(number) <= _LARGEST for number in [self.value, *ends]):
            raise ValueError(_("Värdet måste vara ett tal, och inte för stort."))
        if len(ends) == 1:
            raise ValueError(_("Osäkerheten måste ha både en undre och en övre gräns."))
        if ends and not ends[0] <= self.value <= ends[1]:
            raise ValueError(_("Värdet måste ligga mellan osäkerhetens gränser."))

    @property
    def interval(self) -> Interval | None:
        """The value with its uncertainty, None when the source gives none."""
        if self.lower is None or self.upper is None:
            return None
        return Interval(self.value, self.lower, self.upper, self.level)


@lru_cache(maxsize=1024)
def count_interval(count: int, level: float = LEVEL) -> Interval:
    """Return a count with its exact Poisson interval.

    F. Garwood, Fiducial limits for the Poisson distribution, Biometrika 28 (1936): half the
    quantiles of chi-square with 2n and 2n + 2 degrees of freedom, which are those of gamma.
    """
    tail = (1 - level) / 2
    lower = gamma_below(count, tail) if count else 0.0
    return Interval(float(count), lower, gamma_above(count + 1, tail), level)


def rate_ratio(ours: Rate, theirs: Rate, spread: float = 1.0) -> Interval | None:
    """Return how many times theirs our rate is.

    None without populations or without any case. Given their sum, our count is binomial: the
    interval is that of C. J. Clopper and E. S. Pearson (Biometrika 26, 1934) turned into odds and
    divided by the ratio of the populations (E. L. Lehmann, Testing Statistical Hypotheses, 1959,
    section 4.5). It is exact: chance in counting alone claims too much at most as often as its
    level says.

    `spread` is how many times more than chance in counting the years vary (see `trends.spread`). It
    divides both counts, which is what they are then worth, and so widens the interval.

    Without a case on their side the value and the upper end are infinite.
    """
    if not ours.population or not theirs.population or not ours.count + theirs.count:
        return None
    if spread < 1:
        raise ValueError(_("Spridningen kan inte vara mindre än slumpens egen."))
    a, b, tail = ours.count / spread, theirs.count / spread, (1 - ours.level) / 2
    times = theirs.population / ours.population * ours.per / theirs.per
    lower = 1 / odds_above(b + 1, a, tail) if a else 0.0
    upper = odds_above(a + 1, b, tail) if b else math.inf
    value = a / b if b else math.inf
    return Interval(value * times, lower * times, upper * times, ours.level)


def rate_difference(ours: Rate, theirs: Rate) -> Interval | None:
    """Return how much higher our rate is, in cases per `per` people.

    None without populations.
    """
    if ours.per != theirs.per:
        raise ValueError(_("Talen är räknade per olika många invånare."))
    return _difference(ours.interval, theirs.interval)


def share_difference(ours: Share, theirs: Share) -> Interval | None:
    """Return how much larger our share is, -1 to 1.

    None when nobody answered on one side. The hybrid score interval: R. G. Newcombe, Interval
    estimation for the difference between independent proportions, Statistics in Medicine 17 (1998),
    method 10.
    """
    return _difference(ours.interval, theirs.interval)


def measured_difference(ours: Measured, theirs: Measured) -> Interval | None:
    """Return how much higher our value is; None without an interval.

    For intervals that are even around their values it is the normal approximation.
    """
    return _difference(ours.interval, theirs.interval)


def measured_mean(values: list[Measured]) -> Measured:
    """Return the mean of independent values.

    It has no interval when one of them has none. Their distances to the ends are squared, summed
    and divided as those of a mean are.
    """
    n = len(values)
    mean = math.fsum(value.value for value in values) / n
    if n == 1 or any(value.interval is None for value in values):
        return values[0] if n == 1 else Measured(mean, unit=values[0].unit)
    known = [interval.interval for interval in values if interval.interval]
    return Measured(
        mean,
        mean - math.hypot(*(interval.value - interval.lower for interval in known)) / n,
        mean + math.hypot(*(interval.upper - interval.value for interval in known)) / n,
        values[0].level,
        values[0].unit,
    )


def _difference(ours: Interval | None, theirs: Interval | None) -> Interval | None:
    """Return the difference of two independent values by their intervals.

    Square and add: G. Y. Zou and A. Donner, Construction of confidence limits about effect
    measures, Statistics in Medicine 27 (2008). Newcombe's interval is this of Wilson's.
    """
    if ours is None or theirs is None:
        return None
    value = ours.value - theirs.value
    down = math.hypot(ours.value - ours.lower, theirs.upper - theirs.value)
    up = math.hypot(ours.upper - ours.value, theirs.value - theirs.lower)
    return Interval(value, value - down, value + up, ours.level)


@lru_cache(maxsize=64)
def normal_quantile(level: float = LEVEL) -> float:
    """Return how many standard errors hold the share `level` of chance.

    To each side.
    """
    return -NormalDist().inv_cdf((1 - level) / 2)


@lru_cache(maxsize=256)
def student_quantile(freedom: int, level: float = LEVEL) -> float:
    """Return `normal_quantile` for an estimated standard error (Student 1908)."""
    return student_above(freedom, (1 - level) / 2)


def _check_count(count: float) -> None:
    if count < 0:
        raise ValueError(_("Antalet kan inte vara negativt."))
    # Written so that not-a-number is refused too.
    if not (count <= _LARGEST and count == int(count)):
        raise ValueError(_("Antalet måste vara ett heltal, och inte för stort."))


def _check_population(population: float | None) -> None:
    if population is None or population == 0:
        return
    if population < 0:
        raise ValueError(_("Folkmängden kan inte vara negativ."))
    if not _MIN_PEOPLE <= population <= _LARGEST:
        raise ValueError(_("Folkmängden måste vara ett tal, minst en person och inte för stort."))


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(_("Säkerheten måste ligga mellan 0 och 1."))
