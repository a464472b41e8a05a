"""When follow-ups of a pledge are due: from its plan, its days in force and what is published.

Drafts never count here, so that what the public is told of the next follow-up tells nothing of
what staff are writing.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from pledges.lifecycle import Standing
from pledges.models import FollowUpPlan

_MONTHS = {
    FollowUpPlan.Every.QUARTER: 3,
    FollowUpPlan.Every.HALF_YEAR: 6,
    FollowUpPlan.Every.YEAR: 12,
}

# How long after the end of a pledge its staff are reminded of follow-ups that lack.
_DAYS_REMINDED = 365


@dataclass(frozen=True)
class Due:
    """The next follow-up: the days that it covers, when it is due, and whether that day is past.

    `is_given_up` is True when the pledge ended so long ago that nobody is reminded any more; that
    the follow-up is missing is told all the same.
    """

    first_day: date
    last_day: date
    due_on: date
    is_late: bool
    is_given_up: bool = False

    def has_ended(self, on: date) -> bool:
        """Whether the period is over, so that it can be followed up as a whole."""
        return on > self.last_day


def period_of(every: str, day: date) -> tuple[date, date]:
    """Return the first and last day of the calendar quarter, half-year or year that a day is in."""
    months = _MONTHS[FollowUpPlan.Every(every)]
    first_month = (day.month - 1) // months * months + 1
    last_month = first_month + months - 1
    return date(day.year, first_month, 1), date(
        day.year, last_month, monthrange(day.year, last_month)[1]
    )


def next_due(
    plan: FollowUpPlan, standing: Standing, covered_until: date | None, on: date
) -> Due | None:
    """Return the follow-up that comes next, None when all that there was to follow up is.

    `covered_until` is the last day that a published follow-up covers. A pledge that has ended is
    followed up to its last day.
    """
    begins = standing.valid_from
    if covered_until is not None:
        begins = max(begins, covered_until + timedelta(days=1))
    if standing.last_day is not None and begins > standing.last_day:
        return None
    first, last = period_of(plan.every, begins)
    first = max(first, begins)
    if standing.last_day is not None:
        last = min(last, standing.last_day)
    due_on = last + timedelta(days=plan.days_until_due)
    ended = standing.last_day
    is_given_up = ended is not None and on > ended + timedelta(days=_DAYS_REMINDED)
    return Due(first, last, due_on, is_late=on > due_on, is_given_up=is_given_up)
