"""What is known of the decision to give a pledge goes along with it."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import Refused
from pledges.decided import Decision
from pledges.documents.pledge_html import html_of
from pledges.exchange import pledge_file
from pledges.exchange.exporting import export_pledge
from pledges.exchange.importing import Outcome, import_pledge
from pledges.models import Pledge
from tests.builders import a_pledge, sign_by_hand
from tests.pages.conftest import Reader
from tests.pledges.signing.conftest import logged_in
from tests.pledges.writing.test_adopting import adopt, approve, keys_of
from tests.pledges.writing.test_pages import page_of

pytestmark = pytest.mark.django_db


def test_adopting_takes_day_body_and_paragraph_and_everybody_reads_them(
    registered: Pledge,
    coordinator: User,
    officer: User,
    reader: Reader,
) -> None:
    hers = logged_in(coordinator)
    for client, key in zip((hers, logged_in(officer)), keys_of(registered), strict=True):
        approve(client, registered, key)
    tomorrow = timezone.localdate() + timedelta(days=1)
    page = adopt(
        hers,
        registered,
        notes_are_read="on",
        decided_on=tomorrow.isoformat(),
        decision_paragraph="5",
    )
    assert "Beslutsdagen har inte varit än." in page
    assert "Skriv vem som beslutade" in page
    registered.refresh_from_db()
    assert registered.adopted_at is None
    posted = {
        "decided_on": "2025-11-10",
        "decided_by": "Kommunstyrelsen",
        "decision_paragraph": "5",
    }
    words = "Kommunstyrelsen, 10 november 2025, § 5"
    assert words in adopt(hers, registered, notes_are_read="on", **posted)
    registered.refresh_from_db()
    assert f"Beslut: {words}" in html_of(registered, timezone.now())
    sign_by_hand(registered, officer)
    page = reader.get("/alvsbyn/2026-2028/").content.decode()
    assert words in page
    assert "Löftet beslutades: Kommunstyrelsen, § 5." in page
    assert words in hers.get(page_of(registered, "beslut/")).content.decode()


def test_the_pledge_file_keeps_the_decision() -> None:
    pledge = a_pledge(signed=False, decided_on=date(2022, 12, 1), decided_by="Kommunfullmäktige")
    content = export_pledge(pledge)
    assert b"decided_on = 2022-12-01" in content
    assert import_pledge(pledge_file.read(content)) == (pledge, Outcome.UNCHANGED)
    pledge.delete()
    again, outcome = import_pledge(pledge_file.read(content))
    assert outcome == Outcome.NEW
    assert (again.decided_on, again.decided_by) == (date(2022, 12, 1), "Kommunfullmäktige")
    call_command("adopt_pledge", "alvsbyn", "2023-2025", "--paragraph", "§ 12")
    again.refresh_from_db()
    assert (again.decided_by, again.decision_paragraph) == ("Kommunfullmäktige", "§ 12")


def test_a_decision_of_a_day_to_come_is_none() -> None:
    with pytest.raises(Refused, match="inte varit"):
        Decision(date(2026, 1, 2)).fields(date(2026, 1, 1))
