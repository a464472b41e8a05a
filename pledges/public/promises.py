"""How a public pledge's commitments stand, as the public may be told."""

from __future__ import annotations

from pledge_portal.pages.text import Wording, wording
from pledges import presentation
from pledges.actions.tallies import Tallies, progress_in_public, public_tallies
from pledges.lifecycle import Standing
from pledges.models import Commitment, Pledge


def promises(pledge: Pledge, standing: Standing) -> dict[int, presentation.ProgressView]:
    """Return the progress of each commitment by its key, in order.

    Costs a query for the sums, and one for the commitments unless they are prefetched.
    """
    tallies = public_tallies(pledge, standing.on)
    return {
        commitment.pk: progress_of(commitment, tallies, standing)
        for commitment in pledge.commitments.all()
    }


def progress_of(
    commitment: Commitment, tallies: Tallies, standing: Standing, reason: Wording | None = None
) -> presentation.ProgressView:
    """Return a commitment's progress in words.

    `tallies` are what is public of the whole pledge; `reason` is what its parties have said of why
    the target is not reached.
    """
    progress = progress_in_public(commitment, tallies, standing)
    return presentation.progress_view(commitment, wording(commitment, "text"), progress, reason)
