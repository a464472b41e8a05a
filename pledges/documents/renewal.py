"""Keep signed documents provable, and renew that before it is too late.

Each time a step is added to the pledge's document that begins with the one before, byte for byte.
The queue does it (`jobs`), and tries again what an authority doesn't do.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from asn1crypto import x509
from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from pledge_portal.pages.refusals import Refused
from pledges.documents.errors import CertificateRevoked, TimestampUnavailable
from pledges.documents.event_loops import run_without_loop
from pledges.documents.lasting import (
    LastingError,
    LastingUpdate,
    current_revocation,
    make_lasting,
)
from pledges.documents.report import TrustRoot
from pledges.documents.revocation import (
    Material,
    NoAnswer,
    RevocationError,
    Revoked,
    Untrusted,
    gather,
)
from pledges.documents.trust import Trust
from pledges.documents.trusted_authorities import trust_roots
from pledges.documents.verify import examine
from pledges.models import Pledge, PledgeDocument, Signature
from pledges.models.signatory import NOT_ELECTRONIC

logger = logging.getLogger(__name__)


class NotMadeToLast(Refused):
    """A document couldn't be made to last; says why. Nothing was changed."""


def to_renew(at: datetime) -> models.QuerySet[PledgeDocument]:
    """Return the documents that have to be made to last, most urgent first.

    They are those without a timestamp over the whole, and those whose last one is about to lose its
    certificate or has grown old. What is signed on paper only has nothing that could last, and
    demonstration signatures are worth it only in a demonstration. Bytes are left out.
    """
    electronic = Signature.objects.filter(pledge=OuterRef("pledge")).exclude(way__in=NOT_ELECTRONIC)
    invented = Signature.objects.filter(pledge=OuterRef("pledge"), is_demonstration=True)
    ends = at + timedelta(days=settings.RENEW_TIMESTAMPS_BEFORE_DAYS)
    old = at - timedelta(days=settings.RENEW_TIMESTAMPS_AFTER_DAYS)
    documents = PledgeDocument.objects.public().filter(
        Q(timestamped_at=None) | Q(timestamp_valid_to__lt=ends) | Q(timestamped_at__lt=old),
        Exists(electronic),
    )
    if not settings.DEMONSTRATION:
        documents = documents.exclude(Exists(invented))
    # Those without any timestamp come last: what could be lost is renewed first.
    return documents.defer("content").select_related("pledge").order_by("timestamp_valid_to", "pk")


def renew(document: PledgeDocument) -> PledgeDocument | None:
    """Add a lasting step to a pledge's finished document, and return it.

    None when somebody else has added one meanwhile. Raises NotMadeToLast.
    """
    pdf = bytes(document.content)
    roots = trust_roots()
    update = _lasting_update(pdf, roots)
    if not _is_sound(update.content, roots):
        raise NotMadeToLast(_("Det som lades till gör inte underskrifterna hållbara."))
    with transaction.atomic():
        # The authorities have answered; only now does anybody have to wait.
        pledge = Pledge.objects.select_for_update().get(pk=document.pledge_id)
        latest = PledgeDocument.objects.of_record().filter(pledge=pledge).order_by("-step")
        if latest.values_list("sha256", flat=True).first() != document.sha256:
            return None
        return PledgeDocument.store(
            pledge,
            document.step + 1,
            update.content,
            timestamped_at=update.timestamped_at,
            timestamp_valid_to=update.timestamp_valid_to,
        )


def _lasting_update(pdf: bytes, roots: tuple[TrustRoot, ...]) -> LastingUpdate:
    if not settings.TIMESTAMP_URL:
        raise NotMadeToLast(_("Ingen tidsstämplingstjänst är inställd (TIMESTAMP_URL)."))
    try:
        return make_lasting(pdf, trust=Trust(roots), timestamp_url=settings.TIMESTAMP_URL)
    except (TimestampUnavailable, RevocationError, LastingError) as error:
        raise NotMadeToLast(_reason(error) % {"reason": error}) from error


def _reason(error: Exception) -> str:
    if isinstance(error, TimestampUnavailable):
        return _("Tidsstämplingstjänsten svarar inte som den ska (%(reason)s).")
    if isinstance(error, Revoked):
        return _("Ett certifikat var spärrat när underskriften gjordes (%(reason)s).")
    if isinstance(error, Untrusted):
        return _(
            "Ett certifikat leder inte till någon utfärdare i TRUSTED_CERTIFICATES (%(reason)s)."
        )
    if isinstance(error, NoAnswer):
        return _("En utfärdare svarar inte om sina certifikat (%(reason)s).")
    return _("Dokumentet går inte att göra hållbart (%(reason)s).")


def _is_sound(content: bytes, roots: tuple[TrustRoot, ...]) -> bool:
    """Return whether every signature holds, and only timestamps came after."""
    report = examine(content, trust_roots=roots)
    return (
        report.problem is None
        and bool(report.signatures)
        and report.change_after_last_is_permitted
        and all(signature.intact and signature.change_permitted for signature in report.signatures)
    )


def refuse_revoked(
    certificate: x509.Certificate, others: Iterable[x509.Certificate], at: datetime
) -> None:
    """Ask the authority about a certificate that is to sign now.

    Raises CertificateRevoked. An authority that doesn't answer, or that the portal doesn't know,
    hinders nobody from signing.
    """
    try:
        trust = Trust(trust_roots())
        run_without_loop(lambda: gather(certificate, others, trust, moment=at, into=Material()))
    except Revoked as error:
        raise CertificateRevoked(str(error)) from error
    except RevocationError as error:
        logger.info("certificate.revocation_unknown", exc_info=error)


def is_revoked(pdf: bytes, field: str) -> bool:
    """Return whether a signature's certificate was revoked in time.

    As the authority says it, of a file that has been examined, and as far as the file can prove
    when the signature was made.
    """
    try:
        current_revocation(pdf, field, Trust(trust_roots()))
    except Revoked:
        return True
    except RevocationError as error:
        logger.info("certificate.revocation_unknown", exc_info=error)
    return False
