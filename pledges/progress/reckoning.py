"""The reckoning itself, by the shape of the target."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pledges.lifecycle import Standing
from pledges.progress.closing import closed_on, judged
from pledges.progress.outcome import (
    LONG_PERIODS,
    Amount,
    ClosedTime,
    Progress,
    SpanProgress,
    Tally,
    Verdict,
)
from pledges.targets import Period, Shape, Span, Target, period_at, spans

# What of these is done tells how much is left, so that of a secret kind they wait for the end.
_WHOLE_SHAPES = frozenset({Shape.COVERAGE, Shape.DONE, Shape.ON_DEMAND})


@dataclass(frozen=True)
class _Evidence:
    """What is told of a commitment on a day: what is done, and what is closed."""

    target: Target
    tallies: Sequence[Tally]
    standing: Standing
    closed: Sequence[ClosedTime]

    @property
    def amount(self) -> int:
        return int(self.target.amount or 0)

    @property
    def is_over(self) -> bool:
        """Whether the whole pledge's time is over, and it isn't held over."""
        return self.standing.on > self.standing.planned_end and not self.standing.is_held_over

    @property
    def is_cut(self) -> bool:
        """Whether the pledge ended before its time."""
        last_day = self.standing.last_day
        return last_day is not None and last_day < min(self.standing.on, self.standing.planned_end)

    @property
    def unfinished(self) -> Verdict:
        """How a target stands that isn't reached, nor cut short, nor closed."""
        if self.is_over:
            return Verdict.UNREPORTED
        return Verdict.REPORTED if self.tallies else Verdict.NOTHING_YET


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
    if standing.on < standing.valid_from:
        return Progress(target, Verdict.UPCOMING, is_secret=is_secret, standing=standing)
    counted = sorted(tallies, key=lambda tally: tally.first)
    evidence = _Evidence(target, counted, standing, tuple(closed))
    if is_secret and not _tells_by_periods(target):
        if _is_hidden(target, standing):
            return Progress(target, Verdict.HIDDEN, is_secret=True, standing=standing)
        evidence = _at_the_last_terms_end(evidence)
    outcome = _outcome(evidence, is_secret=is_secret)
    return replace(outcome, is_secret=is_secret, standing=standing)


def _outcome(evidence: _Evidence, *, is_secret: bool) -> Progress:
    target = evidence.target
    match target.shape:
        case Shape.COUNT if target.period in LONG_PERIODS:
            return _by_long_periods(evidence, is_secret=is_secret)
        case Shape.COUNT if target.period == Period.WHOLE:
            return _over_the_whole(evidence)
        case Shape.COUNT:
            return _by_short_periods(evidence)
        case Shape.AVERAGE:
            return _on_average(evidence)
        case Shape.COVERAGE:
            return _covered(evidence)
        case Shape.DONE:
            return _once(evidence)
        case Shape.ON_DEMAND:
            return _on_demand(evidence)
    return _unmeasured(evidence)


def _sums(tallies: Iterable[Tally]) -> dict[str, Any]:
    counted = list(tallies)
    return {
        "done": sum(tally.amount for tally in counted),
        "actions": sum(tally.actions for tally in counted),
        "requests": sum(tally.requests for tally in counted),
        "amounts": _amounts(counted),
        "by_portal": sum(tally.amount for tally in counted if tally.by_portal),
    }


def _amounts(tallies: Iterable[Tally]) -> tuple[Amount, ...]:
    """Return how much is done of each thing that was counted, the most first.

    Units that differ in capitals alone are the same.
    """
    sums: dict[str, Amount] = {}
    for tally in tallies:
        key = tally.unit.casefold()
        amount = sums.get(key, Amount(tally.unit, 0))
        sums[key] = replace(amount, amount=amount.amount + tally.amount)
    return tuple(sorted(sums.values(), key=lambda amount: (-amount.amount, amount.unit)))


def _tells_by_periods(target: Target) -> bool:
    return target.shape == Shape.COUNT and target.period in LONG_PERIODS


def _is_hidden(target: Target, standing: Standing) -> bool:
    """Return whether nothing of a secret kind's target may be told yet.

    5 of 6 in the last term would announce the sixth, so what is over the whole pledge waits for its
    end, cut short or not.
    """
    if target.shape in _WHOLE_SHAPES or target.period == Period.WHOLE:
        return standing.on <= standing.planned_end
    return period_at(Period.TERM, standing.on).first <= standing.valid_from


def _at_the_last_terms_end(evidence: _Evidence) -> _Evidence:
    """Return how things stood when the running school term began.

    What came later isn't told.
    """
    standing, target = evidence.standing, evidence.target
    on = period_at(Period.TERM, standing.on).first
    if target.shape in _WHOLE_SHAPES or target.period == Period.WHOLE:
        on = max(on, standing.planned_end + timedelta(days=1))
    return replace(
        evidence,
        tallies=[tally for tally in evidence.tallies if tally.last < on],
        standing=replace(standing, on=on),
    )


def _by_long_periods(evidence: _Evidence, *, is_secret: bool) -> Progress:
    standing, period = evidence.standing, evidence.target.period or Period.YEAR
    periods = list(_spans_in_force(period, standing))
    starts = [span.first for span in periods]
    hidden = {
        index
        for index, span in enumerate(periods)
        if is_secret and standing.on <= period_at(period, span.first).last
    }
    by_period: dict[int, list[Tally]] = {index: [] for index in range(len(periods))}
    for tally in evidence.tallies:
        index = bisect_right(starts, tally.first) - 1
        if index >= 0 and tally.first <= periods[index].last and index not in hidden:
            by_period[index].append(tally)
    rows = tuple(
        SpanProgress(span, evidence.amount, None, Verdict.HIDDEN)
        if index in hidden and standing.on >= span.first
        else _row(evidence, span, by_period[index])
        for index, span in enumerate(periods)
    )
    over = [row.verdict for row in rows if row.span.last < standing.on]
    reached, missed = over.count(Verdict.REACHED), over.count(Verdict.MISSED)
    unreported = over.count(Verdict.UNREPORTED)
    return Progress(
        evidence.target,
        _overall(reached, missed, unreported) or _latest(rows, standing),
        rows=rows,
        reached=reached,
        judged=reached + missed,
        unreported=unreported,
        **_sums(tally for counted in by_period.values() for tally in counted),
    )


def _spans_in_force(period: Period, standing: Standing) -> Iterator[Span]:
    """Yield the target's periods, the last one cut with the pledge.

    Where a successor or an annulment cuts it.
    """
    ends = standing.last_day or date.max
    for span in spans(period, standing.valid_from, standing.planned_end, standing.counted_until):
        if span.first <= ends:
            yield replace(span, last=min(span.last, ends))


def _row(evidence: _Evidence, span: Span, tallies: Sequence[Tally]) -> SpanProgress:
    amount, standing, period = evidence.amount, evidence.standing, evidence.target.period
    if standing.on < span.first:
        return SpanProgress(span, amount, 0, Verdict.UPCOMING)
    natural = period_at(period, span.first).last if period else span.last
    was_cut = span.last < natural and span.last != standing.planned_end

    def verdict(counted: Sequence[Tally], is_closed: bool) -> Verdict:
        if sum(tally.amount for tally in counted) >= amount:
            return Verdict.REACHED
        if standing.on > span.last:
            if was_cut:
                return Verdict.CUT
            return Verdict.MISSED if is_closed else Verdict.UNREPORTED
        return Verdict.REPORTED if counted else Verdict.NOTHING_YET

    now, closing = judged(tallies, evidence.closed, (span.first, span.last), standing.on, verdict)
    return SpanProgress(span, amount, sum(tally.amount for tally in tallies), now, closing)


def _overall(reached: int, missed: int, unreported: int) -> Verdict | None:
    """Return how periods that are over stand together, None when unjudged."""
    if missed:
        return Verdict.PARTLY if reached else Verdict.MISSED
    if unreported:
        return Verdict.UNREPORTED
    return Verdict.REACHED if reached else None


def _latest(rows: Sequence[SpanProgress], standing: Standing) -> Verdict:
    begun = [row for row in rows if row.span.first <= standing.on]
    return begun[-1].verdict if begun else Verdict.UPCOMING


def _over_the_whole(evidence: _Evidence) -> Progress:
    return _over_all_the_time(
        evidence,
        lambda tallies: sum(tally.amount for tally in tallies) >= evidence.amount,
        whole=evidence.amount,
    )


def _over_all_the_time(
    evidence: _Evidence,
    is_reached: Callable[[Sequence[Tally]], bool],
    unreached: Callable[[Sequence[Tally]], Verdict] = lambda _tallies: Verdict.MISSED,
    **sums: Any,
) -> Progress:
    """Return the progress of a target that the whole pledge is one period for.

    `unreached` says what becomes of it when it is closed without being reached.
    """

    def verdict(tallies: Sequence[Tally], is_closed: bool) -> Verdict:
        if is_reached(tallies):
            return Verdict.REACHED
        if evidence.is_cut:
            return Verdict.CUT
        return unreached(tallies) if is_closed else evidence.unfinished

    standing = evidence.standing
    days = (standing.valid_from, standing.planned_end)
    now, closing = judged(evidence.tallies, evidence.closed, days, standing.on, verdict)
    return Progress(evidence.target, now, closing=closing, **{**_sums(evidence.tallies), **sums})


def _by_short_periods(evidence: _Evidence) -> Progress:
    periods = _finished(evidence, evidence.target.period or Period.DAY)
    reached = missed = 0
    for first, last, count in periods:
        if count >= evidence.amount:
            reached += 1
        elif closed_on(evidence.closed, first, last, evidence.standing.on):
            missed += 1
    unreported = len(periods) - reached - missed
    return Progress(
        evidence.target,
        _overall(reached, missed, unreported) or evidence.unfinished,
        reached=reached,
        judged=reached + missed,
        unreported=unreported,
        average=_mean(periods),
        **_sums(evidence.tallies),
    )


def _on_average(evidence: _Evidence) -> Progress:
    periods = _finished(evidence, evidence.target.period or Period.WEEK)
    average, standing = _mean(periods), evidence.standing
    is_reached = average is not None and average >= (evidence.target.amount or 0)
    if standing.is_in_force:
        verdict = evidence.unfinished
    elif average is None:
        verdict = Verdict.CUT
    elif is_reached:
        verdict = Verdict.REACHED
    elif closed_on(evidence.closed, standing.valid_from, standing.counted_until, standing.on):
        verdict = Verdict.MISSED
    else:
        verdict = Verdict.UNREPORTED
    return Progress(
        evidence.target,
        verdict,
        average=average,
        **_sums(evidence.tallies),
    )


def _mean(periods: Sequence[tuple[date, date, int]]) -> Decimal | None:
    return Decimal(sum(count for *_days, count in periods)) / len(periods) if periods else None


def _finished(evidence: _Evidence, period: Period) -> list[tuple[date, date, int]]:
    """Return the first and last day of each whole period that is over.

    Of the pledge, the oldest first, each with how much was done in it.
    """
    standing = evidence.standing
    end = min(standing.on - timedelta(days=1), standing.counted_until)
    if period == Period.WHOLE:
        total = sum(tally.amount for tally in evidence.tallies)
        days = (standing.valid_from, standing.planned_end)
        return [(*days, total)] if standing.on > standing.planned_end else []
    starts, lasts = [], []
    for first, last in _periods(period, standing.valid_from):
        if last > end:
            break
        starts.append(first)
        lasts.append(last)
    counts = [0] * len(starts)
    for tally in evidence.tallies:
        index = bisect_right(starts, tally.first) - 1
        if index >= 0 and tally.first <= lasts[index]:
            counts[index] += tally.amount
    return list(zip(starts, lasts, counts, strict=True))


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


def _covered(evidence: _Evidence) -> Progress:
    target = evidence.target
    whole = int(target.amount) if target.amount is not None else target.of
    if whole is None:
        # How many there are isn't known, so no number is enough.
        return _unmeasured(evidence)
    done = sum(tally.amount for tally in evidence.tallies)
    return _over_all_the_time(
        evidence,
        lambda tallies: sum(tally.amount for tally in tallies) >= whole,
        whole=whole,
        done=min(done, target.of or whole),
    )


def _once(evidence: _Evidence) -> Progress:
    return _over_all_the_time(evidence, lambda tallies: sum(tally.actions for tally in tallies) > 0)


def _on_demand(evidence: _Evidence) -> Progress:
    sums = _sums(evidence.tallies)
    if not sums["requests"]:
        return Progress(evidence.target, Verdict.NO_REQUEST, **sums)
    return _over_all_the_time(
        evidence,
        lambda tallies: _met(tallies) >= sum(tally.requests for tally in tallies),
        lambda tallies: Verdict.PARTLY if _met(tallies) else Verdict.MISSED,
        whole=sums["requests"],
    )


def _met(tallies: Sequence[Tally]) -> int:
    return sum(tally.amount for tally in tallies)


def _unmeasured(evidence: _Evidence) -> Progress:
    """Return what is done where no number says how much is enough."""
    standing = evidence.standing
    verdict = Verdict.UNMEASURED
    if not evidence.tallies and not evidence.is_cut:
        days = (standing.valid_from, standing.planned_end)
        if closed_on(evidence.closed, *days, standing.on) is None:
            verdict = evidence.unfinished
    return Progress(evidence.target, verdict, **_sums(evidence.tallies))
