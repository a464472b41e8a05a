"""What anyone may read of how a pledge is followed up."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.freshness import public_page
from pledges import presentation
from pledges.charts.figure import figure
from pledges.follow_ups.due import next_due
from pledges.follow_ups.presentation import due_text, follow_up_view, matrix, period_label
from pledges.lifecycle import standing
from pledges.models import FollowUp, FollowUpDocument, FollowUpPlan, Municipality
from pledges.models.pledge import Pledge
from pledges.presentation.lookup import get_pledge_or_404
from pledges.public.charts import published_follow_ups, targets_of


@require_safe
@public_page
def follow_ups(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Show the whole pledge at a glance, its follow-ups, and when the next is due."""
    row, place, _rows = get_pledge_or_404(slug, period)
    on = timezone.localdate()
    found = published_follow_ups(row)
    plan = FollowUpPlan.objects.filter(pledge=row).first() or FollowUpPlan(pledge=row)
    covered = max((each.last_day for each in found), default=None)
    due = next_due(plan, standing(row, on, place), covered, on)
    context = {
        "municipality": place,
        "pledge": presentation.pledge_view(row, place, on),
        "follow_ups": [
            (each.meeting_on, period_label(each.first_day, each.last_day)) for each in found
        ],
        "matrix": matrix(row, found) if found else None,
        "targets": figure(
            targets_of(row, place, on),
            csv_address=reverse("pledge_chart", args=[slug, period, "mal", "csv"]),
            svg_address=reverse("pledge_chart", args=[slug, period, "mal", "svg"]),
        ),
        "due": due_text(due, plan),
        "is_late": bool(due and due.is_late),
    }
    context["swedish_texts"] = presentation.is_partly_swedish(*context.values())
    return render(request, "pledges/follow_ups.html", context)


@require_safe
@public_page
def follow_up(request: HttpRequest, slug: str, period: str, meeting_on: date) -> HttpResponse:
    """Show a published follow-up, with its corrections beside."""
    row, place, _rows = get_pledge_or_404(slug, period)
    found = _published(row, place, meeting_on)
    view = follow_up_view(found)
    context = {
        "municipality": place,
        "pledge": presentation.pledge_view(row, place, timezone.localdate()),
        "view": view,
        "fingerprint": _fingerprint(found),
        "swedish_texts": presentation.is_partly_swedish(view),
    }
    return render(request, "pledges/follow_up.html", context)


@require_safe
@public_page
def document(request: HttpRequest, slug: str, period: str, meeting_on: date) -> HttpResponseBase:
    """Serve the follow-up's document as it is stored."""
    row, place, _rows = get_pledge_or_404(slug, period)
    found = _published(row, place, meeting_on)
    stored = FollowUpDocument.objects.get(follow_up=found)
    etag = quote_etag(stored.sha256)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(bytes(stored.content), content_type="application/pdf")
        name = f"uppfoljning-{slug}-{meeting_on.isoformat()}.pdf"
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["ETag"] = etag
    return response


def _fingerprint(found: FollowUp) -> str:
    """Return the SHA-256 of the follow-up's document; one query, which leaves the bytes."""
    documents = FollowUpDocument.objects.filter(follow_up=found)
    return documents.values_list("sha256", flat=True).first() or ""


def _published(row: Pledge, place: Municipality, meeting_on: date) -> FollowUp:
    found = FollowUp.objects.public().filter(pledge=row, meeting_on=meeting_on).first()
    if found is None:
        raise NotHere(
            _("Det finns ingen uppföljning från den dagen."),
            reverse("follow_ups_public", args=[place.slug, row.period]),
            _("Visa alla uppföljningar"),
        )
    return found
