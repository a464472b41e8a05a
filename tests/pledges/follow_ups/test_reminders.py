"""Late follow-ups are reminded of by letter, and by the start page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from pledge_portal.accounts.models import Role
from pledges.follow_ups import rules as follow_up_rules
from pledges.follow_ups.reminders import DAYS_BETWEEN, remind_of_periods, send_reminders
from pledges.models import Reminder
from tests.builders import a_follow_up, a_person, a_pledge
from tests.pledges.actions.conftest import Work, some_work
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.test_where_it_holds import for_part

pytestmark = pytest.mark.django_db

LATE = date(2026, 11, 23)


@pytest.fixture
def work() -> Work:
    return some_work()


def test_the_coordinator_gets_one_letter_with_the_way_to_begin(work: Work) -> None:
    assert send_reminders(LATE) == 1
    assert send_reminders(LATE) == 0
    [letter] = mail.outbox
    assert letter.to == ["samordnare@example.se"]
    assert "Uppföljningen av första halvåret 2023 är försenad." in letter.body
    assert f"/arbetsyta/uppfoljningar/ny/{work.pledge.pk}/" in letter.body


def test_a_letter_names_the_municipality_and_its_part() -> None:
    pledge = for_part("Centrum", commitments=1, commitment={"responsible": "municipality"})
    a_person(role=Role.COORDINATOR, place=pledge.municipalities.get())
    where = f"Medborgarlöfte 2023-2025, Göteborgs Stad (Centrum), {pledge.police_area}\n"
    send_reminders(LATE)
    remind_of_periods(date(2024, 3, 1))
    assert len(mail.outbox) == 2
    assert all(letter.body.startswith(where) for letter in mail.outbox)


def test_it_is_sent_again_after_a_month_until_somebody_begins(work: Work) -> None:
    send_reminders(LATE)
    assert send_reminders(LATE + timedelta(days=DAYS_BETWEEN - 1)) == 0
    assert send_reminders(LATE + timedelta(days=DAYS_BETWEEN)) == 1
    a_follow_up(work.pledge, published=False)
    assert send_reminders(LATE + timedelta(days=3 * DAYS_BETWEEN)) == 0


def test_nothing_is_sent_before_it_is_late(work: Work) -> None:
    assert send_reminders(date(2023, 8, 14)) == 0
    assert not mail.outbox
    assert send_reminders(date(2023, 8, 15)) == 1


def test_nobody_is_reminded_for_ever_of_a_pledge_that_is_over(work: Work) -> None:
    the_next = a_pledge(
        period="2026-2028", valid_from=date(2026, 1, 1), valid_to=date(2028, 12, 31)
    )
    assert send_reminders(date(2026, 12, 31)) == 2
    assert send_reminders(date(2027, 3, 1)) == 1
    assert Reminder.objects.latest("pk").pledge == the_next


def test_a_letter_that_could_not_be_sent_is_sent_the_next_time(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_options: Any) -> int:
        raise OSError("no route")

    with monkeypatch.context() as patch:
        patch.setattr("pledges.follow_ups.reminders.send_mail", broken)
        with pytest.raises(OSError, match="no route"):
            send_reminders(LATE)
    assert not Reminder.objects.exists()
    assert send_reminders(LATE) == 1


def test_the_start_page_tells_each_what_waits_for_them(client: Client, work: Work) -> None:
    client.force_login(work.coordinator)
    assert "är försenad" in words(client.get("/arbetsyta/"))
    draft = follow_up_rules.open_follow_up(
        work.pledge,
        first_day=date(2024, 7, 1),
        last_day=date(2024, 12, 31),
        meeting_on=date(2025, 2, 12),
        by=None,
        at=timezone.now(),
    )
    assert "Uppföljningen den 12 februari 2025 saknar 1 bedömning." in words(
        client.get("/arbetsyta/")
    )
    texts = {**dict.fromkeys(follow_up_rules.TEXTS, ""), "verdict": "kept"}
    follow_up_rules.assess(draft.assessments.get(), texts, version=1)
    assert "kan lämnas till parterna" in words(client.get("/arbetsyta/"))
    follow_up_rules.submit(draft, timezone.now())
    client.force_login(work.officer)
    assert "väntar på att du läser och godkänner den" in words(client.get("/arbetsyta/"))


def test_what_awaits_its_meeting_is_not_said_to_be_ready(client: Client, work: Work) -> None:
    coming = timezone.localdate() + timedelta(days=10)
    draft = a_follow_up(work.pledge, published=False, meeting_on=coming)
    follow_up_rules.submit(draft, timezone.now())
    digest = follow_up_rules.content_digest(draft)
    for party in follow_up_rules.awaited_parties(draft):
        follow_up_rules.approve(draft, party, digest=digest, by=None, at=timezone.now())
    client.force_login(work.coordinator)
    text = words(client.get("/arbetsyta/"))
    assert "är godkänd. Mötet den" in text
    assert "kan publiceras" not in text
