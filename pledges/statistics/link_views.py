"""Linking indicators to what is promised, in the workspace."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import Question, confirm_page, form_page, posted
from pledges import presentation
from pledges.models import Indicator, IndicatorLink
from pledges.statistics import linking
from pledges.statistics.forms import LinkForm


@require_safe
@permitted(Action.MANAGE_STATISTICS)
def links(request: StaffRequest) -> HttpResponse:
    """List the signed pledges that one looks after, each with its links."""
    pledges = linking.linkable_by(request.user)
    indicator_links = (
        IndicatorLink.objects.filter(focus_area__pledge__in=pledges)
        .select_related("focus_area", "commitment", "indicator")
        .order_by("focus_area__position", "commitment__number", "indicator__position", "pk")
    )
    by_pledge: dict[int, list[IndicatorLink]] = {pledge.pk: [] for pledge in pledges}
    for link in indicator_links:
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
def add(request: StaffRequest, pledge: int) -> HttpResponse:
    """Link an indicator to a focus area, or to one of its commitments."""
    linkable = {linked.pk: linked for linked in linking.linkable_by(request.user)}
    if pledge not in linkable:
        raise Http404
    form = LinkForm(posted(request), pledge=linkable[pledge])

    def submit() -> HttpResponse:
        focus_area, commitment = form.chosen()
        linking.link_indicator(
            focus_area,
            form.cleaned_data["indicator"],
            commitment=commitment,
            reason=form.cleaned_data["reason"],
            reason_en=form.cleaned_data["reason_en"],
        )
        messages.success(request, _("Indikatorn är kopplad."))
        return redirect("statistics_links")

    context = {
        "pledge": presentation.pledge_label_with_places(linkable[pledge]),
        "has_indicators": Indicator.objects.exists(),
    }
    return form_page(request, "statistics/link.html", form, submit, context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_STATISTICS)
def remove(request: StaffRequest, link: int) -> HttpResponse:
    """Delete a link, after asking."""
    indicator_link = get_object_or_404(
        IndicatorLink.objects.changeable_by(request.user).select_related(
            "focus_area", "commitment", "indicator"
        ),
        pk=link,
    )
    question = Question(
        title=_("Ta bort kopplingen"),
        text=_("%(indicator)s visas då inte längre vid %(area)s. Siffrorna finns kvar.")
        % {"indicator": indicator_link.indicator.name, "area": indicator_link.focus_area.name},
        button=_("Ta bort kopplingen"),
        back=reverse("statistics_links"),
        trail=[
            (_("Arbetsyta"), reverse("workspace")),
            (_("Statistik till löften"), reverse("statistics_links")),
        ],
    )

    def submit() -> HttpResponse:
        linking.unlink(indicator_link)
        messages.success(request, _("Kopplingen är borttagen."))
        return redirect("statistics_links")

    return confirm_page(request, question, submit)
