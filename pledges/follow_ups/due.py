"""When follow-ups of a pledge are due.

From its plan, its days in force and what is published. Drafts never count here, so that what the
public is told of the next follow-up tells nothing of what staff are writing.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from pledges.lifecycle import Standing
from pledges.models import FollowUpPlan

# How long after the end of a pledge its staff are reminded of follow-ups that lack.
_DAYS_REMINDED = 365


@dataclass(frozen=True)
class Due:
    """The next follow-up: the days it covers, when it is due, and if late.

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
    """Return the first and last day of the calendar period that holds a day.

    The period is the quarter, half-year or year of a plan.
    """
    months = FollowUpPlan.MONTHS[FollowUpPlan.Every(every)]
    first_month = (day.month - 1) // months * months + 1
    last_month = first_month + months - 1
    return date(day.year, first_month, 1), date(
        day.year, last_month, monthrange(day.year, last_month)[1]
    )


def next_due(
    plan: FollowUpPlan, standing: Standing, covered_until: date | None, on: date
) -> Due | None:
    """Return the follow-up that comes next, None when there is none left.

    `covered_until` is the last day that a published follow-up covers. A pledge that has ended is
    followed up to its last day.
    """
    first_uncovered = standing.valid_from
    if covered_until is not None:
        first_uncovered = max(first_uncovered, covered_until + timedelta(days=1))
    if standing.last_day is not None and first_uncovered > standing.last_day:
        return None
    first, last = period_of(plan.every, first_uncovered)
    first = max(first, first_uncovered)
    if standing.last_day is not None:
        last = min(last, standing.last_day)
    due_on = last + timedelta(days=plan.days_until_due)
    return Due(first, last, due_on, is_late=on > due_on, is_given_up=is_given_up(standing))


def is_given_up(standing: Standing) -> bool:
    """Return whether a pledge ended too long ago to be reminded of."""
    last_day = standing.last_day
    return last_day is not None and standing.on > last_day + timedelta(days=_DAYS_REMINDED)
