"""Every pledge that a municipality has had, and two of them side by side."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pledge_portal.pages.freshness import public_page
from pledge_portal.pages.text import Wording, wording
from pledges import presentation
from pledges.models import Commitment, Consultation, Municipality, Pledge
from pledges.presentation.lookup import get_municipality_or_404, place_of
from pledges.public.archive import archived_views
from pledges.public.comparison import comparison_view
from pledges.public.comparison_forms import CompareForm
from pledges.public.matching import compare

_A_PAGE = 20
_LONGEST_PERIOD = 40


@require_safe
@public_page
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """List every pledge of the municipality, the latest first."""
    rows, place = _pledges(slug)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("sida"))
    views = archived_views(list(page), rows, place, timezone.localdate())
    context = {
        "municipality": place,
        "page": page,
        "pledges": views,
        "can_compare": len(rows) > 1,
        "has_consultations": Consultation.objects.public().of(place).exists(),
        "is_demonstration": any(each.pledge.is_demonstration for each in views),
        "swedish_texts": presentation.is_partly_swedish(views),
    }
    return render(request, "pledges/archive.html", context)


@require_safe
@public_page
def comparison(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what became of the commitments of one pledge in another; the two latest at first."""
    rows, place = _pledges(slug)
    named = [
        (row.period, Wording(presentation.pledge_label(row), wording(row, "title").lang))
        for row in rows
    ]
    latest = {"fran": rows[1].period, "till": rows[0].period} if len(rows) > 1 else {}
    asked = {
        name: request.GET[name].replace("\x00", "")[:_LONGEST_PERIOD]
        for name in ("fran", "till")
        if name in request.GET
    }
    form = CompareForm(asked or latest, pledges=named)
    context: dict[str, object] = {"municipality": place, "form": form, "can_compare": bool(latest)}
    if latest and form.is_valid():
        before, after = (_of(rows, form.cleaned_data[name]) for name in ("fran", "till"))
        on = timezone.localdate()
        found = comparison_view(
            compare(*_commitments(before, after)),
            presentation.municipality_names(before),
            presentation.municipality_names(after),
        )
        context |= {
            "found": found,
            "before": presentation.pledge_view(before, place, on),
            "after": presentation.pledge_view(after, place, on),
            "is_backwards": before.valid_from > after.valid_from,
            "swedish_texts": presentation.is_partly_swedish(found),
        }
    status = 400 if latest and form.errors else 200
    return render(request, "pledges/comparison.html", context, status=status)


def _pledges(slug: str) -> tuple[list[Pledge], Municipality]:
    rows = list(Pledge.objects.public().at(slug))
    return rows, place_of(rows[0], slug) if rows else get_municipality_or_404(slug)


def _of(rows: list[Pledge], period: str) -> Pledge:
    return next(row for row in rows if row.period == period)


def _commitments(before: Pledge, after: Pledge) -> tuple[list[Commitment], list[Commitment]]:
    """Return the commitments of both pledges, in one query."""
    found = list(Commitment.objects.public().filter(pledge__in=[before, after]))
    return (
        [each for each in found if each.pledge_id == before.pk],
        [each for each in found if each.pledge_id == after.pk],
    )
