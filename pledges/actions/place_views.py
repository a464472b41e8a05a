"""The places of a person's municipalities."""

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
from pledge_portal.pages.form_views import form_page, posted, posted_files
from pledge_portal.pages.refusals import Refused
from pledges.actions.forms import PlaceForm
from pledges.actions.import_forms import PlaceListForm
from pledges.actions.place_rows import LEVELS, PlaceList, pasted, read_places
from pledges.actions.places import add_place, add_places, change_place
from pledges.exchange.tables import TableError
from pledges.exchange.uploads import tell_if_too_large
from pledges.models import Municipality, Place

_A_PAGE = 100


@require_safe
@permitted(Action.MANAGE_PLACES)
def places(request: HttpRequest) -> HttpResponse:
    """List the places in Swedish order, those no longer in use last."""
    words = request.GET.get("q", "")[:60]
    managed = _managed(request).select_related("municipality").search(words)
    if not words:
        managed = managed.order_by("is_closed", "municipality__sort_key", "sort_key", "pk")
    page = Paginator(managed, _A_PAGE).get_page(request.GET.get("sida"))
    return render(request, "field/places.html", {"page": page, "words": words})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_PLACES)
def add(request: HttpRequest) -> HttpResponse:
    """Add a place."""
    form = PlaceForm(posted(request), municipalities=_municipalities(request))

    def submit() -> HttpResponse:
        typed = form.cleaned_data
        try:
            place = add_place(typed["municipality"], typed["name"], typed["level"])
        except IntegrityError as error:
            raise _name_in_use() from error
        messages.success(request, _("%(name)s är tillagd.") % {"name": place.name})
        return redirect("places")

    return form_page(request, "field/place.html", form, submit)


def _name_in_use() -> Refused:
    return Refused({"name": _("Kommunen har redan en plats med det namnet.")})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_PLACES)
def add_list(request: HttpRequest) -> HttpResponse:
    """Add many places at once, pasted or from a file.

    All of them, or none when one is faulty.
    """
    form = PlaceListForm(
        posted(request), posted_files(request), municipalities=_municipalities(request)
    )
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""))
    place_list = PlaceList([], [])

    def submit() -> HttpResponse:
        nonlocal place_list
        typed = form.cleaned_data
        try:
            place_list = read_places(typed.get("file") or pasted(typed["pasted"]))
            if place_list.faults:
                raise Refused(_("Inget är sparat. Rätta felen och försök igen."))
            added = add_places(typed["municipality"], place_list.places)
        except TableError as error:
            raise Refused({"file" if typed.get("file") else "pasted": str(error)}) from error
        except IntegrityError as error:
            raise Refused(_("Någon annan lägger till samma platser. Försök igen.")) from error
        messages.success(request, _added_text(added, len(place_list.places) - added))
        for remark in place_list.remarks:
            messages.info(request, remark)
        return redirect("places")

    def context() -> dict[str, object]:
        faults = place_list.faults
        return {
            "levels": ", ".join(LEVELS),
            "faults": [(row, fault.heading, fault.sentence) for row, fault in faults[:_A_PAGE]],
            "number_of_faults": len(faults),
        }

    return form_page(request, "field/place_list.html", form, submit, context)


def _added_text(added: int, known: int) -> str:
    text = ngettext("%(n)s plats är tillagd.", "%(n)s platser är tillagda.", added) % {"n": added}
    if not known:
        return text
    also = ngettext("%(n)s fanns redan.", "%(n)s fanns redan.", known) % {"n": known}
    return f"{text} {also}"


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_PLACES)
def change(request: HttpRequest, place: int) -> HttpResponse:
    """Change a place, or say that it is no longer in use."""
    changed = get_object_or_404(_managed(request).select_related("municipality"), pk=place)
    names = ("name", "level", "is_closed")
    form = PlaceForm(
        posted(request),
        municipalities=_municipalities(request),
        place=changed,
        initial={name: getattr(changed, name) for name in names},
    )

    def submit() -> HttpResponse:
        try:
            change_place(changed, **{name: form.cleaned_data[name] for name in names})
        except IntegrityError as error:
            raise _name_in_use() from error
        messages.success(request, _("Ändringen är sparad."))
        return redirect("places")

    return form_page(request, "field/place.html", form, submit, {"place": changed})


def _managed(request: HttpRequest) -> Any:
    return Place.objects.filter(municipality__in=_municipalities(request))


def _municipalities(request: HttpRequest) -> Any:
    own = of_own_places(
        request.user, Action.MANAGE_PLACES, municipality="pk", police_area="police_areas"
    )
    keys = Municipality.objects.filter(own).order_by().values("pk")
    return Municipality.objects.filter(pk__in=keys).alphabetical()
