"""How a public pledge's commitments stand, as the public may be told."""

from __future__ import annotations

from pledge_portal.pages.text import Wording, wording
from pledges import presentation
from pledges.actions.tallies import Reported, reported_in_public
from pledges.lifecycle import Standing
from pledges.models import Commitment, Pledge


def promises(pledge: Pledge, standing: Standing) -> dict[int, presentation.ProgressView]:
    """Return the progress of each commitment by its key, in order.

    Costs two queries for what is reported, and one for the commitments unless they are prefetched.
    """
    reported = reported_in_public([pledge], standing.on)
    return {
        commitment.pk: progress_of(commitment, reported, standing)
        for commitment in pledge.commitments.all()
    }


def progress_of(
    commitment: Commitment, reported: Reported, standing: Standing, reason: Wording | None = None
) -> presentation.ProgressView:
    """Return a commitment's progress in words.

    `reported` is what is public of the whole pledge; `reason` is what its parties have said of why
    the target is not reached.
    """
    progress = reported.progress(commitment, standing)
    return presentation.progress_view(commitment, wording(commitment, "text"), progress, reason)
