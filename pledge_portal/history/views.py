"""Pages of the history: all changes of one's places, or of one object."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.database.history import histories
from pledge_portal.history.forms import ChangesForm
from pledge_portal.history.presentation import entries, kind_name
from pledge_portal.history.reading import ChangeFilter, Changes, ReadChange, readable_histories

_PER_PAGE = 25


@require_safe
@permitted(Action.READ_HISTORY)
def changes(request: StaffRequest) -> HttpResponse:
    """List the changes of one's places, the latest first, by what is asked."""
    form = ChangesForm(request.GET, histories=readable_histories(request.user))
    page = _page(request, Changes(request.user, form.change_filter()))
    parameters = request.GET.copy()
    parameters.pop("sida", None)
    query = parameters.urlencode()
    return render(
        request,
        "history/changes.html",
        {
            "form": form,
            "page": page,
            "entries": entries([*page.object_list]),
            "is_filtered": any(parameters.values()),
            "query": f"{query}&" if query else "",
        },
    )


@require_safe
@permitted(Action.READ_HISTORY)
def object_history(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """List the changes of one object, the latest first; 404 without any."""
    history = next((known for known in histories() if known.kind == kind), None)
    if history is None:
        raise Http404
    page = _page(request, Changes(request.user, ChangeFilter(), of_object=(history, pk)))
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


def _page(request: StaffRequest, changes: Any) -> Page[ReadChange]:
    """Return the page of changes that is asked for."""
    return Paginator(changes, _PER_PAGE).get_page(request.GET.get("sida"))
