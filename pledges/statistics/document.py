"""A municipality's statistics as PDF/A-3a and PDF/UA-1: something to hand out before the next
pledge is talked over."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from pledges.charts.figure import figure
from pledges.documents.html_pdf import accessible_pdf
from pledges.models import Municipality
from pledges.statistics.analysis import sentences
from pledges.statistics.figures import Overview
from pledges.surveys.presentation import round_title, shares_view


def statistics_pdf(place: Municipality, found: Overview, at: datetime) -> tuple[bytes, str]:
    """Return the document in the language in use, and the SHA-256 of its bytes in hex."""
    address = settings.SITE_URL + reverse("statistics_public", args=[place.slug])
    html = render_to_string(
        "pdf/statistics.html",
        {
            "language": get_language(),
            "municipality": place,
            "pledge": found.pledge,
            "surveys": [figure(chart) for chart in found.surveys],
            "rounds": [
                (round_title(each), each, shares_view(each.shares.all()))
                for each in reversed(found.rounds)
            ],
            "searches": figure(found.searches) if found.searches else None,
            "drawn": [(line, figure(chart)) for line, chart in found.drawn],
            "others": found.others,
            "help": sentences.certainty_note(),
            "caveats": sentences.caveats(),
            "address": address,
            "rendered_at": at,
            "is_demonstration": found.is_demonstration,
        },
    )
    identifier = uuid5(NAMESPACE_URL, f"{address} {at.isoformat()}").bytes
    content = accessible_pdf(html, identifier)
    return content, hashlib.sha256(content).hexdigest()
