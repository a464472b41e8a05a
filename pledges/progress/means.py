"""Means over the time that is reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from pledges.progress.closing import judged
from pledges.progress.evidence import Evidence, cut_between, in_force, sums
from pledges.progress.outcome import JUDGED, Mean, Progress, SpanProgress, Tally, Verdict
from pledges.progress.periods import latest
from pledges.progress.verdicts import period_counts, verdict_of_period, verdict_of_periods
from pledges.targets import Period, Span, spans, units_between

_DAY = timedelta(days=1)
_BY_YEAR = frozenset({Period.DAY, Period.WEEK, Period.MONTH})

Days = tuple[date, date]


def on_average(evidence: Evidence) -> Progress:
    """Return how a mean stands, year by year.

    All the time is one where there is but one year, or where the target's own periods are longer
    than a month.
    """
    standing, period = evidence.standing, evidence.target.period or Period.WEEK
    stretches = stretches_of_mean(
        period, standing.valid_from, standing.planned_end, standing.counted_until
    )
    years = list(in_force(stretches, standing))
    rows = tuple(_row(evidence, period, cut, whole) for cut, whole in years)
    over = [row.verdict for row in rows if row.span.last < standing.on]
    verdict = verdict_of_periods(over) or latest(rows, standing)
    return Progress(
        evidence.target,
        verdict,
        rows=rows if len(rows) > 1 else (),
        **period_counts(over),
        mean=_telling_mean(rows, verdict, standing.on),
        closing=rows[0].closing if len(rows) == 1 else None,
        **sums(evidence.tallies),
    )


def _telling_mean(rows: Sequence[SpanProgress], verdict: Verdict, on: date) -> Mean | None:
    """Return the mean of the latest year that the verdict is of.

    Years that are over and judged, where any is; else the latest, or the one before where nothing
    is reported of it yet.
    """
    over = [row for row in rows if row.span.last < on and row.verdict in JUDGED]
    if over and verdict in JUDGED:
        return over[-1].mean
    begun = [row for row in rows if row.span.first <= on]
    if len(begun) > 1 and begun[-1].verdict == Verdict.NOTHING_YET:
        return begun[-2].mean
    return begun[-1].mean if begun else None


def stretches_of_mean(
    period: Period, valid_from: date, planned_end: date, counted_until: date
) -> Iterator[Span]:
    """Yield the stretches of time that a mean is taken over."""
    if period in _BY_YEAR:
        yield from spans(Period.YEAR, valid_from, planned_end, counted_until)
    else:
        yield from spans(Period.WHOLE, valid_from, planned_end, planned_end)


def _row(evidence: Evidence, period: Period, span: Span, whole: Span) -> SpanProgress:
    standing = evidence.standing
    needed = units_of(evidence, period, (whole.first, whole.last)) * Fraction(
        evidence.target.amount or 0
    )
    tallies, earlier = (
        [
            tally
            for tally in candidates
            if tally.first <= span.last
            and (tally.last if tally.is_span else tally.first) >= span.first
        ]
        for candidates in (evidence.tallies, evidence.earlier)
    )
    stretches = _reported(evidence, span)
    is_silent = not tallies and not stretches
    is_over = standing.on > span.last
    is_open = not is_over or (standing.is_held_over and period not in _BY_YEAR)

    def verdict_of(counted: Sequence[Tally], is_closed: bool) -> Verdict:
        if standing.on < span.first:
            return Verdict.UPCOMING
        return verdict_of_period(
            is_reached=evidence.is_enough(_share(counted, span), needed, is_closed=is_closed),
            is_cut=is_over and span.last < whole.last,
            is_closed=is_closed,
            lacks_report=is_silent and not is_open,
            is_reported=not is_silent,
        )

    days = (span.first, span.last)
    verdict, closing = judged(tallies, evidence.closed, days, standing.on, verdict_of, earlier)
    return SpanProgress(
        span,
        ceil(needed),
        int(_share(tallies, span)),
        verdict,
        closing,
        mean=_mean(evidence, period, span, tallies, stretches),
        cut=cut_between(span.first, span.last, whole.last, standing)
        if verdict == Verdict.CUT
        else None,
        is_told=not is_silent,
    )


def _share(tallies: Iterable[Tally], span: Span) -> Fraction:
    """Return how much of what was done falls within a span.

    What was done over several days is spread evenly over them.
    """
    whole, shared = 0, Fraction(0)
    for tally in tallies:
        if not tally.is_span:
            whole += tally.amount if span.first <= tally.first <= span.last else 0
        elif span.first <= tally.first and tally.last <= span.last:
            whole += tally.amount
        else:
            overlap = _length(_within((tally.first, tally.last), span.first, span.last))
            shared += Fraction(tally.amount * overlap, _length((tally.first, tally.last)))
    return whole + shared


def _reported(evidence: Evidence, span: Span) -> list[Days]:
    """Return the stretches of a span's time that are reported, in order.

    They don't meet, and end on the day itself at the latest.
    """
    on = evidence.standing.on
    stretches = [(tally.first, tally.last) for tally in evidence.tallies if tally.is_span]
    stretches += [
        (closed.first, min(closed.last, on - _DAY))
        for closed in evidence.closed
        if closed.closed_on <= on
    ]
    entries = [
        tally
        for tally in evidence.tallies
        if not tally.is_span and span.first <= tally.first <= span.last
    ]
    if entries:
        stretches.append((entries[0].first, max(tally.last for tally in entries)))
    within = sorted(_within(days, span.first, min(span.last, on)) for days in stretches)
    merged: list[Days] = []
    for first, last in within:
        if last < first:
            continue
        if merged and first <= merged[-1][1] + _DAY:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _within(days: Days, first: date, last: date) -> Days:
    return max(days[0], first), min(days[1], last)


def _length(days: Days) -> int:
    return max(0, (days[1] - days[0]).days + 1)


def units_of(evidence: Evidence, period: Period, days: Days) -> Fraction:
    """Return how many of the target's periods some days make."""
    if period != Period.WHOLE:
        return units_between(period, *days)
    standing = evidence.standing
    return Fraction(_length(days), _length((standing.valid_from, standing.planned_end)))


def _mean(
    evidence: Evidence,
    period: Period,
    span: Span,
    tallies: Sequence[Tally],
    stretches: Sequence[Days],
) -> Mean | None:
    if not stretches:
        return None
    total = Fraction(_share(tallies, span))
    units = sum(units_of(evidence, period, days) for days in stretches)
    average = None
    if units >= 1:
        average = Decimal(total.numerator) * units.denominator
        average /= Decimal(total.denominator) * units.numerator
    return Mean(
        average,
        int(total),
        first=stretches[0][0],
        last=stretches[-1][1],
        days=sum(_length(days) for days in stretches),
        of_days=span.days,
        weeks=_weeks(evidence, tallies, stretches) if period == Period.WEEK else None,
    )


def _weeks(
    evidence: Evidence, tallies: Sequence[Tally], stretches: Sequence[Days]
) -> tuple[int, int] | None:
    """Return how many single weeks reached the number, of those known.

    A week is known when all of it is reported, and nothing was done over more days than its own.
    """
    counts: dict[date, int] = {}
    for first, last in stretches:
        monday = first + timedelta(days=-first.weekday() % 7)
        while monday + 6 * _DAY <= last:
            counts[monday] = 0
            monday += 7 * _DAY
    for tally in tallies:
        monday = tally.first - timedelta(days=tally.first.weekday())
        if tally.last <= monday + 6 * _DAY:
            if monday in counts:
                counts[monday] += tally.amount
            continue
        while monday <= tally.last:
            counts.pop(monday, None)
            monday += 7 * _DAY
    needed = evidence.target.amount or 0
    reached = sum(count >= needed for count in counts.values())
    return (reached, len(counts)) if counts else None
