"""How closely the public is told of a commitment's actions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.permissions import Action, permitted
from pledge_portal.pages.form_views import form_page, posted
from pledges.actions import action_disclosure
from pledges.actions.disclosure_text import disclosure_summary, more_open_question
from pledges.actions.forms import DisclosureForm
from pledges.models import Commitment, Disclosure
from pledges.models.pledge import Pledge, of_own_pledges, prefetched_places


@require_safe
@permitted(Action.SET_DISCLOSURE)
def disclosures(request: HttpRequest) -> HttpResponse:
    """List the commitments of a person's pledges and how each is told of."""
    commitments = (
        _visible(request)
        .select_related("pledge__police_area")
        .prefetch_related(*prefetched_places("pledge__"))
        .order_by("-pledge__valid_from", "pledge_id", "number")
    )
    rows = [
        (commitment, disclosure_summary(action_disclosure.disclosure_of(commitment)))
        for commitment in commitments
    ]
    return render(request, "field/disclosures.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.SET_DISCLOSURE)
def disclosure(request: HttpRequest, commitment: int) -> HttpResponse:
    """Set how closely the public is told of a commitment's actions.

    Those that are recorded already follow.
    """
    disclosed = get_object_or_404(_visible(request), pk=commitment)
    current = action_disclosure.disclosure_of(disclosed)
    names = ("place_detail", "date_detail", "embargo_days", "shows_search_outcome")
    form = DisclosureForm(
        posted(request),
        initial={name: getattr(current, name) for name in names},
        details=[str(detail) for detail in action_disclosure.permitted_date_details(disclosed)],
        is_search=disclosed.kind == Commitment.Kind.DRUG_DOG_SEARCH,
    )
    number = disclosed.actions.counted().count()

    def submit() -> HttpResponse | None:
        chosen = Disclosure(**form.chosen())
        if action_disclosure.is_more_open(chosen, current) and not form.cleaned_data["is_meant"]:
            form.ask("is_meant", "is_meant", more_open_question(chosen, number))
            return None
        action_disclosure.disclose(disclosed, **form.chosen())
        done = ngettext(
            "Sparat. %(n)s registrerad insats följer det nya.",
            "Sparat. %(n)s registrerade insatser följer det nya.",
            number,
        )
        messages.success(request, done % {"n": number})
        return redirect("disclosures")

    context = {
        "commitment": disclosed,
        "now": disclosure_summary(current),
        "number": number,
        "is_secret": disclosed.is_secret_kind,
    }
    return form_page(request, "field/disclosure.html", form, submit, context)


def _visible(request: HttpRequest) -> Any:
    """Return the commitments whose disclosure a person may set.

    Those of signed pledges.
    """
    signed = Commitment.objects.visible_to(request.user).filter(pledge__in=Pledge.objects.public())
    own = of_own_pledges(request.user, Action.SET_DISCLOSURE)
    return signed.filter(
        pledge__in=Pledge.objects.filter(own).order_by().values("pk")
    ).select_related("pledge__police_area", "disclosure")
