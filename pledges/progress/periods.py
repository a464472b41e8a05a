"""Targets that are counted period by period."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from math import ceil, floor

from pledges.lifecycle import Standing
from pledges.progress.closing import judged
from pledges.progress.evidence import Evidence, amount_of, cut_between, sums
from pledges.progress.outcome import Progress, SpanProgress, Tally, Verdict
from pledges.progress.verdicts import period_counts, verdict_of_period, verdict_of_periods
from pledges.targets import Period, Shape, Span
from pledges.targets.periods import share_of


def by_periods(evidence: Evidence, *, is_secret: bool) -> Progress:
    """Return how a target stands, period by period.

    Months are summed up: there are too many of them to tell one by one.
    """
    standing, target = evidence.standing, evidence.target
    periods = list(evidence.spans_in_force())
    starts = [span.first for span, _whole in periods]
    hidden = {
        index
        for index, (_span, whole) in enumerate(periods)
        if is_secret
        and standing.on
        <= target.secret_until(standing.valid_from, standing.planned_end, whole.last)
    }
    by_period, earlier = (
        _by_period(counted, periods, starts, hidden)
        for counted in (evidence.tallies, evidence.earlier)
    )
    rows = tuple(
        SpanProgress(span, evidence.promised, None, Verdict.HIDDEN)
        if index in hidden and standing.on >= span.first
        else _row(evidence, span, whole, by_period[index], earlier[index])
        for index, (span, whole) in enumerate(periods)
    )
    over = [row.verdict for row in rows if row.span.last < standing.on]
    return Progress(
        target,
        verdict_of_periods(over) or latest(rows, standing),
        rows=rows if target.period != Period.MONTH else (),
        **period_counts(over),
        **sums(tally for counted in by_period for tally in counted),
    )


def _by_period(
    tallies: Sequence[Tally],
    periods: Sequence[tuple[Span, Span]],
    starts: Sequence[date],
    hidden: set[int],
) -> list[list[Tally]]:
    """Return tallies by the period that holds their first day."""
    by_period: list[list[Tally]] = [[] for _period in periods]
    for tally in tallies:
        index = bisect_right(starts, tally.first) - 1
        if index >= 0 and tally.first <= periods[index][0].last and index not in hidden:
            by_period[index].append(tally)
    return by_period


def _row(
    evidence: Evidence,
    span: Span,
    whole: Span,
    tallies: Sequence[Tally],
    earlier: Sequence[Tally],
) -> SpanProgress:
    standing, promised = evidence.standing, evidence.promised
    least = needed(evidence, whole)
    if standing.on < span.first:
        return SpanProgress(span, least, 0, Verdict.UPCOMING, promised=promised)
    is_over = standing.on > span.last

    days = (span.first, span.last)
    is_told = evidence.is_told_in(tallies, *days)

    def verdict_of(counted: Sequence[Tally], is_closed: bool) -> Verdict:
        return verdict_of_period(
            is_reached=evidence.is_enough(amount_of(counted), least, is_closed=is_closed),
            is_cut=is_over and span.last < whole.last,
            is_closed=is_closed,
            lacks_report=is_over,
            is_reported=is_told,
        )

    verdict, closing = judged(tallies, evidence.closed, days, standing.on, verdict_of, earlier)
    done = amount_of(tallies)
    if evidence.target.shape == Shape.COVERAGE:
        done = min(done, evidence.target.of or least)
    cut = None
    if verdict == Verdict.CUT:
        cut = cut_between(span.first, span.last, whole.last, standing)
    return SpanProgress(
        span, least, done, verdict, closing, promised=promised, cut=cut, is_told=is_told
    )


def needed(evidence: Evidence, whole: Span) -> int:
    """Return what a period is judged against: its share, where it is a part.

    Rounded down, so that nobody is asked for more than was promised, and what is at most up. Of one
    that a part has joined no more is asked, but more is let be of what is at most.
    """
    at_most = evidence.target.at_most
    usual = whole.whole or (whole.less if at_most else None)
    if usual is None or evidence.target.shape == Shape.COVERAGE:
        return evidence.promised
    share = evidence.promised * share_of(whole.first, whole.last, *usual)
    return ceil(share) if at_most else floor(share)


def latest(rows: Sequence[SpanProgress], standing: Standing) -> Verdict:
    """Return how the latest period that has begun stands."""
    begun = [row for row in rows if row.span.first <= standing.on]
    return begun[-1].verdict if begun else Verdict.UPCOMING
