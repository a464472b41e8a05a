"""Announcing dialogues, calling them off, and publishing what was heard."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dialogues.models import Dialogue, Heard
from dialogues.thread.rules import reckon
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


def save(dialogue: Dialogue, values: dict[str, Any]) -> Dialogue:
    """Save a draft or an announced dialogue with new values; raises Refused."""
    faults = faults_of(values)
    if dialogue.is_called_off:
        faults[""] = _("En inställd dialog ändras inte.")
    if faults:
        raise Refused(faults)
    for name, value in values.items():
        setattr(dialogue, name, value)
    dialogue.save()
    return dialogue


@transaction.atomic
def announce(dialogue: Dialogue, at: datetime, on: date) -> Dialogue:
    """Show a draft to everyone, under the municipality's next number.

    Announcing twice changes nothing. Raises Refused when its last day is past: what has been
    is no announcement.
    """
    Municipality.objects.select_for_update().get(pk=dialogue.municipality_id)
    found = Dialogue.objects.select_for_update().get(pk=dialogue.pk)
    if found.is_announced:
        return found
    if found.closes_on < on:
        raise Refused({"": _("Sista dagen att svara har passerat. Ändra den först.")})
    there = Dialogue.objects.filter(municipality=found.municipality_id)
    found.number = (there.aggregate(latest=Max("number"))["latest"] or 0) + 1
    found.announced_at = at
    found.save(update_fields=["number", "announced_at"])
    return found


def call_off(dialogue: Dialogue, reason: str, at: datetime) -> None:
    """Call off an announced dialogue; it stays in the calendar with the reason."""
    if not reason.strip():
        raise Refused({"reason": _("Skriv varför dialogen ställs in.")})
    Dialogue.objects.filter(pk=dialogue.pk, announced_at__isnull=False, called_off_at=None).update(
        called_off_at=at, called_off_because=reason.strip()
    )


def delete_draft(dialogue: Dialogue) -> None:
    """Throw away a draft that nobody has seen; raises Refused when somebody may have."""
    if dialogue.is_announced or dialogue.submissions.exists():
        raise Refused({"": _("En dialog som är annonserad eller har svar tas inte bort.")})
    Heard.objects.filter(dialogue=dialogue).delete()
    dialogue.delete()


@transaction.atomic
def sum_up(dialogue: Dialogue, texts: dict[str, str], at: datetime, *, publishes: bool) -> Heard:
    """Save what was heard, in Swedish (`text_sv`) and perhaps English, and publish it if asked to.

    What is published stays published, with its new words. Raises Refused for a dialogue that
    isn't announced.
    """
    if publishes and not dialogue.is_announced:
        raise Refused({"": _("Annonsera dialogen innan du publicerar vad ni hörde.")})
    found = Heard.objects.filter(dialogue=dialogue).first() or Heard(dialogue=dialogue)
    for name, text in texts.items():
        setattr(found, name, text)
    if publishes and found.published_at is None:
        found.published_at = at
    found.save()
    if publishes:
        reckon(found)
    return found
