"""Target against done: the one place where progress is counted.

Only what is handed in is counted, as tallies of completed actions: public pages hand in what is
public, the workspace all that is done. The rules:

- A tally counts in the period that holds its first day.
- A period that is over is reached or missed. One that runs is behind when less is done than its
  share of the days gone by asks for, rounded down ("expected by today").
- One cut short by a successor or an annulment is not judged: its full time was never given.
- "Minst" is a lower bound; more than promised is fine and shown.
- What is to be done once, or reach all, is missed when the planned end has passed without it, and
  reached if it is done later all the same.
- Commitments of a secret kind tell finished periods only: "1 of 2" in
  December announces the search. Where the target has no periods, finished school terms count.
- Activity is never called effect: a number says what was done, not whether the problem grew less.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import pgettext_lazy

from pledges.lifecycle import Standing
from pledges.targets import Period, Shape, Span, Target, period_at, spans

LONG_PERIODS = frozenset({Period.TERM, Period.SCHOOL_YEAR, Period.YEAR})


class Verdict(models.TextChoices):
    """How a period, or a whole commitment, stands."""

    UPCOMING = "upcoming", pgettext_lazy("framsteg", "Har inte börjat")
    HIDDEN = "hidden", pgettext_lazy("framsteg", "Redovisas när perioden är slut")
    ON_TRACK = "on_track", pgettext_lazy("framsteg", "Pågår enligt plan")
    BEHIND = "behind", pgettext_lazy("framsteg", "Efter plan")
    REACHED = "reached", pgettext_lazy("framsteg", "Målet är nått")
    PARTLY = "partly", pgettext_lazy("framsteg", "Målet är bara delvis nått")
    MISSED = "missed", pgettext_lazy("framsteg", "Målet är inte nått")
    CUT = "cut", pgettext_lazy("framsteg", "Avbröts, bedöms inte")
    UNMEASURED = "unmeasured", pgettext_lazy("framsteg", "Går inte att följa upp i siffror")


@dataclass(frozen=True)
class Tally:
    """Completed actions of one commitment that lie within the same days.

    `amount` is what they count to in the target's unit; `requests` how many asked, for targets on
    demand, where `amount` is how many got it. `is_span` says that each was itself done from `first`
    to `last`, so that all of those days are reported; otherwise they only lie within them.
    `added_on` is the day it was added, where that is known: what came after its time was closed
    must be a tally of its own.
    """

    first: date
    last: date
    actions: int
    amount: int
    requests: int = 0
    is_span: bool = False
    added_on: date | None = None


@dataclass(frozen=True)
class ClosedTime:
    """A stretch of a commitment's time in which all is said to be reported.

    `by` names whoever said so: a follow-up that assesses the commitment, or those responsible.
    """

    first: date
    last: date
    closed_on: date
    by: str


@dataclass(frozen=True)
class SpanProgress:
    """One period of a target.

    `done` is None when it is not told (yet); `expected` is how much should be done by today, in a
    period that runs.
    """

    span: Span
    target: int
    done: int | None
    expected: int | None
    verdict: Verdict

    @property
    def share(self) -> float:
        """How much of the target is done, from 0 to 1 and above."""
        return (self.done or 0) / self.target if self.target else 0.0


@dataclass(frozen=True)
class Progress:
    """A commitment's progress.

    `rows` are its long periods, oldest first, empty for targets without. `done` is what is told
    over the whole pledge and `actions` the number of actions behind it. `reached` of `judged`
    finished periods reached the target; `average` is per finished period. `whole` is the number
    that makes the target whole, None when it has none or it isn't stated.
    """

    target: Target
    verdict: Verdict
    rows: tuple[SpanProgress, ...] = ()
    done: int = 0
    actions: int = 0
    requests: int = 0
    whole: int | None = None
    reached: int = 0
    judged: int = 0
    average: Decimal | None = None
    is_secret: bool = False


def progress(
    target: Target,
    tallies: Iterable[Tally],
    standing: Standing,
    *,
    closed: Iterable[ClosedTime] = (),
    is_secret: bool,
) -> Progress:
    """Return how far a commitment has come on the day of `standing`.

    `closed` are the stretches of its time in which all is said to be reported.
    """
    counted = sorted(tallies, key=lambda tally: tally.first)
    as_told = standing
    if is_secret and not (target.shape == Shape.COUNT and target.period in LONG_PERIODS):
        as_told = _as_at_the_last_terms_end(target, standing)
        counted = [tally for tally in counted if tally.last < as_told.on]
    if standing.on < standing.valid_from:
        return Progress(target, Verdict.UPCOMING, is_secret=is_secret)
    match target.shape:
        case Shape.COUNT if target.period in LONG_PERIODS:
            outcome = _by_long_periods(target, counted, standing, is_secret=is_secret)
        case Shape.COUNT if target.period == Period.WHOLE:
            outcome = _over_the_whole(target, counted, as_told)
        case Shape.COUNT:
            outcome = _by_short_periods(target, counted, as_told)
        case Shape.AVERAGE:
            outcome = _on_average(target, counted, as_told)
        case Shape.COVERAGE:
            outcome = _covered(target, counted, as_told)
        case Shape.DONE:
            outcome = _once(target, counted, as_told)
        case Shape.ON_DEMAND:
            outcome = _on_demand(target, counted)
        case _:
            outcome = Progress(target, Verdict.UNMEASURED, **_sums(counted))
    return replace(outcome, is_secret=is_secret)


def _sums(tallies: list[Tally]) -> dict[str, Any]:
    return {
        "done": sum(tally.amount for tally in tallies),
        "actions": sum(tally.actions for tally in tallies),
        "requests": sum(tally.requests for tally in tallies),
    }


def _as_at_the_last_terms_end(target: Target, standing: Standing) -> Standing:
    """Return how things stood when the running school term began.

    What came later isn't told.
    """
    on = period_at(Period.TERM, standing.on).first
    if target.period == Period.WHOLE:
        # 5 of 6 in the last term would announce the sixth, so the whole waits for its end.
        on = max(on, standing.planned_end + timedelta(days=1))
        on = on if on <= standing.on else standing.valid_from
    return replace(standing, on=on)


def _amount(target: Target) -> int:
    return int(target.amount or 0)


def _by_long_periods(
    target: Target, tallies: list[Tally], standing: Standing, *, is_secret: bool
) -> Progress:
    period = target.period or Period.YEAR
    periods = list(_spans_in_force(period, standing))
    starts = [span.first for span in periods]
    sums: dict[int, int] = {}
    counted: list[Tally] = []
    hidden = {
        index
        for index, span in enumerate(periods)
        if is_secret and standing.on <= period_at(period, span.first).last
    }
    for tally in tallies:
        index = bisect_right(starts, tally.first) - 1
        if index < 0 or tally.first > periods[index].last or index in hidden:
            continue
        sums[index] = sums.get(index, 0) + tally.amount
        counted.append(tally)
    rows = tuple(
        _row(target, span, None if index in hidden else sums.get(index, 0), standing)
        for index, span in enumerate(periods)
    )
    judged = [row for row in rows if row.verdict in {Verdict.REACHED, Verdict.MISSED}]
    judged = [row for row in judged if row.span.last < standing.on]
    reached = sum(row.verdict == Verdict.REACHED for row in judged)
    return Progress(
        target,
        _overall(rows, reached, len(judged), standing),
        rows=rows,
        reached=reached,
        judged=len(judged),
        **_sums(counted),
    )


def _spans_in_force(period: Period, standing: Standing) -> Iterator[Span]:
    """Yield the target's periods, the last one cut with the pledge.

    Where a successor or an annulment cuts it.
    """
    ends = standing.last_day or date.max
    for span in spans(period, standing.valid_from, standing.planned_end, standing.counted_until):
        if span.first <= ends:
            yield replace(span, last=min(span.last, ends))


def _row(target: Target, span: Span, done: int | None, standing: Standing) -> SpanProgress:
    amount, on = _amount(target), standing.on
    if on < span.first:
        return SpanProgress(span, amount, 0, None, Verdict.UPCOMING)
    if done is None:
        return SpanProgress(span, amount, None, None, Verdict.HIDDEN)
    if done >= amount:
        return SpanProgress(span, amount, done, None, Verdict.REACHED)
    if on > span.last:
        natural = period_at(target.period, span.first).last if target.period else span.last
        was_cut = span.last < natural and span.last != standing.planned_end
        return SpanProgress(span, amount, done, None, Verdict.CUT if was_cut else Verdict.MISSED)
    expected = _expected(amount, span.first, span.last, on)
    return SpanProgress(
        span, amount, done, expected, Verdict.BEHIND if done < expected else Verdict.ON_TRACK
    )


def _expected(amount: int, first: date, last: date, on: date) -> int:
    """Return how much should be done when `on` begins.

    If it were spread evenly; rounded down.
    """
    length = (last - first).days + 1
    return amount * min((on - first).days, length) // length


def _overall(
    rows: tuple[SpanProgress, ...], reached: int, judged: int, standing: Standing
) -> Verdict:
    running = next((row for row in rows if row.span.first <= standing.on <= row.span.last), None)
    if running is not None and running.verdict == Verdict.BEHIND:
        return Verdict.BEHIND
    if judged and reached == 0:
        return Verdict.MISSED
    if reached < judged:
        return Verdict.PARTLY
    if judged or (running is not None and running.verdict == Verdict.REACHED):
        return Verdict.REACHED
    if running is not None:
        return running.verdict
    return rows[-1].verdict if rows else Verdict.UPCOMING


def _over_the_whole(target: Target, tallies: list[Tally], standing: Standing) -> Progress:
    amount, sums = _amount(target), _sums(tallies)
    ended = standing.on > standing.planned_end
    expected = _expected(amount, standing.valid_from, standing.planned_end, standing.on)
    if sums["done"] >= amount:
        verdict = Verdict.REACHED
    elif standing.last_day is not None and standing.last_day < min(
        standing.on, standing.planned_end
    ):
        verdict = Verdict.CUT
    elif ended:
        verdict = Verdict.MISSED
    else:
        verdict = Verdict.BEHIND if sums["done"] < expected else Verdict.ON_TRACK
    return Progress(target, verdict, whole=amount, **sums)


def _by_short_periods(target: Target, tallies: list[Tally], standing: Standing) -> Progress:
    amount = _amount(target)
    counts = _finished_counts(target.period or Period.DAY, tallies, standing)
    reached = sum(count >= amount for count in counts)
    verdict = Verdict.ON_TRACK
    if counts:
        verdict = Verdict.PARTLY if reached else Verdict.MISSED
        verdict = Verdict.REACHED if reached == len(counts) else verdict
    return Progress(
        target,
        verdict,
        reached=reached,
        judged=len(counts),
        average=_mean(counts),
        **_sums(tallies),
    )


def _on_average(target: Target, tallies: list[Tally], standing: Standing) -> Progress:
    counts = _finished_counts(target.period or Period.WEEK, tallies, standing)
    average = _mean(counts)
    is_over = not standing.is_in_force
    if average is None:
        verdict = Verdict.CUT if is_over else Verdict.ON_TRACK
    elif average >= (target.amount or 0):
        verdict = Verdict.REACHED if is_over else Verdict.ON_TRACK
    else:
        verdict = Verdict.MISSED if is_over else Verdict.BEHIND
    return Progress(target, verdict, judged=len(counts), average=average, **_sums(tallies))


def _mean(counts: list[int]) -> Decimal | None:
    return Decimal(sum(counts)) / len(counts) if counts else None


def _finished_counts(period: Period, tallies: list[Tally], standing: Standing) -> list[int]:
    """Return how much was done in each whole period that is over.

    Of the pledge, the oldest first.
    """
    end = min(standing.on - timedelta(days=1), standing.counted_until)
    if period == Period.WHOLE:
        whole = standing.on > standing.planned_end
        return [sum(tally.amount for tally in tallies)] if whole else []
    starts, lasts = [], []
    for first, last in _periods(period, standing.valid_from):
        if last > end:
            break
        starts.append(first)
        lasts.append(last)
    counts = [0] * len(starts)
    for tally in tallies:
        index = bisect_right(starts, tally.first) - 1
        if index >= 0 and tally.first <= lasts[index]:
            counts[index] += tally.amount
    return counts


def _periods(period: Period, start: date) -> Iterator[tuple[date, date]]:
    """Yield the whole periods from `start` on, without end.

    Weeks begin on Mondays.
    """
    if period in LONG_PERIODS:
        whole = period_at(period, start)
        first = whole.first if whole.first >= start else whole.last + timedelta(days=1)
        while True:
            last = period_at(period, first).last
            yield first, last
            first = last + timedelta(days=1)
    if period == Period.MONTH:
        first = start if start.day == 1 else _next_month(start)
        while True:
            after = _next_month(first)
            yield first, after - timedelta(days=1)
            first = after
    days = 7 if period == Period.WEEK else 1
    first = start + timedelta(days=-start.weekday() % 7) if days == 7 else start
    while True:
        yield first, first + timedelta(days=days - 1)
        first += timedelta(days=days)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _covered(target: Target, tallies: list[Tally], standing: Standing) -> Progress:
    sums = _sums(tallies)
    whole = int(target.amount) if target.amount is not None else target.of
    if whole is None:
        return Progress(target, Verdict.UNMEASURED, **sums)
    return Progress(target, _by_the_end(sums["done"] >= whole, standing), whole=whole, **sums)


def _once(target: Target, tallies: list[Tally], standing: Standing) -> Progress:
    sums = _sums(tallies)
    return Progress(target, _by_the_end(sums["actions"] > 0, standing), **sums)


def _by_the_end(is_reached: bool, standing: Standing) -> Verdict:
    if is_reached:
        return Verdict.REACHED
    if standing.on > standing.planned_end:
        return Verdict.MISSED
    return Verdict.ON_TRACK if standing.is_in_force else Verdict.CUT


def _on_demand(target: Target, tallies: list[Tally]) -> Progress:
    sums = _sums(tallies)
    verdict = Verdict.REACHED
    if sums["done"] < sums["requests"]:
        verdict = Verdict.PARTLY if sums["done"] else Verdict.MISSED
    return Progress(target, verdict, whole=sums["requests"], **sums)
