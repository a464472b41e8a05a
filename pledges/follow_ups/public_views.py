"""What anyone may read of how a pledge is followed up."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.page_versions import Shows, public_file, public_page
from pledges import presentation
from pledges.charts.figure import figure
from pledges.documents.stored_pdf import stored_pdf, withheld_file
from pledges.follow_ups.charts import published_follow_ups, targets_in_both_voices
from pledges.follow_ups.due import next_due
from pledges.follow_ups.presentation import (
    assessed_period,
    due_in_public,
    follow_up_view,
    matrix,
    newest_verdicts,
)
from pledges.models import FollowUp, FollowUpDocument, FollowUpPlan
from pledges.presentation.lookup import get_follow_up_or_404, get_pledge_or_404


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def follow_ups(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Show a pledge's follow-ups, its commitments at a glance and what is due."""
    pledge, municipality, _rows = get_pledge_or_404(slug, period)
    on = timezone.localdate()
    published = published_follow_ups(pledge)
    plan = FollowUpPlan.objects.filter(pledge=pledge).first() or FollowUpPlan(pledge=pledge)
    covered = max((follow_up.last_day for follow_up in published), default=None)
    view = presentation.pledge_view(pledge, municipality, on)
    due, is_late = due_in_public(
        next_due(plan, view.standing, covered, on),
        plan,
        is_over=view.standing.is_over,
        assessed_by=published[0].assessed_by if published else "",
    )
    targets = targets_in_both_voices(pledge, municipality, on)
    context = {
        "municipality": municipality,
        "pledge": view,
        "follow_ups": [
            (follow_up.meeting_on, assessed_period(follow_up)) for follow_up in published
        ],
        "matrix": matrix(pledge, published, is_over=view.standing.is_over) if published else None,
        "targets": targets
        and figure(
            targets,
            csv_address=reverse("pledge_chart", args=[slug, period, "mal", "csv"]),
            svg_address=reverse("pledge_chart", args=[slug, period, "mal", "svg"]),
        ),
        "newest": newest_verdicts(published, is_over=view.standing.is_over),
        "due": due,
        "is_late": is_late,
    }
    context["swedish_texts"] = presentation.is_partly_swedish(*context.values())
    return render(request, "pledges/follow_ups.html", context)


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def follow_up(request: HttpRequest, slug: str, period: str, meeting_on: date) -> HttpResponse:
    """Show a published follow-up, with its corrections beside."""
    pledge, municipality, _rows = get_pledge_or_404(slug, period)
    published = get_follow_up_or_404(pledge, municipality, meeting_on)
    view = follow_up_view(published)
    fingerprint = _fingerprint(published)
    context = {
        "municipality": municipality,
        "pledge": presentation.pledge_view(pledge, municipality, timezone.localdate()),
        "view": view,
        "fingerprint": fingerprint,
        "withheld": withheld_file(fingerprint, pledge.pk),
        "swedish_texts": presentation.is_partly_swedish(view),
    }
    return render(request, "pledges/follow_up.html", context)


@require_safe
@public_file
def document(request: HttpRequest, slug: str, period: str, meeting_on: date) -> HttpResponseBase:
    """Serve the follow-up's document as it is stored."""
    pledge, municipality, _rows = get_pledge_or_404(slug, period)
    follow_up = get_follow_up_or_404(pledge, municipality, meeting_on)
    documents = FollowUpDocument.objects.filter(follow_up=follow_up).defer("content")
    stored = documents.first()
    if stored is None:
        raise NotHere(
            _("Uppföljningens PDF görs just nu."),
            reverse("follow_up", args=[municipality.slug, pledge.period, meeting_on]),
            _("Visa uppföljningen"),
        )
    return stored_pdf(
        request, stored, pledge.pk, f"uppfoljning-{slug}-{meeting_on.isoformat()}.pdf"
    )


def _fingerprint(follow_up: FollowUp) -> str:
    """Return the SHA-256 of the follow-up's document.

    One query, which leaves the bytes.
    """
    documents = FollowUpDocument.objects.filter(follow_up=follow_up)
    return documents.values_list("sha256", flat=True).first() or ""
