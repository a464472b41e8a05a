"""The lists that residents choose from, and when their forms are open."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.calendar.forms import ListsForm, ReceptionForm
from dialogues.calendar.vocabulary import set_lists
from dialogues.models import District, Reception, Theme
from dialogues.models.dialogue import municipalities_run_by
from pledge_portal.accounts.permissions import Action, permitted

_HOURS = ("opens", "closes", "publishes_at_once", "is_stopped", "stopped_because")


@require_safe
@permitted(Action.RUN_DIALOGUES)
def municipalities(request: HttpRequest) -> HttpResponse:
    """List one's municipalities, each with its themes and its reception."""
    found = list(municipalities_run_by(request.user))
    if len(found) == 1:
        return redirect("dialogue_lists", found[0].pk)
    return render(request, "dialogues/staff/municipalities.html", {"municipalities": found})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def lists(request: HttpRequest, municipality: int) -> HttpResponse:
    """Keep the themes and the parts of a municipality."""
    place = get_object_or_404(municipalities_run_by(request.user), pk=municipality)
    themes = Theme.objects.filter(municipality=place).in_use().in_order()
    districts = District.objects.filter(municipality=place).in_use().in_order()
    form = ListsForm(
        *_posted(request),
        initial={
            "themes": "\n".join(
                f"{theme.name_sv}; {theme.name_en}" if theme.name_en else theme.name_sv
                for theme in themes
            ),
            "districts": "\n".join(each.name for each in districts),
        },
    )
    if request.method == "POST" and form.is_valid():
        set_lists(place, form.cleaned_data["themes"], form.cleaned_data["districts"])
        messages.success(request, _("Listorna är sparade."))
        return redirect("dialogue_list")
    return render(
        request,
        "dialogues/staff/lists.html",
        {"form": form, "municipality": place},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def reception(request: HttpRequest, municipality: int) -> HttpResponse:
    """Set when residents' forms are open, and stop them at once."""
    place = get_object_or_404(municipalities_run_by(request.user), pk=municipality)
    there = Reception.objects.filter(municipality=place).first()
    row = there or Reception(municipality=place)
    form = ReceptionForm(*_posted(request), initial={name: getattr(row, name) for name in _HOURS})
    if request.method == "POST" and form.is_valid():
        for name in _HOURS:
            setattr(row, name, form.cleaned_data[name])
        row.save()
        messages.success(request, _("Mottagningen är ändrad."))
        return redirect("dialogue_list")
    return render(
        request,
        "dialogues/staff/reception.html",
        {"form": form, "municipality": place, "reception": there},
        status=422 if form.errors else 200,
    )


def _posted(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST,) if request.method == "POST" else ()
