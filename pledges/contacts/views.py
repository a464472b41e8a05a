"""Show and change how one's own municipality or police area is reached."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted, places_of
from pledge_portal.pages.form_views import form_page, posted
from pledges.contacts.forms import FIELDS, ContactForm

_MAX_PLACES = 300


def _key(place: Any) -> str:
    """Return what names a place in an address: "municipality-12"."""
    return f"{place._meta.model_name}-{place.pk}"


def _own(request: StaffRequest) -> dict[str, Any]:
    return {_key(place): place for place in places_of(request.user, Action.KEEP_CONTACTS)}


@require_safe
@permitted(Action.KEEP_CONTACTS)
def contacts(request: StaffRequest) -> HttpResponse:
    """List one's places with how they are reached."""
    places = list(_own(request).items())[:_MAX_PLACES]
    return render(request, "field/contacts.html", {"places": places})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.KEEP_CONTACTS)
def change(request: StaffRequest, key: str) -> HttpResponse:
    """Change how a place is reached."""
    place = _own(request).get(key)
    if place is None:
        raise Http404
    form = ContactForm(posted(request), initial={name: getattr(place, name) for name in FIELDS})

    def submit() -> HttpResponse:
        for name in FIELDS:
            setattr(place, name, form.cleaned_data[name])
        place.save(update_fields=list(FIELDS))
        messages.success(request, _("Kontakten är sparad."))
        return redirect("contacts")

    return form_page(request, "field/contact.html", form, submit, {"place": place})
