"""The places of one's municipalities."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.permissions import Action, of_own_places, permitted
from pledges.actions.forms import PlaceForm
from pledges.actions.import_forms import PlaceListForm, tell_if_too_large
from pledges.actions.place_rows import LEVELS, PlaceList, pasted, read_places
from pledges.actions.places import add_place, add_places, change_place
from pledges.exchange.tables import TableError
from pledges.models import Municipality, Place

_A_PAGE = 100


@require_safe
@permitted(Action.MANAGE_PLACES)
def places(request: HttpRequest) -> HttpResponse:
    """List the places, in Swedish order, those no longer in use last."""
    words = request.GET.get("q", "")[:60]
    found = _managed(request).select_related("municipality").search(words)
    if not words:
        found = found.order_by("is_closed", "municipality__sort_key", "sort_key", "pk")
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("sida"))
    return render(request, "field/places.html", {"page": page, "words": words})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_PLACES)
def add(request: HttpRequest) -> HttpResponse:
    """Add a place."""
    form = PlaceForm(
        request.POST if request.method == "POST" else None, municipalities=_municipalities(request)
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            place = add_place(said["municipality"], said["name"], said["level"])
        except IntegrityError:
            form.add_error("name", _("Kommunen har redan en plats med det namnet."))
        else:
            messages.success(request, _("%(name)s är tillagd.") % {"name": place.name})
            return redirect("places")
    return render(request, "field/place.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_PLACES)
def add_list(request: HttpRequest) -> HttpResponse:
    """Add many places at once, pasted or from a file: all of them, or none when one is faulty."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PlaceListForm(*sent, municipalities=_municipalities(request))
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""))
    found: PlaceList | None = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            found = read_places(said.get("file") or pasted(said["pasted"]))
            if not found.faults:
                number = add_places(said["municipality"], found.places)
                _say_added(request, number, len(found.places) - number)
                return redirect("places")
            form.add_error(None, _("Inget är sparat. Rätta felen och försök igen."))
        except TableError as refused:
            form.add_error("file" if said.get("file") else "pasted", str(refused))
        except IntegrityError:
            form.add_error(None, _("Någon annan lägger till samma platser. Försök igen."))
    faults = found.faults if found else []
    return render(
        request,
        "field/place_list.html",
        {
            "form": form,
            "levels": ", ".join(LEVELS),
            "faults": [(row, each.heading, each.sentence) for row, each in faults[:_A_PAGE]],
            "number_of_faults": len(faults),
        },
        status=422 if form.errors else 200,
    )


def _say_added(request: HttpRequest, added: int, there: int) -> None:
    said = ngettext("%(n)s plats är tillagd.", "%(n)s platser är tillagda.", added) % {"n": added}
    if there:
        also = ngettext("%(n)s fanns redan.", "%(n)s fanns redan.", there) % {"n": there}
        said = f"{said} {also}"
    messages.success(request, said)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_PLACES)
def change(request: HttpRequest, place: int) -> HttpResponse:
    """Change a place, or say that it is no longer in use."""
    found = get_object_or_404(_managed(request).select_related("municipality"), pk=place)
    form = PlaceForm(
        request.POST if request.method == "POST" else None,
        municipalities=_municipalities(request),
        place=found,
        initial={"name": found.name, "level": found.level, "is_closed": found.is_closed},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            change_place(found, name=said["name"], level=said["level"], is_closed=said["is_closed"])
        except IntegrityError:
            form.add_error("name", _("Kommunen har redan en plats med det namnet."))
        else:
            messages.success(request, _("Ändringen är sparad."))
            return redirect("places")
    return render(
        request,
        "field/place.html",
        {"form": form, "place": found},
        status=422 if form.errors else 200,
    )


def _managed(request: HttpRequest) -> Any:
    return Place.objects.filter(municipality__in=_municipalities(request))


def _municipalities(request: HttpRequest) -> Any:
    own = of_own_places(
        request.user, Action.MANAGE_PLACES, municipality="pk", police_area="police_areas"
    )
    keys = Municipality.objects.filter(own).order_by().values("pk")
    return Municipality.objects.filter(pk__in=keys).alphabetical()
