"""The pages of the history: all changes of one's places, and those of one object."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pledge_portal.accounts.permissions import Action, permitted
from pledge_portal.database.history import histories
from pledge_portal.history.forms import ChangesForm
from pledge_portal.history.presentation import entries, kind_name
from pledge_portal.history.reading import Changes, ReadChange, Wanted, readable_histories

_A_PAGE = 25


@require_safe
@permitted(Action.READ_HISTORY)
def changes(request: HttpRequest) -> HttpResponse:
    """List the changes of one's places, the latest first, all of them or those asked for."""
    form = ChangesForm(request.GET, histories=readable_histories(request.user))
    found: Any = Changes(request.user, form.wanted())
    page: Page[ReadChange] = Paginator(found, _A_PAGE).get_page(request.GET.get("sida"))
    asked = request.GET.copy()
    asked.pop("sida", None)
    query = asked.urlencode()
    return render(
        request,
        "history/changes.html",
        {
            "form": form,
            "page": page,
            "entries": entries([*page.object_list]),
            "is_filtered": any(asked.values()),
            "query": f"{query}&" if query else "",
        },
    )


@require_safe
@permitted(Action.READ_HISTORY)
def object_history(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """List the changes of one object, the latest first; 404 when there are none for the reader."""
    history = next((each for each in histories() if each.kind == kind), None)
    if history is None:
        raise Http404
    found: Any = Changes(request.user, Wanted(), of=(history, pk))
    page: Page[ReadChange] = Paginator(found, _A_PAGE).get_page(request.GET.get("sida"))
    shown = entries([*page.object_list])
    if not shown:
        raise Http404
    return render(
        request,
        "history/object.html",
        {
            "kind": kind_name(history),
            "title": shown[0].title,
            "page": page,
            "entries": shown,
            "parts_of": pk if history.belongs_to is history.model else None,
        },
    )
