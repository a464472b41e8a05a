"""Keep the files that have the words from the public.

Their bytes stay as they are. Which files those are is told by the texts that they were made of: a
row that is masked stands in the documents that show it. What is in a file alone, such as a scan, is
for people to see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from pledges.erasing.finding import Hit
from pledges.models import (
    Annulment,
    Assessment,
    Consultation,
    ConsultationAnnex,
    Decline,
    FollowUp,
    FollowUpDocument,
    FollowUpPlan,
    PaperScan,
    PeriodClosing,
    PledgeAnnex,
    PledgeDocument,
    Prolongation,
    Recall,
    TargetChange,
    VoidFile,
    VoidSignature,
    WithheldDocument,
)

# Rows whose words stand in no file that the public is shown.
_IN_NO_FILE = {
    Consultation,
    ConsultationAnnex,
    Decline,
    PledgeAnnex,
    Recall,
    VoidFile,
    VoidSignature,
}
# What came after signing stands in follow-ups at most.
_AFTER_SIGNING = {Annulment, FollowUpPlan, PeriodClosing, Prolongation, TargetChange}


@dataclass(frozen=True)
class File:
    """A file of a pledge, known by its SHA-256."""

    pledge: int
    sha256: str


def files_with(hits: Iterable[Hit]) -> list[File]:
    """Return the files made of texts that are masked, and shown until now.

    Every step of a signed document, its scans and its follow-ups.
    """
    signed: set[int] = set()
    followed_up = Q(pk__in=[])
    for hit in hits:
        if hit.pledge is None or not hit.is_immutable or not hit.in_swedish:
            continue
        if hit.model is FollowUp:
            followed_up |= Q(follow_up=hit.key)
        elif hit.model is Assessment:
            followed_up |= Q(follow_up__assessments=hit.key)
        elif hit.model in _AFTER_SIGNING:
            followed_up |= Q(follow_up__pledge=hit.pledge)
        elif hit.model not in _IN_NO_FILE:
            signed.add(hit.pledge)
            followed_up |= Q(follow_up__pledge=hit.pledge)
    of_signed = [
        *PledgeDocument.objects.filter(pledge__in=signed).values_list("pledge", "sha256"),
        *PaperScan.objects.filter(pledge__in=signed).values_list("pledge", "sha256"),
    ]
    of_follow_ups = FollowUpDocument.objects.filter(followed_up).values_list(
        "follow_up__pledge", "sha256"
    )
    withheld = set(WithheldDocument.objects.values_list("pledge", "sha256"))
    files = dict.fromkeys([*of_signed, *of_follow_ups])
    return [File(*file) for file in files if file not in withheld]


def withhold(files: Sequence[File], erasure: int) -> None:
    """Show the files to nobody but staff from now on, by the decision."""
    with connection.cursor() as cursor:
        for file in files:
            cursor.execute(
                "SELECT withhold_document(%s, %s, %s)", [erasure, file.pledge, file.sha256]
            )


def bytes_of(withheld: WithheldDocument) -> bytes:
    """Return a withheld file, as it was written once."""
    for model in (PledgeDocument, FollowUpDocument, PaperScan, PledgeAnnex, ConsultationAnnex):
        content = model.objects.filter(sha256=withheld.sha256).values_list("content", flat=True)
        if (written := content.first()) is not None:
            return bytes(written)
    raise LookupError(withheld.sha256)
