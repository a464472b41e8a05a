"""Load the demonstration's completed actions: made up, and marked so."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid5

from django.db import transaction
from django.utils import timezone

from pledges.actions import recording
from pledges.demonstration.people import Staff
from pledges.demonstration.pledge import FOLDER
from pledges.models import CompletedAction, Municipality, Place, Pledge

# Names of no real place, so that nothing made up is told of a real school.
_SCHOOLS = {
    "Norra skolan (demonstration)": Place.Level.LOWER_SECONDARY,
    "Södra gymnasiet (demonstration)": Place.Level.UPPER_SECONDARY,
}


@transaction.atomic
def load_actions(name: str, pledge: Pledge, staff: Staff) -> int:
    """Record a pledge's missing actions; return how many were.

    `name` is that of the pledge's file. Each was written down the day after it was done.
    """
    pledge = Pledge.objects.with_standing().get(pk=pledge.pk)
    municipality = pledge.municipalities.get()
    commitments = {commitment.number: commitment for commitment in pledge.commitments.all()}
    existing = set(
        CompletedAction.objects.filter(commitment__pledge=pledge).values_list(
            "submission", flat=True
        )
    )
    places: dict[str, Place | None] = {"": None}
    recorded = 0
    for number, row in enumerate(rows_of(name)):
        submission = uuid5(pledge.uid, f"insats {number}")
        if submission in existing:
            continue
        if row["plats"] not in places:
            places[row["plats"]] = _place(row["plats"], municipality)
        commitment = commitments[int(row["atagande"])]
        commitment.pledge = pledge
        by_police = row["registrerad_av"] == "polis"
        entry = recording.Entry(
            commitment=commitment,
            municipality=municipality,
            done_on=date.fromisoformat(row["datum"]),
            last_day=_day(row["sista_dag"]),
            place=places[row["plats"]],
            amount=int(row["antal"]),
            unit=row["enhet"],
            requests=_number(row["bad_om_det"]),
            outcome=_outcome(row),
            premises_searched=_number(row["lokaler"]),
            indications=_number(row["markeringar"]),
            finds=_number(row["fynd"]),
            public_note=row["text"],
            internal_note=row["intern_anteckning"] or None,
        )
        written_on = entry.days.last + timedelta(days=1)
        recording.record(
            entry,
            by=staff.officer if by_police else staff.coordinator,
            place=pledge.police_area if by_police else municipality,
            submission=submission,
            at=timezone.make_aware(datetime.combine(written_on, time(9, 15))),
            is_demonstration=True,
        )
        recorded += 1
    return recorded


def rows_of(name: str) -> list[dict[str, Any]]:
    """Return the actions of a pledge's file, as they are written there."""
    file = FOLDER / f"{name}-insatser.csv"
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def _place(name: str, municipality: Municipality) -> Place:
    level = _SCHOOLS.get(name, "")
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


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
