"""The states of a pledge follow from signatures, dates and successors."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from pledge_portal.database.acting import as_owner
from pledge_portal.pages.refusals import Refused
from pledges import lifecycle
from pledges.consultation import rules as consultation_rules
from pledges.lifecycle import State, standing
from pledges.models import Annulment, Pledge, PledgeDocument, PledgeParty, Signature, ValidityPeriod
from pledges.presentation.validity import answer
from tests.builders import a_consultation, a_municipality, a_person, a_pledge, sign

pytestmark = pytest.mark.django_db
A_DAY = date(2026, 11, 23)
A_MOMENT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def state_of(pledge: Pledge, on: date, municipality=None) -> State:
    return standing(Pledge.objects.with_standing().get(pk=pledge.pk), on, municipality).state


def test_a_pledge_passes_from_draft_to_signed() -> None:
    pledge = a_pledge(signed=False)
    assert state_of(pledge, A_DAY) == State.DRAFT
    consultation = a_consultation(pledge, closes_on=A_DAY, at=A_MOMENT)
    assert state_of(pledge, A_DAY) == State.CONSULTATION
    with pytest.raises(Refused, match="samråd"):
        lifecycle.adopt(Pledge.objects.get(pk=pledge.pk), A_MOMENT, b"%PDF")
    # Its last day is over without anybody at the keyboard.
    assert state_of(pledge, date(2026, 11, 24)) == State.DRAFT
    consultation_rules.close(consultation, by=a_person(), at=A_MOMENT)
    assert state_of(pledge, A_DAY) == State.DRAFT
    lifecycle.adopt(pledge, A_MOMENT, b"%PDF")
    assert state_of(pledge, A_DAY) == State.ADOPTED
    sign(pledge, 1)
    assert state_of(pledge, A_DAY) == State.PARTLY_SIGNED
    sign(pledge, 1)
    assert state_of(pledge, date(2022, 12, 31)) == State.SIGNED
    assert state_of(pledge, date(2023, 1, 1)) == State.IN_FORCE


@pytest.mark.parametrize(
    ("until_replaced", "on", "state"),
    [
        (True, date(2025, 12, 31), State.IN_FORCE),
        (True, date(2026, 1, 1), State.HELD_OVER),
        (True, date(2040, 6, 1), State.HELD_OVER),
        (False, date(2025, 12, 31), State.IN_FORCE),
        (False, date(2026, 1, 1), State.ENDED),
    ],
)
def test_after_its_planned_end_a_pledge_is_held_over_or_has_ended(
    until_replaced: bool, on: date, state: State
) -> None:
    assert state_of(a_pledge(until_replaced=until_replaced), on) == state


def test_a_successor_ends_the_earlier_pledge_at_once_and_not_a_day_before() -> None:
    first = a_pledge()
    second = a_pledge(period="2026-2028", valid_from=date(2026, 3, 1), valid_to=date(2028, 12, 31))
    assert state_of(first, date(2026, 2, 28)) == State.HELD_OVER
    assert state_of(second, date(2026, 2, 28)) == State.SIGNED
    assert state_of(first, date(2026, 3, 1)) == State.REPLACED
    assert state_of(second, date(2026, 3, 1)) == State.IN_FORCE
    municipality = first.municipalities.get()
    assert lifecycle.successor(first, municipality) == second
    assert lifecycle.predecessor(second, municipality) == first
    assert [*Pledge.objects.in_force(date(2026, 3, 1))] == [second]


def test_an_earlier_pledge_entered_late_ends_where_the_next_one_begins() -> None:
    a_pledge()
    earlier = a_pledge(period="2021", valid_from=date(2021, 1, 1), valid_to=date(2021, 12, 31))
    assert state_of(earlier, date(2022, 12, 31)) == State.HELD_OVER
    assert state_of(earlier, date(2023, 1, 1)) == State.REPLACED


def test_a_joint_pledge_is_replaced_only_where_there_is_a_successor() -> None:
    alvsbyn, pitea = a_municipality(), a_municipality("Piteå")
    joint = a_pledge([alvsbyn, pitea])
    a_pledge(pitea, period="2026", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31))
    on = date(2026, 6, 1)
    assert state_of(joint, on, pitea) == State.REPLACED
    assert state_of(joint, on, alvsbyn) == State.HELD_OVER
    assert state_of(joint, on) == State.HELD_OVER


def test_two_pledges_that_begin_on_the_same_day_are_refused_with_a_sentence() -> None:
    a_pledge()
    with pytest.raises(Refused, match="samma dag i Älvsbyns kommun"), transaction.atomic():
        a_pledge(period="2023-2026", valid_to=date(2026, 12, 31))


def test_the_database_itself_refuses_two_pledges_in_force_on_one_day() -> None:
    first = a_pledge()
    other = a_pledge(period="2020", valid_from=date(2020, 1, 1), valid_to=date(2020, 12, 31))
    municipality = first.municipalities.get()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE pledges_validityperiod DISABLE TRIGGER USER")
        with pytest.raises(IntegrityError, match="one_pledge_in_force"):
            cursor.execute(
                "UPDATE pledges_validityperiod SET during = '[2020-01-01,)' WHERE pledge_id = %s"
                " AND municipality_id = %s",
                [other.pk, municipality.pk],
            )


def test_a_pledge_cannot_be_put_in_force_before_all_have_signed() -> None:
    pledge = a_pledge(signed=1)
    with pytest.raises(IntegrityError, match="alla har undertecknat"):
        ValidityPeriod.objects.create(
            pledge=pledge,
            municipality=pledge.municipalities.get(),
            during=DateRange(pledge.valid_from, None),
        )


def test_an_annulled_pledge_ends_on_its_day_and_stays_readable() -> None:
    pledge = a_pledge()
    lifecycle.annul(pledge, date(2024, 5, 2), "Fel text undertecknades.", on=date(2024, 5, 2))
    assert state_of(pledge, date(2024, 5, 1)) == State.IN_FORCE
    assert state_of(pledge, date(2024, 5, 2)) == State.ANNULLED
    assert pledge in Pledge.objects.public()
    assert not Pledge.objects.in_force(date(2024, 5, 2)).exists()
    with pytest.raises(Refused, match="redan upphävt"):
        lifecycle.annul(pledge, date(2024, 5, 3), "Igen.", on=date(2024, 5, 3))


def test_a_pledge_annulled_before_it_began_was_never_in_force() -> None:
    pledge = a_pledge()
    lifecycle.annul(pledge, date(2022, 12, 31), "Ändrade förutsättningar.", on=date(2022, 12, 31))
    assert state_of(pledge, date(2023, 6, 1)) == State.ANNULLED
    assert not Pledge.objects.in_force(date(2023, 6, 1)).exists()
    assert pledge in Pledge.objects.public()


@pytest.mark.parametrize("annulled_on", [date(2025, 11, 1), date(2026, 5, 1)])
def test_what_was_to_be_replaced_by_one_that_never_held_goes_on(annulled_on: date) -> None:
    first = a_pledge()
    second = a_pledge(period="2026-2028", valid_from=date(2026, 3, 1), valid_to=date(2028, 12, 31))
    lifecycle.annul(second, second.valid_from, "Fel text.", on=annulled_on)
    municipality = first.municipalities.get()
    assert first.validity_periods.get().during == DateRange(first.valid_from, None)
    assert state_of(first, date(2026, 6, 1)) == State.HELD_OVER
    assert state_of(second, date(2026, 6, 1)) == State.ANNULLED
    assert lifecycle.successor(first, municipality) is None
    pledge = Pledge.objects.with_standing().get(pk=first.pk)
    at = lifecycle.standing(pledge, date(2026, 6, 1))
    assert "tog ett nytt löfte över" not in answer(pledge, at).sentence
    third = a_pledge(period="2027-2028", valid_from=date(2027, 1, 1), valid_to=date(2028, 12, 31))
    assert state_of(first, date(2026, 12, 31)) == State.HELD_OVER
    assert state_of(first, date(2027, 1, 1)) == State.REPLACED
    assert lifecycle.successor(first, municipality) == third


def test_what_was_cut_short_by_one_that_never_held_goes_on_to_its_own_end() -> None:
    first = a_pledge(until_replaced=False)
    second = a_pledge(period="2025-2028", valid_from=date(2025, 3, 1), valid_to=date(2028, 12, 31))
    third = a_pledge(period="2027-2028", valid_from=date(2027, 1, 1), valid_to=date(2028, 12, 31))
    assert state_of(first, date(2025, 6, 1)) == State.REPLACED
    lifecycle.annul(second, date(2025, 1, 1), "Fel text.", on=date(2025, 1, 15))
    assert first.validity_periods.get().during == DateRange(first.valid_from, date(2026, 1, 1))
    assert state_of(first, date(2025, 6, 1)) == State.IN_FORCE
    assert state_of(first, date(2026, 1, 1)) == State.ENDED
    assert state_of(third, date(2027, 1, 1)) == State.IN_FORCE


def test_what_ended_by_itself_was_not_followed_by_one_that_never_held() -> None:
    first = a_pledge(until_replaced=False)
    second = a_pledge(period="2026-2028", valid_from=date(2026, 1, 1), valid_to=date(2028, 12, 31))
    at = lifecycle.standing(first, date(2026, 6, 1))
    assert lifecycle.taken_over_by(at, [second]) == second
    lifecycle.annul(second, date(2026, 1, 1), "Fel text.", on=date(2025, 11, 1))
    assert lifecycle.taken_over_by(at, [Pledge.objects.get(pk=second.pk)]) is None


@pytest.mark.parametrize("upper", [date(2025, 1, 1), date(2026, 2, 1), None])
def test_the_database_lets_it_go_on_to_its_own_end_and_no_other_day(upper: date | None) -> None:
    first = a_pledge(until_replaced=False)
    second = a_pledge(period="2025-2028", valid_from=date(2025, 3, 1), valid_to=date(2028, 12, 31))
    with pytest.raises(IntegrityError, match="kan bara förkortas"), transaction.atomic():
        first.validity_periods.update(during=DateRange(first.valid_from, date(2025, 4, 1)))
    Annulment.objects.create(pledge=second, from_day=date(2025, 1, 1), reason="Fel text.")
    second.validity_periods.update(during=DateRange(empty=True))
    with pytest.raises(IntegrityError), transaction.atomic():
        first.validity_periods.update(during=DateRange(first.valid_from, upper))
    first.validity_periods.update(during=DateRange(first.valid_from, date(2026, 1, 1)))


def test_a_pledge_that_has_held_is_not_annulled_from_before_it_began() -> None:
    pledge = a_pledge()
    with pytest.raises(Refused, match="först den 1 januari 2023") as refused:
        lifecycle.annul(pledge, date(2022, 12, 31), "Fel dag.", on=pledge.valid_from)
    assert set(refused.value.faults) == {"from_day"}
    assert not Annulment.objects.exists()


@pytest.mark.parametrize("reason", ["", "   "])
def test_annulling_needs_a_reason(reason: str) -> None:
    with pytest.raises(Refused, match="varför"):
        lifecycle.annul(a_pledge(), A_DAY, reason, on=A_DAY)


def test_a_pledge_without_a_signatory_for_a_party_cannot_be_adopted() -> None:
    pledge = a_pledge(signed=False)
    pledge.signatories.filter(party="police").delete()
    with pytest.raises(Refused, match="undertecknare för Polisen"):
        lifecycle.adopt(pledge, A_MOMENT, b"%PDF")
    pledge.refresh_from_db()
    assert pledge.adopted_at is None
    assert not PledgeDocument.objects.exists()


def test_an_adoption_can_be_taken_back_until_the_first_signature() -> None:
    pledge = a_pledge(signed=False, adopted=True)
    lifecycle.take_back_adoption(pledge)
    assert state_of(pledge, A_DAY) == State.DRAFT
    assert not PledgeDocument.objects.exists()
    lifecycle.adopt(pledge, A_MOMENT, b"%PDF")
    sign(pledge, 1)
    with pytest.raises(Refused, match="undertecknat"):
        lifecycle.take_back_adoption(pledge)


def test_only_pledges_signed_by_all_are_public() -> None:
    signed = a_pledge()
    others = [
        a_pledge(a_municipality(name), signed=how, adopted=adopted)
        for name, how, adopted in [
            ("Arjeplog", False, False),
            ("Arvidsjaur", False, True),
            ("Piteå", 1, True),
        ]
    ]
    assert [*Pledge.objects.public()] == [signed]
    assert not PledgeDocument.objects.public().filter(pledge__in=others).exists()
    document = PledgeDocument.objects.public().get()
    assert document.pledge == signed
    assert document.step == 2


def test_a_period_repeated_on_the_party_is_always_the_pledges_own() -> None:
    pledge = a_pledge(signed=False)
    pledge.period = "2023-2026"
    pledge.save()
    assert PledgeParty.objects.get(pledge=pledge).period == "2023-2026"
    PledgeParty.objects.filter(pledge=pledge).update(period="2019")
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_signatures_cannot_be_added_out_of_step_with_their_documents() -> None:
    pledge = a_pledge(signed=False, adopted=True)
    first = pledge.signatories.get(position=1)
    with pytest.raises(IntegrityError, match="nästa dokument"), transaction.atomic():
        Signature.objects.create(
            pledge=pledge,
            signatory=first,
            document=PledgeDocument.objects.get(pledge=pledge, step=0),
            signed_at=A_MOMENT,
        )
    with pytest.raises(IntegrityError, match="passar inte"), transaction.atomic():
        PledgeDocument.store(pledge, 2, b"%PDF")
