"""A wrong target of a signed pledge is told by a dated correction."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pledge_portal.accounts.models import Role
from pledge_portal.pages.refusals import Refused
from pledges import lifecycle
from pledges.decisions.correcting import correct_target
from pledges.exchange.exporting import pledge_file_of
from pledges.follow_ups.rules import open_follow_up
from pledges.models import Commitment, PledgeDocument, PublishedAction, TargetChange
from tests.builders import a_follow_up, a_municipality, a_person, a_pledge, an_action
from tests.pages.conftest import Reader
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OPENLY = {"kind": "other", "target_unit": "träffar"}


def corrected(commitment: Commitment, **fields: Any) -> TargetChange:
    values = {"corrected_on": date(2026, 3, 2), "reason": "Fel siffra.", "by": None, "at": NOW}
    options = {name: fields.pop(name) for name in values if name in fields}
    target = {**commitment.fields(), **fields}
    return correct_target(commitment, target, **{**values, **options})


def a_commitment(**fields: object) -> Commitment:
    """Make the only commitment of a pledge to two meetings a year."""
    return a_pledge(commitments=1, commitment={**OPENLY, **fields}).commitments.get()


def test_figures_follow_what_is_right_and_the_signed_text_stands(reader: Reader) -> None:
    commitment = a_commitment()
    a_follow_up(commitment.pledge, first_day=date(2024, 1, 1))
    document = PledgeDocument.objects.public().get().sha256
    for month in (3, 5):
        an_action(commitment, done_on=date(2024, month, 3))
    page = reader.text("/alvsbyn/2023-2025/ataganden/1/")
    assert "2024 2 2 Målet är nått" in page
    corrected(commitment, target_amount=Decimal(3))
    page = reader.text("/alvsbyn/2023-2025/ataganden/1/")
    assert (
        "2 mars 2026: Målet rättades till ”Minst 3 träffar per år”. I löftet som är undertecknat "
        "står ”Minst 2 träffar per år”. Skäl: Fel siffra. Siffrorna räknas mot det rättade målet."
    ) in page
    assert "2024 3 2 Målet är inte nått" in page
    assert "2024 2 2" not in page
    page = reader.text("/alvsbyn/2023-2025/")
    assert "Åtagande 1. Målet rättades till ”Minst 3 träffar per år”." in page
    assert "Minst 2 träffar per år" in page
    english = reader.text("/en/alvsbyn/2023-2025/ataganden/1/")
    assert "The target was corrected to “At least 3 träffar a year”." in english
    commitment.refresh_from_db()
    assert commitment.target_amount == 2
    assert PledgeDocument.objects.public().get().sha256 == document
    [area] = pledge_file_of(commitment.pledge).focus_area
    assert area.commitment[0].target.amount == 2
    a_pledge(period="2022", valid_from=date(2022, 1, 1), valid_to=date(2022, 12, 31))
    for path in ("/alvsbyn/", "/alvsbyn/loften/jamfor/?fran=2022&till=2023-2025"):
        text = reader.text(path)
        assert "Målet rättades till ”Minst 3 träffar per år”." in text


def test_what_was_published_before_keeps_its_figures(reader: Reader) -> None:
    commitment = a_commitment()
    days = {"first_day": date(2025, 1, 1), "last_day": date(2025, 9, 30)}
    a_follow_up(commitment.pledge, meeting_on=date(2025, 9, 30), **days)
    corrected(commitment, target_amount=Decimal(5), corrected_on=date(2025, 2, 1))
    page = reader.text("/alvsbyn/2023-2025/uppfoljningar/2025-09-30/")
    assert "Minst 2 träffar per år" in page
    assert "Minst 5" not in page


def test_a_correction_can_be_corrected_and_the_shape_too(reader: Reader) -> None:
    commitment = a_commitment()
    corrected(commitment, target_amount=Decimal(3))
    corrected(
        commitment,
        target_shape="none",
        target_amount=None,
        target_period="",
        corrected_on=date(2026, 3, 3),
    )
    page = reader.text("/alvsbyn/2023-2025/ataganden/1/")
    assert "Det finns inget mål att räkna mot." in page
    assert page.count("Siffrorna räknas mot det rättade målet.") == 1
    assert page.count("Målet rättades till") == 2


def test_what_is_corrected_to_weeks_is_summed_up_by_the_day(reader: Reader) -> None:
    commitment = a_commitment()
    an_action(commitment, done_on=date(2025, 3, 3))
    an_action(commitment, done_on=date(2025, 3, 16))
    corrected(commitment, target_period="week", target_amount=Decimal(1))
    page = reader.text("/alvsbyn/2023-2025/ataganden/1/")
    assert "3 mars–16 mars (14 av 365 dygn redovisade)" in page


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({}, "target_shape"),
        ({"target_amount": Decimal(3), "reason": " "}, "reason"),
        ({"target_amount": Decimal(3), "corrected_on": date(2026, 11, 24)}, "corrected_on"),
        # Before anybody had signed it.
        ({"target_amount": Decimal(3), "corrected_on": date(2022, 12, 11)}, "corrected_on"),
        ({"target_amount": None}, "target_amount"),
        ({"target_amount": Decimal(3), "target_unit_sv": ""}, "target_unit_sv"),
        ({"target_at_most": True}, "target_at_most"),
        ({"target_period": "own", "target_first": date(2022, 1, 1)}, "target_first"),
        ({"target_shape": "coverage", "target_of": 1}, "target_of"),
    ],
)
def test_what_no_correction_can_be_is_refused(fields: dict[str, Any], fault: str) -> None:
    commitment = a_commitment()
    with pytest.raises(Refused) as refused:
        corrected(commitment, **fields)
    assert fault in refused.value.faults
    assert not TargetChange.objects.exists()


def test_neither_drafts_nor_earlier_days_nor_what_was_counted_otherwise() -> None:
    draft = a_pledge(a_municipality("Boden"), signed=False).commitments.first()
    assert draft is not None
    with pytest.raises(Refused, match="inte undertecknat av alla"):
        corrected(draft, target_amount=Decimal(3))
    commitment = a_commitment()
    corrected(commitment, target_amount=Decimal(3))
    with pytest.raises(Refused, match="senare än så, den 2 mars 2026"):
        corrected(commitment, target_amount=Decimal(4), corrected_on=date(2026, 3, 1))
    an_action(commitment)
    with pytest.raises(Refused, match="på begäran"):
        corrected(commitment, target_shape="on_demand", target_amount=None, target_period="")


def test_a_secret_kind_is_told_when_the_right_period_is_over() -> None:
    commitment = a_pledge(commitments=1, valid_to=date(2027, 12, 31)).commitments.get()
    action = an_action(commitment)
    assert PublishedAction.objects.get(action=action).public_from == date(2025, 1, 1)
    corrected(commitment, target_period="whole")
    assert PublishedAction.objects.get(action=action).public_from == date(2028, 1, 1)
    follow_up = open_follow_up(
        commitment.pledge,
        first_day=date(2024, 1, 1),
        last_day=date(2024, 12, 31),
        meeting_on=date(2026, 11, 1),
        by=None,
        at=NOW,
    )
    assert follow_up.assessments.get().verdict == "not_assessed"


def test_the_days_that_are_shown_follow_the_right_period() -> None:
    fields = {"target_period": "half_year"}
    commitment = a_pledge(commitments=1, commitment=fields).commitments.get()
    action = an_action(commitment, done_on=date(2024, 7, 3))
    shown = PublishedAction.objects.filter(action=action).values_list("shown_first", "shown_last")
    assert shown.get() == (date(2024, 7, 1), date(2024, 7, 31))
    corrected(commitment, target_period="year")
    assert shown.get() == (date(2024, 1, 1), date(2024, 7, 31))


def test_a_secret_kind_is_told_no_earlier_for_a_correction() -> None:
    """Whatever is recorded: else the answer would tell of it."""
    commitment = a_pledge(commitments=1, valid_to=date(2027, 12, 31)).commitments.get()
    for period in ("month", "term", "half_year"):
        with pytest.raises(Refused, match="den 31 december 2026"):
            corrected(commitment, target_period=period)
    later = datetime(2027, 1, 1, 9, tzinfo=UTC)
    with pytest.raises(Refused, match="den 31 december 2027"):
        corrected(commitment, target_period="month", at=later)


def test_it_is_corrected_by_clicking() -> None:
    commitment = a_commitment()
    pledge = commitment.pledge
    client = logged_in(a_person(role=Role.COORDINATOR, place=pledge.municipalities.get()))
    address = f"/arbetsyta/loften/{pledge.uid}/beslut/"
    assert "ratta-mal/" in client.get(address).content.decode()
    assert "ratta-mal/1/" in client.get(f"{address}ratta-mal/").content.decode()
    page = client.get(f"{address}ratta-mal/1/").content.decode()
    assert "I löftet som är undertecknat står: Minst 2 träffar per år." in page
    assert 'value="2"' in page
    form = {
        "target_shape": "count",
        "target_amount": "3",
        "target_unit_sv": "träffar",
        "target_period": "year",
        "target_at_least": "on",
        "corrected_on": "2026-03-02",
        "reason": "",
        "version": "0",
    }
    refused = client.post(f"{address}ratta-mal/1/", form)
    assert refused.status_code == 422
    assert "Skriv vad som blev fel och varför." in refused.content.decode()
    assert client.post(f"{address}ratta-mal/9/", form).status_code == 404
    # What the public will read is shown before, of what is typed and not only of what counts.
    assert "av 2 lovade träffar" in page
    seen = {**form, "reason": "Fel siffra.", "forhandsgranska": "1"}
    preview = client.post(f"{address}ratta-mal/1/", seen).content.decode()
    assert "Det här får allmänheten läsa" in preview
    assert "av 3 lovade träffar" in preview
    unfit = client.post(f"{address}ratta-mal/1/", {**seen, "target_period": ""}).content.decode()
    assert "Målet saknar period." in unfit
    assert "Det här får allmänheten läsa" not in unfit
    assert not TargetChange.objects.exists()
    page = client.post(
        f"{address}ratta-mal/1/", {**form, "reason": "Fel siffra."}, follow=True
    ).content.decode()
    assert "Rättat mål" in page
    change = TargetChange.objects.get()
    assert (change.target_amount, change.target_unit_sv) == (3, "träffar")
    assert change.entered_by is not None
    # The page of another tab, opened before.
    other = {**form, "target_amount": "77", "reason": "Gammal flik."}
    late = client.post(f"{address}ratta-mal/1/", other)
    assert late.status_code == 422
    assert "räknas nu som Minst 3 träffar per år. Inget är sparat." in late.content.decode()
    assert 'value="77"' in late.content.decode()
    assert 'name="version" value="1"' in late.content.decode()
    assert TargetChange.objects.count() == 1


def test_who_only_records_corrects_nothing() -> None:
    commitment = a_commitment()
    officer = a_person(role=Role.OFFICER, place=commitment.pledge.police_area)
    address = f"/arbetsyta/loften/{commitment.pledge.uid}/beslut/ratta-mal/"
    client = logged_in(officer)
    assert client.get(address).status_code == 403
    assert client.post(f"{address}1/", {"reason": "x"}).status_code == 403


def test_a_target_of_an_annulled_pledge_is_corrected_too() -> None:
    commitment = a_commitment()
    lifecycle.annul(commitment.pledge, date(2025, 6, 1), "Skäl", on=date(2025, 6, 1))
    assert corrected(commitment, target_amount=Decimal(3)).target.amount == 3
