"""Addresses of documents that hold for ever.

A finished document is found by its content: whoever has the file can reckon out its address, and
what stands there can never be another file. The document itself has to name an address before its
content is known, so that one (the QR code's) is made of the pledge's uid and leads on.

Only what the public may read is found: a document that not all have signed isn't there at all.
"""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from pledges.models import FollowUp, FollowUpDocument, Pledge, PledgeDocument

# 80 of the uid's 128 bits, in 16 letters and digits that nobody confuses (RFC 4648, base32).
_BYTES = 10


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
