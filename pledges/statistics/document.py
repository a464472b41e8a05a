"""A municipality's statistics as PDF/A-3a and PDF/UA-1.

Something to hand out before the next pledge is discussed.
"""

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


def statistics_pdf(place: Municipality, overview: Overview, at: datetime) -> tuple[bytes, str]:
    """Return the document in the language in use, and its SHA-256 in hex."""
    address = settings.SITE_URL + reverse("statistics_public", args=[place.slug])
    html = render_to_string(
        "pdf/statistics.html",
        {
            "language": get_language(),
            "municipality": place,
            "pledge": overview.pledge,
            "surveys": [figure(chart) for chart in overview.surveys],
            "rounds": [
                (round_title(survey_round), survey_round, shares_view(survey_round.shares.all()))
                for survey_round in reversed(overview.rounds)
            ],
            "searches": figure(overview.searches) if overview.searches else None,
            "linked": [(line, figure(chart)) for line, chart in overview.linked],
            "others": overview.others,
            "help": sentences.certainty_note(),
            "caveats": sentences.caveats(),
            "address": address,
            "rendered_at": at,
            "is_demonstration": overview.is_demonstration,
        },
    )
    identifier = uuid5(NAMESPACE_URL, f"{address} {at.isoformat()}").bytes
    content = accessible_pdf(html, identifier)
    return content, hashlib.sha256(content).hexdigest()
