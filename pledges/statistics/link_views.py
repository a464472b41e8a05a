"""Tying indicators to what is promised, in the workspace."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.permissions import Action, permitted
from pledges import presentation
from pledges.models import Indicator, IndicatorLink
from pledges.statistics import linking
from pledges.statistics.forms import LinkForm
from pledges.statistics.linking import LinkRefused

_FIELDS = {"focus_area": "target", "commitment": "target", "indicator": "indicator"}


@require_safe
@permitted(Action.MANAGE_STATISTICS)
def links(request: HttpRequest) -> HttpResponse:
    """List the signed pledges that one looks after, each with its links."""
    pledges = linking.linkable_by(request.user)
    found = (
        IndicatorLink.objects.filter(focus_area__pledge__in=pledges)
        .select_related("focus_area", "commitment", "indicator")
        .order_by("focus_area__position", "commitment__number", "indicator__position", "pk")
    )
    by_pledge: dict[int, list[IndicatorLink]] = {pledge.pk: [] for pledge in pledges}
    for link in found:
        by_pledge[link.focus_area.pledge_id].append(link)
    return render(
        request,
        "statistics/links.html",
        {
            "pledges": [
                (pledge, presentation.pledge_label(pledge), by_pledge[pledge.pk])
                for pledge in pledges
            ]
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_STATISTICS)
def add(request: HttpRequest, pledge: int) -> HttpResponse:
    """Tie an indicator to a focus area, or to one of its commitments."""
    found = next((each for each in linking.linkable_by(request.user) if each.pk == pledge), None)
    if found is None:
        raise Http404
    form = LinkForm(*((request.POST,) if request.method == "POST" else ()), pledge=found)
    if request.method == "POST" and form.is_valid():
        focus_area, commitment = form.chosen()
        try:
            linking.tie(
                focus_area,
                form.cleaned_data["indicator"],
                commitment=commitment,
                reason=form.cleaned_data["reason"],
                reason_en=form.cleaned_data["reason_en"],
            )
        except LinkRefused as refused:
            form.add_error(_FIELDS[refused.field], str(refused))
        else:
            messages.success(request, _("Indikatorn är kopplad."))
            return redirect("statistics_links")
    return render(
        request,
        "statistics/link.html",
        {
            "form": form,
            "pledge": presentation.pledge_label(found),
            "has_indicators": Indicator.objects.exists(),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_STATISTICS)
def remove(request: HttpRequest, link: int) -> HttpResponse:
    """Take a link away, after asking."""
    found = get_object_or_404(
        IndicatorLink.objects.changeable_by(request.user).select_related(
            "focus_area", "commitment", "indicator"
        ),
        pk=link,
    )
    if request.method == "POST":
        linking.untie(found)
        messages.success(request, _("Kopplingen är borttagen."))
        return redirect("statistics_links")
    return render(request, "statistics/unlink.html", {"link": found})
