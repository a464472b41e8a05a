"""Rules for announcing dialogues, calling them off and summing them up."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from dialogues.models import Dialogue, Heard
from dialogues.thread.rules import count_themes
from pledge_portal.database.english import english_is_right
from pledge_portal.pages.refusals import Refused
from pledges.models import Municipality


def faults_of(values: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong with a dialogue's values, by field."""
    faults = {}
    begins, ends = values.get("begins_at"), values.get("ends_at")
    if values["kind"] != Dialogue.Kind.ONLINE and begins is None:
        faults["begins_at"] = _("Skriv när ni träffas. Välj slaget ”på nätet” om ni inte träffas.")
    if values["kind"] != Dialogue.Kind.ONLINE and not values.get("place"):
        faults["place"] = _("Skriv var ni träffas.")
    if ends is not None and (begins is None or ends <= begins):
        faults["ends_at"] = _("Slutet måste komma efter början.")
    if values["closes_on"] < values["opens_on"]:
        faults["closes_on"] = _("Sista dagen måste komma efter den första.")
    return faults


# What of a dialogue stands in people's calendars.
_IN_CALENDARS = ("title_sv", "title_en", "question_sv", "question_en", "place")
_BESIDE = ("audience_sv", "audience_en")
_TIMES = ("begins_at", "ends_at")


@transaction.atomic
def save(
    dialogue: Dialogue, values: dict[str, Any], at: datetime, *, still_right: Collection[str] = ()
) -> Dialogue:
    """Save a draft or an announced dialogue with new values.

    `still_right` names English texts that are right though the Swedish was changed. Calendars that
    have an announced meeting are told `at` what moment it changed. Raises Refused.
    """
    faults = faults_of(values)
    if dialogue.is_called_off:
        faults[""] = _("En inställd dialog ändras inte.")
    if faults:
        raise Refused(faults)
    before = _as_in_calendars(dialogue)
    for name, value in values.items():
        setattr(dialogue, name, value)
    shows_english_again = not {"title", "question"}.isdisjoint(still_right)
    if dialogue.is_announced and (_as_in_calendars(dialogue) != before or shows_english_again):
        dialogue.revision += 1
        dialogue.changed_at = at
    dialogue.save()
    english_is_right(dialogue, still_right)
    return dialogue


def texts_of(dialogue: Dialogue) -> list[str]:
    """Return everything that people wrote in a dialogue."""
    return [getattr(dialogue, name) or "" for name in (*_IN_CALENDARS, *_BESIDE)]


def _as_in_calendars(dialogue: Dialogue) -> list[object]:
    texts = [getattr(dialogue, name) or "" for name in _IN_CALENDARS]
    return [*texts, *(getattr(dialogue, name) for name in _TIMES)]


@transaction.atomic
def announce(dialogue: Dialogue, at: datetime, on: date) -> Dialogue:
    """Show a draft to everyone, under the municipality's next number.

    Announcing twice changes nothing. Raises Refused when its last day is past: what has been is no
    announcement.
    """
    Municipality.objects.select_for_update().get(pk=dialogue.municipality_id)
    locked = Dialogue.objects.select_for_update().get(pk=dialogue.pk)
    if locked.is_announced:
        return locked
    if locked.closes_on < on:
        raise Refused({"": _("Sista dagen att svara har passerat. Ändra den först.")})
    existing = Dialogue.objects.filter(municipality=locked.municipality_id)
    locked.number = (existing.aggregate(latest=Max("number"))["latest"] or 0) + 1
    locked.announced_at = at
    locked.save(update_fields=["number", "announced_at"])
    return locked


def call_off(dialogue: Dialogue, reason: str, at: datetime) -> None:
    """Call off an announced dialogue; it stays in the calendar with a reason."""
    if not reason.strip():
        raise Refused({"reason": _("Skriv varför dialogen ställs in.")})
    Dialogue.objects.filter(pk=dialogue.pk, announced_at__isnull=False, called_off_at=None).update(
        called_off_at=at,
        called_off_because=reason.strip(),
        revision=F("revision") + 1,
        changed_at=at,
    )


def delete_draft(dialogue: Dialogue) -> None:
    """Delete a draft; raises Refused when somebody may have seen it."""
    if dialogue.is_announced or dialogue.submissions.exists():
        raise Refused({"": _("En dialog som är annonserad eller har svar tas inte bort.")})
    Heard.objects.filter(dialogue=dialogue).delete()
    dialogue.delete()


@transaction.atomic
def sum_up(
    dialogue: Dialogue,
    texts: dict[str, str],
    at: datetime,
    *,
    publishes: bool,
    still_right: Collection[str] = (),
) -> Heard:
    """Save what was heard, and publish it if asked to.

    `texts` are `text_sv` and perhaps `text_en`, which may be `still_right` though the Swedish was
    changed. Raises Refused for a dialogue that isn't announced, and once it is published: then
    corrections are written beside it.
    """
    if publishes and not dialogue.is_announced:
        raise Refused({"": _("Annonsera dialogen innan du publicerar vad ni hörde.")})
    existing = Heard.objects.select_for_update().filter(dialogue=dialogue).first()
    heard = existing or Heard(dialogue=dialogue)
    if heard.published_at is not None:
        raise Refused({"": _("Sammanfattningen är publicerad och ändras inte. Skriv en rättelse.")})
    for name, text in texts.items():
        setattr(heard, name, text)
    heard.save()
    english_is_right(heard, still_right)
    if publishes:
        count_themes(heard)
        heard.published_at = at
        heard.save(update_fields=["published_at"])
    return heard
