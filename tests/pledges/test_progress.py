"""Target against done, for every shape of target."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from pledge_portal.pages.text import Wording
from pledges.lifecycle import Standing, State
from pledges.models import Commitment
from pledges.presentation import progress_view
from pledges.progress import ClosedTime, Progress, Tally, Verdict, progress
from pledges.targets import LONG_PERIODS, Period, Shape, Target, period_at

FROM, TO = date(2023, 1, 1), date(2025, 12, 31)


def on(day: date, last_day: date | None = None) -> Standing:
    """How a pledge for 2023-2025 that holds until replaced stands on a day."""
    if last_day is not None and day > last_day:
        state = State.REPLACED
    elif day < FROM:
        state = State.SIGNED
    else:
        state = State.IN_FORCE if day <= TO else State.HELD_OVER
    return Standing(state, day, FROM, TO, TO, last_day)


def done(*days: date, amount: int = 1, requests: int = 0) -> list[Tally]:
    return [Tally(day, day, 1, amount, requests) for day in days]


def count(amount: int, period: Period, *, at_least: bool = True) -> Target:
    return Target(Shape.COUNT, Decimal(amount), period, at_least)


def closed(first: date, last: date, day: date | None = None) -> ClosedTime:
    return ClosedTime(first, last, day or last + timedelta(days=1), "Polisen")


ALL_CLOSED = [closed(FROM, date(2027, 12, 31), FROM)]


def progress_for(
    target: Target,
    tallies: list[Tally],
    standing: Standing,
    *closings: ClosedTime,
    is_secret: bool = False,
) -> Progress:
    return progress(target, tallies, standing, closed=closings, is_secret=is_secret)


TWO_A_YEAR = count(2, Period.YEAR)
COMMITMENT = Commitment(number=1, responsible="police", target_unit_sv="hundsök")


def test_each_year_is_reached_or_missed_for_itself() -> None:
    tallies = done(date(2023, 3, 1), date(2023, 10, 1), date(2024, 5, 1))
    closing = closed(FROM, date(2024, 12, 31))
    outcome = progress_for(TWO_A_YEAR, tallies, on(date(2025, 1, 10)), closing)
    assert [(row.span.label, row.done, row.verdict) for row in outcome.rows] == [
        ("2023", 2, Verdict.REACHED),
        ("2024", 1, Verdict.MISSED),
        ("2025", 0, Verdict.NOTHING_YET),
    ]
    assert (outcome.reached, outcome.judged) == (1, 2)
    assert outcome.verdict == Verdict.PARTLY


def test_more_than_promised_is_reached_and_shown() -> None:
    outcome = progress_for(TWO_A_YEAR, done(*[date(2023, 3, 1)] * 3), on(date(2023, 5, 1)))
    assert outcome.rows[0].done == 3
    assert outcome.rows[0].verdict == Verdict.REACHED
    assert outcome.rows[0].share == 1.5


@pytest.mark.parametrize(
    ("day", "is_closed", "verdict"),
    [
        (date(2023, 6, 30), False, Verdict.REPORTED),
        (date(2023, 12, 31), False, Verdict.REPORTED),
        (date(2023, 12, 31), True, Verdict.REPORTED),
        (date(2024, 1, 1), False, Verdict.UNREPORTED),
        (date(2030, 1, 1), False, Verdict.UNREPORTED),
        (date(2024, 1, 1), True, Verdict.MISSED),
    ],
)
def test_only_a_year_that_is_over_and_closed_is_missed(
    day: date, is_closed: bool, verdict: Verdict
) -> None:
    target = count(4, Period.YEAR)
    closings = [closed(FROM, date(2023, 12, 31), date(2023, 12, 1))] if is_closed else []
    outcome = progress_for(target, done(date(2023, 1, 5), date(2023, 1, 6)), on(day), *closings)
    assert outcome.rows[0].verdict == verdict


def test_nothing_reported_is_told_as_silence_and_never_judged() -> None:
    running = progress_for(TWO_A_YEAR, [], on(date(2023, 5, 1)))
    assert (running.verdict, running.rows[0].verdict) == (Verdict.NOTHING_YET,) * 2
    over = progress_for(TWO_A_YEAR, [], on(date(2025, 1, 1)))
    assert [row.verdict for row in over.rows] == [
        Verdict.UNREPORTED,
        Verdict.UNREPORTED,
        Verdict.NOTHING_YET,
    ]
    assert (over.verdict, over.judged, over.unreported) == (Verdict.UNREPORTED, 0, 2)


def test_a_year_is_closed_when_the_closed_stretches_together_cover_it() -> None:
    halves = [
        closed(FROM, date(2023, 6, 30)),
        closed(date(2023, 7, 1), date(2023, 12, 31), date(2024, 2, 10)),
    ]
    day = on(date(2024, 3, 1))
    assert progress_for(TWO_A_YEAR, [], day, halves[0]).rows[0].verdict == Verdict.UNREPORTED
    row = progress_for(TWO_A_YEAR, [], day, *halves).rows[0]
    assert row.verdict == Verdict.MISSED
    assert row.closing is not None
    assert row.closing.on == date(2024, 2, 10)
    before = progress_for(TWO_A_YEAR, [], on(date(2024, 2, 9)), *halves).rows[0]
    assert (before.verdict, before.closing) == (Verdict.UNREPORTED, None)


def test_what_is_added_after_the_closing_counts_beside_the_verdict_of_then() -> None:
    tallies = [
        *done(date(2023, 3, 1)),
        Tally(date(2023, 5, 1), date(2023, 5, 1), 1, 1, added_on=date(2024, 1, 1)),
    ]
    late = Tally(date(2023, 5, 1), date(2023, 5, 1), 1, 1, added_on=date(2024, 4, 1))
    closing = closed(FROM, date(2023, 12, 31), date(2024, 1, 15))
    in_time = progress_for(TWO_A_YEAR, tallies, on(date(2024, 5, 1)), closing).rows[0].closing
    assert in_time is not None
    assert (in_time.verdict, in_time.completed_on) == (Verdict.REACHED, None)
    row = progress_for(TWO_A_YEAR, [tallies[0], late], on(date(2024, 5, 1)), closing).rows[0]
    assert (row.done, row.verdict) == (2, Verdict.REACHED)
    assert row.closing is not None
    assert (row.closing.verdict, row.closing.completed_on) == (Verdict.MISSED, date(2024, 4, 1))


def test_the_count_goes_on_while_the_pledge_is_held_over() -> None:
    outcome = progress_for(TWO_A_YEAR, done(date(2026, 2, 1)), on(date(2026, 11, 23)))
    assert outcome.rows[-1].span.label == "2026"
    assert outcome.rows[-1].done == 1
    assert outcome.rows[-1].span.is_extra


def test_a_year_cut_short_by_a_successor_is_not_judged() -> None:
    outcome = progress_for(
        TWO_A_YEAR, done(date(2023, 2, 1)), on(date(2024, 8, 1), date(2024, 6, 30)), *ALL_CLOSED
    )
    assert [row.verdict for row in outcome.rows] == [Verdict.MISSED, Verdict.CUT]


def test_a_pledge_that_has_not_begun_shows_nothing() -> None:
    assert progress_for(TWO_A_YEAR, [], on(date(2022, 12, 1))).verdict == Verdict.UPCOMING


def test_a_secret_kind_tells_finished_years_only() -> None:
    tallies = done(date(2023, 3, 1), date(2024, 2, 1))
    outcome = progress_for(
        TWO_A_YEAR, tallies, on(date(2024, 12, 31)), closed(FROM, TO), is_secret=True
    )
    assert [(row.done, row.verdict) for row in outcome.rows[:2]] == [
        (1, Verdict.UNREPORTED),
        (None, Verdict.HIDDEN),
    ]
    assert (outcome.done, outcome.actions) == (1, 1)
    after = progress_for(TWO_A_YEAR, tallies, on(date(2025, 1, 1)), is_secret=True)
    assert after.rows[1].done == 1


@pytest.mark.parametrize(
    "target", [Target(Shape.NONE), count(1, Period.WEEK)], ids=["none", "mean"]
)
@pytest.mark.parametrize("recorded", [[], done(date(2023, 9, 1), date(2023, 9, 8))])
def test_a_secret_kind_is_never_said_to_be_silent_while_something_may_be_untold(
    target: Target, recorded: list[Tally]
) -> None:
    outcome = progress_for(target, recorded, on(date(2023, 10, 1)), is_secret=True)
    assert outcome.verdict == Verdict.HIDDEN
    assert Verdict.NOTHING_YET not in {row.verdict for row in outcome.rows}
    with translation.override("sv"):
        sentence = progress_view(COMMITMENT, Wording("hundsök"), outcome).sentence
    assert "redovisas när" in sentence.lower()
    assert " än." not in sentence


def test_a_secret_whole_tells_nothing_before_its_planned_end() -> None:
    target = count(3, Period.WHOLE)
    tallies = done(date(2023, 3, 1), date(2024, 3, 1), date(2025, 3, 1))
    before = progress_for(target, tallies, on(TO), is_secret=True)
    assert (before.done, before.actions, before.verdict) == (0, 0, Verdict.HIDDEN)
    after = progress_for(target, tallies, on(TO + timedelta(days=1)), is_secret=True)
    assert (after.done, after.verdict) == (3, Verdict.REACHED)


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        (date(2023, 12, 31), Verdict.REPORTED),
        (date(2025, 12, 31), Verdict.REPORTED),
        (date(2026, 1, 1), Verdict.MISSED),
    ],
)
def test_the_whole_pledge_is_one_period(day: date, verdict: Verdict) -> None:
    tallies = done(date(2023, 2, 1), amount=2)
    outcome = progress_for(count(6, Period.WHOLE), tallies, on(day), *ALL_CLOSED)
    assert (outcome.verdict, outcome.done, outcome.whole) == (verdict, 2, 6)


@pytest.mark.parametrize("target", [count(6, Period.WHOLE), Target(Shape.DONE)])
def test_a_target_for_the_whole_of_a_held_over_pledge_stays_open_until_it_is_closed(
    target: Target,
) -> None:
    held_over = on(date(2026, 5, 1))
    assert progress_for(target, [], held_over).verdict == Verdict.NOTHING_YET
    assert progress_for(target, [], held_over, *ALL_CLOSED).verdict == Verdict.MISSED
    replaced = on(date(2026, 9, 1), date(2026, 6, 30))
    assert progress_for(target, [], replaced).verdict == Verdict.UNREPORTED


def test_what_is_to_be_done_each_week_is_a_mean_over_the_time_that_is_reported() -> None:
    # The weeks from Monday 2 January; 17 January is a Tuesday.
    tallies = done(date(2023, 1, 2), date(2023, 1, 8), date(2023, 1, 10), date(2023, 1, 17))
    outcome = progress_for(count(2, Period.WEEK), tallies, on(date(2023, 1, 18)))
    mean = outcome.rows[0].mean
    assert mean is not None
    assert (mean.first, mean.last, mean.days, mean.of_days) == (
        date(2023, 1, 2),
        date(2023, 1, 17),
        16,
        365,
    )
    assert mean.average == Decimal(4 * 7) / 16
    assert mean.weeks == (1, 2)
    assert outcome.verdict == Verdict.REPORTED


def test_months_are_whole_months() -> None:
    tallies = done(date(2023, 1, 31), date(2023, 3, 1))
    outcome = progress_for(count(1, Period.MONTH), tallies, on(date(2023, 4, 1)))
    assert (outcome.reached, outcome.judged, outcome.unreported) == (2, 2, 1)
    closing = closed(date(2023, 2, 1), date(2023, 2, 28))
    outcome = progress_for(count(1, Period.MONTH), tallies, on(date(2023, 4, 1)), closing)
    assert (outcome.reached, outcome.judged) == (2, 3)


@pytest.mark.parametrize(("n", "average"), [(30, Decimal(30) / 31), (31, Decimal(1))])
def test_a_mean_is_over_the_days_that_spans_and_closings_cover(n: int, average: Decimal) -> None:
    target = Target(Shape.AVERAGE, Decimal(1), Period.DAY)
    span = Tally(FROM, date(2023, 1, 31), 1, n, is_span=True)
    outcome = progress_for(target, [span], on(date(2023, 2, 1)))
    assert outcome.mean is not None
    assert outcome.mean.average == average
    assert outcome.verdict == Verdict.REPORTED
    closing = closed(FROM, date(2023, 1, 31), date(2023, 2, 1))
    entries = progress_for(target, done(date(2023, 1, 5), amount=n), on(date(2023, 2, 1)), closing)
    assert entries.mean is not None
    assert entries.mean.average == average


ONE_A_DAY = count(1, Period.DAY)
END_OF_2018 = date(2018, 12, 31)
YEAR_2018 = Standing(
    State.ENDED, date(2019, 3, 1), date(2018, 1, 1), END_OF_2018, END_OF_2018, END_OF_2018
)


def test_301_traffic_checks_from_may_are_told_as_what_they_are() -> None:
    """Luleå 2018: by July 71, by the end of the year 301, at least one a day."""
    may_to_july = Tally(date(2018, 5, 1), date(2018, 7, 31), 1, 71, is_span=True)
    rest = Tally(date(2018, 8, 1), date(2018, 12, 31), 1, 230, is_span=True)
    august = replace(YEAR_2018, state=State.IN_FORCE, on=date(2018, 8, 20), last_day=None)
    first = progress_for(ONE_A_DAY, [may_to_july], august)
    assert first.mean is not None
    assert round(first.mean.average, 2) == Decimal("0.77")
    assert (first.mean.first, first.mean.last) == (date(2018, 5, 1), date(2018, 7, 31))
    # The council's two follow-ups close what they are about, and leave January to April open.
    closings = [
        closed(date(2018, 5, 1), date(2018, 7, 31)),
        closed(date(2018, 5, 1), date(2018, 12, 31)),
    ]
    outcome = progress_for(ONE_A_DAY, [may_to_july, rest], YEAR_2018, *closings)
    assert outcome.mean is not None
    assert round(outcome.mean.average, 2) == Decimal("1.23")
    assert (outcome.mean.days, outcome.mean.of_days) == (245, 365)
    assert outcome.verdict == Verdict.REPORTED
    assert not outcome.rows


@pytest.mark.parametrize(
    ("amount", "is_closed", "verdict"),
    [
        (364, False, Verdict.REPORTED),
        (364, True, Verdict.MISSED),
        (365, False, Verdict.REACHED),
        (365, True, Verdict.REACHED),
    ],
)
def test_a_mean_is_reached_when_the_amount_is_enough_for_all_of_the_year(
    amount: int, is_closed: bool, verdict: Verdict
) -> None:
    tally = Tally(date(2018, 2, 1), date(2018, 2, 28), 1, amount, is_span=True)
    closings = [closed(date(2018, 1, 1), date(2018, 12, 31))] if is_closed else []
    assert progress_for(ONE_A_DAY, [tally], YEAR_2018, *closings).verdict == verdict


def test_a_year_without_a_word_lacks_its_report_and_is_not_taken_as_zero() -> None:
    spring, later = done(date(2023, 3, 1), date(2025, 6, 1), amount=40)
    outcome = progress_for(ONE_A_DAY, [spring, later], on(date(2026, 1, 1), TO))
    assert [row.verdict for row in outcome.rows] == [
        Verdict.REPORTED,
        Verdict.UNREPORTED,
        Verdict.REPORTED,
    ]
    assert outcome.rows[1].mean is None


@pytest.mark.parametrize(("done_of_it", "promised"), [(11, 6), (4, 4), (20, 8)])
def test_more_than_promised_for_the_whole_is_told_in_full(done_of_it: int, promised: int) -> None:
    """Göteborg Centrum 2018: 11 of 6 and 4 of 4; Strängnäs 2019: 20 of 8."""
    tallies = done(date(2018, 4, 1), amount=5) + done(date(2018, 11, 1), amount=done_of_it - 5)
    if done_of_it < 5:
        tallies = done(date(2018, 4, 1), amount=done_of_it)
    outcome = progress_for(count(promised, Period.WHOLE), tallies, YEAR_2018)
    assert (outcome.done, outcome.whole, outcome.verdict) == (done_of_it, promised, Verdict.REACHED)


def test_coverage_counts_against_the_whole() -> None:
    target = Target(Shape.COVERAGE, Decimal(4), of=4, unit="klasser")
    days = (date(2024, 1, 1), date(2025, 1, 1))
    assert (
        progress_for(target, done(*days, amount=2), on(date(2025, 2, 1))).verdict == Verdict.REACHED
    )
    over = on(date(2026, 1, 1))
    assert progress_for(target, done(*days), over, *ALL_CLOSED).verdict == Verdict.MISSED
    assert progress_for(target, done(*days), on(TO)).verdict == Verdict.REPORTED
    unstated = Target(Shape.COVERAGE, unit="klasser")
    assert progress_for(unstated, done(*days), on(TO)).verdict == Verdict.UNMEASURED
    assert progress_for(unstated, [], on(TO)).verdict == Verdict.NOTHING_YET
    assert progress_for(unstated, done(*days, amount=900), over).verdict == Verdict.UNMEASURED


def test_done_once_is_reached_and_late_is_missed_until_done() -> None:
    target = Target(Shape.DONE)
    assert progress_for(target, [], on(TO)).verdict == Verdict.NOTHING_YET
    over = on(date(2026, 1, 1))
    assert progress_for(target, [], over, *ALL_CLOSED).verdict == Verdict.MISSED
    late = done(date(2026, 2, 1))
    day = on(date(2026, 3, 1))
    assert progress_for(target, late, day, *ALL_CLOSED).verdict == Verdict.REACHED
    cut = progress_for(target, [], on(date(2024, 8, 1), date(2024, 6, 30)))
    assert cut.verdict == Verdict.CUT
    assert (
        progress_for(target, [], on(date(2026, 8, 1), date(2024, 6, 30)), *ALL_CLOSED).verdict
        == Verdict.CUT
    ), "cut short stays unjudged when its planned end has passed"


@pytest.mark.parametrize(
    ("met", "asked", "verdict"),
    [
        (0, 0, Verdict.NO_REQUEST),
        (2, 2, Verdict.REACHED),
        (1, 2, Verdict.PARTLY),
        (0, 2, Verdict.MISSED),
    ],
)
def test_on_demand_is_kept_when_who_asked_got_it(met: int, asked: int, verdict: Verdict) -> None:
    tallies = done(date(2024, 1, 1), amount=met, requests=asked) if asked else []
    over = on(date(2026, 1, 1))
    assert progress_for(Target(Shape.ON_DEMAND), tallies, over, *ALL_CLOSED).verdict == verdict
    unjudged = progress_for(Target(Shape.ON_DEMAND), tallies, on(TO)).verdict
    assert unjudged == (verdict if met == asked else Verdict.REPORTED)


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
spans_of_days = st.lists(
    st.builds(
        lambda day, days, n: Tally(day, day + timedelta(days=days), 1, n, n, is_span=True),
        days_of_pledge,
        st.integers(1, 90),
        st.integers(1, 300),
    ),
    max_size=4,
)
closings_of = st.lists(
    st.builds(
        lambda day, days, later: closed(
            day, day + timedelta(days=days), day + timedelta(days=days + later)
        ),
        days_of_pledge,
        st.integers(0, 800),
        st.integers(1, 60),
    ),
    max_size=5,
)
OWN_DAYS = (date(2023, 6, 1), date(2024, 8, 31))
counted = st.builds(
    lambda n, period, at_most: Target(
        Shape.COUNT,
        Decimal(n),
        period,
        at_least=not at_most,
        at_most=at_most,
        first=OWN_DAYS[0] if period == Period.OWN else None,
        last=OWN_DAYS[1] if period == Period.OWN else None,
    ),
    st.integers(1, 6),
    st.sampled_from(list(Period)),
    st.booleans(),
)
targets = st.one_of(
    counted,
    st.builds(
        lambda n, period: Target(Shape.AVERAGE, Decimal(n), period),
        st.integers(1, 4),
        st.sampled_from([period for period in Period if period != Period.OWN]),
    ),
    st.just(Target(Shape.DONE)),
    st.just(Target(Shape.DONE, last=date(2024, 6, 1))),
    st.just(Target(Shape.DONE, last=date(2023, 6, 1), every_year=True)),
    st.just(Target(Shape.COVERAGE, Decimal(4), Period.SCHOOL_YEAR, of=4, unit="klasser")),
    st.just(Target(Shape.COVERAGE, unit="klasser")),
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
    if period in LONG_PERIODS and period != Period.OWN:
        begins = period_at(period, day).first
    elif target.is_over_the_whole:
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
            is_reached = by_hand >= row.target and not target.at_most
            assert (row.verdict == Verdict.REACHED) == is_reached


@settings(max_examples=200, deadline=None)
@given(targets, tallies_of, days_of_pledge, days_of_pledge, st.booleans())
def test_doing_more_never_makes_it_worse(
    target: Target, tallies: list[Tally], extra: date, day: date, is_closed: bool
) -> None:
    if target.shape == Shape.ON_DEMAND or target.at_most:
        return
    order = [
        Verdict.MISSED,
        Verdict.PARTLY,
        Verdict.UNREPORTED,
        Verdict.NOTHING_YET,
        Verdict.REPORTED,
        Verdict.REACHED,
    ]
    closings = ALL_CLOSED if is_closed else []
    before = progress_for(target, tallies, on(day), *closings)
    after = progress_for(target, [*tallies, Tally(extra, extra, 1, 1)], on(day), *closings)
    assert after.reached >= before.reached
    if not before.rows:
        rank = {verdict: place for place, verdict in enumerate(order)}
        assert rank.get(after.verdict, 9) >= rank.get(before.verdict, 9)


@settings(max_examples=300, deadline=None)
@given(targets, tallies_of, spans_of_days, days_of_pledge, st.booleans())
def test_no_silence_is_ever_called_a_broken_promise(
    target: Target, tallies: list[Tally], span_tallies: list[Tally], day: date, is_secret: bool
) -> None:
    outcome = progress_for(target, [*tallies, *span_tallies], on(day), is_secret=is_secret)
    verdicts = {outcome.verdict, *(row.verdict for row in outcome.rows)}
    assert not verdicts & {Verdict.MISSED, Verdict.PARTLY}
    with translation.override("sv"):
        view = progress_view(COMMITMENT, Wording("Polisen söker"), outcome)
        words = " ".join([view.sentence, *(span.sentence for span in view.spans)])
    assert "nåddes inte" not in words
    assert "inte gjort" not in words


@settings(max_examples=300, deadline=None)
@given(targets, tallies_of, closings_of, days_of_pledge)
def test_only_a_period_that_is_over_and_closed_all_through_is_missed(
    target: Target, tallies: list[Tally], closings: list[ClosedTime], day: date
) -> None:
    outcome = progress_for(target, tallies, on(day), *closings)
    closed_days = {
        closing.first + timedelta(days=number)
        for closing in closings
        if closing.closed_on <= day
        for number in range((closing.last - closing.first).days + 1)
    }
    for row in outcome.rows:
        days = {row.span.first + timedelta(days=number) for number in range(row.span.days)}
        if row.verdict == Verdict.MISSED:
            assert days <= closed_days
            assert row.span.last < day
    if not outcome.rows and target.period != Period.MONTH and outcome.verdict == Verdict.MISSED:
        last = target.last or TO
        days = {FROM + timedelta(days=number) for number in range((last - FROM).days + 1)}
        assert days <= closed_days


@settings(max_examples=300, deadline=None)
@given(targets, tallies_of, closings_of, days_of_pledge)
def test_nothing_of_a_secret_kind_is_told_before_its_own_periods_last_day(
    target: Target, tallies: list[Tally], closings: list[ClosedTime], day: date
) -> None:
    """Neither a count nor a closing that lies in time that is still secret."""
    told_tallies = [tally for tally in tallies if target.secret_until(FROM, TO, tally.first) < day]
    told_closings = [
        closing for closing in closings if target.secret_until(FROM, TO, closing.last) < day
    ]
    secret = [
        closing for closing in closings if target.secret_until(FROM, TO, closing.first) >= day
    ]
    outcome = progress_for(target, told_tallies, on(day), *told_closings, is_secret=True)
    assert outcome == progress_for(
        target, tallies, on(day), *told_closings, *secret, is_secret=True
    )
    for row in outcome.rows:
        if row.verdict != Verdict.UPCOMING and target.is_by_periods:
            is_secret_still = target.secret_until(FROM, TO, row.span.last) >= day
            assert (row.verdict == Verdict.HIDDEN) == is_secret_still


@settings(max_examples=300, deadline=None)
@given(targets, tallies_of, spans_of_days, closings_of, days_of_pledge)
def test_a_day_later_what_was_reached_is_reached(
    target: Target,
    tallies: list[Tally],
    span_tallies: list[Tally],
    closings: list[ClosedTime],
    day: date,
) -> None:
    counted = [tally for tally in [*tallies, *span_tallies] if tally.last < day]
    before = progress_for(target, counted, on(day), *closings)
    after = progress_for(target, counted, on(day + timedelta(days=1)), *closings)
    reached = {row.span.first for row in before.rows if row.verdict == Verdict.REACHED}
    assert reached <= {row.span.first for row in after.rows if row.verdict == Verdict.REACHED}
    is_one_period = not before.rows and target.period != Period.MONTH
    if is_one_period and before.verdict == Verdict.REACHED:
        assert after.verdict == Verdict.REACHED
