"""Tell when anything may be said of a secret kind: after its own period.

A verdict, a closing or a reminder before that tells whether another search is to come. The period's
own last day counts, whether the pledge is cut short, held over or not.
"""

from __future__ import annotations

from datetime import date

from pledges.models import Commitment
from pledges.progress import Progress


def is_still_secret(
    commitment: Commitment, last: date, on: date, so_far: Progress | None = None
) -> bool:
    """Return whether time up to `last` may not be judged on the day `on`.

    The commitment's pledge is fetched. `so_far` is its progress, where that is known.
    """
    if not commitment.is_secret_kind:
        return False
    if so_far is None or so_far.standing is None:
        return on <= commitment.secret_until(last)
    first, planned_end = so_far.standing.valid_from, commitment.pledge.full_end
    return on <= so_far.target.secret_until(first, planned_end, last)
