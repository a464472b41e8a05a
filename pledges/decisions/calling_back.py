"""Call an adopted pledge back before all have signed; lay drafts aside.

What was signed until then is kept as void, with its document, and the text opens again. Once a
pledge is signed by all it can't be called back: it can be annulled.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.database.acting import on_behalf_of
from pledge_portal.pages.refusals import Refused
from pledges.documents.pledge_html import party_name
from pledges.lifecycle import is_on_consultation
from pledges.models import (
    PaperScan,
    Pledge,
    PledgeDocument,
    PledgeParty,
    Recall,
    ReturnedDocument,
    Signatory,
    Signature,
    VoidFile,
    VoidSignature,
)
from pledges.signing import paper

_DROPPED = "nedlagt"


@transaction.atomic
def call_back(pledge: Pledge, *, reason: str, by: User | None, at: datetime) -> Recall:
    """Open the text of a pledge that is adopted and perhaps partly signed.

    The signatures made become void and are kept, with the document; a scan that didn't count yet is
    taken back. Raises Refused when it isn't adopted, when all have signed it, or without a reason.
    """
    pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
    if pledge.adopted_at is None:
        raise Refused(_("Löftet är inte antaget, så det finns inget att kalla tillbaka."))
    if pledge.validity_periods.exists():
        raise Refused(_("Alla har undertecknat. Löftet kan upphävas, men inte kallas tillbaka."))
    if not reason.strip():
        raise Refused({"reason": _("Skriv varför löftet kallas tillbaka.")})
    recall = Recall.objects.create(
        pledge=pledge,
        reason=reason.strip(),
        adopted_at=pledge.adopted_at,
        recalled_by=by,
        recalled_at=at,
    )
    with on_behalf_of(reason=recall.reason):
        paper.take_back_all(pledge, reason=recall.reason, by=by)
        _make_void(recall)
        pledge.adopted_at = None
        pledge.save(update_fields=["adopted_at"])
    return recall


def _make_void(recall: Recall) -> None:
    """Keep what was signed as void, and take it from the pledge."""
    pledge = recall.pledge_id
    signed = Signature.objects.filter(pledge=pledge).select_related(
        "signatory__municipality", "signatory__pledge__police_area"
    )
    documents = dict(PledgeDocument.objects.filter(pledge=pledge).values_list("pk", "sha256"))
    for signature in signed:
        VoidSignature.objects.create(
            recall=recall,
            position=signature.signatory.position,
            name=signature.signatory.name,
            title=signature.signatory.title_sv,
            party=party_name(signature.signatory),
            signed_at=signature.signed_at,
            way=signature.way,
            field_name=signature.field_name,
            certificate_name=signature.certificate_name,
            certificate_issuer=signature.certificate_issuer,
            is_demonstration=signature.is_demonstration,
            document_sha256=documents[signature.document_id],
        )
    for document in PledgeDocument.objects.filter(pledge=pledge):
        VoidFile.store(recall, VoidFile.Kind.DOCUMENT, document.step, bytes(document.content))
    scans = PaperScan.objects.filter(pledge=pledge).select_related("signatory")
    for scan in scans:
        VoidFile.store(recall, VoidFile.Kind.SCAN, scan.signatory.position, bytes(scan.content))
    ReturnedDocument.objects.filter(signatory__in=Signatory.objects.filter(pledge=pledge)).delete()
    Signature.objects.filter(pledge=pledge).delete()
    PaperScan.objects.filter(pledge=pledge).delete()
    PledgeDocument.objects.filter(pledge=pledge).delete()


@transaction.atomic
def drop(pledge: Pledge, *, at: datetime) -> None:
    """Lay a draft aside: nobody goes on with it, and its address is free.

    It can be read, and taken up again. Raises Refused when it is adopted, dropped already, or when
    residents are being asked about it.
    """
    pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
    if pledge.adopted_at is not None:
        raise Refused(_("Löftet är antaget. Kalla tillbaka det först."))
    if pledge.stage == Pledge.Stage.DROPPED:
        raise Refused(_("Utkastet är redan nedlagt."))
    if is_on_consultation(pledge, timezone.localdate(at)):
        raise Refused(_("Ett samråd om löftet pågår. Avsluta det först."))
    pledge.stage = Pledge.Stage.DROPPED
    pledge.period = _free_period(pledge)
    pledge.save(update_fields=["stage", "period"])


def _free_period(pledge: Pledge) -> str:
    """Return an address for a dropped draft that none of its places uses."""
    years = "-".join(part for part in pledge.period.split("-") if len(part) == 4 and part.isdigit())
    municipalities = pledge.parties.values("municipality")
    taken = set(
        PledgeParty.objects.filter(municipality__in=municipalities)
        .exclude(pledge=pledge)
        .values_list("period", flat=True)
    )
    names = (f"{years}-{_DROPPED}{number or ''}" for number in range(1000))
    return next(name for name in names if name not in taken)


@transaction.atomic
def take_up(pledge: Pledge) -> None:
    """Go on with a draft that was dropped; raises Refused when it wasn't."""
    pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
    if pledge.stage != Pledge.Stage.DROPPED or pledge.adopted_at is not None:
        raise Refused(_("Utkastet är inte nedlagt."))
    pledge.stage = Pledge.Stage.DRAFT
    pledge.save(update_fields=["stage"])
