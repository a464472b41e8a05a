"""The history of changes in a real browser, for every reader."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_account_journeys import PHONE, log_in
from tests.browsing import NewPage, accessible_on, open_details
from tests.served import ServedPortal

CHANGES = "/arbetsyta/andringar/"


@pytest.fixture
def changed(served: ServedPortal) -> Iterator[int]:
    """Give the key of a place that was renamed.

    The place has its own name again afterwards.
    """
    with served.connect() as connection:
        place = connection.execute("SELECT id, name FROM pledges_place ORDER BY id").fetchone()
        assert place
        key, name = place
        rename = "UPDATE pledges_place SET name = %s WHERE id = %s"
        connection.execute(rename, [f"{name} vid den gamla kvarnen nedanför ån", key])
        yield int(key)
        connection.execute(rename, [name, key])


def has_no_faults(page: Page) -> None:
    open_details(page)
    accessible_on(page)


def test_both_pages_keep_wcag_2_2_aa_on_any_screen(
    served: ServedPortal, new_page: NewPage, changed: int
) -> None:
    page = new_page()
    log_in(page, served)
    page.goto(f"{served.url}{CHANGES}")
    has_no_faults(page)
    page.goto(f"{served.url}{CHANGES}?fran=igår&ord=kvarnen")
    expect(page.locator(".error-summary")).to_be_visible()
    has_no_faults(page)
    page.goto(f"{served.url}{CHANGES}plats/{changed}/")
    expect(page.locator("ins")).to_contain_text("vid den gamla kvarnen")
    has_no_faults(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_reader_finds_a_change_and_what_it_was(
    served: ServedPortal, new_page: NewPage, changed: int, javascript: bool
) -> None:
    page = new_page(PHONE, javascript=javascript)
    log_in(page, served, "demo-administrator@example.se")
    page.locator("nav").get_by_role("link", name="Ändringar", exact=True).first.click()
    page.get_by_text("Sök bland ändringarna").click()
    page.get_by_label("Ord i det som ändrades").fill("kvarnen")
    page.get_by_role("button", name="Sök", exact=True).click()
    first = page.locator(".changes > li").first
    expect(first).to_contain_text("utanför portalen")
    first.get_by_role("link").first.click()
    expect(page.locator("h1")).to_contain_text("kvarnen")
    expect(page.locator("del, ins").first).to_be_visible()
