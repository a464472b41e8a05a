"""What everyone sees of dialogues."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues.calendar.ical import calendar_of
from dialogues.corrections.presentation import correction_views
from dialogues.lookup import get_dialogue_or_404, public_dialogues
from dialogues.models import TextCorrection
from dialogues.presentation import Stage, dialogue_view
from dialogues.thread.presentation import theme_views
from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.page_versions import Shows, public_file, public_page
from pledges.presentation.language import is_partly_swedish
from pledges.presentation.lookup import get_municipality_or_404

_MAX_DIALOGUES = 200


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def dialogues(request: HttpRequest, slug: str) -> HttpResponse:
    """List the dialogues of a municipality: now, to come, and past."""
    municipality = get_municipality_or_404(slug)
    on = timezone.localdate()
    views = [
        dialogue_view(dialogue, on) for dialogue in public_dialogues(municipality)[:_MAX_DIALOGUES]
    ]
    return render(
        request,
        "dialogues/dialogues.html",
        {
            "municipality": municipality,
            "now": [view for view in views if view.stage == Stage.OPEN],
            "coming": [view for view in reversed(views) if view.stage == Stage.COMING],
            "past": [view for view in views if view.stage in {Stage.OVER, Stage.CALLED_OFF}],
            "swedish_texts": is_partly_swedish(views),
        },
    )


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def dialogue(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a dialogue: what, when, where, how to answer, and what was heard."""
    municipality, dialogue = get_dialogue_or_404(slug, number)
    view = dialogue_view(dialogue, timezone.localdate())
    themes = [theme for _theme, theme in theme_views([dialogue], [])]
    corrections = correction_views(TextCorrection.objects.filter(heard__dialogue=dialogue))
    context = {
        "municipality": municipality,
        "dialogue": view,
        "themes": themes,
        "corrections": corrections,
        "swedish_texts": is_partly_swedish(view, themes, corrections),
    }
    return render(request, "dialogues/dialogue.html", context)


@require_safe
@public_file
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Give all meetings of a municipality as a calendar to subscribe to."""
    municipality = get_municipality_or_404(slug)
    name = _("Medborgardialoger i %(name)s") % {"name": municipality.official_name}
    return _calendar(calendar_of(public_dialogues(municipality), name), f"dialoger-{slug}.ics")


@require_safe
@public_file
def one_calendar(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Give one meeting as a calendar file."""
    _place, dialogue = get_dialogue_or_404(slug, number)
    if dialogue.begins_at is None:
        raise NotHere(
            _("Dialogen har ingen träff att lägga i kalendern."),
            reverse("dialogue", args=[slug, number]),
            _("Visa dialogen"),
        )
    return _calendar(calendar_of([dialogue], dialogue.title), f"dialog-{slug}-{number}.ics")


def _calendar(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
