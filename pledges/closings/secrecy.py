"""Tell when anything may be said of a secret kind: after its own period.

A verdict, a closing or a reminder before that tells whether another search is to come. The period's
own last day counts, whether the pledge is cut short, held over or not.
"""

from __future__ import annotations

from datetime import date

from pledges.lifecycle import full_end
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
    pledge = commitment.pledge
    if so_far is not None and so_far.standing is not None:
        target, first = so_far.target, so_far.standing.valid_from
    else:
        target, first = commitment.target_in_force, commitment.counted_from
    return on <= target.secret_until(first, full_end(pledge), last)
