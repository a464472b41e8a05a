"""How closely the public is told of a commitment's actions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.permissions import Action, of_own_places, permitted
from pledges.actions import action_disclosure
from pledges.actions.disclosure_text import disclosure_summary, more_open_question
from pledges.actions.forms import DisclosureForm
from pledges.models import Commitment, Disclosure
from pledges.models.pledge import Pledge


@require_safe
@permitted(Action.SET_DISCLOSURE)
def commitments(request: HttpRequest) -> HttpResponse:
    """List the commitments of one's pledges with how closely each is told of."""
    found = _visible(request).order_by("-pledge__valid_from", "pledge_id", "number")
    rows = [(each, disclosure_summary(action_disclosure.disclosure_of(each))) for each in found]
    return render(request, "field/disclosures.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.SET_DISCLOSURE)
def disclosure(request: HttpRequest, commitment: int) -> HttpResponse:
    """Set how closely the public is told of a commitment's actions, those recorded included."""
    found = get_object_or_404(_visible(request), pk=commitment)
    current = action_disclosure.disclosure_of(found)
    names = ("place_detail", "date_detail", "embargo_days", "shows_search_outcome")
    form = DisclosureForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(current, name) for name in names},
        details=[str(each) for each in action_disclosure.permitted_date_details(found)],
        is_search=found.kind == Commitment.Kind.DRUG_DOG_SEARCH,
    )
    number = found.actions.counted().count()
    if request.method == "POST" and form.is_valid():
        chosen = Disclosure(**form.chosen())
        if action_disclosure.is_more_open(chosen, current) and not form.cleaned_data["is_meant"]:
            form.ask_if_meant(more_open_question(chosen, number))
        else:
            action_disclosure.disclose(found, **form.chosen())
            messages.success(
                request,
                ngettext(
                    "Sparat. %(n)s registrerad insats följer det nya.",
                    "Sparat. %(n)s registrerade insatser följer det nya.",
                    number,
                )
                % {"n": number},
            )
            return redirect("disclosures")
    return render(
        request,
        "field/disclosure.html",
        {
            "form": form,
            "commitment": found,
            "now": disclosure_summary(current),
            "number": number,
            "is_secret": action_disclosure.is_secret_kind(found),
        },
        status=422 if form.errors else 200,
    )


def _visible(request: HttpRequest) -> Any:
    """Return the commitments of signed pledges whose disclosure the person may set."""
    found = Commitment.objects.visible_to(request.user).filter(pledge__in=Pledge.objects.public())
    found = found.select_related("pledge__police_area", "disclosure")
    own = of_own_places(
        request.user,
        Action.SET_DISCLOSURE,
        municipality="parties__municipality",
        police_area="police_area",
    )
    return found.filter(pledge__in=Pledge.objects.filter(own).order_by().values("pk"))
