"""What everyone reads of consultations.

Drafts that were published for residents to comment on.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pledge_portal.pages.page_versions import Shows, public_page
from pledges import presentation
from pledges.consultation.news import news_view
from pledges.consultation.presentation import ConsultationView, consultation_view
from pledges.models import Consultation, Municipality, Pledge, PledgeParty
from pledges.presentation.lookup import get_consultation_or_404, get_municipality_or_404

_MAX_CONSULTATIONS = 200


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def consultations(request: HttpRequest, slug: str) -> HttpResponse:
    """List the consultations of a municipality, the open ones first."""
    place = get_municipality_or_404(slug)
    views = consultations_of(place)
    context = {
        "municipality": place,
        "now": [view for view in views if view.is_open],
        "past": [view for view in views if not view.is_open],
        "swedish_texts": presentation.is_partly_swedish(views),
    }
    return render(request, "consultations/list.html", context)


def consultations_of(place: Municipality) -> list[ConsultationView]:
    """Return the consultations of a municipality, the latest first.

    Without their drafts, in one query.
    """
    on = timezone.localdate()
    rows = (
        Consultation.objects.public()
        .for_municipality(place)
        .without_the_draft()[:_MAX_CONSULTATIONS]
    )
    return [consultation_view(row, on, place) for row in rows]


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def consultation(
    request: HttpRequest, slug: str, period: str, number: int | None = None
) -> HttpResponse:
    """Show a draft as residents were asked about it, and what came of it.

    Without a number it is the latest round.
    """
    row, place = get_consultation_or_404(slug, period, number)
    view = consultation_view(row, timezone.localdate(), place, whole=True)
    assert view.draft is not None  # noqa: S101  (it is whole)
    news = news_view(row.contents, view.draft, place, key=row.pledge_id, at=row.published_at)
    others = Consultation.objects.public().for_municipality(place).filter(pledge=row.pledge_id)
    context = {
        "municipality": place,
        "consultation": view,
        "draft": view.draft,
        "news": news,
        "annexes": row.annexes.defer("content"),
        "others": [
            consultation_view(other, timezone.localdate(), place)
            for other in others.exclude(pk=row.pk).without_the_draft()
        ],
        "signed": _signed(row, place),
        "swedish_texts": presentation.is_partly_swedish(view, news),
    }
    return render(request, "consultations/consultation.html", context)


def _signed(row: Consultation, place: Municipality) -> str:
    """Return the period of the pledge that the draft became.

    Empty while not all have signed.
    """
    # Rows of a draft aren't there for the public's role; those of a signed pledge are.
    parties = PledgeParty.objects.filter(
        pledge__in=Pledge.objects.public().filter(pk=row.pledge_id), municipality=place
    )
    return parties.values_list("period", flat=True).first() or ""
