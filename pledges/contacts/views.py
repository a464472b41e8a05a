"""Show and change how one's own municipality or police area is reached."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import form_page, posted
from pledges.contacts.forms import FIELDS, ContactForm
from pledges.contacts.own_places import own_place, own_places

_MAX_PLACES = 300


@require_safe
@permitted(Action.KEEP_CONTACTS)
def contacts(request: StaffRequest) -> HttpResponse:
    """List one's places with how they are reached."""
    places = list(own_places(request.user).items())[:_MAX_PLACES]
    return render(request, "field/contacts.html", {"places": places})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.KEEP_CONTACTS)
def change(request: StaffRequest, key: str) -> HttpResponse:
    """Change how a place is reached."""
    place = own_place(request.user, key)
    form = ContactForm(posted(request), initial={name: getattr(place, name) for name in FIELDS})

    def submit() -> HttpResponse:
        for name in FIELDS:
            setattr(place, name, form.cleaned_data[name])
        place.save(update_fields=list(FIELDS))
        messages.success(request, _("Kontakten är sparad."))
        return redirect("contacts")

    return form_page(request, "field/contact.html", form, submit, {"place": place})
