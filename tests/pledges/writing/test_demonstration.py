"""The demonstration's next pledge, to be looked at and finished.

Whoever tries it finishes it.
"""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dialogues.demonstration import DIALOGUES_FILE, load_views
from dialogues.models import Comment
from pledge_portal.accounts.demonstration import ensure_demo_accounts
from pledges.demonstration.pledge import ALVSBYN, load_pledge
from pledges.demonstration.writing import Writers, load_next_pledge
from pledges.models import Consultation, Municipality, PoliceArea
from pledges.writing.adoption import approvals_of
from pledges.writing.adoption_checklist import check
from pledges.writing.completeness import marks_by_commitment
from tests.pledges.actions.test_recording_pages import words

pytestmark = pytest.mark.django_db


def test_the_next_pledge_is_half_written_by_two_and_residents_are_asked(
    settings: Any, tmp_path: Path
) -> None:
    settings.DEMONSTRATION = True
    settings.DATA_FOLDER = tmp_path
    signed = load_pledge(ALVSBYN)
    place = Municipality.objects.get(slug="alvsbyn")
    accounts = ensure_demo_accounts("x", place, PoliceArea.objects.get(name="Piteå älvdal"))
    by_email = {account.email: account for account in accounts}
    writers = Writers(by_email["demo-polis@example.se"], by_email["demo-samordnare@example.se"])
    on = date(2026, 11, 26)
    draft = load_next_pledge(signed, writers, on)
    assert draft is not None
    assert load_views(place) == 4
    assert load_next_pledge(signed, writers, on) is None, "a second start adds nothing"
    assert load_views(place) == 0
    draft.refresh_from_db()
    assert draft.is_demonstration
    assert (draft.title_sv, draft.period) == ("Medborgarlöfte 2027–2029", "2027-2029")
    # It begins when the dialogue about it is over, and the consultation.
    assert draft.valid_from == date(2027, 7, 1)
    dialogues = tomllib.loads(DIALOGUES_FILE.read_text(encoding="utf-8"))["dialog"]
    open_days = max(dialogue.get("oppen_i_dagar", 0) for dialogue in dialogues)
    assert draft.valid_from > on + timedelta(days=open_days)
    assert draft.valid_from > Consultation.objects.get().closes_on
    latest = draft.versions.first()
    assert latest is not None
    wrote = {version.saved_by for version in draft.versions.all()}
    assert wrote == {writers.officer, writers.coordinator}
    marks = marks_by_commitment(latest.contents)
    vague = [row["text_sv"] for row in latest.contents["commitments"] if marks[row["id"]].vague]
    assert "Kommunen arbetar för ökad trygghet i centrum." in vague
    assert draft.remarks.filter(settled_at=None).get().quoted == "ökad trygghet"
    missing = [each.place for each in approvals_of(draft, latest.number) if each.approval is None]
    assert missing == [place]
    stops = [point.sentence for point in check(draft, latest.contents, latest.number, on).stops]
    assert stops == ["Diarienumret saknas.", "Ett samråd om löftet pågår. Avsluta det först."]
    asked = Consultation.objects.get()
    assert asked.is_open(on)
    page = words(Client().get("/alvsbyn/samrad/2027-2029/"))
    for shown in ("Demonstration", "Polisen går fotpatrull i centrum", "lamporna i gångtunneln"):
        assert shown in page
    for hidden in ("tre hundsök även på gymnasiet", "Johan Dahlqvist", "Räcker personalen"):
        assert hidden not in page
    assert Comment.objects.filter(consultation=asked, state="published").count() == 4
