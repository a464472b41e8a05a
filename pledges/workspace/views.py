"""The first page of the workspace."""

from __future__ import annotations

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, memberships, permitted
from pledges.lifecycle import standing
from pledges.models import Pledge
from pledges.models.pledge import prefetched_places
from pledges.workspace.todo import (
    awaited_accounts,
    awaited_approvals,
    awaited_commitments,
    awaited_corrections,
    awaited_signatures,
    awaited_steps,
    awaited_surveys,
    signed_pledges,
)

_MAX_PLEDGES = 50


@require_safe
@permitted(Action.ENTER_WORKSPACE)
def start(request: StaffRequest) -> HttpResponse:
    """Show what a person has to do today, their pledges and their roles."""
    visible = Pledge.objects.visible_to(request.user)
    on = timezone.localdate()
    pledges = visible.with_standing().order_by("-valid_from", "-pk")[:_MAX_PLEDGES]
    signed = signed_pledges(request.user)
    steps = [
        *awaited_signatures(request.user),
        *awaited_approvals(request.user),
        *awaited_steps(request.user, signed, on),
        *awaited_corrections(request.user, on),
        *awaited_accounts(request.user, signed, on),
        *awaited_surveys(request.user),
    ]
    prefetch_related_objects([step.pledge for step in steps], "police_area", *prefetched_places())
    return render(
        request,
        "workspace/start.html",
        {
            "roles": memberships(request.user),
            "pledges": [(pledge, standing(pledge, on).state) for pledge in pledges],
            "number_of_pledges": visible.count(),
            "commitments": awaited_commitments(request.user, on),
            "steps": steps,
        },
    )
