"""The intervals of rates, shares and values agree with other libraries."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.rates import confint_poisson, confint_poisson_2indep

from pledges.statistics.analysis import rates
from pledges.statistics.analysis.rates import Interval, Measured, Rate, Share

COUNTS = st.integers(0, 1_000_000)
SMALL_COUNTS = st.integers(0, 60)
POPULATIONS = st.integers(1, 100_000_000)
LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])
VALUES = st.floats(-1e6, 1e6).map(lambda value: round(value, 6))
close = pytest.approx


def same(interval: Interval, lower: float, upper: float) -> None:
    assert interval.lower == close(lower, rel=1e-9, abs=1e-12)
    assert interval.upper == close(upper, rel=1e-9, abs=1e-12)


@st.composite
def shares(draw: st.DrawFn) -> Share:
    answered = draw(st.integers(1, 100_000))
    return Share(draw(st.integers(0, answered)), answered)


@st.composite
def measured(draw: st.DrawFn) -> Measured:
    value = draw(VALUES)
    down, up = draw(st.floats(0, 1e3)), draw(st.floats(0, 1e3))
    return Measured(value, value - down, value + up)


def test_a_municipality_with_eight_thousand_people_and_fourteen_offences() -> None:
    interval = Rate(14, 8000).interval
    assert interval is not None
    assert interval.value == 175
    # Garwood's own limits for 14 are 7.654 and 23.490, in any table of the Poisson distribution.
    assert (round(interval.lower, 1), round(interval.upper, 1)) == (95.7, 293.6)


@settings(deadline=None)
@given(COUNTS, POPULATIONS, LEVELS)
@example(0, 1, 0.95)
@example(1_000_000, 1, 0.99)
def test_the_interval_of_a_rate_is_garwoods(count: int, population: int, level: float) -> None:
    interval = Rate(count, population, level=level).interval
    assert interval is not None
    tail = (1 - level) / 2
    times = 100_000 / population
    lower = stats.chi2.ppf(tail, 2 * count) / 2 if count else 0
    same(interval, lower * times, stats.chi2.isf(tail, 2 * count + 2) / 2 * times)
    lower, upper = confint_poisson(count, population, method="exact-c", alpha=1 - level)
    same(interval, (lower if count else 0) * 100_000, upper * 100_000)
    assert interval.lower <= interval.value <= interval.upper


@settings(deadline=None)
@given(shares(), LEVELS)
@example(Share(0, 1), 0.95)
@example(Share(7, 7), 0.95)
def test_the_interval_of_a_share_is_wilsons(share: Share, level: float) -> None:
    interval = Share(share.yes, share.answered, level).interval
    assert interval is not None
    test = stats.binomtest(int(share.yes), share.answered)
    theirs = test.proportion_ci(confidence_level=level, method="wilson")
    same(interval, theirs.low, theirs.high)
    same(
        interval,
        *proportion_confint(share.yes, share.answered, alpha=1 - level, method="wilson"),
    )
    assert 0 <= interval.lower <= interval.value <= interval.upper <= 1


@settings(deadline=None)
@given(SMALL_COUNTS | COUNTS, POPULATIONS, SMALL_COUNTS | COUNTS, POPULATIONS, LEVELS)
@example(0, 1000, 3, 1000, 0.95)
@example(3, 1000, 0, 1000, 0.95)
def test_the_ratio_is_the_odds_of_an_exact_share(
    ours: int, our_people: int, theirs: int, their_people: int, level: float
) -> None:
    assume(ours + theirs > 0)
    interval = rates.rate_ratio(Rate(ours, our_people, level=level), Rate(theirs, their_people))
    assert interval is not None
    n, times = ours + theirs, their_people / our_people
    low, high = proportion_confint(ours, n, alpha=1 - level, method="beta")
    # A share near 1 has lost the digits that its complement needs: that is the other side's share.
    other_low, other_high = proportion_confint(theirs, n, alpha=1 - level, method="beta")
    assert interval.lower == close(low / other_high * times, rel=1e-9)
    assert interval.upper == close(high / other_low * times if theirs else math.inf, rel=1e-9)
    # SciPy searches for its ends, and stops a little earlier.
    test = stats.binomtest(ours, n).proportion_ci(level, method="exact")
    assert (low, high) == close((test.low, test.high), rel=1e-6, abs=1e-9)
    assert interval.lower <= interval.value <= interval.upper


@settings(deadline=None)
@given(COUNTS, POPULATIONS, COUNTS, POPULATIONS, LEVELS)
def test_the_difference_of_rates_is_zous_and_donners(
    ours: int, our_people: int, theirs: int, their_people: int, level: float
) -> None:
    interval = rates.rate_difference(
        Rate(ours, our_people, per=1, level=level), Rate(theirs, their_people, per=1, level=level)
    )
    assert interval is not None
    alpha = (1 - level) / 2
    # Put together by hand from statsmodels' intervals: its own "mover" stumbles on a count of zero.
    mine, other_value = (
        confint_poisson(count, people, method="exact-c", alpha=2 * alpha)
        for count, people in ((ours, our_people), (theirs, their_people))
    )
    a, b = ours / our_people, theirs / their_people
    low_a, low_b = (mine[0] if ours else 0), (other_value[0] if theirs else 0)
    same(
        interval,
        a - b - math.sqrt((a - low_a) ** 2 + (other_value[1] - b) ** 2),
        a - b + math.sqrt((mine[1] - a) ** 2 + (b - low_b) ** 2),
    )


@settings(deadline=None)
@given(st.integers(1, 10_000), POPULATIONS, st.integers(1, 10_000), POPULATIONS)
def test_the_difference_of_rates_is_that_of_statsmodels(
    ours: int, our_people: int, theirs: int, their_people: int
) -> None:
    interval = rates.rate_difference(
        Rate(ours, our_people, per=1), Rate(theirs, their_people, per=1)
    )
    assert interval is not None
    same(
        interval,
        *confint_poisson_2indep(
            ours,
            our_people,
            theirs,
            their_people,
            method="mover",
            compare="diff",
            method_mover="exact-c",
        ),
    )


@settings(deadline=None)
@given(shares(), shares())
@example(Share(0, 5), Share(5, 5))
def test_the_difference_of_shares_is_newcombes(ours: Share, theirs: Share) -> None:
    interval = rates.share_difference(ours, theirs)
    assert interval is not None
    same(
        interval,
        *confint_proportions_2indep(
            ours.yes,
            ours.answered,
            theirs.yes,
            theirs.answered,
            method="newcomb",
            compare="diff",
        ),
    )


def test_newcombes_own_examples_come_out_as_he_printed_them() -> None:
    """Table II of his article, method 10, contrasts (a), (c), (e) and (h)."""
    for ours, theirs, lower, upper in [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ]:
        interval = rates.share_difference(Share(*ours), Share(*theirs))
        assert interval is not None
        assert (round(interval.lower, 4), round(interval.upper, 4)) == (lower, upper)


@settings(deadline=None)
@given(VALUES, VALUES, st.floats(0.01, 1e3), st.floats(0.01, 1e3))
def test_the_difference_of_values_is_the_normal_approximation(
    ours_value: float, other_value: float, one_error: float, other_error: float
) -> None:
    z = stats.norm.ppf(0.975)
    interval = rates.measured_difference(
        Measured(ours_value, ours_value - z * one_error, ours_value + z * one_error),
        Measured(other_value, other_value - z * other_error, other_value + z * other_error),
    )
    assert interval is not None
    theirs = stats.norm(ours_value - other_value, math.hypot(one_error, other_error)).interval(0.95)
    assert (interval.lower, interval.upper) == close(theirs, rel=1e-6, abs=1e-6)


@settings(deadline=None)
@given(st.lists(st.tuples(VALUES, st.floats(0.01, 1e3)), min_size=2, max_size=6))
def test_the_mean_of_values_is_as_certain_as_a_mean_is(pairs: list[tuple[float, float]]) -> None:
    z = stats.norm.ppf(0.975)
    mean = rates.measured_mean([Measured(v, v - z * e, v + z * e) for v, e in pairs]).interval
    assert mean is not None
    error = math.sqrt(sum(e * e for _v, e in pairs)) / len(pairs)
    middle = sum(v for v, _e in pairs) / len(pairs)
    assert (mean.lower, mean.upper) == close(
        stats.norm(middle, error).interval(0.95), rel=1e-6, abs=1e-6
    )


@settings(deadline=None)
@given(COUNTS, st.integers(1, 1_000_000), st.integers(2, 100))
def test_a_rate_is_more_certain_the_more_there_is_to_count(
    count: int, population: int, times: int
) -> None:
    assume(count)
    few, many = Rate(count, population).interval, Rate(count * times, population * times).interval
    assert few is not None
    assert many is not None
    assert many.value == close(few.value)
    assert few.lower < many.lower < many.upper < few.upper


@settings(deadline=None)
@given(SMALL_COUNTS, POPULATIONS, SMALL_COUNTS, POPULATIONS)
def test_a_ratio_is_turned_over_with_its_sides(
    ours: int, our_people: int, theirs: int, their_people: int
) -> None:
    ours_value, other_value = Rate(ours, our_people), Rate(theirs, their_people)
    interval, turned = (
        rates.rate_ratio(ours_value, other_value),
        rates.rate_ratio(other_value, ours_value),
    )
    if interval is None or turned is None:
        assert ours == theirs == 0
        return
    for end, opposite in ((interval.lower, turned.upper), (interval.value, turned.value)):
        assert end == close(1 / opposite if opposite else math.inf)
    difference, opposed = (
        rates.rate_difference(ours_value, other_value),
        rates.rate_difference(other_value, ours_value),
    )
    assert difference is not None
    assert opposed is not None
    assert difference.lower == close(-opposed.upper)


@settings(deadline=None)
@given(SMALL_COUNTS, SMALL_COUNTS, st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_ratio_does_not_ask_in_what_people_are_counted(
    ours: int, theirs: int, our_people: int, their_people: int
) -> None:
    interval = rates.rate_ratio(Rate(ours, our_people), Rate(theirs, their_people))
    other_value = rates.rate_ratio(
        Rate(ours, our_people * 1000, per=1000), Rate(theirs, their_people * 1000, per=1000)
    )
    if interval is None or other_value is None:
        assert interval is other_value
        return
    assert (interval.lower, interval.upper) == close((other_value.lower, other_value.upper))


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.floats(1.01, 30))
def test_years_that_vary_more_than_chance_make_a_ratio_less_certain(
    ours: int, theirs: int, spread: float
) -> None:
    calm = rates.rate_ratio(Rate(ours, 1000), Rate(theirs, 1000))
    wild = rates.rate_ratio(Rate(ours, 1000), Rate(theirs, 1000), spread)
    assert calm is not None
    assert wild is not None
    assert wild.value == close(calm.value)
    assert wild.lower < calm.lower < calm.upper < wild.upper


def test_without_people_or_answers_there_is_no_rate_and_no_error() -> None:
    for nothing in (Rate(3, None), Rate(3, 0), Share(0, 0), Measured(2.5)):
        assert nothing.interval is None
    assert Rate(3, None).value is Rate(3, 0).value is Share(0, 0).value is None
    assert rates.rate_ratio(Rate(3, None), Rate(3, 10)) is None
    assert rates.rate_ratio(Rate(0, 10), Rate(0, 10)) is None
    assert rates.rate_difference(Rate(3, 0), Rate(3, 10)) is None
    assert rates.share_difference(Share(0, 0), Share(3, 10)) is None
    assert rates.measured_difference(Measured(2.5), Measured(2, 1, 3)) is None
    assert rates.measured_mean([Measured(2.5), Measured(2, 1, 3)]).interval is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: Rate(-1, 100), "negativt"),
        (lambda: Rate(1, -100), "negativ"),
        (lambda: Rate(1.5, 100), "heltal"),  # type: ignore[arg-type]
        (lambda: Rate(10**400, 100), "stort"),
        (lambda: Rate(1, math.nan), "tal"),
        (lambda: Rate(1, 1e-9), "person"),
        (lambda: Rate(1, 100, per=0), "noll"),
        (lambda: Rate(1, 100, level=1), "mellan 0 och 1"),
        (lambda: Share(5, 4), "mellan"),
        (lambda: Share(math.nan, 4), "mellan"),
        (lambda: Share.of_percent(101, 4), "100 procent"),
        (lambda: Measured(math.nan), "tal"),
        (lambda: Measured(1, 2, 3), "mellan"),
        (lambda: Measured(1, 0), "både"),
        (lambda: rates.rate_ratio(Rate(1, 1), Rate(1, 1), 0.5), "mindre"),
        (lambda: rates.rate_difference(Rate(1, 1), Rate(1, 1, per=10)), "olika"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(wrong: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as refused:
        wrong()
    assert str(refused.value).endswith(".")


def test_a_percentage_with_the_number_of_answers_is_a_share() -> None:
    given_percent, counted = Share.of_percent(37.5, 80), Share(30, 80)
    assert given_percent == counted
    assert Share.of_percent(100, 7) == Share(7, 7)
