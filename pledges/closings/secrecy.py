"""Tell when anything may be said of a secret kind: after its own period.

A verdict, a closing or a reminder before that tells whether another search is to come. The period's
own last day counts, whether the pledge is cut short, held over or not.
"""

from __future__ import annotations

from datetime import date

from pledges.lifecycle import full_end
from pledges.models import Commitment
from pledges.targets import Target


def is_still_secret(
    commitment: Commitment, last: date, on: date, target: Target | None = None
) -> bool:
    """Return whether time up to `last` may not be judged on the day `on`.

    The commitment's pledge is fetched. `target` is the one that counts, where it is known.
    """
    if not commitment.is_secret_kind:
        return False
    pledge = commitment.pledge
    target = target or commitment.target_in_force
    return on <= target.secret_until(pledge.valid_from, full_end(pledge), last)
