"""Figures of a place for a year or a month, as the analysis takes them.

They are cases, shares of answers, or measured values. Whole years are told from unfinished ones
here, and several years are made one number here, so that trends and comparisons need not know which
kind they look at.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TypeVar

from django.utils.translation import gettext as _

from pledges.statistics.analysis.rates import Measured, MeasuredIn, Rate, Share, measured_mean

MONTHS_OF_YEAR = 12


class Level(IntEnum):
    """The kind of area that a figure is for, the smaller first.

    It is always shown.
    """

    MUNICIPALITY = 1
    POLICE_AREA = 2
    COUNTY = 3
    COUNTRY = 4


@dataclass(frozen=True)
class YearCount:
    """Cases in a year.

    `population` is the area's people, None when not known; `months` how many months of the year are
    counted; `is_preliminary` whether the source may still change it.
    """

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
    """Answers in a survey of a year: `yes` of `answered`.

    The counts must be such as may be published: what is hidden for being too small is left out by
    the caller.
    """

    year: int
    yes: float
    answered: int
    is_preliminary: bool = False
    level: Level = Level.MUNICIPALITY

    def __post_init__(self) -> None:
        Share(self.yes, self.answered)

    @property
    def is_whole(self) -> bool:
        """Always true: a survey is done once in its year."""
        return True


@dataclass(frozen=True)
class YearValue:
    """A mean or an index of a year with its source's own interval at 95 %.

    Both ends are None when the source gives none.
    """

    year: int
    value: float
    lower: float | None = None
    upper: float | None = None
    is_preliminary: bool = False
    level: Level = Level.MUNICIPALITY
    unit: MeasuredIn = MeasuredIn.OTHER

    def __post_init__(self) -> None:
        Measured(self.value, self.lower, self.upper)

    @property
    def is_whole(self) -> bool:
        """Always true: a measured value stands for its year."""
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
    """Return the whole years, the oldest first.

    Raises ValueError when a year comes twice.
    """
    years = sorted(
        (observation for observation in observations if observation.is_whole),
        key=lambda year: year.year,
    )
    if len({year.year for year in years}) < len(years):
        raise ValueError(_("Samma år står flera gånger."))
    return years


def of_one_level(observations: Iterable[_Kind]) -> list[_Kind]:
    """Return the whole years of the same level as the latest of them."""
    years = whole_years(observations)
    return [year for year in years if year.level == years[-1].level]


def by_year(months: Iterable[MonthCount]) -> list[YearCount]:
    """Return months summed to years, the oldest first.

    A year with months missing is unfinished. A year's population is the mean of those its months
    know. Raises ValueError when a month comes twice, or when the months are of different kinds of
    area.
    """
    months_by_year: dict[int, list[MonthCount]] = defaultdict(list)
    for month in months:
        months_by_year[month.year].append(month)
    return [_summed(months_by_year[year]) for year in sorted(months_by_year)]


def same_months(months: Sequence[MonthCount]) -> tuple[list[int], list[YearCount]]:
    """Return the months of the latest year, and all years cut to them.

    Only when the latest year is unfinished; else both lists are empty. Earlier years in which one
    of these months is missing are left out.
    """
    latest = max((month.year for month in months), default=0)
    month_numbers = sorted({month.month for month in months if month.year == latest})
    if len(month_numbers) in {0, MONTHS_OF_YEAR}:
        return [], []
    cut = by_year(month for month in months if month.month in month_numbers)
    return month_numbers, [year for year in cut if year.months == len(month_numbers)]


def pool(observations: Sequence[Observation]) -> Estimate:
    """Return years of one kind as one number.

    Cases over person-years, answers over answers, or the mean of values. Raises ValueError when
    there are none, or they are of different kinds.
    """
    counts = [year for year in observations if isinstance(year, YearCount)]
    shares = [year for year in observations if isinstance(year, YearShare)]
    values = [year for year in observations if isinstance(year, YearValue)]
    if len(observations) not in {len(counts), len(shares), len(values)} or not observations:
        raise ValueError(_("Siffrorna är av olika slag och kan inte räknas ihop."))
    if counts:
        return pool_counts(counts)
    if shares:
        return Share(math.fsum(year.yes for year in shares), sum(year.answered for year in shares))
    return measured_mean(
        [Measured(year.value, year.lower, year.upper, unit=year.unit) for year in values]
    )


def pool_counts(years: Sequence[YearCount]) -> Rate:
    """Return years pooled: all cases over all person-years.

    The person-years are None if those of one year aren't known.
    """
    known = [year.person_years for year in years if year.person_years]
    return Rate(
        sum(year.count for year in years),
        math.fsum(known) if years and len(known) == len(years) else None,
    )


def all_know_population(*sides: Iterable[YearCount]) -> bool:
    """Return whether every year's population is known.

    Only then can cases among people be compared.
    """
    return all(year.population for side in sides for year in side)


def without_population(years: Iterable[YearCount]) -> list[YearCount]:
    """Return years as if each had one inhabitant.

    The rate is then cases a year.
    """
    return [replace(year, population=1.0) for year in years]


def _summed(months: Sequence[MonthCount]) -> YearCount:
    if len({month.month for month in months}) < len(months):
        raise ValueError(_("Samma månad står flera gånger."))
    if len({month.level for month in months}) > 1:
        raise ValueError(_("Månaderna gäller olika slags områden."))
    known = [month.population for month in months if month.population]
    return YearCount(
        months[0].year,
        sum(month.count for month in months),
        math.fsum(known) / len(known) if known else None,
        len(months),
        any(month.is_preliminary for month in months),
        months[0].level,
    )
