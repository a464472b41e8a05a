"""Load the demonstration's completed actions: made up, and marked so."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pledge_portal.accounts.models import User
from pledges.actions import recording
from pledges.models import CompletedAction, Municipality, Place, Pledge

ACTIONS_FILE = settings.BASE_DIR / "demo" / "alvsbyn-2023-2025-insatser.csv"
# Names of no real place, so that nothing made up is told of a real school.
_PLACES = {
    "Norra skolan (demonstration)": Place.Level.LOWER_SECONDARY,
    "Södra gymnasiet (demonstration)": Place.Level.UPPER_SECONDARY,
    "Kommunhuset (demonstration)": "",
    "Näringslivets hus (demonstration)": "",
}


@transaction.atomic
def load_actions(pledge: Pledge, officer: User | None, coordinator: User | None) -> int:
    """Record the demonstration's missing actions; return how many were."""
    municipality = Municipality.objects.get(slug="alvsbyn")
    places = {name: _place(name, level, municipality) for name, level in _PLACES.items()}
    pledge = Pledge.objects.with_standing().get(pk=pledge.pk)
    commitments = {commitment.number: commitment for commitment in pledge.commitments.all()}
    existing = set(CompletedAction.objects.values_list("submission", flat=True))
    recorded = 0
    with ACTIONS_FILE.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream, delimiter=";")):
            submission = uuid5(pledge.uid, f"insats {number}")
            if submission in existing:
                continue
            commitment = commitments[int(row["atagande"])]
            commitment.pledge = pledge
            by_police = row["registrerad_av"] == "polis"
            done_on = date.fromisoformat(row["datum"])
            recording.record(
                recording.Entry(
                    commitment=commitment,
                    municipality=municipality,
                    done_on=done_on,
                    place=places.get(row["plats"]),
                    amount=int(row["antal"]),
                    outcome=_outcome(row),
                    premises_searched=_number(row["lokaler"]),
                    indications=_number(row["markeringar"]),
                    finds=_number(row["fynd"]),
                    public_note=row["text"],
                    internal_note=row["intern_anteckning"] or None,
                ),
                by=officer if by_police else coordinator,
                place=pledge.police_area if by_police else municipality,
                submission=submission,
                at=timezone.make_aware(datetime.combine(done_on + timedelta(days=1), time(9, 15))),
                is_demonstration=True,
            )
            recorded += 1
    return recorded


def _place(name: str, level: str, municipality: Municipality) -> Place:
    kind = Place.Kind.SCHOOL if level else Place.Kind.OTHER
    place, _created = Place.objects.get_or_create(
        municipality=municipality, name=name, defaults={"kind": kind, "level": level}
    )
    return place


def _outcome(row: dict[str, Any]) -> str:
    outcome = CompletedAction.Outcome
    return outcome.PARTLY if row["hur_det_gick"] == "delvis" else outcome.AS_PLANNED


def _number(text: str) -> int | None:
    return int(text) if text else None
