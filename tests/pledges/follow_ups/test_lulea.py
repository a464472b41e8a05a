"""Luleå's pledge of 2018, as its council followed it up.

301 traffic checks in eight months were 1.23 a day, of at least one promised.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from pledges import lifecycle
from pledges.follow_ups import rules as follow_up_rules
from pledges.models import Assessment, FollowUp, Pledge
from tests.builders import a_commitment, a_municipality, a_pledge, an_action, sign
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

PAGE = "/lulea/2018/"
OTHER: dict[str, Any] = {"kind": "other", "target_shape": "none"}


@pytest.fixture
def pledge() -> Pledge:
    pledge = a_pledge(
        a_municipality("Luleå"),
        period="2018",
        valid_from=date(2018, 1, 1),
        valid_to=date(2018, 12, 31),
        until_replaced=False,
        signed=False,
        commitments=0,
    )
    area = pledge.focus_areas.get()
    checks = {"target_shape": "average", "target_amount": 1, "target_period": "day"}
    a_commitment(pledge, 1, area, kind="other", **checks, target_unit="trafikkontroller")
    a_commitment(pledge, 2, area, **OTHER, text="Polisen besöker byar")
    a_commitment(pledge, 3, area, **OTHER, text="Polisen gör tillsyn")
    at = datetime(2017, 12, 1, tzinfo=UTC)
    lifecycle.adopt(pledge, at, b"%PDF-1.7 0")
    sign(pledge, pledge.signatories.count(), at)
    return Pledge.objects.get(pk=pledge.pk)


def followed_up(pledge: Pledge, last: date, verdict: str, reason: str = "") -> FollowUp:
    at = datetime.combine(last, datetime.min.time(), UTC).replace(month=last.month % 12 + 1)
    at = at.replace(year=at.year + (last.month == 12), day=20)
    follow_up = follow_up_rules.open_follow_up(
        pledge,
        first_day=date(2018, 5, 1),
        last_day=last,
        meeting_on=at.date(),
        by=None,
        at=at,
    )
    texts = dict.fromkeys(follow_up_rules.TEXTS, "") | {"verdict": verdict, "reason": reason}
    follow_up_rules.assess(follow_up.assessments.get(commitment__number=1), texts, version=1)
    follow_up_rules.leave_the_rest(follow_up)
    follow_up_rules.submit(follow_up, at)
    follow_up = FollowUp.objects.select_related("pledge__police_area").get(pk=follow_up.pk)
    for party in follow_up_rules.awaited_parties(follow_up):
        digest = follow_up_rules.content_digest(follow_up)
        follow_up_rules.approve(follow_up, party, digest=digest, by=None, at=at)
    return follow_up_rules.publish(follow_up, at)


def test_both_follow_ups_are_told_with_their_own_figures(reader: Reader, pledge: Pledge) -> None:
    checks = pledge.commitments.select_related("pledge").get(number=1)
    an_action(checks, done_on=date(2018, 5, 1), last_day=date(2018, 7, 31), amount=71)
    followed_up(pledge, date(2018, 7, 31), "partly_kept", "Färre än en om dagen")
    figures = Assessment.objects.get(verdict="partly_kept").figures["sv"]
    assert "0,77 per dygn, 1 maj–31 juli" in figures
    with time_machine.travel(date(2018, 9, 1)):
        text = reader.text(PAGE)
        assert "Rådets bedömning Delvis uppfyllt Mötet 20 augusti 2018" in text
        assert "nåddes inte" not in text
    an_action(checks, done_on=date(2018, 8, 1), last_day=date(2018, 12, 31), amount=230)
    followed_up(pledge, date(2018, 12, 31), "kept")
    figures = Assessment.objects.get(verdict="kept").figures["sv"]
    assert "1,23 per dygn, 1 maj–31 december" in figures
    text = reader.text(PAGE)
    assert "1,23 per dygn, 1 maj–31 december (245 av 365 dygn redovisade)" in text
    assert "Rådets bedömning Uppfyllt Mötet 20 januari 2019" in text
    assert "Rådet den 20 januari 2019: 1 av 3 åtaganden uppfyllda och 2 inte bedömda." in text
    assert "säger olika" not in text
    assert "nåddes inte" not in text
    assert "attained-missed" not in reader.get(PAGE).content.decode()
