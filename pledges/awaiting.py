"""What awaits a person today: the commitments of their places, those behind their target first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from pledge_portal.accounts.models import User
from pledge_portal.pages.text import wording
from pledges import presentation
from pledges.lifecycle import standing
from pledges.models import Commitment, Pledge
from pledges.progress import Progress, Verdict, progress
from pledges.tallies import counted_tallies

# The most urgent first.
_ORDER = [
    Verdict.BEHIND,
    Verdict.MISSED,
    Verdict.PARTLY,
    Verdict.ON_TRACK,
    Verdict.UPCOMING,
    Verdict.UNMEASURED,
    Verdict.REACHED,
]


@dataclass(frozen=True)
class AwaitedCommitment:
    """A commitment that something may be recorded for, and how it stands with all that is done."""

    commitment: Commitment
    verdict: Verdict
    label: str
    sentence: SafeString


def awaited_commitments(user: User, on: date) -> list[AwaitedCommitment]:
    """Return the commitments of pledges in force that a person records for, the urgent first.

    All that is done counts, whether the public may know of it yet or not: never for a public page.
    Asks a fixed number of questions.
    """
    found = list(Commitment.objects.recordable_by(user, on))
    pledges = {
        pledge.pk: pledge
        for pledge in Pledge.objects.with_standing().filter(
            pk__in={commitment.pledge_id for commitment in found}
        )
    }
    stands = {key: standing(pledge, on) for key, pledge in pledges.items()}
    tallies = counted_tallies(pledges.values())
    rows = []
    for commitment in found:
        commitment.pledge = pledges[commitment.pledge_id]
        stand = stands[commitment.pledge_id]
        if not stand.is_in_force:
            continue
        reckoned = progress(
            commitment.target, tallies.get(commitment.pk, []), stand, is_secret=False
        )
        view = presentation.progress_view(commitment, wording(commitment, "text"), reckoned)
        verdict = _today(reckoned, on)
        rows.append(AwaitedCommitment(commitment, verdict, str(verdict.label), view.sentence))
    return sorted(rows, key=lambda row: (_ORDER.index(row.verdict), row.commitment.number))


def _today(reckoned: Progress, on: date) -> Verdict:
    """Return how the running period stands; what earlier years missed can't be mended today."""
    for row in reckoned.rows:
        if row.span.first <= on <= row.span.last:
            return row.verdict
    return reckoned.verdict
