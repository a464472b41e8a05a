"""A difference is claimed only where chance is an unlikely reason.

And only between what fits together.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pledges.statistics.analysis.comparison import (
    Against,
    Comparison,
    Direction,
    Obstacle,
    Verdict,
    compare_before_and_since,
    compare_same_months,
    compare_with_alike,
    compare_with_area,
    latest_level,
    nearest_in_population,
)
from pledges.statistics.analysis.observations import (
    Level,
    MonthCount,
    YearCount,
    YearShare,
    YearValue,
    by_year,
)
from pledges.statistics.analysis.rates import Rate, Share
from tests.pledges.statistics.analysis.builders import (
    ANY_COUNTS,
    ANY_SHARES,
    ANY_VALUES,
    counts,
    months,
    values,
)

FIRST = date(2019, 1, 1)


def county(*cases: int, start: int = 2016, population: float | None = 250_000) -> Any:
    return counts(*cases, start=start, population=population, level=Level.COUNTY)


@pytest.mark.parametrize(
    ("cases", "verdict"),
    [
        ([20, 19, 21, 9, 10, 11], Verdict.LOWER),
        ([9, 10, 11, 20, 19, 21], Verdict.HIGHER),
        ([9, 10, 11, 12, 9, 13], Verdict.NO_CERTAIN_DIFFERENCE),
        # One event more or less in a small place is nothing.
        ([1, 0, 2, 3, 2, 1], Verdict.NO_CERTAIN_DIFFERENCE),
        ([1, 0, 0, 2, 0, 1], Verdict.TOO_FEW),
        ([0, 0, 0, 0, 0, 0], Verdict.TOO_FEW),
        ([20, 19, 21, 0, 0, 0], Verdict.LOWER),
        ([0, 0, 0, 20, 19, 21], Verdict.HIGHER),
        # The same sums as in the first row, but years that go up and down by themselves.
        ([58, 1, 1, 2, 27, 1], Verdict.NO_CERTAIN_DIFFERENCE),
    ],
)
def test_a_change_since_the_pledge_is_claimed_when_it_is_certain(
    cases: list[int], verdict: Verdict
) -> None:
    comparison = compare_before_and_since(counts(*cases), FIRST)
    assert comparison.verdict == verdict
    assert (comparison.their_years, comparison.our_years) == (
        (2016, 2017, 2018),
        (2019, 2020, 2021),
    )


def test_only_whole_years_on_either_side_of_the_first_day_count() -> None:
    years = [*counts(1, 2, 4, 8, 16, 32, 64, 128), YearCount(2024, 256, 8000, months=9)]
    comparison = compare_before_and_since(years, date(2020, 7, 1))
    assert (comparison.their_years, comparison.our_years) == (
        (2017, 2018, 2019),
        (2021, 2022, 2023),
    )
    assert comparison.theirs == Rate(2 + 4 + 8, 24_000)
    ended = compare_before_and_since(years, date(2020, 1, 1), date(2022, 6, 30))
    assert (ended.their_years, ended.our_years) == ((2017, 2018, 2019), (2020, 2021))


def test_years_far_back_are_not_before_the_pledge() -> None:
    comparison = compare_before_and_since(
        [*counts(9, 9, start=2010), *counts(9, start=2019)], FIRST
    )
    assert (comparison.verdict, comparison.obstacle) == (
        Verdict.NOT_COMPARABLE,
        Obstacle.NOTHING_BEFORE,
    )
    comparison = compare_before_and_since(counts(9, 9, 9), FIRST)
    assert comparison.obstacle == Obstacle.NOTHING_SINCE


def test_people_who_moved_in_are_reckoned_with() -> None:
    doubled = [*counts(20, 20, 20), *counts(40, 40, 40, start=2019, population=16_000)]
    comparison = compare_before_and_since(doubled, FIRST)
    assert comparison.verdict == Verdict.NO_CERTAIN_DIFFERENCE
    assert comparison.effect is not None
    assert comparison.effect.value == pytest.approx(1)
    unknown = [YearCount(year.year, year.count, None) for year in doubled]
    comparison = compare_before_and_since(unknown, FIRST)
    assert comparison.verdict == Verdict.HIGHER
    assert not comparison.is_per_inhabitant


def test_the_ratio_before_and_since_is_the_exact_one_when_years_are_calm() -> None:
    comparison = compare_before_and_since(counts(10, 10, 10, 20, 20, 20), FIRST).effect
    assert comparison is not None
    share = stats.binomtest(60, 90).proportion_ci(method="exact")
    assert (comparison.value, comparison.lower, comparison.upper) == pytest.approx(
        (2, share.low / (1 - share.low), share.high / (1 - share.high)), rel=1e-6
    )


def test_figures_for_another_kind_of_area_are_not_compared_over_time() -> None:
    area = counts(90, 91, 92, population=80_000, level=Level.POLICE_AREA)
    comparison = compare_before_and_since([*area, *counts(9, 9, 9, start=2019)], FIRST)
    assert (comparison.verdict, comparison.obstacle) == (
        Verdict.NOT_COMPARABLE,
        Obstacle.OTHER_LEVEL,
    )


def test_the_municipality_is_taken_out_of_its_county() -> None:
    comparison = compare_with_area(counts(14), county(300), Against.COUNTY)
    assert comparison.theirs == Rate(286, 242_000)
    assert comparison.verdict == Verdict.NO_CERTAIN_DIFFERENCE
    # A municipality that holds half of its county's cases would be hidden by itself otherwise.
    assert compare_with_area(counts(40), county(80, population=16_000), Against.COUNTY).effect == (
        compare_with_area(counts(40), county(80, population=16_000), Against.COUNTRY).effect
    )
    assert compare_with_area(counts(40), county(300), Against.COUNTY).verdict == Verdict.HIGHER
    assert compare_with_area(counts(2), county(900), Against.COUNTY).verdict == Verdict.LOWER


@pytest.mark.parametrize(
    ("ours", "theirs", "obstacle"),
    [
        (counts(14), county(300, start=2017), Obstacle.NO_COMMON_YEAR),
        (counts(14), [], Obstacle.NO_COMMON_YEAR),
        (counts(14, level=Level.COUNTY), county(300), Obstacle.OTHER_LEVEL),
        (counts(14), counts(300), Obstacle.OTHER_LEVEL),
        (counts(14), county(14, population=8000), Obstacle.SAME_AREA),
        (counts(14), county(13), Obstacle.DISAGREEING),
        (counts(14), county(300, population=7000), Obstacle.DISAGREEING),
        (counts(14), county(300, population=None), Obstacle.NO_POPULATION),
        (counts(14, population=0), county(300), Obstacle.NO_POPULATION),
        (counts(14), [YearValue(2016, 2, 1, 3, level=Level.COUNTY)], Obstacle.OTHER_KIND),
        (
            [YearValue(2016, 2)],
            [YearValue(2016, 2, 1, 3, level=Level.COUNTY)],
            Obstacle.NO_INTERVAL,
        ),
    ],
)
def test_what_does_not_fit_together_is_not_compared(
    ours: Any, theirs: Any, obstacle: Obstacle
) -> None:
    comparison = compare_with_area(ours, theirs, Against.COUNTY)
    assert (comparison.verdict, comparison.obstacle) == (Verdict.NOT_COMPARABLE, obstacle)


def test_the_latest_year_that_both_have_is_compared() -> None:
    comparison = compare_with_area(counts(14, 15, 16), county(300, 310), Against.COUNTRY)
    assert comparison.our_years == comparison.their_years == (2017,)


def test_few_cases_beside_a_large_county_are_still_few() -> None:
    comparison = compare_with_area(counts(2), county(60), Against.COUNTY)
    assert comparison.verdict == Verdict.TOO_FEW
    # Two where hardly any would be expected: by the interval alone a certain difference.
    comparison = compare_with_area(counts(2), county(3), Against.COUNTY)
    assert comparison.effect is not None
    assert comparison.effect.excludes(1)
    assert comparison.verdict == Verdict.TOO_FEW


def test_survey_shares_are_compared_when_enough_have_answered() -> None:
    def comparison(*rows: tuple[int, int]) -> Comparison:
        return compare_before_and_since(
            [YearShare(2018 + i, *row) for i, row in enumerate(rows)],
            FIRST,
            direction=Direction.LOWER_IS_BETTER,
        )

    assert comparison((9, 84), (30, 90)).verdict == Verdict.HIGHER
    assert comparison((9, 84), (30, 90)).is_better is False
    assert comparison((30, 90), (9, 84)).is_better is True
    assert comparison((9, 84), (12, 90)).verdict == Verdict.NO_CERTAIN_DIFFERENCE
    assert comparison((0, 9), (9, 9)).verdict == Verdict.TOO_FEW
    assert comparison((9, 84), (0, 0)).verdict == Verdict.TOO_FEW
    assert comparison((9, 84), (12, 90), (10, 80)).ours == Share(22, 170)


def test_measured_values_are_compared_by_their_own_intervals() -> None:
    before = [(2.3, 0.3)] * 3
    assert compare_before_and_since(values(*before, (1.7, 0.2)), FIRST).verdict == Verdict.LOWER
    comparison = compare_before_and_since(values(*before, (2.2, 0.3)), FIRST)
    assert comparison.verdict == Verdict.NO_CERTAIN_DIFFERENCE


@pytest.mark.parametrize(
    ("direction", "better"),
    [
        (Direction.NEITHER, None),
        (Direction.LOWER_IS_BETTER, True),
        (Direction.HIGHER_IS_BETTER, False),
    ],
)
def test_fewer_is_better_only_where_somebody_has_said_so(
    direction: Direction, better: bool | None
) -> None:
    comparison = compare_before_and_since(counts(20, 19, 21, 9, 10, 11), FIRST, direction=direction)
    assert comparison.is_better is better
    calm = compare_before_and_since(counts(9, 9, 9, 9), FIRST, direction=direction)
    assert calm.is_better is None


def test_an_unfinished_year_meets_the_same_months_and_never_whole_years() -> None:
    monthly = [
        *months(2021, *[9] * 12),
        *months(2022, *[2] * 12),
        *months(2023, *[2] * 6, *[50] * 6),
        *months(2024, *[2] * 5),
        *months(2025, 3, 2, 2, 1, 2, 2, is_preliminary=True),
    ]
    comparison = compare_same_months(monthly)
    assert comparison.months == (1, 2, 3, 4, 5, 6)
    # 2021 is too far back, and June of 2024 is missing.
    assert (comparison.our_years, comparison.their_years) == ((2025,), (2022, 2023))
    assert comparison.ours == Rate(12, 8000 / 2)
    assert comparison.theirs == Rate(24, 8000)
    assert comparison.verdict == Verdict.NO_CERTAIN_DIFFERENCE
    assert comparison.preliminary == (2025,)
    assert [year.is_whole for year in by_year(monthly)] == [True, True, True, False, False]


def test_the_same_months_are_asked_for_only_when_a_year_is_unfinished() -> None:
    whole = compare_same_months(months(2025, *[2] * 12))
    assert whole.obstacle == compare_same_months([]).obstacle == Obstacle.YEAR_IS_WHOLE
    assert compare_same_months(months(2025, 2)).obstacle == Obstacle.NO_EARLIER_MONTHS


def test_like_municipalities_are_taken_together_and_shown_apart() -> None:
    others = {str(code): counts(6 + 2 * code, population=8000) for code in range(7)}
    comparison = compare_with_alike(counts(14), others)
    assert comparison.theirs == Rate(sum(6 + 2 * code for code in range(7)), 56_000)
    assert comparison.their_range == pytest.approx((75, 225))
    assert comparison.verdict == Verdict.NO_CERTAIN_DIFFERENCE
    assert compare_with_alike(counts(60), others).verdict == Verdict.HIGHER
    few = dict(list(others.items())[:2])
    assert compare_with_alike(counts(14), few).obstacle == Obstacle.TOO_FEW_ALIKE


def test_like_places_are_of_the_same_kind_as_ours() -> None:
    areas = {code: counts(14, level=Level.POLICE_AREA) for code in "abc"}
    assert compare_with_alike(counts(14), areas).obstacle == Obstacle.OTHER_LEVEL


def test_a_place_whose_years_go_up_and_down_is_not_called_different_for_one_year() -> None:
    area = county(250, start=2020)
    calm = compare_with_area(counts(18, 17, 19, 16, 18), area, Against.COUNTY)
    wild = compare_with_area(counts(2, 30, 1, 25, 18), area, Against.COUNTY)
    assert (calm.verdict, wild.verdict) == (Verdict.HIGHER, Verdict.NO_CERTAIN_DIFFERENCE)
    assert (calm.spread, wild.spread > 1) == (1, True)
    # What was longer ago, for part of a year, or elsewhere says nothing of the place's years now.
    others = [
        *counts(900, start=2010),
        YearCount(2021, 1, 8000, months=2),
    ]
    assert (
        compare_with_area([*others, *counts(18, 17, 19, 16, 18)], area, Against.COUNTY).spread == 1
    )
    elsewhere = counts(900, level=Level.POLICE_AREA)
    assert compare_with_area(
        [*elsewhere, *counts(17, 19, 16, 18, start=2017)], area, Against.COUNTY
    ) == (compare_with_area(counts(17, 19, 16, 18, start=2017), area, Against.COUNTY))


def test_those_nearest_in_population_are_alike_the_lower_code_first() -> None:
    people = {"2560": 8000, "0001": 7000, "0002": 9000, "0003": 8500, "0004": 100, "0005": 0}
    assert nearest_in_population("2560", people, 3) == ["0003", "0001", "0002"]
    assert nearest_in_population("2560", dict(reversed(people.items())), 9) == [
        "0003",
        "0001",
        "0002",
        "0004",
    ]
    with pytest.raises(ValueError, match="folkmängd"):
        nearest_in_population("0005", people)


def test_the_level_is_that_of_the_latest_whole_year() -> None:
    now = latest_level([*counts(9, 14), YearCount(2018, 2, 8000, months=2)])
    assert now is not None
    assert (now.year, now.estimate) == (2017, Rate(14, 8000))
    assert latest_level([YearCount(2018, 2, 8000, months=2)]) is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: compare_before_and_since([*counts(9, 9), *counts(9)], FIRST),
        lambda: compare_same_months([*months(2025, 1), *months(2025, 1)]),
        lambda: compare_same_months([MonthCount(2025, 13, 1)]),
        lambda: compare_same_months([*months(2025, 1), MonthCount(2025, 2, 1, level=Level.COUNTY)]),
        lambda: compare_before_and_since(
            [*counts(9), YearValue(2017, 2), YearValue(2019, 1)], FIRST
        ),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        wrong()


@settings(deadline=None)
@given(ANY_COUNTS | ANY_SHARES | ANY_VALUES, st.dates(date(1992, 1, 1), date(2038, 1, 1)))
def test_nothing_that_can_be_is_too_much_to_compare_over_time(years: Any, first: date) -> None:
    _makes_sense(compare_before_and_since(years, first))


@settings(deadline=None)
@given(
    ANY_COUNTS | ANY_SHARES | ANY_VALUES,
    ANY_COUNTS | ANY_SHARES | ANY_VALUES,
    st.sampled_from([Against.COUNTY, Against.COUNTRY]),
)
def test_nothing_that_can_be_is_too_much_to_compare_with_an_area(
    ours: Any, theirs: Any, against: Against
) -> None:
    _makes_sense(compare_with_area(ours, theirs, against))


@settings(deadline=None)
@given(ANY_COUNTS, st.lists(ANY_COUNTS, max_size=5))
def test_nothing_that_can_be_is_too_much_to_compare_with_alike(ours: Any, others: Any) -> None:
    _makes_sense(compare_with_alike(ours, {str(i): years for i, years in enumerate(others)}))


def _makes_sense(comparison: Comparison) -> None:
    assert (comparison.verdict == Verdict.NOT_COMPARABLE) == (comparison.obstacle is not None)
    if comparison.effect is not None:
        assert comparison.effect.lower <= comparison.effect.value <= comparison.effect.upper
        assert not math.isnan(comparison.effect.value)
    same = 1 if isinstance(comparison.ours, Rate) else 0
    if comparison.verdict == Verdict.HIGHER:
        assert comparison.effect is not None
        assert comparison.effect.lower > same
    if comparison.verdict == Verdict.LOWER:
        assert comparison.effect is not None
        assert comparison.effect.upper < same
