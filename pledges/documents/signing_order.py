"""Say whose turn it is to sign, and store what came of it.

Every signature is a step of its own in the pledge's document, whatever way it was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from pledge_portal.pages.refusals import Refused
from pledges.documents.jobs import make_to_last
from pledges.lifecycle import put_in_force
from pledges.models import Decline, Pledge, PledgeDocument, Signatory, Signature, Way


@dataclass(frozen=True)
class Turn:
    """That a signatory may sign now: the locked pledge and its document."""

    pledge: Pledge
    signatory: Signatory
    document: PledgeDocument
    is_last: bool


def next_signatories(pledge: Pledge, signatories: Sequence[Signatory]) -> list[Signatory]:
    """Return who of a pledge's signatories may sign next.

    They are given in their order, with their scans. In order it is one, side by side all who are
    left; none when all have signed. Whose signature on paper is confirmed keeps nobody waiting
    while it waits to count.
    """
    waiting = [
        signatory
        for signatory in signatories
        if not hasattr(signatory, "signature") and not is_confirmed_on_paper(signatory)
    ]
    return waiting if pledge.signs_side_by_side else waiting[:1]


def is_confirmed_on_paper(signatory: Signatory) -> bool:
    """Return whether a scan of a signatory's signature is confirmed."""
    scan = getattr(signatory, "paper_scan", None)
    return scan is not None and scan.confirmed_at is not None


def open_decline(signatory: Signatory) -> Decline | None:
    """Return the no to the pledge's document that still stands.

    Nobody has asked again about it. It stands whoever signs meanwhile, and falls with the document
    when the text is opened again.
    """
    steps = PledgeDocument.objects.filter(pledge=signatory.pledge_id).order_by()
    return (
        signatory.declines.filter(document_sha256__in=steps.values("sha256"), asked_again_at=None)
        .select_related("declined_by")
        .first()
    )


def lock_turn(signatory: Signatory, way: Way | None = None) -> Turn:
    """Lock the pledge for a signatory to sign, in the caller's transaction.

    Signatories sign in their order, or in any where the pledge says so, each in the way that was
    chosen for them; without a choice a key will do. Whose scan is handed in has had their turn, and
    keeps it. Raises Refused, with a sentence for the user, when it isn't their turn.
    """
    pledge = Pledge.objects.select_for_update().get(pk=signatory.pledge_id)
    if pledge.adopted_at is None:
        raise Refused(_("Löftet är inte antaget och kan inte undertecknas."))
    signatories = list(
        pledge.signatories.select_related("signature", "signing_way", "paper_scan").defer(
            "paper_scan__content"
        )
    )
    waiting = [other for other in signatories if not hasattr(other, "signature")]
    turn = next((other for other in waiting if other == signatory), None)
    if turn is None:
        raise Refused(_("%(name)s har redan undertecknat.") % {"name": signatory.name})
    turns = next_signatories(pledge, signatories)
    if turn not in turns and not hasattr(turn, "paper_scan"):
        raise Refused(_("Det är %(name)s som ska underteckna nu.") % {"name": turns[0].name})
    document = PledgeDocument.objects.latest_of(pledge)
    if document is None:
        raise Refused(_("Löftet saknar dokument att underteckna."))
    chosen = turn.signing_way.way if hasattr(turn, "signing_way") else Way.KEY
    if way is not None and chosen != way:
        raise Refused(
            _("%(name)s ska underteckna %(way)s.") % {"name": turn.name, "way": Way(chosen).label}
        )
    if open_decline(turn) is not None:
        raise Refused(_("%(name)s har avböjt att underteckna.") % {"name": turn.name})
    return Turn(pledge, turn, document, is_last=waiting == [turn])


def store_signature(turn: Turn, content: bytes, *, at: datetime, **fields: Any) -> Signature:
    """Store the next document, made `at`, and the signature with these fields.

    The last one puts the pledge in force. Belongs in the transaction that locked the turn.
    """
    step = turn.document.step + 1
    signature = Signature.objects.create(
        pledge=turn.pledge,
        signatory=turn.signatory,
        document=PledgeDocument.store(turn.pledge, step, content, created_at=at),
        **fields,
    )
    if turn.is_last:
        put_in_force(turn.pledge)
        # By the queue: an authority that is away must not undo the signature.
        make_to_last(turn.pledge.pk)
    return signature
