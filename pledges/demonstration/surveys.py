"""Load the demonstration's drug-habit surveys: made up, and marked so."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from pledge_portal.accounts.models import User
from pledges.demonstration.pledge import FOLDER
from pledges.exchange.tables import read_table
from pledges.models import Commitment, Municipality, Pledge, SurveyRound
from pledges.surveys import imports, publishing

SURVEYS_FILE = FOLDER / "alvsbyn-drogvanor.csv"
_INSTRUMENT = "Påhittad enkät (demonstration)"


@transaction.atomic
def load_surveys(pledge: Pledge, coordinator: User | None) -> int:
    """Publish the demonstration's rounds; return how many were.

    None when the municipality has rounds. Each is published on 12 June of its school year.
    """
    municipality = Municipality.objects.get(slug="alvsbyn")
    commitment = pledge.commitments.filter(kind=Commitment.Kind.DRUG_HABIT_SURVEY).first()
    if commitment is None or SurveyRound.objects.filter(municipality=municipality).exists():
        return 0
    preview = imports.preview(
        read_table(SURVEYS_FILE.read_bytes()),
        commitment,
        municipality,
        method=SurveyRound.Method.WEB_AT_SCHOOL,
        instrument=_INSTRUMENT,
        today=timezone.localdate(),
    )
    now = timezone.now()
    rounds = imports.store(preview, is_sure=True, by=coordinator, at=now, is_demonstration=True)
    for survey_round in rounds:
        day = date(survey_round.school_year + 1, 6, 12)
        at = timezone.make_aware(datetime.combine(day, time(10, 0)))
        publishing.publish(survey_round, is_sure=True, by=coordinator, at=at, today=day)
    return len(rounds)
