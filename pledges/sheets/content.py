"""A pledge to print: a poster for the wall and a leaflet for the hand.

They say what its page says of today, and nothing that its page doesn't. They are unsigned, and
accessible PDF (PDF/UA-1).
"""

from __future__ import annotations

import base64
import io
import textwrap
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from pledge_portal.pages.text import Wording
from pledges import presentation
from pledges.documents.html_pdf import accessible_pdf
from pledges.documents.qr import qr_svg
from pledges.follow_ups.rules import plan_of
from pledges.follow_ups.voices import promises
from pledges.models import Municipality, Pledge, PledgeSheet
from pledges.presentation.marks import marks_of

_POINTS = {
    PledgeSheet.Kind.POSTER_A4: 12.0,
    PledgeSheet.Kind.POSTER_A3: 17.0,
    PledgeSheet.Kind.LEAFLET: 10.5,
}
# What a poster holds at size 1, beside its promises and with them.
_SIGNS_IN_A_LINE, _LINES_AROUND, _LINES_OF_A_POSTER = 66, 14, 31
# A promise without a name is told by this much of its text.
_LONGEST = 150
# A poster is one page: tried in turn until it fits. The last one can be read close by.
_SIZES = (1.28, 1.14, 1.0, 0.93, 0.86, 0.79, 0.72, 0.65, 0.58, 0.5)


def sheet_context(pledge: Pledge, on: date) -> dict[str, Any]:
    """Return what the sheets of a public pledge tell of it as of a day.

    Read as everybody sees it, and in the language in use.
    """
    place = _first_place(pledge)
    view = presentation.pledge_view(pledge, place, on)
    prefetch_related_objects([pledge], "commitments", "focus_areas")
    both_voices = promises(pledge, view.standing)
    by_number = {promise.reported.number: promise for promise in both_voices.values()}
    names = presentation.commitment_names(pledge.commitments.all())
    areas = presentation.focus_areas(pledge)
    address = sheet_address(pledge)
    return {
        "language": get_language(),
        "pledge": view,
        "place": place,
        "marks": [
            (mark.alt, f"data:image/png;base64,{base64.b64encode(mark.png_bytes).decode()}")
            for mark in marks_of(pledge)
        ],
        "fulfilment": presentation.fulfilment(
            both_voices.values(), view.standing, plan_of(pledge).every
        ),
        "promised": [
            (_name(names, commitment), commitment, by_number[commitment.number])
            for area in areas
            for commitment in area.commitments
        ],
        "annexed": [area for area in areas if not area.commitments],
        "contacts": [party for party in pledge.givers if party.has_contact],
        "address": address,
        "shown_address": address.partition("://")[2],
        "qr_code": qr_svg(address, address),
        # A sheet is made anew each month, so that its day is a near one.
        "month": f"{on:%Y-%m}",
        "is_demonstration": view.is_demonstration or settings.DEMONSTRATION,
    }


def _name(names: dict[int, Wording], commitment: presentation.CommitmentView) -> Wording:
    """Return what a promise is called, by more of its text than in a link."""
    name = names[commitment.number]
    if not name.text.endswith("…"):
        return name
    text = textwrap.shorten(commitment.text.text, _LONGEST, placeholder=" …") or name.text
    return Wording(text.removesuffix("."), commitment.text.lang)


def sheet_html(
    context: dict[str, Any], kind: str, at: datetime | None = None, size: float = 1.0
) -> str:
    """Return a sheet as HTML; without a day what it shows on any."""
    return render_to_string(
        "pdf/sheet.html",
        {
            **context,
            "kind": kind,
            "rendered_at": at,
            "points": f"{_POINTS[PledgeSheet.Kind(kind)] * size:.2f}pt",
        },
    )


def sheet_pdf(context: dict[str, Any], kind: str, at: datetime) -> bytes:
    """Return a sheet as PDF; raises RenderingError."""
    is_leaflet = kind == PledgeSheet.Kind.LEAFLET
    pages = 2 if is_leaflet else 1
    identifier = uuid5(NAMESPACE_URL, f"{context['address']} {kind} {at.isoformat()}").bytes
    content = b""
    first = 1.0 if is_leaflet else _likely_size(context)
    for size in [size for size in _SIZES if size <= first] or _SIZES[-1:]:
        content = accessible_pdf(sheet_html(context, kind, at, size), identifier)
        if _pages(content) <= pages:
            break
    return content


def sheet_address(pledge: Pledge) -> str:
    """Return the whole address of the pledge's page, which the code leads to."""
    place = _first_place(pledge)
    return settings.SITE_URL + reverse("pledge", args=[place.slug, pledge.period])


def _first_place(pledge: Pledge) -> Municipality:
    party = pledge.parties.select_related("municipality").order_by("position", "pk")[0]
    return party.municipality


def _likely_size(context: dict[str, Any]) -> float:
    """Return a size that a poster hardly fits at, to begin with.

    Each try takes half a second.
    """
    lines = sum(
        2 + bool(promise.council) + len(name.text) // _SIGNS_IN_A_LINE
        for name, _commitment, promise in context["promised"]
    )
    return _LINES_OF_A_POSTER / (_LINES_AROUND + lines)


def _pages(content: bytes) -> int:
    import pikepdf  # heavy: only where it is used

    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)
