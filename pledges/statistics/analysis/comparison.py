"""Compare figures with those before the pledge and those of other places.

The other places are the county, the country and municipalities alike. Nothing is said to be more or
less unless chance is an unlikely reason: the interval of the ratio (of cases) or of the difference
(of shares and values) has to leave out "no difference". And nothing here says why: what is reported
is not what a pledge has caused, see `sentences.caveats`.

- *Before the pledge* is up to three whole years before its first day, *since* all whole years that
  lie within it. A year that the pledge began or ended in is neither.
- County and country include the municipality. Its own cases and people are taken away from theirs,
  so that the two sides are independent: the rest of the county. Surveys' shares and values can't be
  taken apart so; there the whole is compared, which claims too little rather than too much.
- Years that vary more than chance widen every interval of cases, see `trends.spread`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from pledges.statistics.analysis.observations import (
    Estimate,
    Level,
    MonthCount,
    Observation,
    YearCount,
    all_know_population,
    pool,
    pool_counts,
    same_months,
    whole_years,
    without_population,
)
from pledges.statistics.analysis.rates import (
    Interval,
    Measured,
    Share,
    measured_difference,
    rate_ratio,
    share_difference,
)
from pledges.statistics.analysis.trends import MIN_CASES, spread

MIN_ANSWERS = 10
MIN_ALIKE = 3
_YEARS_BEFORE = 3
_YEARS_OF_SPREAD = 5


class Verdict(StrEnum):
    """The verdict on our side against the other."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_CERTAIN_DIFFERENCE = "no_certain_difference"
    TOO_FEW = "too_few"
    NOT_COMPARABLE = "not_comparable"


class Against(StrEnum):
    """The other side of a comparison."""

    BEFORE = "before"
    SAME_MONTHS = "same_months"
    COUNTY = "county"
    COUNTRY = "country"
    ALIKE = "alike"


class Direction(StrEnum):
    """The direction that is good, where that can be said at all."""

    LOWER_IS_BETTER = "lower_is_better"
    HIGHER_IS_BETTER = "higher_is_better"
    NEITHER = "neither"


class Obstacle(StrEnum):
    """The reason why two sides can't be compared."""

    NOTHING_BEFORE = "nothing_before"
    NOTHING_SINCE = "nothing_since"
    NO_COMMON_YEAR = "no_common_year"
    NO_EARLIER_MONTHS = "no_earlier_months"
    YEAR_IS_WHOLE = "year_is_whole"
    OTHER_LEVEL = "other_level"
    OTHER_KIND = "other_kind"
    SAME_AREA = "same_area"
    DISAGREEING = "disagreeing"
    NO_POPULATION = "no_population"
    NO_INTERVAL = "no_interval"
    TOO_FEW_ALIKE = "too_few_alike"


@dataclass(frozen=True)
class Current:
    """The level in the latest whole year.

    `estimate` has its value and interval.
    """

    year: int
    estimate: Estimate
    is_preliminary: bool
    level: Level


@dataclass(frozen=True)
class Comparison:
    """Two sides and the verdict on them.

    `effect` is the interval of the ratio for cases (rates), of the difference for shares and
    values. `our_years` and `their_years` are the years used; `months` those of an unfinished year.
    `preliminary` are the years, on any side, that the source may still change. `obstacle` is set
    when the verdict is NOT_COMPARABLE. `their_range` is the lowest and the highest rate of the
    alike municipalities, each by itself. `is_per_inhabitant` is False when cases a year are
    compared, for want of a population. `spread` is how many times more than chance in counting the
    years are taken to vary, at least 1; `level` what kind of area our side is.
    """

    against: Against
    verdict: Verdict
    direction: Direction = Direction.NEITHER
    effect: Interval | None = None
    ours: Estimate | None = None
    theirs: Estimate | None = None
    our_years: tuple[int, ...] = ()
    their_years: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    preliminary: tuple[int, ...] = ()
    obstacle: Obstacle | None = None
    their_range: tuple[float, float] | None = None
    is_per_inhabitant: bool = True
    spread: float = 1.0
    level: Level = Level.MUNICIPALITY

    @property
    def is_better(self) -> bool | None:
        """Whether the difference is for the better.

        None when no difference is certain, or neither direction is better.
        """
        if self.verdict not in {Verdict.HIGHER, Verdict.LOWER}:
            return None
        if self.direction == Direction.NEITHER:
            return None
        return (self.verdict == Verdict.HIGHER) == (self.direction == Direction.HIGHER_IS_BETTER)


def latest_level(years: Sequence[Observation]) -> Current | None:
    """Return the level in the latest whole year, None without one."""
    whole = whole_years(years)
    if not whole:
        return None
    latest = whole[-1]
    return Current(latest.year, pool([latest]), latest.is_preliminary, latest.level)


def compare_before_and_since(
    years: Sequence[Observation],
    first_day: date,
    last_day: date | None = None,
    direction: Direction = Direction.NEITHER,
) -> Comparison:
    """Compare a pledge's whole years with up to three whole years before it.

    `last_day` is the last day that the pledge was in force, None while it is.
    """
    whole = whole_years(years)
    before = [
        year for year in whole if first_day.year - _YEARS_BEFORE <= year.year < first_day.year
    ]
    since = [
        year
        for year in whole
        if date(year.year, 1, 1) >= first_day
        and (last_day is None or date(year.year, 12, 31) <= last_day)
    ]
    comparison = Comparison(Against.BEFORE, Verdict.NOT_COMPARABLE, direction)
    if not before:
        return replace(comparison, obstacle=Obstacle.NOTHING_BEFORE)
    if not since:
        return replace(comparison, obstacle=Obstacle.NOTHING_SINCE)
    return _compare_over_time(comparison, since, before)


def compare_same_months(
    months: Sequence[MonthCount], direction: Direction = Direction.NEITHER
) -> Comparison:
    """Compare an unfinished year with the same months of earlier years.

    Up to three years before it.
    """
    months_counted, years = same_months(months)
    comparison = Comparison(
        Against.SAME_MONTHS, Verdict.NOT_COMPARABLE, direction, months=tuple(months_counted)
    )
    if not months_counted:
        return replace(comparison, obstacle=Obstacle.YEAR_IS_WHOLE)
    latest = years[-1]
    earlier = [year for year in years[:-1] if year.year >= latest.year - _YEARS_BEFORE]
    if not earlier:
        return replace(comparison, our_years=(latest.year,), obstacle=Obstacle.NO_EARLIER_MONTHS)
    return _compare_over_time(comparison, [latest], earlier)


def compare_with_area(
    ours: Sequence[Observation],
    theirs: Sequence[Observation],
    against: Against,
    direction: Direction = Direction.NEITHER,
) -> Comparison:
    """Compare with the county or the country in the latest year both have.

    Whole years only. `theirs` are the whole area's figures, with the municipality in them.
    """
    pair = _latest_common(ours, theirs)
    comparison = Comparison(against, Verdict.NOT_COMPARABLE, direction)
    if pair is None:
        return replace(comparison, obstacle=Obstacle.NO_COMMON_YEAR)
    own, area = pair
    if own.level >= area.level:
        return replace(comparison, obstacle=Obstacle.OTHER_LEVEL)
    if isinstance(own, YearCount) and isinstance(area, YearCount):
        return _compare_with_rest(comparison, ours, own, area)
    return _judge(_side_by_side(comparison, [own], [area]))


def compare_with_alike(
    ours: Sequence[YearCount],
    others: Mapping[str, Sequence[YearCount]],
    direction: Direction = Direction.NEITHER,
) -> Comparison:
    """Compare with other municipalities taken together.

    See `nearest_in_population`. The year is the latest whole year of ours that at least three of
    them have. `others` are their years by their code.
    """
    comparison = Comparison(Against.ALIKE, Verdict.NOT_COMPARABLE, direction)
    for own in reversed(whole_years(ours)):
        same_year = [
            year
            for years in others.values()
            for year in whole_years(years)
            if year.year == own.year and year.population
        ]
        if len(same_year) >= MIN_ALIKE:
            return _compare_with_pooled(comparison, ours, own, same_year)
    return replace(comparison, obstacle=Obstacle.TOO_FEW_ALIKE)


def nearest_in_population(
    code: str, populations: Mapping[str, int], how_many: int = 7
) -> list[str]:
    """Return the codes of the nearest municipalities in population.

    The nearest comes first. It is the portal's own rule: nearest in number of people, whatever else
    they are like. (SKR's grouping and Kolada's "liknande kommuner" weigh in more, and can be given
    instead.) Of two as near the one with the lower code comes first. Raises ValueError when our own
    population isn't known.
    """
    if not populations.get(code):
        raise ValueError(_("Kommunens folkmängd är inte känd."))
    own = populations[code]
    others = [(abs(people - own), other) for other, people in populations.items() if people]
    return [other for _distance, other in sorted(others) if other != code][: max(0, how_many)]


def _compare_over_time(
    comparison: Comparison, ours: Sequence[Observation], theirs: Sequence[Observation]
) -> Comparison:
    """Compare years of one series with earlier years of it."""
    if len({year.level for year in [*ours, *theirs]}) > 1:
        comparison = _side_by_side(comparison, ours, theirs)
        return replace(comparison, obstacle=Obstacle.OTHER_LEVEL)
    own = [year for year in ours if isinstance(year, YearCount)]
    other = [year for year in theirs if isinstance(year, YearCount)]
    if not own:
        return _judge(_side_by_side(comparison, ours, theirs))
    comparison = _side_by_side(comparison, own, other)
    among_people = all_know_population(own, other)
    if not among_people:
        own, other = without_population(own), without_population(other)
    comparison = replace(comparison, is_per_inhabitant=among_people)
    comparison = replace(comparison, spread=spread([own, other]))
    ratio = rate_ratio(pool_counts(own), pool_counts(other), comparison.spread)
    return _judge_cases(comparison, ratio, sum(year.count for year in [*own, *other]))


def _compare_with_rest(
    comparison: Comparison, ours: Sequence[Observation], own: YearCount, area: YearCount
) -> Comparison:
    """Compare a municipality's year with the rest of the area it lies in."""
    comparison = _side_by_side(comparison, [own], [area])
    if not own.population or not area.population:
        return replace(comparison, obstacle=Obstacle.NO_POPULATION)
    if own.population > area.population or own.count > area.count:
        return replace(comparison, obstacle=Obstacle.DISAGREEING)
    if area.population - own.population < 1:
        return replace(comparison, obstacle=Obstacle.SAME_AREA)
    rest = replace(area, count=area.count - own.count, population=area.population - own.population)
    return _compare_with_pooled(comparison, ours, own, [rest])


def _compare_with_pooled(
    comparison: Comparison, ours: Sequence[Observation], own: YearCount, theirs: Sequence[YearCount]
) -> Comparison:
    """Compare a year of a municipality with the same year elsewhere."""
    comparison = _side_by_side(comparison, [own], theirs)
    if any(year.level != own.level for year in theirs) and comparison.against == Against.ALIKE:
        return replace(comparison, obstacle=Obstacle.OTHER_LEVEL)
    other = pool_counts(theirs)
    if not own.population or not other.population:
        return replace(comparison, obstacle=Obstacle.NO_POPULATION)
    if comparison.against == Against.ALIKE:
        values = [value for year in theirs if (value := pool_counts([year]).value) is not None]
        comparison = replace(comparison, their_range=(min(values), max(values)))
    years_of_spread = [
        year
        for year in ours
        if isinstance(year, YearCount)
        and (year.is_whole and year.level == own.level)
        and own.year - _YEARS_OF_SPREAD < year.year <= own.year
    ]
    comparison = replace(comparison, spread=spread([years_of_spread]))
    ratio = rate_ratio(pool_counts([own]), other, comparison.spread)
    expected = other.count * own.population / other.population
    return _judge_cases(comparison, ratio, own.count + expected)


def _side_by_side(
    comparison: Comparison, ours: Sequence[Observation], theirs: Sequence[Observation]
) -> Comparison:
    """Return the comparison with its two sides and years, not yet judged."""
    return replace(
        comparison,
        ours=pool(ours),
        theirs=pool(theirs),
        our_years=tuple(sorted({year.year for year in ours})),
        their_years=tuple(sorted({year.year for year in theirs})),
        level=ours[0].level,
        preliminary=tuple(sorted({year.year for year in [*ours, *theirs] if year.is_preliminary})),
    )


def _judge_cases(comparison: Comparison, ratio: Interval | None, cases: float) -> Comparison:
    """Judge cases by the interval of their ratio.

    `cases` is how many there are on both sides, theirs among as many people as ours.
    """
    if cases < MIN_CASES or ratio is None:
        return replace(comparison, effect=ratio, verdict=Verdict.TOO_FEW)
    return replace(comparison, effect=ratio, verdict=_verdict(ratio, 1))


def _judge(comparison: Comparison) -> Comparison:
    """Judge shares or values by the interval of their difference."""
    ours, theirs = comparison.ours, comparison.theirs
    if isinstance(ours, Share) and isinstance(theirs, Share):
        difference = share_difference(ours, theirs)
        if difference is None or min(ours.answered, theirs.answered) < MIN_ANSWERS:
            return replace(comparison, effect=difference, verdict=Verdict.TOO_FEW)
        return replace(comparison, effect=difference, verdict=_verdict(difference, 0))
    if not isinstance(ours, Measured) or not isinstance(theirs, Measured):
        return replace(comparison, obstacle=Obstacle.OTHER_KIND)
    difference = measured_difference(ours, theirs)
    if difference is None:
        return replace(comparison, obstacle=Obstacle.NO_INTERVAL)
    return replace(comparison, effect=difference, verdict=_verdict(difference, 0))


def _verdict(interval: Interval, no_difference: float) -> Verdict:
    if not interval.excludes(no_difference):
        return Verdict.NO_CERTAIN_DIFFERENCE
    return Verdict.HIGHER if interval.lower > no_difference else Verdict.LOWER


def _latest_common(
    ours: Sequence[Observation], theirs: Sequence[Observation]
) -> tuple[Observation, Observation] | None:
    """Return the latest whole year that both sides have."""
    own = {year.year: year for year in whole_years(ours)}
    other = {year.year: year for year in whole_years(theirs)}
    common = own.keys() & other.keys()
    return (own[max(common)], other[max(common)]) if common else None
