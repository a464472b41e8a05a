"""Tell when anything may be said of a secret kind: after its own period.

A verdict, a closing or a reminder before that tells whether another search is to come. The period's
own last day counts, whether the pledge is cut short, held over or not.
"""

from __future__ import annotations

from datetime import date

from pledges.models import Commitment
from pledges.progress import LONG_PERIODS
from pledges.targets import Period, Shape, period_at


def is_still_secret(commitment: Commitment, last: date, on: date) -> bool:
    """Return whether time up to `last` may not be judged on the day `on`.

    The commitment's pledge is fetched.
    """
    return commitment.is_secret_kind and on <= own_last_day(commitment, last)


def own_last_day(commitment: Commitment, day: date) -> date:
    """Return the last day of the commitment's own period that holds a day."""
    target = commitment.target
    if target.shape == Shape.COUNT and target.period in LONG_PERIODS:
        return period_at(target.period, day).last
    # As progress tells them: by school terms, and the whole at its planned end.
    term_end = period_at(Period.TERM, day).last
    return max(term_end, commitment.pledge.valid_to) if target.period == Period.WHOLE else term_end
