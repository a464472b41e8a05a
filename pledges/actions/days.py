"""The days of an action: one, or several that belong together.

What went on for several days is told as one action, from its first day to its last. Where its
target is counted period by period, all of its days lie in one period: nobody can know how much of
it belongs on which side of a border but whoever writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pledges.lifecycle import Standing
from pledges.models import Commitment
from pledges.targets import Period, Shape, period_at


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
    elif commitment.target_in_force.shape in {Shape.COUNT, Shape.COVERAGE}:
        border = _end_of_period(commitment, days, standing)
    return border if border < days.last else None


def _end_of_period(commitment: Commitment, days: Days, standing: Standing) -> date:
    target = commitment.target_in_force
    if target.is_mean or target.period == Period.WHOLE:
        # Of a mean, what was done is spread over all its days.
        return days.last
    until = max(standing.counted_until, days.last)
    for span in target.spans(commitment.counted_from, standing.planned_end, until):
        if span.first <= days.first <= span.last:
            return span.last
    return days.last
