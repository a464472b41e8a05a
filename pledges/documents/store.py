"""Make, sign and store the pledge's document, one transaction a step.

What was signed is kept as bytes and never made again. A process killed midway leaves the pledge as
it was before the step, ready for the same step again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pledge_portal.pages.refusals import Refused
from pledges.documents import csc, device, signing
from pledges.documents.demo_authority import NAME_PREFIX
from pledges.documents.jobs import make_to_last
from pledges.documents.pledge_document import party_name, pdf_for_signing
from pledges.documents.render import RenderingError
from pledges.documents.renewal import refuse_revoked
from pledges.documents.stamp import Stamp, StampDoesNotFit
from pledges.exchange.faults import PledgeFileError
from pledges.lifecycle import adopt, check_adoptable, put_in_force
from pledges.models import Decline, Pledge, PledgeDocument, Signatory, Signature, Way

logger = logging.getLogger(__name__)

_FONTS: Path = settings.BASE_DIR / "static" / "fonts"
_SENTENCES: dict[type[signing.SigningError], str] = {
    signing.DocumentUnreadable: "Dokumentet går inte att läsa och kan inte undertecknas.",
    signing.FieldMissing: "Dokumentet saknar plats för den här underskriften.",
    signing.FieldAlreadySigned: "Underskriften är redan gjord.",
    signing.NotTheFirst: "Någon annan har redan undertecknat först.",
    signing.FirstSignatureMissing: "Den första underskriften saknas.",
    signing.KeyUnreadable: "Nyckelfilen är ingen läsbar PKCS#12-fil.",
    signing.WrongPassphrase: "Lösenordet öppnar inte nyckelfilen.",
    signing.CertificateExpired: "Certifikatets giltighetstid har gått ut.",
    signing.CertificateNotYetValid: "Certifikatet är inte giltigt än.",
    signing.CertificateNotForSigning: "Certifikatet är inte utfärdat för underskrifter.",
    signing.CertificateRevoked: "Certifikatet är spärrat.",
    device.DeviceMisconfigured: "Enheten med nyckeln är inte rätt inställd. Be den som sköter "
    "portalen om hjälp.",
    device.DeviceUnavailable: "Enheten med nyckeln svarar inte. Inget är undertecknat. Försök igen "
    "om en stund.",
    device.DevicePinWrong: "Enhetens pinkod stämmer inte. Försök inte igen, för då kan enheten "
    "låsas. Be den som sköter portalen om hjälp.",
    device.DeviceSignatureWrong: "Enheten lämnade en underskrift som inte stämmer med "
    "certifikatet. Inget är undertecknat.",
    csc.ServiceMisconfigured: "Underskriftstjänsten är inte rätt inställd. Be den som sköter "
    "portalen om hjälp.",
    csc.ServiceUnavailable: "Underskriftstjänsten svarar inte. Inget är undertecknat. Försök igen "
    "om en stund.",
    csc.ServiceRefused: "Underskriftstjänsten säger nej. Inget är undertecknat.",
    csc.CredentialUnusable: "Certifikatet i underskriftstjänsten går inte att använda: det är "
    "spärrat, avstängt eller borttaget.",
    csc.CredentialMismatch: "Underskriftstjänsten har ett annat certifikat än det som är bestämt. "
    "Inget är undertecknat. Be den som sköter portalen om hjälp.",
    csc.WrongCode: "Pinkoden eller engångskoden är fel. Skriv dem igen, eller begär en ny kod.",
    csc.AuthorizationExpired: "Koden hann bli för gammal. Begär en ny och försök igen.",
    csc.WrongSignature: "Underskriftstjänsten lämnade en underskrift som inte stämmer. Inget är "
    "undertecknat.",
}


@transaction.atomic
def adopt_with_document(pledge: Pledge, at: datetime) -> PledgeDocument:
    """Make the document to be signed and lock the pledge's text.

    Both are kept together. Raises Refused when the pledge can't be adopted.
    """
    # The lock keeps anyone from changing the text between the making and the locking of it.
    pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
    check_adoptable(pledge)
    try:
        document = pdf_for_signing(pledge, at)
    except (PledgeFileError, RenderingError) as error:
        raise Refused(_("Dokumentet går inte att göra: %(reason)s") % {"reason": error}) from error
    return adopt(pledge, at, document)


@dataclass(frozen=True)
class Turn:
    """That a signatory may sign now: the locked pledge and its document."""

    pledge: Pledge
    signatory: Signatory
    document: PledgeDocument
    is_last: bool


def next_signatories(pledge: Pledge, signatories: Sequence[Signatory]) -> list[Signatory]:
    """Return who of a pledge's signatories may sign next.

    They are given in their order. In order it is one, side by side all who are left; none when all
    have signed.
    """
    waiting = [one for one in signatories if not hasattr(one, "signature")]
    return waiting if pledge.signs_side_by_side else waiting[:1]


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
    chosen for them; without a choice a key will do. Raises Refused, with a sentence for the user,
    when it isn't their turn.
    """
    pledge = Pledge.objects.select_for_update().get(pk=signatory.pledge_id)
    if pledge.adopted_at is None:
        raise Refused(_("Löftet är inte antaget och kan inte undertecknas."))
    signatories = list(pledge.signatories.select_related("signature", "signing_way"))
    waiting = [one for one in signatories if not hasattr(one, "signature")]
    turn = next((one for one in waiting if one == signatory), None)
    if turn is None:
        raise Refused(_("%(name)s har redan undertecknat.") % {"name": signatory.name})
    if turn not in next_signatories(pledge, signatories):
        raise Refused(_("Det är %(name)s som ska underteckna nu.") % {"name": waiting[0].name})
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


def store_signature(turn: Turn, content: bytes, **fields: Any) -> Signature:
    """Store the next document, and the signature with these fields.

    The last one puts the pledge in force. Belongs in the transaction that locked the turn.
    """
    signature = Signature.objects.create(
        pledge=turn.pledge,
        signatory=turn.signatory,
        document=PledgeDocument.store(turn.pledge, turn.document.step + 1, content),
        **fields,
    )
    if turn.is_last:
        put_in_force(turn.pledge)
        # By the queue: an authority that is away must not undo the signature.
        make_to_last(turn.pledge.pk)
    return signature


@transaction.atomic
def sign_document(
    signatory: Signatory,
    backend: signing.SigningBackend,
    at: datetime,
    document_sha256: str | None = None,
) -> Signature:
    """Sign for `signatory` and store the signed bytes.

    The last signature puts the pledge in force. Raises Refused, with a sentence for the user, when
    it isn't the person's turn, when the document isn't the one that they have read (if
    `document_sha256` says which), or it can't be signed with this key; then nothing is changed.
    """
    turn = lock_turn(signatory, Way.KEY)
    pledge, document = turn.pledge, turn.document
    if document_sha256 is not None and document.sha256 != document_sha256:
        raise Refused(_("Dokumentet är ett annat nu. Läs det igen."))
    try:
        certificate = _certificate_of(backend)
        refuse_revoked(certificate, backend.signer().cert_registry, at)
        content = signing.sign(
            bytes(document.content),
            field_name=signatory.field_name,
            backend=backend,
            # What is signed on paper leaves no trace in the document.
            first=not pledge.signatures.exclude(way=Way.PAPER).exists(),
            signer_name=signatory.name,
            reason=f"{pledge.title_sv} för {party_name(signatory)}",
            location=None,
            stamp=_stamp(signatory, certificate, at),
            timestamp_url=settings.TIMESTAMP_URL or None,
            # The document's own timestamp, set when all have signed, makes up for it.
            timestamp_may_fail=True,
            signed_at=at,
        )
    except signing.SigningError as error:
        raise Refused(sentence_of(error)) from error
    except StampDoesNotFit as error:
        raise Refused("Namn och titel får inte plats på underskriftens rad.") from error
    return store_signature(
        turn,
        content,
        way=Way.KEY,
        signed_at=at,
        certificate_name=_common_name(certificate.subject),
        certificate_issuer=_common_name(certificate.issuer),
        is_demonstration=_is_demonstration(certificate),
    )


def sentence_of(error: signing.SigningError) -> str:
    """Return what is to be said to the user of why nothing was signed."""
    logger.warning("signature.failed", exc_info=error)
    return _SENTENCES.get(type(error), "Underskriften misslyckades.")


def _certificate_of(backend: signing.SigningBackend) -> x509.Certificate:
    certificate = backend.signer().signing_cert
    if certificate is None:
        raise signing.KeyUnreadable("The signer names no certificate.")
    return certificate


def _stamp(signatory: Signatory, certificate: x509.Certificate, at: datetime) -> Stamp:
    with translation.override("sv"):
        local = timezone.localtime(at)
        moment = f"{date_format(local, 'j F Y')} kl. {date_format(local, 'H.i')}"
    return Stamp(
        lines=[
            signatory.name,
            signatory.title_sv,
            f"Undertecknat elektroniskt {moment}",
        ],
        warning=("DEMO – inte en äkta underskrift" if _is_demonstration(certificate) else None),
        fonts=[
            _FONTS / f"source-sans-3-{part}-400-normal.woff2" for part in ("latin", "latin-ext")
        ],
        bold_fonts=[
            _FONTS / f"source-sans-3-{part}-600-normal.woff2" for part in ("latin", "latin-ext")
        ],
    )


def _common_name(name: x509.Name) -> str:
    parts = name.native
    return str(parts.get("common_name") or parts.get("organization_name") or "")[:200]


def _is_demonstration(certificate: x509.Certificate) -> bool:
    """Return whether a certificate calls itself a demonstration.

    Those of the demo authority do.
    """
    return _common_name(certificate.subject).startswith(NAME_PREFIX)
