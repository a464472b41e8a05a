"""Follow-ups: who approves, what is published, and that it never changes."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from pledge_portal.accounts.models import Role
from pledge_portal.database.acting import as_owner, as_public
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledges import lifecycle
from pledges.follow_ups import rules as follow_up_rules
from pledges.follow_ups.document import follow_up_pdf
from pledges.follow_ups.due import next_due
from pledges.follow_ups.publishing import publish_with_document
from pledges.lifecycle import standing
from pledges.models import (
    Approval,
    Assessment,
    FollowUp,
    FollowUpDocument,
    FollowUpPlan,
    Municipality,
    Pledge,
)
from tests.builders import a_follow_up, a_municipality, a_person, a_pledge, an_action
from tests.jobs import run_jobs
from tests.verapdf import assert_conforms

pytestmark = pytest.mark.django_db

AT = datetime(2025, 2, 12, 12, tzinfo=UTC)
HALF = {
    "first_day": date(2024, 7, 1),
    "last_day": date(2024, 12, 31),
    "meeting_on": date(2025, 2, 12),
}
SAID = {**dict.fromkeys(follow_up_rules.TEXTS, ""), "verdict": "kept"}


def opened(pledge: Pledge, **changes: Any) -> FollowUp:
    return follow_up_rules.open_follow_up(pledge, **{**HALF, "by": None, "at": AT, **changes})


def ready(pledge: Pledge) -> FollowUp:
    follow_up = a_follow_up(pledge, published=False)
    follow_up_rules.submit(follow_up, AT)
    return FollowUp.objects.select_related("pledge__police_area").get(pk=follow_up.pk)


def approve_all(follow_up: FollowUp) -> None:
    for party in follow_up_rules.awaited_parties(follow_up):
        digest = follow_up_rules.content_digest(follow_up)
        follow_up_rules.approve(follow_up, party, digest=digest, by=None, at=AT)


def test_opening_lays_out_every_commitment() -> None:
    follow_up = opened(a_pledge(commitments=4))
    assert follow_up.assessments.count() == 4
    assert follow_up_rules.stage(follow_up, AT.date()).name == "draft"
    assert len(follow_up_rules.stage(follow_up, AT.date()).missing) == 4


def test_opening_and_looking_for_what_is_missing_ask_no_more_for_many_commitments() -> None:
    def asked(pledge: Pledge) -> int:
        with CaptureQueriesContext(connection) as queries:
            follow_up_rules.lacking(opened(pledge), AT.date())
        return len(queries)

    places = (a_municipality("Boden"), a_municipality("Luleå"))
    few, many = (a_pledge(place, commitments=n) for place, n in zip(places, (2, 9), strict=True))
    assert asked(few) == asked(many)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_day": date(2022, 7, 1)}, "first_day"),
        ({"last_day": date(2025, 6, 30)}, "last_day"),
        ({"meeting_on": date(2024, 6, 1)}, "meeting_on"),
    ],
)
def test_days_that_do_not_fit_are_refused(changes: dict[str, date], field: str) -> None:
    with pytest.raises(Refused) as refused:
        opened(a_pledge(), **changes)
    assert field in refused.value.faults


def test_a_draft_pledge_is_not_followed_up_and_one_draft_at_a_time_is_enough() -> None:
    with pytest.raises(Refused):
        opened(a_pledge(signed=False, period="2030"))
    pledge = a_pledge()
    opened(pledge)
    with pytest.raises(Refused, match="redan en påbörjad"):
        opened(pledge, meeting_on=date(2025, 3, 1))


def test_what_is_not_wholly_kept_needs_its_reason() -> None:
    assessment = opened(a_pledge(commitments=1)).assessments.get()
    for verdict in ("not_kept", "partly_kept"):
        with pytest.raises(Refused) as refused:
            follow_up_rules.assess(assessment, {**SAID, "verdict": verdict}, version=1)
        assert "reason" in refused.value.faults
    follow_up_rules.assess(
        assessment, {**SAID, "verdict": "not_kept", "reason": "Sjukdom"}, version=1
    )


def test_two_who_write_at_once_are_told() -> None:
    assessment = opened(a_pledge(commitments=1)).assessments.get()
    follow_up_rules.assess(assessment, SAID, version=1)
    with pytest.raises(ChangedMeanwhile):
        follow_up_rules.assess(assessment, SAID, version=1)


def test_nothing_is_handed_in_with_gaps_or_changed_while_in_review() -> None:
    follow_up = opened(a_pledge(commitments=1))
    with pytest.raises(Refused, match="saknar bedömning"):
        follow_up_rules.submit(follow_up, AT)
    follow_up_rules.assess(follow_up.assessments.get(), SAID, version=1)
    follow_up_rules.submit(follow_up, AT)
    with pytest.raises(Refused, match="granskas"):
        follow_up_rules.assess(follow_up.assessments.get(), SAID, version=2)


def test_every_party_approves_before_it_is_published() -> None:
    both = [a_municipality(), a_municipality("Piteå")]
    follow_up = ready(a_pledge(both))
    assert [str(party) for party in follow_up_rules.awaited_parties(follow_up)] == [
        "Älvsbyns kommun",
        "Piteås kommun",
        "lokalpolisområde Piteå älvdal",
    ]
    digest = follow_up_rules.content_digest(follow_up)
    for party in follow_up_rules.awaited_parties(follow_up):
        with pytest.raises(Refused, match="inte godkänt"):
            follow_up_rules.publish(follow_up, AT)
        follow_up_rules.approve(follow_up, party, digest=digest, by=None, at=AT)
    assert follow_up_rules.publish(follow_up, AT).is_published


def test_nothing_is_published_before_its_meeting_or_of_a_time_after_the_pledge() -> None:
    follow_up = ready(a_pledge(commitments=1))
    approve_all(follow_up)
    before = AT - timedelta(days=1)
    assert "12 februari 2025" in follow_up_rules.stage(follow_up, before.date()).faults_of_days[0]
    with pytest.raises(Refused, match="har inte varit än"):
        follow_up_rules.publish(follow_up, before)
    lifecycle.annul(follow_up.pledge, date(2024, 5, 2), "Fel text.", on=AT.date())
    with pytest.raises(Refused, match="efter löftets sista dag, den 1 maj 2024"):
        follow_up_rules.publish(follow_up, AT)
    follow_up_rules.withdraw(follow_up)
    with pytest.raises(Refused) as refused:
        opened(follow_up.pledge)
    assert "first_day" in refused.value.faults


def test_nobody_approves_for_two_parties_or_for_one_that_is_not_theirs() -> None:
    follow_up = ready(a_pledge())
    municipality, area = Municipality.objects.get(), follow_up.pledge.police_area
    person = a_person("bada@example.se", Role.COORDINATOR, municipality)
    officer = a_person("polis@example.se", Role.OFFICER, area)
    editor = a_person("red@example.se", Role.EDITOR, municipality)
    assert follow_up_rules.parties_to_approve(person, follow_up) == [municipality]
    assert follow_up_rules.parties_to_approve(officer, follow_up) == [area]
    assert follow_up_rules.parties_to_approve(editor, follow_up) == []
    digest = follow_up_rules.content_digest(follow_up)
    follow_up_rules.approve(follow_up, municipality, digest=digest, by=person, at=AT)
    with pytest.raises(Refused, match="redan godkänt"):
        follow_up_rules.approve(follow_up, area, digest=digest, by=person, at=AT)
    assert follow_up_rules.parties_to_approve(person, follow_up) == []


def test_an_approval_is_of_what_was_read() -> None:
    follow_up = ready(a_pledge())
    with pytest.raises(ChangedMeanwhile):
        follow_up_rules.approve(
            follow_up, follow_up.pledge.police_area, digest="0" * 64, by=None, at=AT
        )
    approve_all(follow_up)
    follow_up_rules.take_back(follow_up)
    assert not Approval.objects.exists()
    with pytest.raises(Refused):
        follow_up_rules.publish(follow_up, AT)


def test_publishing_writes_down_the_public_figures_of_the_day() -> None:
    pledge = a_pledge(commitments=1, commitment={"kind": "drug_dog_search"})
    commitment = pledge.commitments.select_related("pledge").get()
    an_action(commitment, done_on=date(2024, 10, 1))
    an_action(commitment, done_on=date(2025, 1, 15))
    follow_up = ready(pledge)
    approve_all(follow_up)
    follow_up_rules.publish(follow_up, AT)
    figures = Assessment.objects.get().figures
    assert figures["sv"].startswith("1 hundsök under andra halvåret 2024.")
    assert "Lovat: Minst 2 hundsök per år." in figures["sv"]
    assert "2025" not in figures["sv"], "a search of the running year is told"
    an_action(commitment, done_on=date(2024, 11, 1))
    assert Assessment.objects.get().figures == figures


@pytest.mark.parametrize(
    ("commitment", "sentence"),
    [
        (
            {"kind": "other", "target_shape": "done"},
            "Inget är redovisat för andra halvåret 2024. Lovat: Genomförs under löftesperioden.",
        ),
        (
            {"kind": "other", "target_period": "whole", "target_unit": "möten"},
            "Inget är redovisat för andra halvåret 2024. "
            "Lovat: Minst 2 möten under hela löftesperioden.",
        ),
        (
            {"kind": "follow_up", "target_unit": "uppföljningar"},
            "1 uppföljning under andra halvåret 2024. Lovat: Minst 2 uppföljningar per år.",
        ),
    ],
)
def test_half_a_year_neither_misses_what_is_for_all_the_time_nor_leaves_the_follow_up_out(
    commitment: dict[str, object], sentence: str
) -> None:
    pledge = a_pledge(commitments=1, commitment=commitment)
    a_follow_up(pledge)
    assert Assessment.objects.get().figures["sv"] == sentence


def test_a_follow_up_counts_itself_once_in_its_own_figures() -> None:
    pledge = a_pledge(
        commitments=1,
        commitment={
            "kind": "follow_up",
            "target_unit": "uppföljningar",
            "text": "Rådet följer upp",
        },
    )
    year = {"first_day": date(2024, 1, 1), "last_day": date(2024, 12, 31)}
    # The same meeting, written down by hand as well.
    an_action(pledge.commitments.select_related("pledge").get(), done_on=date(2024, 12, 20))
    a_follow_up(pledge, meeting_on=date(2024, 12, 20), **year)
    figures = Assessment.objects.get().figures["sv"]
    assert figures == "1 av 2 lovade uppföljningar under 2024. Målet nåddes inte."


CHANGES = [
    "UPDATE pledges_followup SET introduction = 'x'",
    "UPDATE pledges_followup SET published_at = NULL",
    "DELETE FROM pledges_followup",
    "UPDATE pledges_assessment SET verdict = 'not_kept'",
    "DELETE FROM pledges_assessment",
    "INSERT INTO pledges_assessment (follow_up_id, commitment_id, verdict, reason, difference,"
    " output_text, process_text, effect_text, decision, version)"
    " SELECT follow_up_id, commitment_id, '', '', '', '', '', '', '', 1 FROM pledges_assessment",
    "DELETE FROM pledges_approval",
    "UPDATE pledges_followupdocument SET sha256 = ''",
    "DELETE FROM pledges_followupdocument",
    "UPDATE pledges_followupcorrection SET text = 'x'",
    "DELETE FROM pledges_followupcorrection",
    "TRUNCATE pledges_followup CASCADE",
    "TRUNCATE pledges_assessment",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_every_change_of_what_is_published(statement: str) -> None:
    follow_up = a_follow_up(a_pledge(commitments=1))
    follow_up_rules.correct(follow_up, "Det var tre.", commitment=None, by=None, at=AT)
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        as_owner(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_database_publishes_nothing_that_a_party_has_not_approved() -> None:
    follow_up = ready(a_pledge())
    for _ in follow_up_rules.awaited_parties(follow_up):
        with pytest.raises(IntegrityError, match="godkänt"), transaction.atomic():
            FollowUp.objects.filter(pk=follow_up.pk).update(published_at=AT)
        digest = follow_up_rules.content_digest(follow_up)
        party = follow_up_rules.awaited_parties(follow_up)[0]
        follow_up_rules.approve(follow_up, party, digest=digest, by=None, at=AT)
    assert FollowUp.objects.filter(pk=follow_up.pk).update(published_at=AT) == 1


def test_corrections_and_documents_belong_to_what_is_published() -> None:
    draft = opened(a_pledge())
    with pytest.raises(Refused):
        follow_up_rules.correct(draft, "x", commitment=None, by=None, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUpDocument.store(draft, b"x")


def test_a_draft_can_be_thrown_away_and_what_is_published_can_not() -> None:
    pledge = a_pledge()
    follow_up_rules.withdraw(opened(pledge))
    assert not FollowUp.objects.exists()
    with pytest.raises(Refused):
        follow_up_rules.withdraw(a_follow_up(pledge))


def test_the_public_role_reads_what_is_published_alone() -> None:
    pledge = a_pledge()
    a_follow_up(pledge)
    a_follow_up(pledge, published=False, meeting_on=date(2025, 9, 1))
    with as_public():
        assert FollowUp.objects.count() == 1
        assert Assessment.objects.count() == 3
        assert Approval.objects.count() == 2
    assert Assessment.objects.count() == 6


def test_the_document_is_accessible_and_archivable() -> None:
    follow_up = ready(a_pledge(is_demonstration=True))
    # As an import may have stored it: no sign stops what is published.
    follow_up.assessments.update(output_text="Klart \U0001f600")
    approve_all(follow_up)
    published = publish_with_document(follow_up, AT)
    run_jobs()
    content = bytes(FollowUpDocument.objects.get(follow_up=published).content)
    assert_conforms(content, "ua1")
    assert_conforms(content, "3a")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext of poppler-utils")
def test_the_document_says_where_the_follow_up_is_read() -> None:
    published = a_follow_up(a_pledge())
    text = subprocess.run(
        ["pdftotext", "-", "-"],
        input=follow_up_pdf(published, AT),
        capture_output=True,
        check=True,
    ).stdout.decode()
    where = f"/alvsbyn/2023-2025/uppfoljningar/{published.meeting_on}/"
    assert where in "".join(text.split())


# When the next one is due


@pytest.mark.parametrize(
    ("every", "covered_until", "first", "last"),
    [
        ("half_year", None, date(2023, 1, 1), date(2023, 6, 30)),
        ("half_year", date(2023, 6, 30), date(2023, 7, 1), date(2023, 12, 31)),
        ("quarter", date(2023, 6, 30), date(2023, 7, 1), date(2023, 9, 30)),
        ("year", None, date(2023, 1, 1), date(2023, 12, 31)),
        ("year", date(2023, 6, 30), date(2023, 7, 1), date(2023, 12, 31)),
    ],
)
def test_the_next_follow_up_covers_what_no_other_has(
    every: str, covered_until: date | None, first: date, last: date
) -> None:
    pledge = a_pledge()
    plan = FollowUpPlan(pledge=pledge, every=every)
    on = date(2024, 1, 15)
    due = next_due(plan, standing(pledge, on), covered_until, on)
    assert due is not None
    assert (due.first_day, due.last_day) == (first, last)
    assert due.due_on == last + timedelta(days=45)
    assert due.is_late == (on > due.due_on)


def test_a_pledge_that_has_ended_is_followed_up_to_its_last_day() -> None:
    pledge = a_pledge(until_replaced=False)
    plan, on = FollowUpPlan(pledge=pledge, every="half_year"), date(2026, 11, 23)
    standing_then = standing(pledge, on)
    assert next_due(plan, standing_then, date(2025, 12, 31), on) is None
    due = next_due(plan, standing_then, date(2025, 8, 31), on)
    assert due is not None
    assert (due.first_day, due.last_day) == (date(2025, 9, 1), date(2025, 12, 31))
