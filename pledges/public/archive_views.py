"""Every pledge that a municipality has had, and two of them compared."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pledge_portal.pages.page_versions import Shows, public_page
from pledge_portal.pages.text import Wording, wording
from pledges import presentation
from pledges.actions.tallies import target_changes
from pledges.comparing.matching import compare
from pledges.comparing.presentation import comparison_view
from pledges.lifecycle import earlier_for_the_same_part, share_a_part
from pledges.models import Commitment, Consultation, Municipality, Pledge
from pledges.presentation.lookup import get_municipality_or_404, place_of
from pledges.public.archive import archived_views
from pledges.public.comparison_forms import CompareForm

_A_PAGE = 20
_MAX_PERIOD_LENGTH = 40


@require_safe
@public_page(shows=Shows.MUNICIPALITY, parameters=("sida",))
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """List every pledge of a municipality, the latest first."""
    pledges, municipality = _pledges(slug)
    page = Paginator(pledges, _A_PAGE).get_page(request.GET.get("sida"))
    views = archived_views(list(page), pledges, municipality, timezone.localdate())
    context = {
        "municipality": municipality,
        "page": page,
        "pledges": views,
        "can_compare": len(pledges) > 1,
        "has_consultations": Consultation.objects.public().for_municipality(municipality).exists(),
        "is_demonstration": any(view.pledge.is_demonstration for view in views),
        "swedish_texts": presentation.is_partly_swedish(views),
    }
    return render(request, "pledges/archive.html", context)


@require_safe
@public_page(shows=Shows.MUNICIPALITY, parameters=("fran", "till"))
def comparison(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what became of the commitments of one pledge in another.

    The latest at first, with the one before it for the same part of the municipality: two for
    different parts have nothing to do with each other.
    """
    pledges, municipality = _pledges(slug)
    named = [
        (
            pledge.period,
            Wording(presentation.pledge_label(pledge, municipality), wording(pledge, "title").lang),
        )
        for pledge in pledges
    ]
    latest = _latest_with_the_one_before(pledges, municipality)
    chosen = {
        name: request.GET[name].replace("\x00", "")[:_MAX_PERIOD_LENGTH]
        for name in ("fran", "till")
        if name in request.GET
    }
    form = CompareForm(chosen or latest or None, pledges=named)
    context: dict[str, object] = {
        "municipality": municipality,
        "form": form,
        "can_compare": len(pledges) > 1,
    }
    if len(pledges) > 1 and form.is_valid():
        before, after = (_of(pledges, form.cleaned_data[name]) for name in ("fran", "till"))
        on = timezone.localdate()
        view = comparison_view(
            compare(*_commitments(before, after)),
            presentation.municipality_names(before),
            presentation.municipality_names(after),
            target_changes([before, after], on),
            is_beside=not share_a_part(before, after, municipality),
        )
        context |= {
            "comparison": view,
            "before": presentation.pledge_view(before, municipality, on),
            "after": presentation.pledge_view(after, municipality, on),
            "is_backwards": not view.is_beside and before.valid_from > after.valid_from,
            "swedish_texts": presentation.is_partly_swedish(view),
        }
    status = 400 if len(pledges) > 1 and form.errors else 200
    return render(request, "pledges/comparison.html", context, status=status)


def _latest_with_the_one_before(
    pledges: list[Pledge], municipality: Municipality
) -> dict[str, str]:
    """Return what the form holds at first, nothing where no part had two."""
    for number, pledge in enumerate(pledges):
        if before := earlier_for_the_same_part(pledge, pledges[number + 1 :], municipality):
            return {"fran": before.period, "till": pledge.period}
    return {}


def _pledges(slug: str) -> tuple[list[Pledge], Municipality]:
    pledges = list(Pledge.objects.public().at(slug))
    return pledges, place_of(pledges[0], slug) if pledges else get_municipality_or_404(slug)


def _of(pledges: list[Pledge], period: str) -> Pledge:
    return next(pledge for pledge in pledges if pledge.period == period)


def _commitments(before: Pledge, after: Pledge) -> tuple[list[Commitment], list[Commitment]]:
    """Return the commitments of both pledges, in one query."""
    commitments = list(Commitment.objects.public().filter(pledge__in=[before, after]))
    return (
        [commitment for commitment in commitments if commitment.pledge_id == before.pk],
        [commitment for commitment in commitments if commitment.pledge_id == after.pk],
    )
