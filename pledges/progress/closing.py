"""When a period is closed, and what becomes of it then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from pledges.progress.outcome import ClosedTime, Closing, Tally, Verdict

_DAY = timedelta(days=1)


def closed_on(closed: Iterable[ClosedTime], first: date, last: date, on: date) -> date | None:
    """Return the day on which closed stretches came to cover first to last.

    None when they don't by the day `on`; never before the last day is over.
    """
    if on <= last:
        return None
    open_days = [(first, last)]
    for stretch in sorted(closed, key=lambda stretch: stretch.closed_on):
        if stretch.closed_on > on:
            return None
        open_days = _without(open_days, stretch)
        if not open_days:
            return max(stretch.closed_on, last + _DAY)
    return None


def is_closed_in_part(closed: Iterable[ClosedTime], first: date, last: date, on: date) -> bool:
    """Return whether all is said to be reported of some of the days by a day.

    By those responsible: a follow-up of half a year reports nothing.
    """
    return any(
        not stretch.is_by_follow_up
        and stretch.first <= last
        and first <= stretch.last
        and stretch.closed_on <= on
        for stretch in closed
    )


def _without(days: list[tuple[date, date]], stretch: ClosedTime) -> list[tuple[date, date]]:
    """Return the days that are left when a stretch is taken out of them."""
    remaining = []
    for first, last in days:
        if first < stretch.first:
            remaining.append((first, min(last, stretch.first - _DAY)))
        if last > stretch.last:
            remaining.append((max(first, stretch.last + _DAY), last))
    return remaining


def judged(
    tallies: Sequence[Tally],
    closed: Sequence[ClosedTime],
    days: tuple[date, date],
    on: date,
    verdict_of: Callable[[Sequence[Tally], bool], Verdict],
    earlier: Sequence[Tally] = (),
) -> tuple[Verdict, Closing | None]:
    """Return how a period stands, and how it stood when it was closed.

    `verdict_of` takes tallies, and whether the period is closed; `earlier` are those that counted
    until they were corrected.
    """
    closing_day = closed_on(closed, *days, on)
    verdict = verdict_of(tallies, closing_day is not None)
    if closing_day is None:
        return verdict, None
    counted_at_closing = [
        tally for tally in (*tallies, *earlier) if _counted_on(closing_day, tally)
    ]
    corrected = {tally.superseded_on for tally in counted_at_closing if tally.superseded_on}
    late = {tally.added_on for tally in tallies if tally.added_on and tally.added_on > closing_day}
    if not late | corrected:
        return verdict, Closing(closing_day, verdict)
    return verdict, Closing(
        closing_day,
        verdict_of(counted_at_closing, True),
        # What is right since a correction came with it, and completes nothing.
        max(late - corrected, default=None),
        max(corrected, default=None),
    )


def _counted_on(day: date, tally: Tally) -> bool:
    is_in_time = tally.added_on is None or tally.added_on <= day
    return is_in_time and (tally.superseded_on is None or tally.superseded_on > day)
