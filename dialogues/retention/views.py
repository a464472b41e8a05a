"""After how long what residents write is destroyed, and what has been."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.calendar.forms import DisposalForm
from dialogues.models import Dialogue, Disposal, DisposalPlan
from pledge_portal.accounts.permissions import Action, keys_of_own_places, permitted
from pledges.models import Municipality
from pledges.models.municipality import MunicipalityQuerySet

_FIELDS = ("submissions_years", "comments_years", "hidden_years", "decision")
_LATEST = 50


def _own(request: HttpRequest) -> MunicipalityQuerySet:
    own = keys_of_own_places(request.user, Action.PLAN_DISPOSAL)
    found = Municipality.objects.all()
    return (found if own is None else found.filter(pk__in=own[0])).alphabetical()


@require_safe
@permitted(Action.PLAN_DISPOSAL)
def municipalities(request: HttpRequest) -> HttpResponse:
    """List one's municipalities, each with its plan."""
    found = list(_own(request))
    if len(found) == 1:
        return redirect("disposal_plan", found[0].pk)
    return render(request, "dialogues/staff/disposal_plans.html", {"municipalities": found})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.PLAN_DISPOSAL)
def plan(request: HttpRequest, municipality: int) -> HttpResponse:
    """Set the plan, and show what has been destroyed by it."""
    place = get_object_or_404(_own(request), pk=municipality)
    there = DisposalPlan.objects.filter(municipality=place).first()
    row = there or DisposalPlan(municipality=place)
    form = DisposalForm(
        *((request.POST,) if request.method == "POST" else ()),
        initial={name: getattr(row, name) for name in _FIELDS},
    )
    if request.method == "POST" and form.is_valid():
        for name in _FIELDS:
            setattr(row, name, form.cleaned_data[name])
        row.save()
        messages.success(request, _("Gallringsplanen är sparad."))
        return redirect("disposal_plan", place.pk)
    over = Dialogue.objects.filter(municipality=place, closes_on__lt=timezone.localdate())
    return render(
        request,
        "dialogues/staff/disposal_plan.html",
        {
            "form": form,
            "municipality": place,
            "plan": there,
            "disposals": Disposal.objects.filter(municipality=place).order_by("-pk")[:_LATEST],
            "dialogues": over.latest_first()[:_LATEST],
        },
        status=422 if form.errors else 200,
    )
