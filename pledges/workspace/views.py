"""The first page of the workspace."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, memberships, permitted
from pledges.lifecycle import standing
from pledges.models import Pledge
from pledges.workspace.todo import (
    awaited_approvals,
    awaited_commitments,
    awaited_signatures,
    awaited_steps,
    awaited_surveys,
)

_MOST_PLEDGES = 50


@require_safe
@permitted(Action.ENTER_WORKSPACE)
def start(request: HttpRequest) -> HttpResponse:
    """Show what awaits one today, the pledges of one's places and the roles that one holds."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    found = Pledge.objects.visible_to(request.user)
    on = timezone.localdate()
    rows = found.with_standing().order_by("-valid_from", "-pk")[:_MOST_PLEDGES]
    return render(
        request,
        "workspace/start.html",
        {
            "roles": memberships(request.user),
            "pledges": [(pledge, standing(pledge, on).state) for pledge in rows],
            "number_of_pledges": found.count(),
            "awaited": awaited_commitments(request.user, on),
            "steps": [
                *awaited_signatures(request.user),
                *awaited_approvals(request.user),
                *awaited_steps(request.user, on),
                *awaited_surveys(request.user),
            ],
        },
    )
