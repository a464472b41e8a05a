"""Take a personal detail away: say what, see where it stands, say yes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted, places_of
from pledge_portal.accounts.step_up import step_up_response
from pledge_portal.pages.form_views import form_page, posted
from pledges.erasing import rules
from pledges.erasing.forms import ErasureForm
from pledges.models import Erasure

_LATEST = 50


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.ERASE_DETAILS)
def erase(request: StaffRequest) -> HttpResponse:
    """Ask for the words, show where they stand, and take them away."""
    # Before anything is typed, so that nothing typed is lost by it.
    if (confirm := step_up_response(request)) is not None:
        return confirm
    places: list[Any] = places_of(request.user, Action.ERASE_DETAILS)
    form = ErasureForm(posted(request), places=places)
    shown: dict[str, Any] = {}

    def submit() -> HttpResponse | None:
        now = timezone.now()
        if "ta_bort" in request.POST:
            outcome = rules.erase(form.detail, form.cleaned_data["sett"], by=request.user, at=now)
            n = len(outcome.erasable)
            done = ngettext(
                "Uppgiften är borttagen ur %(n)s text.",
                "Uppgiften är borttagen ur %(n)s texter.",
                n,
            )
            messages.success(request, done % {"n": n})
            return redirect("erase_detail")
        outcome = rules.preview(form.detail, by=request.user, at=now)
        form.show_again(outcome.digest(form.detail))
        shown["outcome"] = outcome
        return None

    def context() -> dict[str, Any]:
        erasures = Erasure.objects.visible_to(request.user).select_related(
            "erased_by", "municipality", "police_area"
        )
        return {**shown, "erasures": erasures.order_by("-erased_at", "-pk")[:_LATEST]}

    return form_page(request, "erasing/erase.html", form, submit, context)
