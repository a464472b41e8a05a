"""Take a document that was signed in the organisation's own service.

The file is examined in the sandbox, kept until somebody has looked at whose signature it is, and
examined once more when they say yes: only then it becomes the pledge's next document.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import Refused
from pledges.documents.demo_authority import NAME_PREFIX
from pledges.documents.judgement import Judgement, Refusal, outer_refusal
from pledges.documents.report import Signature as FileSignature
from pledges.documents.sandbox import judge_in_sandbox
from pledges.documents.signing_order import lock_turn, store_signature
from pledges.documents.trusted_authorities import trust_roots
from pledges.models import PledgeDocument, ReturnedDocument, Signatory, Signature, Way
from pledges.models.municipality import without_diacritics
from pledges.signing.refusals import NotTaken
from pledges.signing.ways import document_to_sign

# A file that is still waiting then has been forgotten, and can be given back again.
UNCONFIRMED_DAYS = 30


def give_back(signatory: Signatory, content: bytes, *, by: User, at: datetime) -> ReturnedDocument:
    """Examine a signed file and keep it for a yes.

    Raises NotTaken, or Refused.
    """
    with transaction.atomic():
        # Only asks whether it is their turn: nobody has to wait while the file is examined.
        document = lock_turn(signatory, Way.OUTSIDE).document
    signature = _judge(signatory, document, content)
    signer, signed_at = signature.signer, signature.signed_at
    assert signer is not None  # noqa: S101  (a signature that is taken has one, and a time)
    assert signed_at is not None  # noqa: S101
    returned_document, _is_new = ReturnedDocument.objects.update_or_create(
        signatory=signatory,
        defaults={
            "content": content,
            "sha256": hashlib.sha256(content).hexdigest(),
            "base_sha256": document.sha256,
            "certificate_name": signer.common_name,
            "certificate_organisation": signer.organisation,
            "certificate_issuer": signer.issuer,
            "signed_at": signed_at,
            "names_match": names_match(signatory.name, signer.common_name),
            "is_demonstration": bool(signature.trusted_by and signature.trusted_by.is_demo),
            "given_by": by,
            "given_at": at,
        },
    )
    return returned_document


def discard(signatory: Signatory) -> None:
    """Forget a file that was given back and not said yes to."""
    ReturnedDocument.objects.filter(signatory=signatory).delete()


def purge_expired(on: date) -> int:
    """Forget the files that have waited a month for a yes; return how many."""
    before = timezone.make_aware(datetime.combine(on - timedelta(days=UNCONFIRMED_DAYS), time()))
    old = ReturnedDocument.objects.filter(given_at__lt=before)
    _all, of_kind = old.delete()
    return of_kind.get(ReturnedDocument._meta.label, 0)


def confirm(signatory: Signatory, *, sha256: str) -> Signature:
    """Take the file that was given back as the pledge's next document.

    `sha256` is that of the file that the person has looked at. Raises NotTaken when it doesn't hold
    any longer, and Refused when somebody else was faster.
    """
    returned_document = ReturnedDocument.objects.filter(signatory=signatory).first()
    if returned_document is None or returned_document.sha256 != sha256:
        raise Refused(_("Filen är en annan nu. Se efter igen."))
    content = bytes(returned_document.content)
    document = document_to_sign(signatory)
    signature = _judge(signatory, document, content)
    signer = signature.signer
    assert signer is not None  # noqa: S101  (a signature that is taken has one)
    with transaction.atomic():
        turn = lock_turn(signatory, Way.OUTSIDE)
        if turn.document.sha256 != document.sha256:
            raise Refused(_("Dokumentet är ett annat nu. Läs det igen."))
        ReturnedDocument.objects.filter(signatory=signatory).delete()
        return store_signature(
            turn,
            content,
            at=timezone.now(),
            way=Way.OUTSIDE,
            field_name="" if signature.field == signatory.field_name else signature.field,
            signed_at=signature.signed_at,
            certificate_name=signer.common_name,
            certificate_issuer=signer.issuer,
            is_demonstration=bool(signature.trusted_by and signature.trusted_by.is_demo),
        )


def names_match(name: str, certificate_name: str) -> bool:
    """Return whether a certificate's name holds every part of a person's.

    No more can be checked.
    """
    words = set(_words(certificate_name.removeprefix(NAME_PREFIX)))
    return bool(words) and set(_words(name)) <= words


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", without_diacritics(name).lower())


def _judge(signatory: Signatory, document: PledgeDocument, content: bytes) -> FileSignature:
    """Return the signature that was added to the document; raises NotTaken."""
    # What asks the authorities takes a second to load, and no page needs it.
    from pledges.documents.renewal import is_revoked

    before = bytes(document.content)
    steps = PledgeDocument.objects.filter(pledge=signatory.pledge_id, step__lt=document.step)
    earlier = [bytes(step.content) for step in steps if step.sha256 != document.sha256]
    refusal = outer_refusal(content, before, earlier)
    judgement = (
        Judgement(refusal) if refusal else _judge_in_sandbox(signatory, document, before, content)
    )
    if judgement.refusal is not None or judgement.signature is None:
        raise NotTaken(judgement.refusal or Refusal.DAMAGED)
    if is_revoked(content, judgement.signature.field):
        raise NotTaken(Refusal.REVOKED)
    return judgement.signature


def _judge_in_sandbox(
    signatory: Signatory, document: PledgeDocument, before: bytes, content: bytes
) -> Judgement:
    signatories = list(signatory.pledge.signatories.select_related("signature"))
    signed = [other.signature.field for other in signatories if hasattr(other, "signature")]
    return judge_in_sandbox(
        before,
        content,
        trust_roots=trust_roots(),
        own_field=signatory.field_name,
        earlier_fields=[field for field in signed if field],
        later_fields=[
            other.field_name
            for other in signatories
            if not hasattr(other, "signature") and other.pk != signatory.pk
        ],
        spare_fields=[other.field_name for other in signatories if hasattr(other, "signature")],
        made_at=document.created_at,
    )
