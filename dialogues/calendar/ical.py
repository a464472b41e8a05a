"""Dialogues as iCalendar files (RFC 5545), for a phone's own calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dialogues.models import Dialogue
from pledge_portal.pages.text import wording

_USUAL_LENGTH = timedelta(hours=1)


def calendar_of(dialogues: Iterable[Dialogue], name: str) -> bytes:
    """Return the announced meetings as a calendar.

    Dialogues without a meeting are left out. Those that are called off are marked as cancelled, so
    that calendars that have them say so.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//pledge_portal//Medborgardialoger//SV")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", icalendar.vText(name))
    for dialogue in dialogues:
        if dialogue.begins_at is not None:
            calendar.add_component(_event(dialogue, dialogue.begins_at))
    return calendar.to_ical()


def _event(dialogue: Dialogue, begins_at: datetime) -> icalendar.Event:
    # The moment of the last change stands still, so that an unchanged file has unchanged bytes.
    address = settings.SITE_URL + reverse(
        "dialogue", args=[dialogue.municipality.slug, dialogue.number]
    )
    event = icalendar.Event()
    event.add("uid", f"{dialogue.municipality.code}-{dialogue.number}@{_host()}")
    changed_at = dialogue.changed_at or dialogue.announced_at
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("sequence", dialogue.revision)
    event.add("dtstart", begins_at)
    event.add("dtend", dialogue.ends_at or begins_at + _USUAL_LENGTH)
    title = wording(dialogue, "title")
    language = title.lang or (get_language() or settings.LANGUAGE_CODE)
    event.add("summary", title.text, parameters={"LANGUAGE": language})
    lines = [wording(dialogue, "question").text, address]
    if dialogue.is_demonstration:
        # A calendar shows it among meetings that are held.
        lines.insert(0, f"{_('Demonstrationsuppgift')}.")
    event.add("description", "\n".join(lines))
    if dialogue.place:
        event.add("location", dialogue.place)
    event.add("url", address)
    event.add("status", "CANCELLED" if dialogue.is_called_off else "CONFIRMED")
    return event


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
