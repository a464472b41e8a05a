"""A resident comments, a moderator lets it through, the police answer.

The answer goes by letter.
"""

from __future__ import annotations

import re
import time
from email import message_from_bytes
from email.message import Message
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_account_journeys import (
    _no_attempts_counted,  # noqa: F401  (a fixture)
    log_in,
)
from tests.browser.test_dialogue_journeys import BY_HAND
from tests.browsing import NewPage, looked_over
from tests.served import ServedPortal

PHONE = 390
SECONDS_FOR_THE_POST = 60
COMMITMENT = "/alvsbyn/2023-2025/ataganden/5/"


def letters_to(served: ServedPortal, email: str, number: int) -> list[Message]:
    """Return the letters sent to an address, the oldest first.

    Waits until so many have come.
    """
    deadline = time.monotonic() + SECONDS_FOR_THE_POST
    while len(letters := _letters_to(served, email)) < number:
        assert time.monotonic() < deadline, f"{len(letters)} letters have come"
        time.sleep(0.1)
    return letters


def _letters_to(served: ServedPortal, email: str) -> list[Message]:
    files = sorted((served.folder / "letters").glob("*"), key=lambda file: file.stat().st_mtime)
    letters = []
    for file in files:
        for raw in file.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
            letter = message_from_bytes(raw)
            if letter["To"] == email:
                letters.append(letter)
    return letters


def link_in(letter: Message, part: str) -> str:
    body = letter.get_payload(decode=True)
    assert isinstance(body, bytes)
    match = re.search(rf"https?://\S*{part}\S*", body.decode())
    assert match, body.decode()
    return match[0]


def send_it(page: Page, button: str, javascript: bool) -> None:
    """Press a form's button; without scripts once more, as the portal asks.

    With scripts one writes for so long that the proof of work is made.
    """
    if javascript:
        expect(page.locator("[name=work]")).not_to_have_value("")
    page.get_by_role("button", name=button, exact=True).click()
    if not javascript:
        step = page.get_by_role("region", name="Ett steg kvar")
        expect(step).to_contain_text("skicka en gång till")
        step.get_by_role("button").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_from_a_comment_with_an_identity_number_to_an_official_answer_by_letter(
    served: ServedPortal, new_page: NewPage, javascript: bool
) -> None:
    mark, email = uuid4().hex[:8], f"nils-{uuid4().hex[:8]}@example.se"
    page = new_page(PHONE, javascript=javascript)
    page.goto(served.url + COMMITMENT)
    page.get_by_role("link", name="Skriv en kommentar").click()
    looked_over(page, javascript)
    page.wait_for_timeout(BY_HAND)
    page.get_by_label("Din kommentar").fill(f"Det var 811228-9874 som sa det {mark}")
    page.get_by_label("E-postadress").fill(email)
    page.get_by_role("button", name="Skicka", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("”811228-9874”")
    looked_over(page, javascript)
    expect(page.get_by_label("E-postadress")).to_have_value(email)
    page.get_by_label("Din kommentar").fill(f"Någon på skolan sa det {mark}")
    send_it(page, "Skicka", javascript)
    expect(page.locator("main")).to_contain_text("Tack! Kommentaren har kommit in.")
    looked_over(page, javascript)
    own = page.url.partition("?")[0]
    page.goto(link_in(letters_to(served, email, 1)[0], "/kommentar/brev/"))
    looked_over(page, javascript)
    page.get_by_role("button", name="Ja, mejla mig svaren").click()
    expect(page.locator("main")).to_contain_text("Adressen är bekräftad.")
    page.goto(served.url + COMMITMENT)
    expect(page.locator("main")).not_to_contain_text(mark)
    assert not page.context.cookies()

    staff = new_page(1280, javascript=javascript)
    log_in(staff, served, "demo-moderator@example.se")
    staff.get_by_role("link", name="Granskning", exact=True).first.click()
    looked_over(staff, javascript)
    staff.get_by_role("button", name=f"Publicera Någon på skolan sa det {mark}").click()
    expect(staff.get_by_role("status").first).to_contain_text("Kommentaren visas för alla.")

    officer = new_page(PHONE, javascript=javascript)
    log_in(officer, served, "demo-polis@example.se")
    officer.get_by_role("link", name="Svara på kommentarer").first.click()
    looked_over(officer, javascript)
    officer.get_by_role("link", name=f"Svara Någon på skolan sa det {mark}").click()
    officer.get_by_label("Ert svar. Alla ser det.").fill(f"Tack, vi tar det med skolan {mark}")
    looked_over(officer, javascript)
    officer.get_by_role("button", name="Publicera svaret").click()
    expect(officer.get_by_role("status").first).to_contain_text("Svaret är publicerat.")

    answer = letters_to(served, email, 2)[-1]
    page.goto(link_in(answer, "/kommentarer/"))
    expect(page.locator("main")).to_contain_text(f"Tack, vi tar det med skolan {mark}")
    expect(page.locator("main")).to_contain_text("Officiellt svar")
    looked_over(page, javascript)
    page.goto(link_in(answer, "/av/"))
    page.get_by_role("button", name="Skicka inga fler mejl").click()
    expect(page.locator("main")).to_contain_text("Adressen är raderad.")
    page.goto(own)
    page.get_by_role("link", name="Ta tillbaka", exact=True).click()
    looked_over(page, javascript)
    page.get_by_role("button", name="Ta tillbaka kommentaren").click()
    expect(page.locator("main")).to_contain_text("Kommentaren är återtagen.")
    page.goto(served.url + COMMITMENT)
    expect(page.locator("main")).not_to_contain_text(f"Någon på skolan sa det {mark}")
    # What was answered stands, below a line in the comment's place.
    expect(page.locator("main")).to_contain_text(
        "Den som skrev kommentaren har tagit tillbaka den."
    )
    expect(page.locator("main")).to_contain_text(f"Tack, vi tar det med skolan {mark}")


def test_a_queue_is_worked_through_by_keyboard_alone(
    served: ServedPortal, new_page: NewPage
) -> None:
    marks = [uuid4().hex[:8] for _ in range(3)]
    for mark in marks:
        page = new_page(PHONE)
        page.goto(f"{served.url}/alvsbyn/2023-2025/kommentera/")
        page.wait_for_timeout(BY_HAND)
        page.get_by_label("Din kommentar").fill(f"Till tangentbordet {mark}")
        page.get_by_role("button", name="Skicka", exact=True).click()
        expect(page.locator("main")).to_contain_text("Tack!")
    page = new_page(1280)
    log_in(page, served, "demo-moderator@example.se")
    page.goto(f"{served.url}/arbetsyta/granskning/?slag=new")
    cards = page.locator("[data-queue] > li")
    expect(cards.first).to_be_focused()
    while "Till tangentbordet" not in page.locator("[data-queue] > li:focus").inner_text():
        page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    # What P is about to publish is seen.
    assert [
        card.evaluate("card => parseFloat(getComputedStyle(card).outlineWidth)")
        for card in page.locator("[data-queue] > li:focus").all()
    ] == [3]
    page.keyboard.press("p")
    expect(page.get_by_role("status").first).to_contain_text("Kommentaren visas för alla.")
    while "Till tangentbordet" not in page.locator("[data-queue] > li:focus").inner_text():
        page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.locator("details[open] select")).to_be_focused()
    page.keyboard.type("Reklam")
    looked_over(page)
    # The keys are letters again while one writes.
    page.keyboard.press("Tab")
    page.keyboard.type("Hej på dig, j k p")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Kommentaren är dold.")
    page.get_by_role("link", name="Beslut och statistik").click()
    looked_over(page)
    expect(page.locator("main")).to_contain_text("Reklam eller samma sak många gånger")
    page.get_by_role("link", name=re.compile("^Öppna Till tangentbordet")).first.click()
    looked_over(page)


def test_a_comment_is_reported(served: ServedPortal, new_page: NewPage) -> None:
    page = new_page(PHONE)
    page.goto(f"{served.url}/alvsbyn/2023-2025/kommentarer/")
    looked_over(page)
    page.get_by_role("link", name="Anmäl kommentaren av Skogsmullen").click()
    looked_over(page)
    page.wait_for_timeout(BY_HAND)
    page.get_by_role("button", name="Skicka anmälan").click()
    looked_over(page)
    page.get_by_label("Handlar inte om löftet").check()
    page.get_by_role("button", name="Skicka anmälan").click()
    expect(page.locator("main")).to_contain_text("Tack. En moderator tittar på kommentaren.")
