"""Tell when anything may be said of a secret kind: after its own period.

A verdict, a closing or a reminder before that tells whether another search is to come. The period's
own last day counts, whether the pledge is cut short, held over or not.
"""

from __future__ import annotations

from datetime import date

from pledges.lifecycle import full_end
from pledges.models import Commitment


def is_still_secret(commitment: Commitment, last: date, on: date) -> bool:
    """Return whether time up to `last` may not be judged on the day `on`.

    The commitment's pledge is fetched.
    """
    return commitment.is_secret_kind and on <= own_last_day(commitment, last)


def own_last_day(commitment: Commitment, day: date) -> date:
    """Return the last day of the commitment's own period that holds a day."""
    pledge = commitment.pledge
    return commitment.target.secret_until(pledge.valid_from, full_end(pledge), day)
