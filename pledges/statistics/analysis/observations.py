"""What is known of a place for a year or a month: cases, shares of answers, or measured values.

Whole years are told from unfinished ones here, and several years are made one number here, so that
trends and comparisons need not know which kind they look at.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TypeVar

from django.utils.translation import gettext as _

from pledges.statistics.analysis.rates import Measured, Rate, Share, measured_mean

MONTHS_OF_YEAR = 12


class Level(IntEnum):
    """What kind of area a figure is for, the smaller first (DOMAIN.md C11: always told)."""

    MUNICIPALITY = 1
    POLICE_AREA = 2
    COUNTY = 3
    COUNTRY = 4


@dataclass(frozen=True)
class YearCount:
    """Cases in a year. `population` is the area's people, None when not known; `months` how many
    months of the year are counted; `is_preliminary` whether the source may still change it."""

    year: int
    count: int
    population: float | None = None
    months: int = MONTHS_OF_YEAR
    is_preliminary: bool = False
    level: Level = Level.MUNICIPALITY

    def __post_init__(self) -> None:
        Rate(self.count, self.population)
        if not 1 <= self.months <= MONTHS_OF_YEAR:
            raise ValueError(_("Ett år har mellan 1 och 12 månader."))

    @property
    def is_whole(self) -> bool:
        """Whether all of the year is counted."""
        return self.months == MONTHS_OF_YEAR

    @property
    def person_years(self) -> float | None:
        """The population times the part of the year that is counted."""
        return self.population * self.months / MONTHS_OF_YEAR if self.population else None


@dataclass(frozen=True)
class YearShare:
    """Answers in a survey of a year: so many said yes of so many. The counts must be such as may be
    told: what is kept back for being too small is to be left out by whoever asks."""

    year: int
    yes: float
    answered: int
    is_preliminary: bool = False
    level: Level = Level.MUNICIPALITY

    def __post_init__(self) -> None:
        Share(self.yes, self.answered)

    @property
    def is_whole(self) -> bool:
        """A survey is done once in its year."""
        return True


@dataclass(frozen=True)
class YearValue:
    """A mean or an index of a year with its source's own interval at 95 %, when it gives one."""

    year: int
    value: float
    lower: float | None = None
    upper: float | None = None
    is_preliminary: bool = False
    level: Level = Level.MUNICIPALITY

    def __post_init__(self) -> None:
        Measured(self.value, self.lower, self.upper)

    @property
    def is_whole(self) -> bool:
        """A measured value stands for its year."""
        return True


@dataclass(frozen=True)
class MonthCount:
    """Cases in a month, 1 to 12, as `YearCount`."""

    year: int
    month: int
    count: int
    population: float | None = None
    is_preliminary: bool = False
    level: Level = Level.MUNICIPALITY

    def __post_init__(self) -> None:
        Rate(self.count, self.population)
        if not 1 <= self.month <= MONTHS_OF_YEAR:
            raise ValueError(_("Månaden måste vara ett tal från 1 till 12."))


Observation = YearCount | YearShare | YearValue
Estimate = Rate | Share | Measured
_Kind = TypeVar("_Kind", bound=Observation)


def whole_years(observations: Iterable[_Kind]) -> list[_Kind]:
    """Return the whole years, the oldest first. ValueError when a year stands twice."""
    found = sorted((each for each in observations if each.is_whole), key=lambda each: each.year)
    if len({each.year for each in found}) < len(found):
        raise ValueError(_("Samma år står flera gånger."))
    return found


def of_one_level(observations: Iterable[_Kind]) -> list[_Kind]:
    """Return the whole years that are for the same kind of area as the latest of them."""
    years = whole_years(observations)
    return [each for each in years if each.level == years[-1].level]


def by_year(months: Iterable[MonthCount]) -> list[YearCount]:
    """Return months summed to years, the oldest first; a year with months missing is unfinished.

    A year's population is the mean of those its months know. ValueError when a month stands twice,
    or when the months are of different kinds of area.
    """
    found: dict[int, list[MonthCount]] = defaultdict(list)
    for each in months:
        found[each.year].append(each)
    return [_summed(found[year]) for year in sorted(found)]


def same_months(months: Sequence[MonthCount]) -> tuple[list[int], list[YearCount]]:
    """Return the months of the latest year, if that is unfinished, and all years cut to them.

    Earlier years in which one of these months is missing are left out. Without an unfinished year
    both lists are empty.
    """
    latest = max((each.year for each in months), default=0)
    wanted = sorted({each.month for each in months if each.year == latest})
    if len(wanted) in {0, MONTHS_OF_YEAR}:
        return [], []
    cut = by_year(each for each in months if each.month in wanted)
    return wanted, [each for each in cut if each.months == len(wanted)]


def pool(observations: Sequence[Observation]) -> Estimate:
    """Return years of one kind as one number: cases over person-years, answers over answers, or the
    mean of values. ValueError when there are none, or they are of different kinds."""
    counts = [each for each in observations if isinstance(each, YearCount)]
    shares = [each for each in observations if isinstance(each, YearShare)]
    values = [each for each in observations if isinstance(each, YearValue)]
    if len(observations) not in {len(counts), len(shares), len(values)} or not observations:
        raise ValueError(_("Siffrorna är av olika slag och kan inte räknas ihop."))
    if counts:
        return pool_counts(counts)
    if shares:
        return Share(math.fsum(each.yes for each in shares), sum(each.answered for each in shares))
    return measured_mean([Measured(each.value, each.lower, each.upper) for each in values])


def pool_counts(years: Sequence[YearCount]) -> Rate:
    """Return years pooled: all cases over all person-years, which are None if one isn't known."""
    known = [each.person_years for each in years if each.person_years]
    return Rate(
        sum(each.count for each in years),
        math.fsum(known) if years and len(known) == len(years) else None,
    )


def all_know_population(*sides: Iterable[YearCount]) -> bool:
    """Whether every year's population is known, so that cases among people can be compared."""
    return all(each.population for side in sides for each in side)


def without_population(years: Iterable[YearCount]) -> list[YearCount]:
    """Return years as if each had one inhabitant: the rate is then cases a year."""
    return [replace(each, population=1.0) for each in years]


def _summed(months: Sequence[MonthCount]) -> YearCount:
    if len({each.month for each in months}) < len(months):
        raise ValueError(_("Samma månad står flera gånger."))
    if len({each.level for each in months}) > 1:
        raise ValueError(_("Månaderna gäller olika slags områden."))
    known = [each.population for each in months if each.population]
    return YearCount(
        months[0].year,
        sum(each.count for each in months),
        math.fsum(known) / len(known) if known else None,
        len(months),
        any(each.is_preliminary for each in months),
        months[0].level,
    )
