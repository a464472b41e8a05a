"""Load the demonstration's follow-ups: made up, and marked so."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from pledges.demonstration.people import Staff
from pledges.demonstration.pledge import FOLDER
from pledges.follow_ups import rules as follow_up_rules
from pledges.follow_ups.document import store_document
from pledges.models import FollowUp, Municipality, Pledge

_FIELDS = {
    "bedomning": "verdict",
    "skal": "reason",
    "skillnad": "difference",
    "gjort": "output_text",
    "hur": "process_text",
    "effekt": "effect_text",
    "beslut": "decision",
}


def load_follow_ups(name: str, pledge: Pledge, staff: Staff) -> int:
    """Publish a pledge's missing follow-ups; return how many were.

    `name` is that of the pledge's file. The days on which they were approved and published are the
    meetings' own.
    """
    published_days = set(
        FollowUp.objects.filter(pledge=pledge).values_list("meeting_on", flat=True)
    )
    missing = [entry for entry in entries_of(name) if entry["mote"] not in published_days]
    for entry in missing:
        _publish(pledge, entry, staff)
    return len(missing)


def entries_of(name: str) -> list[dict[str, Any]]:
    """Return the follow-ups of a pledge's file, as they are written there."""
    file = FOLDER / f"{name}-uppfoljningar.toml"
    if not file.exists():
        return []
    entries: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["uppfoljning"]
    return entries


@transaction.atomic
def _publish(pledge: Pledge, written: dict[str, Any], staff: Staff) -> None:
    at = _moment(written["mote"])
    follow_up = follow_up_rules.open_follow_up(
        pledge,
        first_day=written["fran"],
        last_day=written["till"],
        meeting_on=written["mote"],
        by=staff.coordinator,
        at=at,
        assessed_by=written.get("bedomer", ""),
        is_demonstration=True,
    )
    follow_up_rules.introduce(follow_up, written["inledning"], version=1)
    for assessment in follow_up.assessments.filter(verdict="").select_related("commitment"):
        verdict = written["bedomning"][str(assessment.commitment.number)]
        texts = {name: verdict.get(key, "") for key, name in _FIELDS.items()}
        follow_up_rules.assess(assessment, texts, version=1)
    follow_up = follow_up_rules.submit(follow_up, at)
    digest = follow_up_rules.content_digest(follow_up)
    for party in follow_up_rules.awaited_parties(follow_up):
        by = staff.coordinator if isinstance(party, Municipality) else staff.officer
        follow_up_rules.approve(follow_up, party, digest=digest, by=by, at=at)
    store_document(follow_up_rules.publish(follow_up, at), at)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(15, 30)))
