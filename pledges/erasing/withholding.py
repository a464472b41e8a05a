"""Keep the files that have the words from the public.

Their bytes stay as they are. Which files those are is told by the texts that they were made of: a
row that is masked stands in the documents that show it. What is in a file alone, such as a scan, is
for people to see, who name the file.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from pledges.erasing.finding import Hit, Place, pledges_of
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
    Pledge,
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
    Recall,
    VoidFile,
    VoidSignature,
}
# The signed document lists what is annexed to it; no follow-up does.
_IN_THE_DOCUMENT_ALONE = {PledgeAnnex}
# What came after signing stands in follow-ups at most.
_AFTER_SIGNING = {Annulment, FollowUpPlan, PeriodClosing, Prolongation, TargetChange}


@dataclass(frozen=True)
class File:
    """A file of a pledge, known by its SHA-256."""

    pledge: int
    sha256: str


def files_with(hits: Sequence[Hit]) -> list[File]:
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
            if hit.model not in _IN_THE_DOCUMENT_ALONE:
                followed_up |= Q(follow_up__pledge=hit.pledge)
    _lock({hit.pledge for hit in hits if hit.is_immutable and hit.pledge is not None})
    of_signed = [
        *PledgeDocument.objects.filter(pledge__in=signed).values_list("pledge", "sha256"),
        *PaperScan.objects.filter(pledge__in=signed).values_list("pledge", "sha256"),
    ]
    of_follow_ups = FollowUpDocument.objects.filter(followed_up).values_list(
        "follow_up__pledge", "sha256"
    )
    files = dict.fromkeys([*of_signed, *of_follow_ups])
    withheld = _withheld({pledge for pledge, _sha256 in files})
    return [File(*file) for file in files if file not in withheld]


def _withheld(pledges: Collection[int]) -> set[tuple[int, str]]:
    """Return the files of these pledges that aren't shown any more."""
    rows = WithheldDocument.objects.filter(pledge__in=pledges)
    return set(rows.values_list("pledge", "sha256"))


def files_of(place: Place) -> dict[str, tuple[str, list[File]]]:
    """Return the files of a place that the public is shown, by a key.

    With what each is called. A signed document goes with all its steps.
    """
    signed = Pledge.objects.public().filter(pk__in=pledges_of(place))
    titles = dict(pledges_of(place).values_list("pk", "title_sv"))
    withheld = _withheld(titles)
    choices: dict[str, tuple[str, list[File]]] = {}

    def add(pledge: int, sha256: str, key: str, name: str) -> None:
        if (pledge, sha256) not in withheld:
            _label, files = choices.setdefault(key, (f"{titles[pledge]}: {name}", []))
            files.append(File(pledge, sha256))

    for pledge, sha256 in PledgeDocument.objects.filter(pledge__in=signed).values_list(
        "pledge", "sha256"
    ):
        add(pledge, sha256, f"document-{pledge}", _("det undertecknade dokumentet"))
    for pledge, sha256, name in PaperScan.objects.filter(pledge__in=signed).values_list(
        "pledge", "sha256", "signatory__name"
    ):
        add(pledge, sha256, sha256, _("skanning av underskriften, %s") % name)
    for pledge, sha256, name in PledgeAnnex.objects.filter(pledge__in=signed).values_list(
        "pledge", "sha256", "title"
    ):
        add(pledge, sha256, sha256, _("bilaga, %s") % name)
    asked = ConsultationAnnex.objects.filter(consultation__pledge__in=pledges_of(place))
    for pledge, sha256, name in asked.values_list("consultation__pledge", "sha256", "title"):
        add(pledge, sha256, sha256, _("bilaga till samrådet, %s") % name)
    followed_up = FollowUpDocument.objects.filter(follow_up__pledge__in=signed)
    for pledge, sha256, day in followed_up.values_list(
        "follow_up__pledge", "sha256", "follow_up__meeting_on"
    ):
        add(pledge, sha256, sha256, _("uppföljning %s") % day.isoformat())
    return choices


def with_every_step(files: Sequence[File]) -> list[File]:
    """Return files that were named, a signed document with every step of it.

    One may have been added since they were shown.
    """
    _lock({file.pledge for file in files})
    named = PledgeDocument.objects.filter(
        pledge__in=[file.pledge for file in files], sha256__in=[file.sha256 for file in files]
    )
    steps = PledgeDocument.objects.filter(pledge__in=named.order_by().values("pledge"))
    further = [File(*step) for step in steps.values_list("pledge", "sha256")]
    return list(dict.fromkeys([*files, *further]))


def _lock(pledges: Collection[int]) -> None:
    """Let nothing be added to documents meanwhile.

    Whoever waits sees what was withheld.
    """
    rows = Pledge.objects.filter(pk__in=pledges).order_by("pk").select_for_update(no_key=True)
    list(rows.values_list("pk"))


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
