"""Load the demonstration's follow-ups: made up, and marked so."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pledge_portal.accounts.models import User
from pledges.follow_ups import rules as follow_up_rules
from pledges.follow_ups.document import store_document
from pledges.models import FollowUp, Municipality, Pledge

FOLLOW_UPS_FILE = settings.BASE_DIR / "demo" / "alvsbyn-2023-2025-uppfoljningar.toml"
_FIELDS = {
    "bedomning": "verdict",
    "skal": "reason",
    "skillnad": "difference",
    "gjort": "output_text",
    "hur": "process_text",
    "effekt": "effect_text",
    "beslut": "decision",
}


def load_follow_ups(pledge: Pledge, officer: User | None, coordinator: User | None) -> int:
    """Publish the demonstration's missing follow-ups; return how many were.

    The days on which they were approved and published are the meetings' own.
    """
    published_days = set(
        FollowUp.objects.filter(pledge=pledge).values_list("meeting_on", flat=True)
    )
    written = tomllib.loads(FOLLOW_UPS_FILE.read_text(encoding="utf-8"))["uppfoljning"]
    missing = [entry for entry in written if entry["mote"] not in published_days]
    for entry in missing:
        _publish(pledge, entry, officer, coordinator)
    return len(missing)


@transaction.atomic
def _publish(
    pledge: Pledge, written: dict[str, Any], officer: User | None, coordinator: User | None
) -> None:
    at = _moment(written["mote"])
    follow_up = follow_up_rules.open_follow_up(
        pledge,
        first_day=written["fran"],
        last_day=written["till"],
        meeting_on=written["mote"],
        by=coordinator,
        at=at,
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
        by = coordinator if isinstance(party, Municipality) else officer
        follow_up_rules.approve(follow_up, party, digest=digest, by=by, at=at)
    store_document(follow_up_rules.publish(follow_up, at), at)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(15, 30)))
