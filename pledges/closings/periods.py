"""List the periods that a commitment is accounted for by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pledges.lifecycle import Standing
from pledges.progress import ClosedTime
from pledges.progress.closing import closed_on
from pledges.progress.evidence import Evidence
from pledges.targets import Period, Shape, Span, Target

# What is to be done once, or to reach all, is accounted for once, with the pledge.
_WHOLE_SHAPES = frozenset({Shape.COVERAGE, Shape.DONE})


def accounted_periods(target: Target, standing: Standing) -> list[Span]:
    """Return the periods that a commitment is accounted for by.

    The oldest first. Those of the `target` that counts, where they are long; else years, for nobody
    accounts for each day or month, and what has no target is accounted for too.
    """
    is_by_periods = target.is_by_periods or target.every_year
    if not is_by_periods or target.period == Period.MONTH:
        if target.shape in _WHOLE_SHAPES or target.period == Period.WHOLE:
            last = min(standing.last_day or date.max, standing.planned_end)
            return [Span(standing.valid_from, last, "", is_extra=False)]
        target = replace(target, shape=Shape.COUNT, period=Period.YEAR, amount=None)
    return [span for span, _whole in Evidence(target, (), standing, ()).spans_in_force()]


def closing_times(
    closed: Sequence[ClosedTime], target: Target, standing: Standing
) -> list[ClosedTime]:
    """Return the closed times that all is said to be reported of.

    A follow-up of half a year reports nothing of the year, and closes it only with the other half.
    """
    periods = [
        period
        for period in accounted_periods(target, standing)
        if closed_on(closed, period.first, period.last, standing.on) is not None
    ]
    return [
        time
        for time in closed
        if not time.is_by_follow_up
        or any(period.first <= time.last and time.first <= period.last for period in periods)
    ]
