"""Pages where staff keep residents' choices, and open or stop reception."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.calendar.forms import ListsForm, ReceptionForm
from dialogues.calendar.vocabulary import set_lists
from dialogues.models import District, Reception, Theme
from dialogues.models.dialogue import municipalities_run_by
from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import form_page, posted

_RECEPTION = ("opens", "closes", "publishes_at_once", "is_stopped", "stopped_because")


@require_safe
@permitted(Action.RUN_DIALOGUES)
def municipalities(request: StaffRequest) -> HttpResponse:
    """List one's municipalities, each with its themes and its reception."""
    own = list(municipalities_run_by(request.user))
    if len(own) == 1:
        return redirect("dialogue_lists", own[0].pk)
    return render(request, "dialogues/staff/municipalities.html", {"municipalities": own})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def lists(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep the themes and the parts of a municipality."""
    municipality = get_object_or_404(municipalities_run_by(request.user), pk=pk)
    themes = Theme.objects.filter(municipality=municipality).in_use().in_order()
    districts = District.objects.filter(municipality=municipality).in_use().in_order()
    form = ListsForm(
        posted(request),
        initial={
            "themes": "\n".join(
                f"{theme.name_sv}; {theme.name_en}" if theme.name_en else theme.name_sv
                for theme in themes
            ),
            "districts": "\n".join(district.name for district in districts),
        },
    )

    def submit() -> HttpResponse:
        set_lists(municipality, form.cleaned_data["themes"], form.cleaned_data["districts"])
        messages.success(request, _("Listorna är sparade."))
        return redirect("dialogue_list")

    context = {"municipality": municipality}
    return form_page(request, "dialogues/staff/lists.html", form, submit, context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def reception(request: StaffRequest, pk: int) -> HttpResponse:
    """Set when residents' forms are open, and stop them at once."""
    municipality = get_object_or_404(municipalities_run_by(request.user), pk=pk)
    saved = Reception.objects.filter(municipality=municipality).first()
    reception = saved or Reception(municipality=municipality)
    initial = {name: getattr(reception, name) for name in _RECEPTION}
    form = ReceptionForm(posted(request), initial=initial)

    def submit() -> HttpResponse:
        for name in _RECEPTION:
            setattr(reception, name, form.cleaned_data[name])
        reception.save()
        messages.success(request, _("Mottagningen är ändrad."))
        return redirect("dialogue_list")

    context = {"municipality": municipality, "reception": saved}
    return form_page(request, "dialogues/staff/reception.html", form, submit, context)
