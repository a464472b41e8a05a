"""Dog searches by school year, for those who work with them."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pledge_portal.accounts.permissions import Action, permitted
from pledges.actions.searches import own_searches
from pledges.targets import school_year_label


@require_safe
@permitted(Action.READ_PLEDGES)
def searches(request: HttpRequest) -> HttpResponse:
    """Show all that was searched and found, and what the public is told."""
    own = own_searches(request.user, timezone.localdate())
    places = [
        (place, [(school_year_label(year.school_year), year) for year in years])
        for place, years in groupby(own, key=lambda year: year.municipality)
    ]
    return render(request, "field/searches.html", {"places": places})
