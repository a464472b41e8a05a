"""A coordinator makes and publishes a follow-up on a phone.

The police approve it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.test_field_journeys import COORDINATOR, OFFICER, PHONE, Thumb, log_in
from tests.browsing import NewPage, accessible
from tests.served import ServedPortal

# The worker makes it.
SECONDS_FOR_THE_DOCUMENT = 60


@pytest.fixture(autouse=True)
def _no_attempts_counted(served: ServedPortal) -> Iterator[None]:
    yield
    with served.connect() as connection:
        connection.execute("DELETE FROM accounts_attempts")


def test_a_follow_up_goes_from_draft_to_everyone(served: ServedPortal, new_page: NewPage) -> None:
    page = new_page(PHONE, height=667)
    log_in(Thumb(page), served, COORDINATOR)
    page.get_by_role("link", name="Uppföljningar").first.click()
    accessible(page)
    page.get_by_role("link", name="Påbörja en uppföljning Medborgarlöfte 2023–2025").click()
    accessible(page)
    meeting = page.get_by_label("Mötet i rådet").input_value()
    page.get_by_role("button", name="Påbörja").click()
    expect(page.locator(".notice").first).to_contain_text("Uppföljningen är påbörjad.")
    accessible(page)
    page.get_by_role("link", name="Bedöm åtagande 1", exact=True).click()
    accessible(page)
    for number in (1, 2, 4, 5, 6, 7, 8):  # the dog searches of a year that runs are secret
        expect(page.locator("main")).to_contain_text(f"{number}. ")
        if number == 7:
            page.get_by_label("Ej uppfyllt").check()
            page.get_by_role("button", name="Spara och bedöm nästa").click()
            expect(page.get_by_role("alert")).to_contain_text("Skriv varför")
            page.get_by_label("Skäl").fill("Den ansvariga var sjuk under våren.")
        else:
            page.get_by_label("Uppfyllt", exact=True).check()
        page.get_by_label("Vad har gjorts?").fill(f"Det som gällde åtagande {number}.")
        page.get_by_role("button", name="Spara och bedöm nästa").click()
    page.get_by_role("button", name="Lämna till parterna för granskning").click()
    page.get_by_role("link", name="Läs och godkänn").click()
    accessible(page)
    page.get_by_role("button", name="Godkänn").click()
    expect(page.locator("main")).to_contain_text("Väntar på godkännande av: Polisen")
    work = page.url

    officer = new_page(PHONE, height=667)
    log_in(Thumb(officer), served, OFFICER)
    officer.get_by_role("link", name="Uppföljningar").first.click()
    officer.goto(work)
    expect(officer.get_by_role("link", name="Publicera")).to_have_count(0)
    officer.get_by_role("link", name="Läs och godkänn").click()
    expect(officer.locator("main")).to_contain_text("Den ansvariga var sjuk under våren.")
    officer.get_by_role("button", name="Godkänn").click()

    page.reload()
    page.get_by_role("link", name="Publicera").click()
    accessible(page)
    page.get_by_role("button", name="Publicera").click()
    expect(page.locator(".notice").first).to_contain_text("Uppföljningen är publicerad.")

    page.wait_for_timeout(1100)  # kept pages are looked over once a second
    reader = new_page(PHONE, height=667, javascript=False)
    public = f"{served.url}/alvsbyn/2023-2025/"
    reader.goto(f"{public}ataganden/7/")
    expect(reader.locator("main")).to_contain_text("Den ansvariga var sjuk under våren.")
    reader.goto(f"{public}uppfoljningar/")
    expect(reader.locator("table.matrix")).to_contain_text("Ej uppfyllt")
    document = f"/alvsbyn/2023-2025/uppfoljningar/{meeting}/uppfoljning.pdf"
    deadline = time.monotonic() + SECONDS_FOR_THE_DOCUMENT
    while (answer := served.get(document)).status == 404 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert answer.status == 200
    assert answer.body.startswith(b"%PDF-")
    for width, dark in ((320, True), (1280, False)):
        looked_at = new_page(width, dark=dark)
        for address in ("uppfoljningar/", f"uppfoljningar/{meeting}/", "ataganden/7/", "insatser/"):
            looked_at.goto(public + address)
            accessible(looked_at)
