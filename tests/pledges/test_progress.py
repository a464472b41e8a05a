"""Target against done, for every shape of target."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledges.lifecycle import Standing, State
from pledges.progress import Progress, Tally, Verdict, progress
from pledges.targets import Period, Shape, Target, period_at

FROM, TO = date(2023, 1, 1), date(2025, 12, 31)


def on(day: date, last_day: date | None = None) -> Standing:
    """How a pledge for 2023-2025 that holds until replaced stands on a day."""
    if last_day is not None and day > last_day:
        state = State.REPLACED
    elif day < FROM:
        state = State.SIGNED
    else:
        state = State.IN_FORCE if day <= TO else State.HELD_OVER
    return Standing(state, day, FROM, TO, last_day)


def done(*days: date, amount: int = 1, requests: int = 0) -> list[Tally]:
    return [Tally(day, day, 1, amount, requests) for day in days]


def count(amount: int, period: Period, *, at_least: bool = True) -> Target:
    return Target(Shape.COUNT, Decimal(amount), period, at_least)


def progress_for(
    target: Target, tallies: list[Tally], standing: Standing, *, is_secret: bool = False
) -> Progress:
    return progress(target, tallies, standing, is_secret=is_secret)


TWO_A_YEAR = count(2, Period.YEAR)


def test_each_year_is_reached_or_missed_for_itself() -> None:
    tallies = done(date(2023, 3, 1), date(2023, 10, 1), date(2024, 5, 1))
    outcome = progress_for(TWO_A_YEAR, tallies, on(date(2025, 1, 10)))
    assert [(row.span.label, row.done, row.verdict) for row in outcome.rows] == [
        ("2023", 2, Verdict.REACHED),
        ("2024", 1, Verdict.MISSED),
        ("2025", 0, Verdict.ON_TRACK),
    ]
    assert (outcome.reached, outcome.judged) == (1, 2)
    assert outcome.verdict == Verdict.PARTLY


def test_more_than_promised_is_reached_and_shown() -> None:
    outcome = progress_for(TWO_A_YEAR, done(*[date(2023, 3, 1)] * 3), on(date(2023, 5, 1)))
    assert outcome.rows[0].done == 3
    assert outcome.rows[0].verdict == Verdict.REACHED
    assert outcome.rows[0].share == 1.5


@pytest.mark.parametrize(
    ("day", "verdict", "expected"),
    [
        (date(2023, 6, 30), Verdict.ON_TRACK, 1),
        (date(2023, 10, 1), Verdict.ON_TRACK, 2),
        (date(2023, 10, 2), Verdict.BEHIND, 3),
        (date(2023, 12, 31), Verdict.BEHIND, 3),
        (date(2024, 1, 1), Verdict.MISSED, None),
    ],
)
def test_a_running_year_is_behind_when_its_share_is_not_done(
    day: date, verdict: Verdict, expected: int | None
) -> None:
    target = count(4, Period.YEAR)
    outcome = progress_for(target, done(date(2023, 1, 5), date(2023, 1, 6)), on(day))
    assert (outcome.rows[0].verdict, outcome.rows[0].expected) == (verdict, expected)


def test_the_count_goes_on_while_the_pledge_is_held_over() -> None:
    outcome = progress_for(TWO_A_YEAR, done(date(2026, 2, 1)), on(date(2026, 11, 23)))
    assert outcome.rows[-1].span.label == "2026"
    assert outcome.rows[-1].done == 1
    assert outcome.rows[-1].span.is_extra


def test_a_year_cut_short_by_a_successor_is_not_judged() -> None:
    outcome = progress_for(
        TWO_A_YEAR, done(date(2023, 2, 1)), on(date(2024, 8, 1), date(2024, 6, 30))
    )
    assert [row.verdict for row in outcome.rows] == [Verdict.MISSED, Verdict.CUT]


def test_a_pledge_that_has_not_begun_shows_nothing() -> None:
    assert progress_for(TWO_A_YEAR, [], on(date(2022, 12, 1))).verdict == Verdict.UPCOMING


def test_a_secret_kind_tells_finished_years_only() -> None:
    tallies = done(date(2023, 3, 1), date(2024, 2, 1))
    outcome = progress_for(TWO_A_YEAR, tallies, on(date(2024, 12, 31)), is_secret=True)
    assert [(row.done, row.verdict) for row in outcome.rows[:2]] == [
        (1, Verdict.MISSED),
        (None, Verdict.HIDDEN),
    ]
    assert (outcome.done, outcome.actions) == (1, 1)
    after = progress_for(TWO_A_YEAR, tallies, on(date(2025, 1, 1)), is_secret=True)
    assert after.rows[1].done == 1


def test_a_secret_whole_tells_nothing_before_its_planned_end() -> None:
    target = count(3, Period.WHOLE)
    tallies = done(date(2023, 3, 1), date(2024, 3, 1), date(2025, 3, 1))
    before = progress_for(target, tallies, on(TO), is_secret=True)
    assert (before.done, before.actions, before.verdict) == (0, 0, Verdict.ON_TRACK)
    after = progress_for(target, tallies, on(TO + timedelta(days=1)), is_secret=True)
    assert (after.done, after.verdict) == (3, Verdict.REACHED)


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        (date(2023, 12, 31), Verdict.ON_TRACK),
        (date(2025, 1, 1), Verdict.BEHIND),
        (date(2026, 1, 1), Verdict.MISSED),
    ],
)
def test_the_whole_pledge_is_one_period(day: date, verdict: Verdict) -> None:
    outcome = progress_for(count(6, Period.WHOLE), done(date(2023, 2, 1), amount=2), on(day))
    assert (outcome.verdict, outcome.done, outcome.whole) == (verdict, 2, 6)


def test_short_periods_are_summed_up() -> None:
    # Weeks from Monday 2 January on; the third is running on 18 January.
    tallies = done(date(2023, 1, 2), date(2023, 1, 8), date(2023, 1, 10), date(2023, 1, 17))
    outcome = progress_for(count(2, Period.WEEK), tallies, on(date(2023, 1, 18)))
    assert (outcome.reached, outcome.judged, outcome.verdict) == (1, 2, Verdict.PARTLY)
    assert outcome.average == Decimal("1.5")
    assert not outcome.rows


def test_months_are_whole_months() -> None:
    tallies = done(date(2023, 1, 31), date(2023, 3, 1))
    outcome = progress_for(count(1, Period.MONTH), tallies, on(date(2023, 4, 1)))
    assert (outcome.reached, outcome.judged) == (2, 3)


@pytest.mark.parametrize(("n", "verdict"), [(30, Verdict.BEHIND), (31, Verdict.ON_TRACK)])
def test_an_average_is_over_the_days_gone_by(n: int, verdict: Verdict) -> None:
    target = Target(Shape.AVERAGE, Decimal(1), Period.DAY)
    outcome = progress_for(target, done(date(2023, 1, 5), amount=n), on(date(2023, 2, 1)))
    assert outcome.average == Decimal(n) / 31
    assert outcome.verdict == verdict


def test_coverage_counts_against_the_whole() -> None:
    target = Target(Shape.COVERAGE, Decimal(4), of=4, unit="klasser")
    days = (date(2024, 1, 1), date(2025, 1, 1))
    assert (
        progress_for(target, done(*days, amount=2), on(date(2025, 2, 1))).verdict == Verdict.REACHED
    )
    assert progress_for(target, done(*days), on(date(2026, 1, 1))).verdict == Verdict.MISSED
    assert progress_for(target, done(*days), on(TO)).verdict == Verdict.ON_TRACK
    unstated = Target(Shape.COVERAGE, unit="klasser")
    assert progress_for(unstated, done(*days), on(TO)).verdict == Verdict.UNMEASURED


def test_done_once_is_reached_and_late_is_missed_until_done() -> None:
    target = Target(Shape.DONE)
    assert progress_for(target, [], on(TO)).verdict == Verdict.ON_TRACK
    assert progress_for(target, [], on(date(2026, 1, 1))).verdict == Verdict.MISSED
    late = done(date(2026, 2, 1))
    assert progress_for(target, late, on(date(2026, 3, 1))).verdict == Verdict.REACHED
    cut = progress_for(target, [], on(date(2024, 8, 1), date(2024, 6, 30)))
    assert cut.verdict == Verdict.CUT


@pytest.mark.parametrize(
    ("met", "asked", "verdict"),
    [
        (0, 0, Verdict.REACHED),
        (2, 2, Verdict.REACHED),
        (1, 2, Verdict.PARTLY),
        (0, 2, Verdict.MISSED),
    ],
)
def test_on_demand_is_kept_when_who_asked_got_it(met: int, asked: int, verdict: Verdict) -> None:
    tallies = done(date(2024, 1, 1), amount=met, requests=asked) if asked else []
    assert progress_for(Target(Shape.ON_DEMAND), tallies, on(TO)).verdict == verdict


def test_no_target_is_never_fulfilled_by_activity() -> None:
    outcome = progress_for(Target(Shape.NONE), done(date(2024, 1, 1)), on(TO))
    assert (outcome.verdict, outcome.actions) == (Verdict.UNMEASURED, 1)


# Properties

days_of_pledge = st.dates(FROM, date(2026, 12, 31))
tallies_of = st.lists(
    st.builds(
        lambda day, n, asked: Tally(day, day, 1, n, n + asked),
        days_of_pledge,
        st.integers(1, 4),
        st.integers(0, 2),
    ),
    max_size=12,
)
counted = st.builds(
    lambda n, period: count(n, period), st.integers(1, 6), st.sampled_from(list(Period))
)
targets = st.one_of(
    counted,
    st.builds(
        lambda n, period: Target(Shape.AVERAGE, Decimal(n), period),
        st.integers(1, 4),
        st.sampled_from(list(Period)),
    ),
    st.just(Target(Shape.DONE)),
    st.just(Target(Shape.ON_DEMAND)),
    st.just(Target(Shape.NONE)),
    st.just(Target(Shape.COVERAGE, Decimal(5), of=9, unit="klasser")),
)


@settings(max_examples=300, deadline=None)
@given(targets, tallies_of, tallies_of, days_of_pledge)
def test_nothing_of_a_running_period_changes_what_is_told_of_a_secret_kind(
    target: Target, tallies: list[Tally], more: list[Tally], day: date
) -> None:
    """More of it in the running period, or term where there is none: no trace."""
    standing = on(day)
    period = target.period if target.shape == Shape.COUNT else None
    is_whole = target.period == Period.WHOLE
    if period in {Period.YEAR, Period.SCHOOL_YEAR, Period.TERM}:
        begins = period_at(period, day).first
    elif is_whole:
        begins = FROM if day <= TO else period_at(Period.TERM, day).first
    else:
        begins = period_at(Period.TERM, day).first
    past = [tally for tally in tallies if tally.first < begins]
    running = [tally for tally in [*tallies, *more] if tally.first >= begins]
    assert progress_for(target, past, standing, is_secret=True) == progress_for(
        target, [*past, *running], standing, is_secret=True
    )


@settings(max_examples=200, deadline=None)
@given(counted, tallies_of, days_of_pledge)
def test_long_periods_agree_with_counting_day_by_day(
    target: Target, tallies: list[Tally], day: date
) -> None:
    outcome = progress_for(target, tallies, on(day))
    for row in outcome.rows:
        by_hand = 0
        current = row.span.first
        while current <= row.span.last:
            by_hand += sum(tally.amount for tally in tallies if tally.first == current)
            current += timedelta(days=1)
        if row.verdict != Verdict.UPCOMING:
            assert row.done == by_hand
            assert (row.verdict == Verdict.REACHED) == (by_hand >= row.target)


@settings(max_examples=200, deadline=None)
@given(targets, tallies_of, days_of_pledge, days_of_pledge)
def test_doing_more_never_makes_it_worse(
    target: Target, tallies: list[Tally], extra: date, day: date
) -> None:
    if target.shape == Shape.ON_DEMAND:
        return
    order = [Verdict.MISSED, Verdict.BEHIND, Verdict.PARTLY, Verdict.ON_TRACK, Verdict.REACHED]
    before = progress_for(target, tallies, on(day))
    after = progress_for(target, [*tallies, Tally(extra, extra, 1, 1)], on(day))
    assert after.reached >= before.reached
    if not before.rows:
        rank = {verdict: place for place, verdict in enumerate(order)}
        assert rank.get(after.verdict, 9) >= rank.get(before.verdict, 9)
