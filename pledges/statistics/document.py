"""A municipality's statistics as PDF/A-3a and PDF/UA-1.

Something to hand out before the next pledge is discussed.
"""

from __future__ import annotations

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


def statistics_html(place: Municipality, overview: Overview, at: datetime) -> str:
    """Return the document as HTML, in the language in use."""
    return render_to_string(
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
            "address": _address(place),
            "rendered_at": at,
            "is_demonstration": overview.is_demonstration,
        },
    )


def statistics_pdf(place: Municipality, overview: Overview, at: datetime) -> bytes:
    """Return the document, in the language in use."""
    identifier = uuid5(NAMESPACE_URL, f"{_address(place)} {at.isoformat()}").bytes
    return accessible_pdf(statistics_html(place, overview, at), identifier)


def _address(place: Municipality) -> str:
    return settings.SITE_URL + reverse("statistics_public", args=[place.slug])
