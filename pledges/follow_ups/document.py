"""A follow-up as PDF/A-3a and PDF/UA-1, for the council's minutes."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from pledges.charts.figure import Figure, figure
from pledges.documents.html_pdf import accessible_pdf
from pledges.documents.pledge_html import DEMONSTRATION_MARK, in_a_row, municipalities_in_words
from pledges.follow_ups.charts import matrix_of, targets_in_both_voices
from pledges.follow_ups.presentation import FollowUpView, follow_up_view
from pledges.follow_ups.voices import council_words
from pledges.models import FollowUp, FollowUpDocument, Pledge
from pledges.presentation.commitment import commitment_names
from pledges.presentation.voices import council_sentence


def store_document(follow_up: FollowUp, at: datetime) -> FollowUpDocument:
    """Make the document of a published follow-up and keep it."""
    return FollowUpDocument.store(follow_up, follow_up_pdf(follow_up, at), created_at=at)


def follow_up_pdf(follow_up: FollowUp, at: datetime) -> bytes:
    """Return the document in Swedish, whatever the language in use."""
    with translation.override("sv"):
        pledge = follow_up.pledge
        view = follow_up_view(follow_up)
        names = commitment_names(pledge.commitments.all())
        html = render_to_string(
            "pdf/follow_up.html",
            {
                "follow_up": follow_up,
                "view": view,
                "result": _result(follow_up, view),
                "assessments": [
                    (assessment, names[assessment.number].text) for assessment in view.assessments
                ],
                "pledge": pledge,
                "parties": municipalities_in_words(pledge),
                "police": in_a_row(str(area) for area in pledge.police_areas),
                "third_parties": in_a_row(pledge.signing_third_parties),
                "charts": _charts(follow_up, at),
                "rendered_at": at,
                "address": settings.SITE_URL + _path(follow_up),
                "demonstration_mark": DEMONSTRATION_MARK,
            },
        )
        return accessible_pdf(html, follow_up.uid.bytes)


def _result(follow_up: FollowUp, view: FollowUpView) -> str:
    """Return what was assessed in all, as the first page's sentence."""
    assessments = follow_up.assessments.select_related("commitment", "follow_up")
    words = council_words(assessments.order_by("commitment__number"))
    nothing = f"Inget åtagande bedömdes den {view.meeting_day}."
    return council_sentence(words, len(view.assessments), is_over=False) or nothing


def _charts(follow_up: FollowUp, at: datetime) -> list[Figure]:
    """Return the commitments by follow-ups until this one, and the targets."""
    pledge = Pledge.objects.with_standing().get(pk=follow_up.pledge_id)
    matrix = matrix_of(pledge, None, follow_up.meeting_on)
    targets = targets_in_both_voices(pledge, None, timezone.localdate(at))
    return [figure(chart) for chart in (matrix, targets) if chart is not None]


def _path(follow_up: FollowUp) -> str:
    """Return where the follow-up is read: at the pledge's first municipality."""
    party = follow_up.pledge.parties.select_related("municipality").order_by("position", "pk")[0]
    return reverse("follow_up", args=[party.municipality.slug, party.period, follow_up.meeting_on])
