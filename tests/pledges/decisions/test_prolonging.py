"""A pledge is prolonged by a dated decision, beside what was signed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from pledge_portal.accounts.models import Role
from pledge_portal.pages.refusals import Refused
from pledges import lifecycle, presentation
from pledges.decided import Decision
from pledges.decisions.presentation import act_views
from pledges.decisions.prolonging import prolong
from pledges.lifecycle import Standing, State, standing
from pledges.models import Pledge, Prolongation, PublishedAction, TargetChange, ValidityPeriod
from tests.builders import a_municipality, a_person, a_pledge, an_action
from tests.pages.conftest import Reader
from tests.pledges.decisions.test_correcting import corrected
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
A_DECISION = Decision(date(2021, 11, 15), "Kommunstyrelsen", "112")


def a_pledge_of_2021(**fields: Any) -> Pledge:
    """Make a pledge of one year that ends with it."""
    days = {"period": "2021", "valid_from": date(2021, 1, 1), "valid_to": date(2021, 12, 31)}
    return a_pledge(**{"until_replaced": False, **days, **fields})


def prolonged(pledge: Pledge, **fields: Any) -> Prolongation:
    values = {
        "valid_to": date(2022, 12, 31),
        "decision": A_DECISION,
        "reason": "Pandemin.",
        "by": None,
        "at": NOW,
    }
    return prolong(pledge, **{**values, **fields})


def on(pledge: Pledge, day: date) -> Standing:
    return standing(Pledge.objects.with_standing().get(pk=pledge.pk), day)


def test_it_holds_to_the_new_day_and_remembers_the_old() -> None:
    pledge = a_pledge_of_2021()
    assert on(pledge, date(2022, 3, 1)).state == State.ENDED
    prolonged(pledge)
    then = on(pledge, date(2022, 3, 1))
    assert (then.state, then.planned_end) == (State.IN_FORCE, date(2022, 12, 31))
    assert (then.original_end, then.last_day) == (date(2021, 12, 31), date(2022, 12, 31))
    assert on(pledge, date(2023, 1, 1)).state == State.ENDED
    # Before the decision nobody knew of it.
    assert on(pledge, date(2021, 11, 14)).planned_end == date(2021, 12, 31)
    pledge.refresh_from_db()
    assert pledge.valid_to == date(2021, 12, 31)
    prolonged(
        pledge,
        valid_to=date(2023, 6, 30),
        decision=Decision(date(2022, 12, 1), "Kommunfullmäktige"),
    )
    assert on(pledge, date(2023, 6, 30)).is_in_force
    assert not on(pledge, date(2023, 7, 1)).is_in_force


def test_one_that_is_held_over_is_in_force_again_from_the_decision() -> None:
    pledge = a_pledge_of_2021(until_replaced=True)
    prolonged(pledge, decision=Decision(date(2022, 2, 1), "Rådet"))
    assert on(pledge, date(2022, 1, 15)).state == State.HELD_OVER
    assert on(pledge, date(2022, 2, 1)).state == State.IN_FORCE
    assert on(pledge, date(2023, 1, 1)).state == State.HELD_OVER


def test_the_next_pledge_still_takes_over_on_its_day() -> None:
    place = a_municipality()
    pledge = a_pledge_of_2021(municipality=place)
    a_pledge(place, period="2022", valid_from=date(2022, 7, 1), valid_to=date(2023, 6, 30))
    prolonged(pledge)
    assert ValidityPeriod.objects.get(pledge=pledge).during.upper == date(2022, 7, 1)
    assert on(pledge, date(2022, 7, 1)).state == State.REPLACED
    assert on(pledge, date(2022, 6, 30)).state == State.IN_FORCE


def test_one_that_another_follows_the_day_after_is_not_said_to_be_prolonged() -> None:
    place = a_municipality()
    pledge = a_pledge_of_2021(municipality=place)
    a_pledge(place, period="2022", valid_from=date(2022, 1, 1), valid_to=date(2023, 6, 30))
    with pytest.raises(Refused, match="börjar gälla dagen efter"):
        prolonged(pledge)
    assert not Prolongation.objects.exists()


def test_one_that_was_held_over_until_the_next_came_keeps_its_last_day() -> None:
    pledge = a_pledge_of_2021(until_replaced=True)
    a_pledge(pledge.municipalities.get())
    prolonged(pledge)
    assert ValidityPeriod.objects.get(pledge=pledge).during.upper == date(2023, 1, 1)
    then = on(pledge, date(2022, 12, 31))
    assert (then.state, then.planned_end) == (State.IN_FORCE, date(2022, 12, 31))
    assert on(pledge, date(2023, 1, 1)).state == State.REPLACED


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"valid_to": date(2021, 12, 31)}, "valid_to"),
        ({"valid_to": date(2122, 12, 31)}, "valid_to"),
        ({"decision": Decision(None, "Rådet")}, "decided_on"),
        ({"decision": Decision(date(2021, 11, 15))}, "decided_by"),
        ({"decision": Decision(date(2026, 12, 24), "Rådet")}, "decided_on"),
        # Before the pledge was there, or after all of the time that it gives.
        ({"decision": Decision(date(2020, 12, 31), "Rådet")}, "decided_on"),
        ({"decision": Decision(date(2023, 1, 1), "Rådet")}, "valid_to"),
        ({"reason": "  "}, "reason"),
        # It had ended when it was decided.
        ({"decision": Decision(date(2022, 1, 1), "Rådet")}, "decided_on"),
    ],
)
def test_what_no_decision_can_be_is_refused(fields: dict[str, Any], fault: str) -> None:
    pledge = a_pledge_of_2021()
    with pytest.raises(Refused) as refused:
        prolonged(pledge, **fields)
    assert list(refused.value.faults) == [fault]
    assert not Prolongation.objects.exists()


def test_neither_drafts_nor_annulled_nor_replaced_pledges_are_prolonged() -> None:
    draft = a_pledge_of_2021(signed=False)
    with pytest.raises(Refused, match="alla har undertecknat"):
        prolonged(draft)
    annulled = a_pledge_of_2021(municipality=a_municipality("Piteå"))
    lifecycle.annul(annulled, date(2021, 6, 1), "Skäl", on=date(2021, 6, 1))
    with pytest.raises(Refused, match="upphävt"):
        prolonged(annulled)
    place = a_municipality("Boden")
    replaced = a_pledge_of_2021(municipality=place)
    a_pledge(place, period="2021-2", valid_from=date(2021, 7, 1), valid_to=date(2022, 6, 30))
    with pytest.raises(Refused, match="ersatts"):
        prolonged(replaced)
    cut_short = Pledge.objects.with_standing().get(pk=replaced.pk)
    acts = act_views(cut_short, lifecycle.standing(cut_short, date(2021, 12, 1)))
    assert "prolong_pledge" not in [act.page for act in acts]


def test_it_is_prolonged_by_clicking_and_everybody_reads_it(reader: Reader) -> None:
    pledge = a_pledge()
    client = logged_in(a_person(role=Role.COORDINATOR, place=pledge.municipalities.get()))
    address = f"/arbetsyta/loften/{pledge.uid}/beslut/"
    assert "forlang/" in client.get(address).content.decode()
    refused = client.post(f"{address}forlang/", {"valid_to": "2027-12-31"})
    assert refused.status_code == 422
    assert "Skriv vem som beslutade." in refused.content.decode()
    today = timezone.localdate()
    form = {
        "valid_to": (today + timedelta(days=400)).isoformat(),
        "decided_on": "2025-11-03",
        "decided_by": "Kommunstyrelsen",
        "decision_paragraph": "7",
        "reason": "Ett nytt löfte dröjer.",
    }
    page = client.post(f"{address}forlang/", form, follow=True).content.decode()
    assert "Kommunstyrelsen, 3 november 2025, § 7" in page
    page = reader.get("/alvsbyn/2023-2025/").content.decode()
    last = presentation.day(today + timedelta(days=400))
    assert f"Löftet förlängdes till och med den {last}:" in page
    assert "Ett nytt löfte dröjer." in page
    assert "Förlängt, först 31 december 2025" in page
    assert "Det är förlängt: från början skulle det gälla till den 31 december 2025." in page
    page = reader.get("/alvsbyn/2023-2025/ataganden/1/").content.decode()
    assert f"Löftet är förlängt från den 31 december 2025 till den {last}." in page


def test_a_secret_kind_over_the_whole_pledge_waits_for_the_new_end() -> None:
    pledge = a_pledge(
        valid_to=date(2030, 12, 31),
        commitments=1,
        commitment={"target_period": "whole", "target_shape": "count"},
    )
    action = an_action(pledge.commitments.get())
    assert PublishedAction.objects.get(action=action).public_from == date(2031, 1, 1)
    prolonged(pledge, valid_to=date(2031, 6, 30), decision=Decision(date(2026, 11, 3), "Rådet"))
    assert PublishedAction.objects.get(action=action).public_from == date(2031, 7, 1)


def test_the_database_lengthens_by_a_decision_alone() -> None:
    pledge = a_pledge_of_2021()
    period = ValidityPeriod.objects.get(pledge=pledge)
    longer = DateRange(date(2021, 1, 1), date(2023, 1, 1))
    with pytest.raises(IntegrityError, match="bara förkortas"), transaction.atomic():
        ValidityPeriod.objects.filter(pk=period.pk).update(during=longer)
    prolonged(pledge)
    later = DateRange(date(2021, 1, 1), date(2023, 1, 2))
    with pytest.raises(IntegrityError, match="bara förkortas"), transaction.atomic():
        ValidityPeriod.objects.filter(pk=period.pk).update(during=later)
    for statement in (
        "UPDATE pledges_prolongation SET reason = 'x'",
        "DELETE FROM pledges_prolongation",
    ):
        with (
            pytest.raises(IntegrityError, match="varken ändras"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    draft = a_pledge(
        signed=1, period="2030", valid_from=date(2030, 1, 1), valid_to=date(2030, 12, 31)
    )
    values = {"decided_on": date(2029, 1, 1), "decided_by": "R", "reason": "x", "entered_at": NOW}
    with pytest.raises(IntegrityError, match="alla har undertecknat"), transaction.atomic():
        Prolongation.objects.create(pledge=draft, valid_to=date(2040, 1, 1), **values)
    with pytest.raises(IntegrityError, match="går längre"), transaction.atomic():
        Prolongation.objects.create(pledge=pledge, valid_to=date(2022, 6, 1), **values)


def test_the_command_prolongs() -> None:
    pledge = a_pledge_of_2021()
    decided = ("--decided-on", "2021-11-15", "--decided-by", "Rådet", "--reason", "Pandemin")
    call_command("prolong_pledge", "alvsbyn", "2021", "--to", "2022-12-31", *decided)
    assert pledge.full_end == date(2022, 12, 31)


def test_what_was_decided_of_one_that_has_ended_is_entered_late() -> None:
    pledge = a_pledge_of_2021()
    client = logged_in(a_person(role=Role.COORDINATOR, place=pledge.municipalities.get()))
    page = client.get(f"/arbetsyta/loften/{pledge.uid}/beslut/").content.decode()
    assert "forlang/" in page
    assert "beslutet måste vara från den 31 december 2021 eller tidigare" in page
    assert "upphav/" in page


def a_pledge_of_six(**fields: object) -> Pledge:
    """Make a pledge of one year to six meetings in all."""
    commitment: dict[str, object] = {
        "kind": "other",
        "target_unit": "träffar",
        "target_period": "whole",
    }
    place = fields.pop("municipality", None)
    commitment |= {"target_amount": 6, **fields}
    return a_pledge_of_2021(municipality=place, commitments=1, commitment=commitment)


def test_a_decision_gives_a_new_number_for_the_whole_pledge(reader: Reader) -> None:
    pledge = a_pledge_of_six()
    commitment = pledge.commitments.get()
    for day in range(1, 8):
        an_action(commitment, done_on=date(2021, 3, day))
    address = "/alvsbyn/2021/ataganden/1/"
    assert "7 av 6 lovade träffar" in reader.text(address)
    prolonged(pledge, numbers={1: Decimal(9)})
    page = reader.text(address)
    assert (
        "15 november 2021: Beslutet att förlänga löftet gav ett nytt antal: ”Minst 9 träffar under "
        "hela löftesperioden”. Från början lovades ”Minst 6 träffar under hela löftesperioden”. "
        "Siffrorna räknas mot det nya antalet."
    ) in page
    assert "7 av 9 redovisade för hela löftesperioden" in page
    assert "7 av 6" not in page
    assert "Åtagande 1. Beslutet att förlänga löftet gav ett nytt antal" in reader.text(
        "/alvsbyn/2021/"
    )
    assert "gave a new number: “At least 9 träffar" in reader.text(f"/en{address}")


@pytest.mark.parametrize(
    ("fields", "numbers", "fault"),
    [
        ({}, {1: Decimal("8.5")}, "number_1"),
        ({}, {1: Decimal(0)}, "number_1"),
        ({}, {2: Decimal(8)}, ""),
        ({"target_period": "year"}, {1: Decimal(8)}, ""),
        (
            {"target_shape": "coverage", "target_period": "", "target_of": 8},
            {1: Decimal(9)},
            "number_1",
        ),
    ],
)
def test_numbers_that_a_target_cannot_have_are_refused(
    fields: dict[str, Any], numbers: dict[int, Decimal], fault: str
) -> None:
    pledge = a_pledge_of_six(**fields)
    with pytest.raises(Refused) as refused:
        prolonged(pledge, numbers=numbers)
    assert list(refused.value.faults) == [fault]
    assert not Prolongation.objects.exists()


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("valid_to", {"valid_to": date(9999, 12, 31)}),
        ("decided_on", {"decision": Decision(date(1, 1, 1), "Kommunstyrelsen", "112")}),
    ],
)
def test_years_that_cannot_be_are_refused(field: str, fields: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        prolonged(a_pledge_of_2021(), **fields)
    assert refused.value.faults == {field: "Året kan inte stämma."}


def test_a_target_corrected_after_the_decision_keeps_its_correction() -> None:
    """The latest counts: an earlier number would count for nothing."""
    pledge = a_pledge_of_six()
    corrected(pledge.commitments.get(), target_amount=5, corrected_on=date(2021, 12, 1))
    with pytest.raises(Refused) as refused:
        prolonged(pledge, numbers={1: Decimal(9)})
    assert "Målet ändrades senare än beslutet, den 1 december 2021." in str(refused.value)
    prolonged(pledge)
    assert pledge.commitments.get().target_in_force.amount == 5


def test_the_form_asks_for_numbers_of_the_whole_alone() -> None:
    pledge = a_pledge_of_six()
    client = logged_in(a_person(role=Role.COORDINATOR, place=pledge.municipalities.get()))
    address = f"/arbetsyta/loften/{pledge.uid}/beslut/forlang/"
    page = client.get(address).content.decode()
    assert "Nytt antal för åtagande 1" in page
    assert "Lovat: Minst 6 träffar under hela löftesperioden." in page
    form = {
        "valid_to": "2022-12-31",
        "decided_on": "2021-11-15",
        "decided_by": "Kommunstyrelsen",
        "reason": "Pandemin.",
    }
    for number in ("många", "-2"):
        refused = client.post(address, {**form, "number_1": number, "forhandsgranska": "1"})
        assert refused.status_code == 422
    # What the public will read is shown before anything is decided.
    preview = client.post(address, {**form, "number_1": "8", "forhandsgranska": "1"})
    assert "av 8 lovade träffar under hela löftesperioden" in preview.content.decode()
    assert not TargetChange.objects.exists()
    page = client.post(address, {**form, "number_1": "8"}, follow=True).content.decode()
    assert "Nytt antal" in page
    assert TargetChange.objects.get().target_amount == 8
    page = client.get(address).content.decode()
    assert "Lovat: Minst 8 träffar under hela löftesperioden." in page
    yearly = a_pledge_of_six(target_period="year", municipality=a_municipality("Boden"))
    client = logged_in(a_person("b@e.se", role=Role.COORDINATOR, place=yearly.municipalities.get()))
    page = client.get(f"/arbetsyta/loften/{yearly.uid}/beslut/forlang/").content.decode()
    assert "Nytt antal" not in page


def test_the_same_number_and_none_change_nothing() -> None:
    pledge = a_pledge_of_six()
    prolonged(pledge, numbers={1: Decimal(6)})
    assert not TargetChange.objects.exists()


def test_the_command_takes_numbers() -> None:
    a_pledge_of_six()
    decided = ("--decided-on", "2021-11-15", "--decided-by", "Rådet", "--reason", "Pandemin")
    new = ("--to", "2022-12-31", *decided, "--number")
    with pytest.raises(CommandError, match="nummer och det nya antalet"):
        call_command("prolong_pledge", "alvsbyn", "2021", *new, "1:8")
    call_command("prolong_pledge", "alvsbyn", "2021", *new, "1=8")
    assert TargetChange.objects.get().target_amount == 8
