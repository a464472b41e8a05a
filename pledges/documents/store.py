"""Make, sign and store the pledge's document, one transaction a step.

What was signed is kept as bytes and never made again. A process killed midway leaves the pledge as
it was before the step, ready for the same step again.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from asn1crypto import x509
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pledge_portal.pages.refusals import Refused
from pledges.adoptable import check_adoptable
from pledges.decided import Decision
from pledges.documents import signing
from pledges.documents.demo_authority import NAME_PREFIX
from pledges.documents.errors import (
    KeyUnreadable,
    RenderingError,
    SigningError,
    StampDoesNotFit,
    sentence_of,
)
from pledges.documents.key_settings import SigningBackend
from pledges.documents.pledge_document import pdf_for_signing
from pledges.documents.pledge_html import party_name
from pledges.documents.renewal import refuse_revoked
from pledges.documents.signing_order import lock_turn, store_signature
from pledges.documents.stamp import Stamp
from pledges.exchange.faults import PledgeFileError
from pledges.lifecycle import adopt
from pledges.models import Pledge, PledgeDocument, Signatory, Signature, Way

_FONTS: Path = settings.BASE_DIR / "static" / "fonts"
_FONT_PARTS = ("latin", "latin-ext", "symbols")


@transaction.atomic
def adopt_with_document(
    pledge: Pledge, at: datetime, decision: Decision | None = None
) -> PledgeDocument:
    """Make the document to be signed and lock the pledge's text.

    Both are kept together, and both name the `decision` when it is known. Raises Refused when the
    pledge can't be adopted.
    """
    # The lock keeps anyone from changing the text between the making and the locking of it.
    pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
    check_adoptable(pledge)
    if decision is not None:
        fields = decision.fields(timezone.localdate(at))
        Pledge.objects.filter(pk=pledge.pk).update(**fields)
        pledge.refresh_from_db(fields=list(fields))
    try:
        document = pdf_for_signing(pledge, at)
    except (PledgeFileError, RenderingError) as error:
        raise Refused(_("Dokumentet går inte att göra: %(reason)s") % {"reason": error}) from error
    return adopt(pledge, at, document)


@transaction.atomic
def sign_document(
    signatory: Signatory,
    backend: SigningBackend,
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
    except SigningError as error:
        raise Refused(sentence_of(error)) from error
    except StampDoesNotFit as error:
        raise Refused("Underskriften får inte plats på sin rad.") from error
    return store_signature(
        turn,
        content,
        at=at,
        way=Way.KEY,
        signed_at=at,
        certificate_name=_common_name(certificate.subject),
        certificate_issuer=_common_name(certificate.issuer),
        is_demonstration=_is_demonstration(certificate),
    )


def _certificate_of(backend: SigningBackend) -> x509.Certificate:
    certificate = backend.signer().signing_cert
    if certificate is None:
        raise KeyUnreadable("The signer names no certificate.")
    return certificate


def _stamp(signatory: Signatory, certificate: x509.Certificate, at: datetime) -> Stamp:
    with translation.override("sv"):
        local = timezone.localtime(at)
        moment = f"{date_format(local, 'j F Y')} kl. {date_format(local, 'H.i')}"
    warning = "DEMO – inte en äkta underskrift" if _is_demonstration(certificate) else ""
    spoken = (
        f"Undertecknat elektroniskt {moment} av {signatory.name}, {signatory.title_sv}, "
        f"för {party_name(signatory)}."
    )
    return Stamp(
        # Name and title stand under the line, so they are told to who hears it alone.
        lines=["Undertecknat elektroniskt", moment],
        warning=warning or None,
        spoken=f"{spoken} {warning}".strip(),
        fonts=[_FONTS / f"source-sans-3-{part}-400-normal.woff2" for part in _FONT_PARTS],
        bold_fonts=[_FONTS / f"source-sans-3-{part}-600-normal.woff2" for part in _FONT_PARTS],
    )


def _common_name(name: x509.Name) -> str:
    parts = name.native
    return str(parts.get("common_name") or parts.get("organization_name") or "")[:200]


def _is_demonstration(certificate: x509.Certificate) -> bool:
    """Return whether a certificate calls itself a demonstration.

    Those of the demo authority do.
    """
    return _common_name(certificate.subject).startswith(NAME_PREFIX)
