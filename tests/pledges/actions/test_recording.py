"""Completed actions are recorded once, and in the past.

They are corrected and struck out, but never deleted.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from pledge_portal.accounts.models import Role
from pledge_portal.database.acting import as_owner
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused, SentBefore
from pledges.actions import action_disclosure, recording
from pledges.actions.recording import Entry
from pledges.models import (
    ActionCorrection,
    Commitment,
    CompletedAction,
    InternalNote,
    Municipality,
    Place,
    Pledge,
    PublishedAction,
)
from tests.builders import a_municipality, a_person, a_place, a_pledge, an_action, an_entry

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOW = datetime(2025, 5, 20, 14, 0, tzinfo=STOCKHOLM)

pytestmark = pytest.mark.django_db


def the_commitment(**fields: Any) -> Commitment:
    pledge = a_pledge(commitments=1, commitment=fields)
    return pledge.commitments.select_related("pledge__police_area").get()


def test_a_search_to_come_is_refused_with_the_reason() -> None:
    entry = an_entry(the_commitment(), done_on=date(2025, 5, 21))
    with pytest.raises(Refused) as refused:
        record(entry)
    assert "sparas aldrig" in refused.value.faults["done_on"]
    assert not CompletedAction.objects.exists()


def record(entry: Entry, **options: Any) -> CompletedAction:
    defaults: dict[str, Any] = {
        "by": None,
        "place": entry.commitment.pledge.police_area,
        "submission": uuid4(),
        "at": NOW,
    }
    return recording.record(entry, **{**defaults, **options})[0]


def test_the_database_itself_stores_nothing_to_come() -> None:
    action = an_action(the_commitment())
    tomorrow = date.today() + timedelta(days=2)
    with pytest.raises(IntegrityError, match="inte är gjord"), transaction.atomic():
        CompletedAction.objects.filter(pk=action.pk).update(done_on=tomorrow, version=2)


@pytest.mark.parametrize("day", [date(2022, 12, 31), date(2019, 1, 1)])
def test_a_day_before_the_pledge_is_refused(day: date) -> None:
    with pytest.raises(Refused) as refused:
        record(an_entry(the_commitment(), done_on=day))
    assert "1 januari 2023" in refused.value.faults["done_on"]


def test_actions_belong_to_a_signed_pledge() -> None:
    draft = a_pledge(signed=False, commitments=1).commitments.get()
    with pytest.raises(Refused):
        record(an_entry(draft))
    with pytest.raises(IntegrityError), transaction.atomic():
        CompletedAction.objects.create(
            **an_entry(draft).stored(), recorded_side="police", recorded_at=NOW
        )


def test_the_same_sending_records_once() -> None:
    entry, submission, officer = an_entry(the_commitment()), uuid4(), a_person()
    place = entry.commitment.pledge.police_area
    first, is_new = recording.record(entry, by=officer, place=place, submission=submission, at=NOW)
    again, is_new_again = recording.record(
        entry, by=officer, place=place, submission=submission, at=NOW
    )
    assert (is_new, is_new_again) == (True, False)
    assert first == again
    assert CompletedAction.objects.count() == PublishedAction.objects.count() == 1


@pytest.mark.parametrize("other", [{"amount": 7}, {"public_note": "Nytt"}, {"internal_note": "N"}])
def test_the_same_sending_with_other_words_is_told_and_may_be_another(
    other: dict[str, Any],
) -> None:
    commitment, submission = the_commitment(), uuid4()
    first = record(an_entry(commitment), submission=submission)
    entry = replace(an_entry(commitment), **other)
    with pytest.raises(SentBefore) as refused:
        record(entry, submission=submission)
    assert refused.value.stored == first
    assert not refused.value.can_be_replaced
    another = record(entry, submission=submission, is_another=True)
    assert another != first
    assert another == record(entry, submission=submission, is_another=True)
    assert record(an_entry(commitment), submission=submission) == first
    assert CompletedAction.objects.count() == 2


def test_a_sending_of_somebody_else_is_not_given_away() -> None:
    entry, submission = an_entry(the_commitment()), uuid4()
    record(entry, submission=submission, by=a_person("ett@example.se"))
    with pytest.raises(Refused):
        record(entry, submission=submission, by=a_person("annan@example.se"))


@pytest.mark.django_db(transaction=True)
def test_the_same_sending_from_many_at_once_records_once() -> None:
    entry, submission = an_entry(the_commitment()), uuid4()
    results: list[tuple[int, bool]] = []

    def send() -> None:
        action, is_new = recording.record(
            entry,
            by=None,
            place=entry.commitment.pledge.police_area,
            submission=submission,
            at=NOW,
        )
        results.append((action.pk, is_new))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert len({pk for pk, _ in results}) == 1
    assert sum(is_new for _, is_new in results) == 1


def test_a_correction_keeps_how_it_was() -> None:
    action = an_action(the_commitment(), amount=3)
    entry = an_entry(action.commitment, done_on=action.done_on, amount=2)
    corrected = recording.correct(action, entry, version=1, reason="Räknat fel", by=None, at=NOW)
    assert corrected.amount == 2
    assert corrected.version == 2
    correction = ActionCorrection.objects.get()
    assert correction.before == {"amount": 3}
    assert correction.reason == "Räknat fel"
    assert PublishedAction.objects.get().amount == 2


def test_a_correction_needs_a_reason_and_the_version_that_was_read() -> None:
    action = an_action(the_commitment())
    entry = an_entry(action.commitment, amount=2)
    with pytest.raises(Refused) as refused:
        recording.correct(action, entry, version=1, reason="  ", by=None, at=NOW)
    assert "reason" in refused.value.faults
    recording.correct(action, entry, version=1, reason="Fel", by=None, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        recording.correct(action, entry, version=1, reason="Fel", by=None, at=NOW)


def test_a_correction_of_nothing_is_said_not_to_be_saved() -> None:
    action = an_action(the_commitment())
    entry = recording.Entry.from_action(action)
    with pytest.raises(Refused, match="inget är sparat"):
        recording.correct(action, entry, version=1, reason="Igen", by=None, at=NOW)
    entry = replace(entry, internal_note="Ny anteckning")
    recording.correct(action, entry, version=1, reason="Anteckning", by=None, at=NOW)
    with pytest.raises(Refused, match="inget är sparat"):
        recording.correct(action, entry, version=2, reason="Igen", by=None, at=NOW)


def test_a_struck_out_action_stays_but_is_no_longer_public() -> None:
    action = an_action(the_commitment())
    struck = recording.strike_out(action, version=1, reason="Dubblett", by=None, at=NOW)
    assert struck.is_struck
    assert CompletedAction.objects.counted().count() == 0
    assert not PublishedAction.objects.exists()
    with pytest.raises(Refused):
        recording.correct(
            struck, an_entry(action.commitment), version=2, reason="x", by=None, at=NOW
        )
    recording.reinstate(struck, version=2, reason="Det var rätt ändå", by=None, at=NOW)
    assert PublishedAction.objects.count() == 1


def test_nothing_deletes_an_action_or_rewrites_who_recorded_it() -> None:
    action = an_action(the_commitment())
    for statement in (
        "DELETE FROM pledges_completedaction",
        "TRUNCATE pledges_completedaction CASCADE",
        "UPDATE pledges_completedaction SET amount = 9",
        "UPDATE pledges_completedaction SET recorded_side = 'municipality', version = 2",
    ):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            as_owner(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    action.refresh_from_db()
    assert action.amount == 1


def test_the_database_takes_back_what_is_no_longer_public() -> None:
    action = an_action(the_commitment())
    CompletedAction.objects.filter(pk=action.pk).update(is_public=False, version=2)
    assert not PublishedAction.objects.exists()


def test_a_place_of_another_municipality_is_refused() -> None:
    commitment = the_commitment()
    elsewhere = a_place("Strömbackaskolan", a_municipality("Piteå"))
    assert "place" in recording.faults(an_entry(commitment, place=elsewhere), NOW.date())
    stranger = a_municipality("Boden")
    assert "municipality" in recording.faults(
        an_entry(commitment, municipality=stranger), NOW.date()
    )


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({"amount": 0}, {"amount"}),
        ({"amount": 100_001}, {"amount"}),
        ({"requests": 2}, {"requests"}),
        ({"indications": 1}, {"premises_searched", "finds"}),
        ({"premises_searched": 4, "indications": 0, "finds": 1001}, {"finds"}),
        ({"embargo_until": date(2031, 1, 1)}, {"embargo_until"}),
        ({"premises_searched": 4, "indications": 0, "finds": 0}, set()),
    ],
)
def test_numbers_that_make_no_sense_are_refused(fields: dict[str, Any], faulty: set[str]) -> None:
    assert set(recording.faults(an_entry(the_commitment(), **fields), NOW.date())) == faulty


@pytest.mark.parametrize(
    ("amount", "requests", "faulty"),
    [(0, 2, set()), (2, 2, set()), (3, 2, {"amount"}), (1, None, {"requests"})],
)
def test_on_demand_tells_how_many_asked(
    amount: int, requests: int | None, faulty: set[str]
) -> None:
    commitment = the_commitment(target_shape="on_demand", kind="cooperation")
    entry = an_entry(commitment, amount=amount, requests=requests)
    assert set(recording.faults(entry, NOW.date())) == faulty


def test_an_internal_note_is_read_by_its_own_side_alone() -> None:
    commitment = the_commitment()
    pledge = commitment.pledge
    officer = a_person("polis@example.se", Role.OFFICER, pledge.police_area)
    coordinator = a_person("brå@example.se", Role.COORDINATOR, Municipality.objects.get())
    record(an_entry(commitment, internal_note="Två hundar, en förare"), by=officer)
    assert InternalNote.objects.visible_to(officer).get().text == "Två hundar, en förare"
    assert not InternalNote.objects.visible_to(coordinator).exists()
    assert CompletedAction.objects.visible_to(coordinator).count() == 1


def test_who_serves_both_sides_records_for_the_police() -> None:
    pledge: Pledge = the_commitment().pledge
    municipality = Municipality.objects.get()
    officer = a_person("polis@example.se", Role.OFFICER, pledge.police_area)
    editor = a_person("red@example.se", Role.EDITOR, municipality)
    signatory = a_person("sign@example.se", Role.SIGNATORY, municipality)
    assert recording.recording_place(officer, pledge, municipality) == pledge.police_area
    assert recording.recording_place(editor, pledge, municipality) == municipality
    assert recording.recording_place(signatory, pledge, municipality) is None


# Secrecy: what the public is told, and from when.


def test_a_search_is_told_when_its_year_is_over_and_never_its_day_or_school() -> None:
    school = a_place("Älvåkraskolan")
    an_action(the_commitment(), done_on=date(2024, 4, 3), place=school)
    published = PublishedAction.objects.get()
    assert published.public_from == date(2025, 1, 1)
    assert (published.shown_first, published.shown_last) == (date(2024, 1, 1), date(2024, 7, 31))
    assert published.place is None
    assert published.place_level == ""
    assert not PublishedAction.objects.public(date(2024, 12, 31)).exists()
    assert PublishedAction.objects.public(date(2025, 1, 1)).exists()


def test_an_ordinary_action_is_told_at_once_with_day_and_place() -> None:
    place = a_place("Torget", kind=Place.Kind.OTHER, level="")
    an_action(the_commitment(kind="cooperation"), done_on=date(2024, 4, 3), place=place)
    published = PublishedAction.objects.get()
    assert published.public_from == published.shown_first == date(2024, 4, 3)
    assert published.place == place


@pytest.mark.parametrize(
    ("detail", "first", "last"),
    [
        ("day", date(2024, 2, 3), date(2024, 2, 3)),
        ("month", date(2024, 2, 1), date(2024, 2, 29)),
        ("term", date(2024, 1, 1), date(2024, 7, 31)),
    ],
)
def test_a_coarse_day_is_told_when_its_span_is_over(detail: str, first: date, last: date) -> None:
    commitment = the_commitment(kind="cooperation")
    an_action(commitment, done_on=date(2024, 2, 3))
    action_disclosure.disclose(
        commitment,
        place_detail="level",
        date_detail=detail,
        embargo_days=0,
        shows_search_outcome=False,
    )
    published = PublishedAction.objects.get()
    assert (published.shown_first, published.shown_last) == (first, last)
    assert published.public_from == (first if first == last else last + timedelta(days=1))


def test_embargoes_put_off_and_never_bring_forward() -> None:
    commitment = the_commitment(kind="cooperation")
    action_disclosure.disclose(
        commitment,
        place_detail="exact",
        date_detail="day",
        embargo_days=30,
        shows_search_outcome=False,
    )
    an_action(commitment, done_on=date(2024, 4, 1))
    an_action(commitment, done_on=date(2024, 4, 1), embargo_until=date(2024, 9, 1))
    an_action(commitment, done_on=date(2024, 4, 1), embargo_until=date(2024, 4, 2))
    days = sorted(PublishedAction.objects.values_list("public_from", flat=True))
    assert days == [date(2024, 5, 1), date(2024, 5, 1), date(2024, 9, 1)]


def test_a_searchs_outcome_is_told_only_without_the_schools_name() -> None:
    commitment = the_commitment()
    school = a_place("Älvåkraskolan")
    an_action(commitment, place=school, premises_searched=5, indications=1, finds=1)
    assert PublishedAction.objects.get().finds is None
    for detail, results in (("exact", None), ("level", 1)):
        action_disclosure.disclose(
            commitment,
            place_detail=detail,
            date_detail="term",
            embargo_days=0,
            shows_search_outcome=True,
        )
        assert PublishedAction.objects.get().finds == results
    assert PublishedAction.objects.get().place_level == school.level


def test_a_secret_kinds_day_can_not_be_disclosed() -> None:
    commitment = the_commitment()
    assert action_disclosure.DateDetail.DAY not in action_disclosure.permitted_date_details(
        commitment
    )
    with pytest.raises(ValueError, match="day"):
        action_disclosure.disclose(
            commitment,
            place_detail="exact",
            date_detail="day",
            embargo_days=0,
            shows_search_outcome=False,
        )
    an_action(commitment)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishedAction.objects.update(shown_last=date(2024, 4, 3), shown_first=date(2024, 4, 3))


def test_days_are_never_told_more_coarsely_than_the_target_counts() -> None:
    monthly = the_commitment(kind="cooperation", target_period="month")
    assert action_disclosure.permitted_date_details(monthly) == ["day", "month"]


def test_what_is_not_marked_public_has_no_public_part() -> None:
    action = an_action(the_commitment(), is_public=False)
    assert not PublishedAction.objects.exists()
    entry = an_entry(action.commitment, done_on=action.done_on)
    recording.correct(action, entry, version=1, reason="Får visas", by=None, at=NOW)
    assert PublishedAction.objects.count() == 1


def test_a_search_for_the_whole_pledge_is_told_at_its_planned_end() -> None:
    an_action(the_commitment(target_period="whole"), done_on=date(2024, 4, 3))
    assert PublishedAction.objects.get().public_from == date(2025, 12, 31) + timedelta(days=1)
