"""What is to be done by a day; later is not in time.

Where the day comes every year, each year is judged for itself: what is done in a year of the pledge
counts for the day in that year.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date

from pledges.lifecycle import Standing
from pledges.progress.closing import judged
from pledges.progress.evidence import Evidence, amount_of, cut_between, sums
from pledges.progress.outcome import Progress, SpanProgress, Tally, Verdict
from pledges.progress.periods import latest
from pledges.progress.verdicts import period_counts, verdict_of_period, verdict_of_periods
from pledges.targets import Span


def by_its_day(evidence: Evidence) -> Progress:
    """Return how what is to be done by a day stands."""
    standing = evidence.standing
    last = evidence.target.last or standing.planned_end
    days = (standing.valid_from, last)
    is_told = evidence.is_told_in(evidence.tallies, *days)
    verdict_of = _verdict_by(last, standing, is_told=is_told)
    verdict, closing = judged(
        evidence.tallies, evidence.closed, days, standing.on, verdict_of, evidence.earlier
    )
    is_unreached = verdict in {Verdict.PARTLY, Verdict.REPORTED}
    is_late = is_unreached and _is_late(evidence.tallies, last)
    return Progress(
        evidence.target, verdict, closing=closing, is_late=is_late, **sums(evidence.tallies)
    )


def by_years(evidence: Evidence) -> Progress:
    """Return how what is to be done by a day every year stands, year by year."""
    standing = evidence.standing
    years = list(evidence.spans_in_force())
    starts = [year.first for year, _whole in years]
    by_year, earlier = (
        _by_year(counted, starts) for counted in (evidence.tallies, evidence.earlier)
    )
    rows = tuple(
        _row(evidence, year, whole, tallies, corrected)
        for (year, whole), tallies, corrected in zip(years, by_year, earlier, strict=True)
    )
    over = [row.verdict for row in rows if row.span.last < standing.on]
    return Progress(
        evidence.target,
        verdict_of_periods(over) or latest(rows, standing),
        rows=rows,
        **period_counts(over),
        is_late=any(
            row.verdict in {Verdict.PARTLY, Verdict.REPORTED} and not row.is_only_partly_done
            for row in rows
            if row.span.last < standing.on
        ),
        **sums(evidence.tallies),
    )


def _by_year(tallies: Sequence[Tally], starts: Sequence[date]) -> list[list[Tally]]:
    by_year: list[list[Tally]] = [[] for _start in starts]
    for tally in tallies:
        index = bisect_right(starts, tally.first) - 1
        if index >= 0:
            by_year[index].append(tally)
    return by_year


def _row(
    evidence: Evidence,
    year: Span,
    whole: Span,
    tallies: Sequence[Tally],
    earlier: Sequence[Tally],
) -> SpanProgress:
    standing = evidence.standing
    if standing.on < year.first:
        return SpanProgress(year, 1, 0, Verdict.UPCOMING)
    days = (year.first, year.last)
    is_told = evidence.is_told_in(tallies, *days)
    verdict_of = _verdict_by(whole.last, standing, is_told=is_told)
    verdict, closing = judged(tallies, evidence.closed, days, standing.on, verdict_of, earlier)
    cut = None
    if verdict == Verdict.CUT:
        cut = cut_between(year.first, year.last, whole.last, standing)
    return SpanProgress(
        year,
        1,
        amount_of(tallies),
        verdict,
        closing,
        cut=cut,
        is_told=is_told,
        is_only_partly_done=bool(tallies) and not any(tally.is_done for tally in tallies),
    )


def _is_late(tallies: Sequence[Tally], last: date) -> bool:
    """Return whether it is done, and only after its day."""
    days = [tally.last for tally in tallies if tally.is_done]
    return bool(days) and min(days) > last


def _verdict_by(
    last: date, standing: Standing, *, is_told: bool
) -> Callable[[Sequence[Tally], bool], Verdict]:
    """Return what becomes of something that is to be done by a day."""
    ends = standing.last_day

    def verdict(tallies: Sequence[Tally], is_closed: bool) -> Verdict:
        is_over = standing.on > last
        return verdict_of_period(
            is_reached=any(tally.is_done and tally.last <= last for tally in tallies),
            is_cut=ends is not None and ends < min(standing.on, last),
            is_closed=is_closed,
            is_partly_reached=bool(tallies),
            lacks_report=is_over and not tallies,
            is_reported=is_told,
        )

    return verdict
