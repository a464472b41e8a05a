"""Serve a stored PDF to anyone, byte for byte.

It is the one door that such bytes leave by. A file that a personal detail stands in isn't let out
(see models.WithheldDocument). Its address answers 451 then, "unavailable for legal reasons" (RFC
7725), since it is neither gone (410) nor a matter of who asks (403): with the decision, and where
to ask for it.
"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from pledge_portal.pages.fault_pages import fault_page
from pledge_portal.pages.pdf_files import unchanging_pdf
from pledges.models import Pledge, WithheldDocument
from pledges.models.stored_file import StoredFile


def stored_pdf(
    request: HttpRequest, row: StoredFile, pledge: int, name: str, at: datetime | None = None
) -> HttpResponseBase:
    """Return bytes that never change, written `at`, or that they are withheld.

    `pledge` is the key of the one that they belong to. One query asks whether they are withheld.
    """
    withheld = withheld_file(row.sha256, pledge)
    if withheld is not None:
        return _not_shown(request, withheld)
    return unchanging_pdf(request, row, name, at)


def withheld_file(sha256: str, pledge: int | None) -> WithheldDocument | None:
    """Return that a file of a pledge is withheld, None if it isn't.

    Another place may have the same bytes among its own, and decides on those itself. `pledge` is
    None for a file that belongs to none.
    """
    withheld = WithheldDocument.objects.filter(sha256=sha256).order_by("pk")
    return (withheld if pledge is None else withheld.filter(pledge=pledge)).first()


def _not_shown(request: HttpRequest, withheld: WithheldDocument) -> HttpResponse:
    """Say openly that a file is kept and isn't shown, and by which decision."""
    pledge = Pledge.objects.public().filter(pk=withheld.pledge_id).first()
    party = pledge.parties.first() if pledge is not None else None
    context = {
        "withheld": withheld,
        "place": party.municipality.official_name if party else "",
        "pledge_address": reverse("pledge", args=[party.municipality.slug, party.period])
        if party
        else "",
    }
    return fault_page(request, 451, context)
