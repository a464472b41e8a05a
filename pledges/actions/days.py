"""The days of an action: one, or several that belong together.

What went on for several days is told as one action, from its first day to its last. Where its
target is counted period by period, all of its days lie in one period: nobody can know how much of
it belongs on which side of a border but whoever writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pledges.lifecycle import Standing
from pledges.models import Commitment
from pledges.targets import Period, Shape, period_at, spans

# Over days and weeks the mean is taken, over all the days that are reported.
_UNBROKEN = frozenset({Period.DAY, Period.WEEK, Period.WHOLE})


@dataclass(frozen=True)
class Days:
    """A first and a last day, the same when it is one."""

    first: date
    last: date

    @property
    def are_several(self) -> bool:
        """Whether it is more than one day."""
        return self.first < self.last


def crossed_border(commitment: Commitment, days: Days, standing: Standing) -> date | None:
    """Return the last day of the period that days begin in and cross.

    None where they needn't be split. `standing` is the pledge's on the last of the days. A secret
    kind's days lie within a school term, whatever its target: it is told of term by term; a
    survey's within a school year, since its rounds count by school years.
    """
    border = days.last
    if commitment.is_secret_kind:
        border = period_at(Period.TERM, days.first).last
    elif commitment.kind == Commitment.Kind.DRUG_HABIT_SURVEY:
        border = period_at(Period.SCHOOL_YEAR, days.first).last
    elif commitment.target.shape in {Shape.COUNT, Shape.COVERAGE}:
        border = _end_of_period(commitment, days, standing)
    return border if border < days.last else None


def _end_of_period(commitment: Commitment, days: Days, standing: Standing) -> date:
    period = commitment.target.period
    if period is None or period in _UNBROKEN:
        return days.last
    if period == Period.MONTH:
        after = days.first.replace(day=28) + timedelta(days=4)
        return after.replace(day=1) - timedelta(days=1)
    until = max(standing.counted_until, days.last)
    for span in spans(period, standing.valid_from, standing.planned_end, until):
        if span.first <= days.first <= span.last:
            return span.last
    return days.last
