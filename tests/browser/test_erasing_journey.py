"""A name in a comment is taken away by clicking.

The public sees a mark.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.test_account_journeys import PHONE, confirm, log_in
from tests.browsing import NewPage, accessible
from tests.served import ServedPortal

NAME = "Kalle Testsson"


@pytest.fixture
def comment(served: ServedPortal) -> Iterator[str]:
    """Give the address of a page whose comment names somebody.

    The comment has its own words again afterwards.
    """
    with served.connect() as connection:
        row = connection.execute(
            "SELECT comment.id, comment.text, municipality.slug, pledge.period"
            " FROM dialogues_comment comment"
            " JOIN pledges_municipality municipality ON municipality.id = comment.municipality_id"
            " JOIN pledges_pledge pledge ON pledge.id = comment.pledge_id"
            " WHERE state = 'published' AND thread_is_shown AND consultation_id IS NULL"
            " AND municipality.slug = 'alvsbyn' ORDER BY comment.id LIMIT 1"
        ).fetchone()
        assert row
        key, text, slug, period = row
        write = "UPDATE dialogues_comment SET text = %s WHERE id = %s"
        connection.execute(write, [f"{text} Hälsa {NAME}.", key])
        yield f"/{slug}/{period}/kommentarer/"
        connection.execute(write, [text, key])


def test_a_name_is_taken_away_by_clicking(
    served: ServedPortal, new_page: NewPage, comment: str
) -> None:
    page = new_page(PHONE)
    log_in(page, served, "demo-samordnare@example.se")
    page.locator("main").get_by_role("link", name="Ta bort en personuppgift").click()
    confirm(page)
    page.get_by_label("Ord som ska tas bort").fill(NAME.lower())
    page.get_by_label("Skäl").fill("Pekar ut en enskild")
    page.get_by_label("Beslut", exact=True).fill("KS 2026/112")
    page.get_by_label("Beslutat den").fill("2026-11-27")
    page.get_by_role("button", name="Visa var orden står").click()
    expect(page.locator("main")).to_contain_text(f"Hälsa {NAME}")
    accessible(page)
    page.get_by_role("button", name="Ta bort för gott").click()
    expect(page.locator(".notice").first).to_contain_text("Uppgiften är borttagen ur 1 text.")
    expect(page.locator("main")).to_contain_text("Pekar ut en enskild")
    accessible(page)
    page.wait_for_timeout(1100)  # kept pages are looked over once a second
    shown = served.get(comment).body.decode()
    assert "[personuppgift borttagen" in shown
    assert NAME not in shown
