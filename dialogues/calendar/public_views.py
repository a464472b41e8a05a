"""What everyone sees of dialogues."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues.calendar.ical import calendar_of
from dialogues.calendar.presentation import Stage, dialogue_view
from dialogues.models import Dialogue
from dialogues.thread.presentation import theme_views
from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.freshness import Shows, public_file, public_page
from pledges.models import Municipality
from pledges.presentation.lookup import get_municipality_or_404

_MOST_PAST = 200


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def dialogues(request: HttpRequest, slug: str) -> HttpResponse:
    """List the dialogues of a municipality: those that one can take part in, and those past."""
    place = get_municipality_or_404(slug)
    on = timezone.localdate()
    views = [dialogue_view(row, on) for row in _public(place)[:_MOST_PAST]]
    return render(
        request,
        "dialogues/dialogues.html",
        {
            "municipality": place,
            "now": [each for each in views if each.stage == Stage.OPEN],
            "coming": [each for each in reversed(views) if each.stage == Stage.COMING],
            "past": [each for each in views if each.stage in {Stage.OVER, Stage.CALLED_OFF}],
        },
    )


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def dialogue(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a dialogue: what is asked, when and where, how to answer, and what was heard."""
    place, row = found_dialogue(slug, number)
    return render(
        request,
        "dialogues/dialogue.html",
        {
            "municipality": place,
            "dialogue": dialogue_view(row, timezone.localdate()),
            "themes": [view for _theme, view in theme_views([row], [])],
        },
    )


@require_safe
@public_file
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Give all meetings of a municipality as a calendar to subscribe to."""
    place = get_municipality_or_404(slug)
    name = _("Medborgardialoger i %(name)s") % {"name": place.official_name}
    return _calendar(calendar_of(_public(place), name), f"dialoger-{slug}.ics")


@require_safe
@public_file
def one_calendar(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Give one meeting as a calendar file."""
    _place, row = found_dialogue(slug, number)
    if row.begins_at is None:
        raise NotHere(
            _("Dialogen har ingen träff att lägga i kalendern."),
            reverse("dialogue", args=[slug, number]),
            _("Visa dialogen"),
        )
    return _calendar(calendar_of([row], row.title), f"dialog-{slug}-{number}.ics")


def _calendar(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def found_dialogue(slug: str, number: int) -> tuple[Municipality, Dialogue]:
    """Return an announced dialogue and its municipality; raises NotHere when there is none."""
    place = get_municipality_or_404(slug)
    row = _public(place).filter(number=number).first()
    if row is None:
        raise NotHere(
            _("Det finns ingen dialog på den här adressen."),
            reverse("dialogues", args=[slug]),
            _("Visa alla dialoger"),
        )
    return place, row


def _public(place: Municipality):  # type: ignore[no-untyped-def]
    rows = Dialogue.objects.public().of(place).select_related("municipality", "heard")
    return rows.latest_first()
