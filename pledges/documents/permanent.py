"""Addresses of documents that hold for ever.

A finished document is found by its content: whoever has the file can reckon out its address, and
what stands there can never be another file. The document itself has to name an address before its
content is known, so that one (the QR code's) is made of the pledge's uid and leads on.

Only what the public may read is found: a document that not all have signed isn't there at all.
"""

from __future__ import annotations

import base64
import binascii
import logging
from dataclasses import replace
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.urls import reverse

from pledges.documents.report import CertificateState, Problem, Report, Signature, TrustRoot
from pledges.models import FollowUp, FollowUpDocument, Pledge, PledgeDocument

# 80 of the uid's 128 bits, in 16 letters and digits that nobody confuses (RFC 4648, base32).
_BYTES = 10
_MAX_CACHED = 5000

logger = logging.getLogger(__name__)


def short_name(uid: UUID) -> str:
    """Return the part of the QR code's address that stands for a pledge."""
    return base64.b32encode(uid.bytes[:_BYTES]).decode("ascii").lower()


def short_address(pledge: Pledge) -> str:
    """Return the whole address that a pledge's document bears."""
    return settings.SITE_URL + reverse("document_of_pledge", args=[short_name(pledge.uid)])


def document_by_short_name(name: str) -> PledgeDocument | None:
    """Return the finished document that a QR code's name stands for.

    It is that of a public pledge, bytes left out. None when there is none, or none that the public
    may read.
    """
    try:
        start = base64.b32decode(name.upper())
    except binascii.Error:
        return None
    rest = 16 - len(start)
    return (
        PledgeDocument.objects.public()
        .defer("content")
        .filter(
            pledge__uid__range=(
                UUID(bytes=start + b"\0" * rest),
                UUID(bytes=start + b"\xff" * rest),
            )
        )
        .order_by("pk")
        .first()
    )


def document_by_content(sha256: str) -> PledgeDocument | FollowUpDocument | None:
    """Return the public document whose bytes have the SHA-256, or None.

    The bytes are left out. One that was made to last later is still found as it was when all had
    signed it.
    """
    finished = PledgeDocument.objects.finished().defer("content").filter(sha256=sha256)
    document = finished.order_by("-step").first()
    if document is not None:
        return document
    follow_up = published_follow_up(sha256)
    return follow_up.document if follow_up is not None else None


def published_follow_up(sha256: str) -> FollowUp | None:
    """Return the public follow-up whose document has the SHA-256, or None.

    With its document, bytes left out, and its pledge.
    """
    return (
        FollowUp.objects.public()
        .filter(document__sha256=sha256, pledge__in=Pledge.objects.public())
        .select_related("document", "pledge__police_area")
        .defer("document__content")
        .order_by("pk")
        .first()
    )


def examine_published(
    document: PledgeDocument,
    fields: tuple[str, ...],
    spare: tuple[str, ...],
    roots: tuple[TrustRoot, ...],
    on: date,
) -> Report:
    """Return what the document's signatures are worth on the day `on`.

    `fields` are those that should be signed, `spare` those left empty, `roots` the trusted
    authorities. It takes a second or two, but the bytes never change, so it is done once a month at
    most; only certificates run out. It needs no sandbox: what is published
    here was signed here, or went through the sandbox when it was given back. What fails in an
    unforeseen way is logged, and the report's problem is `unexamined`.
    """
    # A timestamp whose certificate has ended proves nothing any more, and its signatures less.
    month = on.replace(day=1)
    try:
        report = _examine_for_month(document.pk, document.sha256, fields, spare, roots, month)
    except DatabaseError:
        raise
    except Exception:
        # Whatever it is, the page still says what is known without the file.
        logger.exception("document.not_examined", extra={"sha256": document.sha256})
        report = Report(document.sha256, document.size, problem=Problem.UNEXAMINED)
    if report.is_broken:
        # It could be read when it was published: the fault is ours.
        logger.error("document.said_to_be_broken", extra={"sha256": report.sha256})
    return as_of(report, on)


def as_of(report: Report, on: date) -> Report:
    """Return a report of earlier in the month, with the certificates run out."""
    return replace(
        report, signatures=tuple(_as_of(on, signature) for signature in report.signatures)
    )


@lru_cache(maxsize=_MAX_CACHED)
def _examine_for_month(
    key: int,
    _sha256: str,
    fields: tuple[str, ...],
    spare: tuple[str, ...],
    roots: tuple[TrustRoot, ...],
    _month: date,
) -> Report:
    # What reads signatures takes a second to load, and no other page needs it.
    from pledges.documents.verify import examine

    content = bytes(PledgeDocument.objects.values_list("content", flat=True).get(pk=key))
    return examine(content, trust_roots=roots, expected_fields=fields, spare_fields=spare)


def _as_of(on: date, signature: Signature) -> Signature:
    is_over = signature.signer is not None and signature.signer.valid_to.date() < on
    if is_over and signature.certificate == CertificateState.VALID:
        return replace(signature, certificate=CertificateState.EXPIRED_SINCE)
    return signature
