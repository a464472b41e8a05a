"""Load who said in the demonstration that a period is reported in full."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from pledges.closings import rules
from pledges.closings.responsible import responsible_for, speakers
from pledges.demonstration.people import Staff
from pledges.demonstration.pledge import FOLDER
from pledges.models import Commitment, Municipality, PeriodClosing, Pledge


@transaction.atomic
def load_closings(name: str, pledge: Pledge, staff: Staff) -> int:
    """Close a pledge's missing periods; return how many words were given.

    Everybody responsible says it on the day of the file, but for those periods that were closed
    earlier, or opened again since.
    """
    file = FOLDER / f"{name}-redovisat.toml"
    if not file.exists():
        return 0
    pledge = Pledge.objects.with_standing().get(pk=pledge.pk)
    closed_before = set(
        PeriodClosing.objects.filter(commitment__pledge=pledge).values_list(
            "commitment__number", "first_day"
        )
    )
    commitments = {commitment.number: commitment for commitment in pledge.commitments.all()}
    written = tomllib.loads(file.read_text(encoding="utf-8"))
    closed = 0
    for entry in written["redovisat"]:
        if (entry["atagande"], entry["fran"]) not in closed_before:
            commitment = commitments[entry["atagande"]]
            commitment.pledge = pledge
            closed += _close(commitment, entry["fran"], entry["sagt"], staff)
    return closed


def _close(commitment: Commitment, first_day: date, on: date, staff: Staff) -> int:
    at = timezone.make_aware(datetime.combine(on, time(13, 20)))
    for responsible in responsible_for(commitment):
        [party, *_others] = speakers(commitment, responsible)
        by = staff.coordinator if isinstance(party, Municipality) else staff.officer
        rules.close(commitment, first_day, [responsible], party, by=by, at=at)
    return len(responsible_for(commitment))
