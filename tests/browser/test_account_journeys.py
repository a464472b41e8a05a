"""Logging in, the second factor and invitations, in a real browser.

The screen has the size of a phone's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import Page, expect

from pledge_portal.accounts.demonstration import DEMO_ACCOUNTS
from tests.browsing import TWO_SCREENS, NewPage, accessible_on
from tests.served import ServedPortal

PHONE = 390
CODE = "246810"
PASSWORD = "tre gröna hästar 7"


@pytest.fixture(autouse=True)
def _no_attempts_counted(served: ServedPortal) -> Iterator[None]:
    """Switch off the limit on attempts to log in.

    All tests come from one address, and together they log in more often than anyone may.
    """
    yield
    with served.connect() as connection:
        connection.execute("DELETE FROM accounts_attempts")


def demo_password(served: ServedPortal) -> str:
    return (served.folder / "demo_password").read_text().strip()


def app_code(secret: str) -> str:
    """Return the code that an app with `secret` shows now."""
    _before, counter, _after = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, counter))


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def log_in(page: Page, served: ServedPortal, email: str = "demo-admin@example.se") -> None:
    page.goto(f"{served.url}/arbetsyta/")
    page.get_by_label("E-postadress").fill(email)
    page.get_by_label("Lösenord").fill(demo_password(served))
    press(page, "Logga in")
    page.get_by_label("Kod").fill(CODE)
    press(page, "Fortsätt")
    expect(page.locator("h1")).to_have_text("Arbetsyta")


def confirm(page: Page, password: str = PASSWORD) -> None:
    """Confirm who one is when the page asks for it."""
    if "/bekrafta/kod/?next=" in page.url:
        page.get_by_label("Kod").fill(CODE)
        press(page, "Bekräfta")
    if "/bekrafta/?next=" in page.url:
        page.get_by_label("Lösenord").fill(password)
        press(page, "Bekräfta")


def invited(served: ServedPortal, new_page: NewPage) -> str:
    """Invite somebody by the pages; return the invitation's address."""
    page = new_page(PHONE)
    log_in(page, served, "demo-administrator@example.se")
    page.get_by_role("link", name="Personer", exact=True).first.click()
    page.get_by_role("link", name="Bjud in en person").click()
    email = f"ny-{uuid4().hex[:8]}@example.se"
    page.get_by_label("E-postadress").fill(email)
    page.get_by_label("Roll", exact=True).select_option("editor")
    press(page, "Skicka inbjudan")
    expect(page.locator(".notice").first).to_contain_text(email)
    match = re.search(r"http://\S+/logga-in/inbjudan/\S+", page.locator("main").inner_text())
    assert match
    return match[0]


def joined(page: Page, address: str) -> None:
    """Accept an invitation and log in, as far as the second factor."""
    page.goto(address)
    page.get_by_label("Förnamn").fill("Nils")
    page.get_by_label("Efternamn").fill("Ny")
    page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
    page.get_by_label("Lösenord igen").fill(PASSWORD)
    email = page.locator("dd").last.inner_text()
    press(page, "Tacka ja")
    give_password(page, email)
    expect(page.locator("h1")).to_have_text("Ett steg till")


def test_the_terminal_tells_how_to_log_in_to_the_demonstration(served: ServedPortal) -> None:
    printed = (served.folder / "log").read_text()
    for text in (f"{served.url}/logga-in/", demo_password(served), f"kod {CODE}", *DEMO_ACCOUNTS):
        assert text in printed


@pytest.mark.parametrize("javascript", [True, False])
def test_from_invitation_to_workspace_with_an_app(
    served: ServedPortal, new_page: NewPage, javascript: bool
) -> None:
    page = new_page(PHONE, javascript=javascript)
    joined(page, invited(served, new_page))
    page.goto(f"{served.url}/arbetsyta/")
    expect(page.locator("h1")).to_have_text("Ett steg till")
    page.get_by_role("link", name="Lägg till app").click()
    confirm(page)
    secret = page.locator("#nyckel").inner_text()
    assert page.locator(".qr").evaluate("image => image.naturalWidth") > 0
    page.get_by_label("Koden som appen visar").fill("000000")
    press(page, "Slå på")
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.locator("#nyckel").inner_text() == secret
    page.get_by_label("Koden som appen visar").fill(app_code(secret))
    press(page, "Slå på")
    expect(page.locator("h1")).to_have_text("Reservkoder")
    codes = page.locator(".codes li").all_inner_texts()
    assert len(set(codes)) == 10
    page.get_by_role("link", name="Till arbetsytan").click()
    expect(page.locator("main")).to_contain_text("Redaktör, Älvsbyns kommun")
    page.get_by_role("link", name="Logga ut").click()
    press(page, "Logga ut")
    expect(page.locator("h1")).to_have_text("Logga in")
    page.goto(f"{served.url}/arbetsyta/")
    expect(page.locator("h1")).to_have_text("Logga in")


def test_a_lost_factor_is_taken_away_by_two_people_and_made_anew(
    served: ServedPortal, new_page: NewPage
) -> None:
    lost, first, second = new_page(PHONE), new_page(PHONE), new_page(PHONE)
    joined(lost, invited(served, new_page))
    add_app(lost)
    lost.context.clear_cookies()
    lost.goto(f"{served.url}/arbetsyta/")
    with served.connect() as connection:
        row = connection.execute(
            "SELECT email FROM accounts_user ORDER BY date_joined DESC LIMIT 1"
        ).fetchone()
    assert row
    give_password(lost, row[0])
    expect(lost.get_by_role("heading", name="Har du tappat ditt andra steg?")).to_be_visible()

    for page, account, link in (
        (first, "demo-administrator@example.se", "Tappat andra steg"),
        (second, "demo-admin@example.se", "Bekräfta"),
    ):
        log_in(page, served, account)
        page.get_by_role("link", name="Personer", exact=True).first.click()
        page.locator("li", has_text=row[0]).get_by_role("link", name=link).click()
        confirm(page)
        if link == "Bekräfta":
            page.get_by_label("Jag har själv talat med personen").check()
            press(page, "Ta bort det andra steget")
            expect(page.locator(".notice-done")).to_contain_text("har inget andra steg längre")
        else:
            page.get_by_label("Hur vet du").fill("Kom till mitt rum")
            press(page, "Begär att det tas bort")
            expect(page.locator("main")).to_contain_text("Väntar på en annan person.")

    lost.reload()
    expect(lost.locator("h1")).to_have_text("Logga in")
    give_password(lost, row[0])
    expect(lost.locator("h1")).to_have_text("Ett steg till")
    add_app(lost)
    lost.get_by_role("link", name="Till arbetsytan").click()
    expect(lost.locator("h1")).to_have_text("Arbetsyta")


def give_password(page: Page, email: str) -> None:
    page.get_by_label("E-postadress").fill(email)
    page.get_by_label("Lösenord").fill(PASSWORD)
    press(page, "Logga in")


def add_app(page: Page) -> None:
    """Set up an app from the page that asks for a second factor."""
    page.get_by_role("link", name="Lägg till app").click()
    confirm(page)
    page.get_by_label("Koden som appen visar").fill(app_code(page.locator("#nyckel").inner_text()))
    press(page, "Slå på")
    expect(page.locator("h1")).to_have_text("Reservkoder")


def test_a_security_key_is_added_and_opens_the_workspace(
    served: ServedPortal, new_page: NewPage
) -> None:
    page = new_page(PHONE)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    # Browsers know no security keys on an address of digits.
    address = invited(served, new_page).replace("127.0.0.1", "localhost")
    joined(page, address)
    faults: list[str] = []
    page.on(
        "console", lambda message: faults.append(message.text) if message.type == "error" else None
    )
    page.get_by_role("link", name="Lägg till nyckel").click()
    confirm(page)
    press(page, "Lägg till nyckel")
    expect(page.locator("h1")).to_have_text("Reservkoder")
    page.context.clear_cookies()
    page.goto(address.partition("/logga-in/")[0] + "/arbetsyta/")
    with served.connect() as connection:
        row = connection.execute(
            "SELECT email FROM accounts_user ORDER BY date_joined DESC LIMIT 1"
        ).fetchone()
    assert row
    page.get_by_label("E-postadress").fill(row[0])
    page.get_by_label("Lösenord").fill(PASSWORD)
    press(page, "Logga in")
    press(page, "Använd en säkerhetsnyckel")
    expect(page.locator("h1")).to_have_text("Arbetsyta")
    assert not faults


@pytest.mark.parametrize("javascript", [True, False])
def test_a_browser_that_knows_no_keys_shows_no_button_for_them(
    served: ServedPortal, new_page: NewPage, javascript: bool
) -> None:
    page = new_page(PHONE, javascript=javascript)
    page.add_init_script("delete window.PublicKeyCredential")
    log_in(page, served)
    page.get_by_role("link", name="Mitt konto").first.click()
    for link in ("Inloggning i två steg", "Se dina nycklar", "Lägg till nyckel"):
        page.get_by_role("link", name=link).click()
    confirm(page, demo_password(served))
    expect(page.locator("h1")).to_have_text("Lägg till nyckel")
    notice = page.locator("[data-key-fault]" if javascript else "main noscript p")
    expect(notice).to_be_visible()
    expect(page.get_by_role("button", name="Lägg till nyckel")).to_be_hidden()


def test_no_page_of_the_workspace_breaks_wcag_2_2_aa_on_any_screen(
    served: ServedPortal, new_page: NewPage
) -> None:
    invitation = invited(served, new_page)
    page = new_page()

    def check() -> None:
        accessible_on(page, TWO_SCREENS)

    for address in (
        "/logga-in/",
        "/logga-in/glomt-losenord/",
        "/logga-in/glomt-losenord/skickat/",
        "/logga-in/nytt-losenord/1-abc/",
        "/logga-in/nytt-losenord/klart/",
        "/logga-in/avstangt/",
        "/logga-in/inbjudan/nej/",
    ):
        page.goto(served.url + address)
        check()
    page.goto(invitation)
    check()
    press(page, "Tacka ja")
    expect(page.locator(".error-summary")).to_be_visible()
    check()
    page.goto(f"{served.url}/logga-in/")
    page.get_by_label("E-postadress").fill("demo-admin@example.se")
    page.get_by_label("Lösenord").fill(demo_password(served))
    press(page, "Logga in")
    check()
    page.get_by_label("Kod").fill(CODE)
    press(page, "Fortsätt")
    for address in (
        "/arbetsyta/",
        "/arbetsyta/konto/",
        "/arbetsyta/konto/losenord/",
        "/arbetsyta/konto/inloggningar/",
        "/arbetsyta/konto/tva-steg/",
        "/arbetsyta/konto/tva-steg/borja/",
        "/arbetsyta/konto/tva-steg/nycklar/",
        "/arbetsyta/konto/tva-steg/nycklar/ny/",
        "/arbetsyta/konto/tva-steg/app/ta-bort/",
        "/arbetsyta/konto/tva-steg/reservkoder/nya/",
        "/arbetsyta/konto/bekrafta/",
        "/arbetsyta/konto/bekrafta/kod/",
        "/arbetsyta/personer/",
        "/arbetsyta/personer/bjud-in/",
        "/arbetsyta/logga-ut/",
        "/arbetsyta/admin/",
    ):
        page.goto(served.url + address)
        confirm(page, demo_password(served))
        assert page.url.startswith(served.url + address), page.url
        if "/admin/" not in address:  # Django's own look
            check()
