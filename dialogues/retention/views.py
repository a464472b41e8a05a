"""Pages where staff plan when what residents write is destroyed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.models import Dialogue, Disposal, DisposalPlan
from dialogues.retention.forms import DisposalForm
from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import form_page, posted
from pledges.models import Municipality
from pledges.models.municipality import MunicipalityQuerySet

_FIELDS = ("submissions_years", "comments_years", "hidden_years", "decision")
_LATEST = 50


@require_safe
@permitted(Action.PLAN_DISPOSAL)
def municipalities(request: StaffRequest) -> HttpResponse:
    """List one's municipalities, each with its plan."""
    own = list(_own(request.user))
    if len(own) == 1:
        return redirect("disposal_plan", own[0].pk)
    return render(request, "dialogues/staff/disposal_plans.html", {"municipalities": own})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.PLAN_DISPOSAL)
def plan(request: StaffRequest, pk: int) -> HttpResponse:
    """Set the plan, and show what has been destroyed by it."""
    municipality = get_object_or_404(_own(request.user), pk=pk)
    saved = DisposalPlan.objects.filter(municipality=municipality).first()
    plan = saved or DisposalPlan(municipality=municipality)
    form = DisposalForm(posted(request), initial={name: getattr(plan, name) for name in _FIELDS})

    def submit() -> HttpResponse:
        for name in _FIELDS:
            setattr(plan, name, form.cleaned_data[name])
        plan.save()
        messages.success(request, _("Gallringsplanen är sparad."))
        return redirect("disposal_plan", pk)

    over = Dialogue.objects.filter(municipality=municipality, closes_on__lt=timezone.localdate())
    disposals = Disposal.objects.filter(municipality=municipality).order_by("-pk")
    context = {
        "municipality": municipality,
        "plan": saved,
        "disposals": disposals[:_LATEST],
        "dialogues": over.latest_first()[:_LATEST],
    }
    return form_page(request, "dialogues/staff/disposal_plan.html", form, submit, context)


def _own(user: User) -> MunicipalityQuerySet:
    """Return the municipalities whose plan a person may set."""
    return Municipality.objects.where_may(user, Action.PLAN_DISPOSAL)
