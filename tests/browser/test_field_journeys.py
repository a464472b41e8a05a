"""An officer logs on a phone what was done.

It goes fast, is logged once, and nothing is lost.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_account_journeys import CODE, demo_password
from tests.browsing import NewPage, accessible, evaluated, looked_over
from tests.served import ServedPortal

PHONE = 375
OFFICER = "demo-polis@example.se"
COORDINATOR = "demo-samordnare@example.se"
MAX_INTERACTIONS = 12


@pytest.fixture(autouse=True)
def _no_attempts_counted(served: ServedPortal) -> Iterator[None]:
    yield
    with served.connect() as connection:
        connection.execute("DELETE FROM accounts_attempts")


class Thumb:
    """A person's thumb: every tap and every field filled in is an interaction."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.interactions = 0

    def tap(self, role: str, name: str | re.Pattern[str]) -> None:
        self.interactions += 1
        self.page.locator("main").get_by_role(role, name=name).first.click()  # type: ignore[arg-type]

    def fill(self, label: str, text: str) -> None:
        self.interactions += 1
        self.page.locator("main").get_by_label(label).fill(text)


def log_in(thumb: Thumb, served: ServedPortal, email: str = OFFICER) -> None:
    thumb.page.goto(f"{served.url}/arbetsyta/")
    thumb.fill("E-postadress", email)
    thumb.fill("Lösenord", demo_password(served))
    thumb.tap("button", "Logga in")
    thumb.fill("Kod", CODE)
    thumb.tap("button", "Fortsätt")


def number_of_actions(served: ServedPortal) -> int:
    with served.connect() as connection:
        row = connection.execute("SELECT count(*) FROM pledges_completedaction").fetchone()
    assert row
    return int(row[0])


# Each test, here and below, records something of its own: the same once more is asked about,
# whatever its text.
@pytest.mark.parametrize(
    ("javascript", "written", "school"),
    [(True, "norra", "Norra skolan"), (False, "södra", "Södra gymnasiet")],
)
def test_a_dog_search_is_logged_within_twelve_interactions_and_a_minute(
    served: ServedPortal, new_page: NewPage, javascript: bool, written: str, school: str
) -> None:
    page = new_page(PHONE, height=667, javascript=javascript)
    thumb = Thumb(page)
    before, began = number_of_actions(served), time.monotonic()
    log_in(thumb, served)
    thumb.tap("link", "Registrera insats för åtagande 3")
    thumb.fill("Var?", written)
    thumb.fill("Genomsökta lokaler", "6")
    thumb.fill("Markeringar", "0")
    thumb.fill("Fynd", "0")
    thumb.tap("button", "Spara")
    expect(page.locator(".notice").first).to_contain_text("Insatsen är sparad.")
    expect(page.locator("main")).to_contain_text(f"{school} (demonstration)")
    expect(page.locator("main")).to_contain_text("Visas för alla från den 1 januari")
    assert number_of_actions(served) == before + 1
    assert thumb.interactions <= MAX_INTERACTIONS
    assert time.monotonic() - began < 60, "the pages themselves took a minute"


# Each counts a unit of its own: only the first time is it asked about.
@pytest.mark.parametrize(
    ("javascript", "month", "unit"),
    [(True, "05", "mopedkontroller"), (False, "06", "cykelkontroller")],
)
def test_what_went_on_for_several_days_is_logged_on_the_narrowest_phone(
    served: ServedPortal, new_page: NewPage, javascript: bool, month: str, unit: str
) -> None:
    page = new_page(320, height=568, javascript=javascript)
    thumb = Thumb(page)
    before = number_of_actions(served)
    log_in(thumb, served)
    thumb.tap("link", "Registrera insats för åtagande 1")
    expect(page.get_by_label("Sista dagen")).to_be_hidden()
    thumb.fill("När gjordes det?", f"2024-{month}-01")
    page.get_by_text("Flera dagar", exact=True).click()
    thumb.fill("Sista dagen", f"2024-{month}-20")
    thumb.fill("Hur många?", "71")
    page.get_by_text("Vilket slag det var", exact=True).click()
    thumb.fill("Vad räknades?", unit)
    looked_over(page, javascript)
    for question, answer in (
        ("71 är väldigt många.", "Antalet stämmer. Spara ändå."),
        (f"Räknas ”{unit}” till det?", "Det räknas till målet. Spara."),
    ):
        thumb.tap("button", "Spara")
        expect(page.get_by_role("alert")).to_contain_text(question)
        looked_over(page, javascript)
        assert number_of_actions(served) == before
        thumb.tap("checkbox", answer)
    thumb.tap("button", "Spara")
    expect(page.locator(".notice").first).to_contain_text("Insatsen är sparad.")
    expect(page.locator("main")).to_contain_text(f"71 {unit}")
    looked_over(page, javascript)
    assert number_of_actions(served) == before + 1
    thumb.tap("link", "Rätta")
    expect(page.get_by_label("Sista dagen")).to_be_visible()
    page.get_by_label("Sista dagen").fill("2023-01-01")
    page.get_by_label("Varför rättar du?").fill("Fel dag")
    page.get_by_role("button", name="Spara rättelsen").click()
    expect(page.get_by_label("Sista dagen")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Den sista dagen kan inte vara före den första.")
    looked_over(page, javascript)


def test_what_the_public_may_see_at_once_is_seen_at_once(
    served: ServedPortal, new_page: NewPage
) -> None:
    page = new_page(PHONE, height=667)
    log_in(Thumb(page), served)
    page.get_by_role("link", name="Registrera insats för åtagande 5").click()
    page.get_by_label("Text som visas för alla").fill("Utbildning i dag, prov 4711.")
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator(".notice").first).to_contain_text("Insatsen är sparad.")
    page.wait_for_timeout(1100)  # kept pages are looked over once a second
    reader = new_page(PHONE)
    reader.goto(f"{served.url}/alvsbyn/2023-2025/ataganden/5/")
    expect(reader.locator("main")).to_contain_text("Utbildning i dag, prov 4711.")


def test_a_double_click_records_once(served: ServedPortal, new_page: NewPage) -> None:
    page = new_page(PHONE, height=667)
    log_in(Thumb(page), served)
    page.get_by_role("link", name="Registrera insats för åtagande 1").click()
    page.get_by_label("Hur många?").fill("3")
    before = number_of_actions(served)
    page.get_by_role("button", name="Spara", exact=True).dblclick()
    expect(page.locator("h1")).to_have_text("Genomförd insats")
    assert number_of_actions(served) == before + 1


def test_whoever_fills_in_the_same_again_without_scripts_is_asked(
    served: ServedPortal, new_page: NewPage
) -> None:
    page = new_page(PHONE, height=667, javascript=False)
    log_in(Thumb(page), served)
    before = number_of_actions(served)
    for _ in range(2):  # the first answer is as good as lost
        page.goto(f"{served.url}/arbetsyta/")
        page.get_by_role("link", name="Registrera insats för åtagande 1").click()
        page.get_by_label("Hur många?").fill("17")
        page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("redan sparat en likadan insats")
    assert number_of_actions(served) == before + 1
    page.get_by_label("Det är en till. Spara ändå.").check()
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator("h1")).to_have_text("Genomförd insats")
    assert number_of_actions(served) == before + 2


def test_a_lost_connection_loses_nothing(served: ServedPortal, new_page: NewPage) -> None:
    page = new_page(PHONE, height=667)
    log_in(Thumb(page), served)
    page.get_by_role("link", name="Registrera insats för åtagande 1").click()
    page.get_by_label("Hur många?").fill("5")
    page.get_by_label("Text som visas för alla").fill("Skrivet i källaren")
    before = number_of_actions(served)
    page.context.set_offline(True)
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Det finns ingen uppkoppling.")
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("Text som visas för alla")).to_have_value("Skrivet i källaren")
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator("h1")).to_have_text("Genomförd insats")
    expect(page.locator("main")).to_contain_text("Skrivet i källaren")
    assert number_of_actions(served) == before + 1
    drafts = evaluated(page, "Object.keys(sessionStorage).filter(key => key.startsWith('kept:'))")
    assert drafts == []


def test_nothing_typed_is_left_on_the_phone_after_logging_out(
    served: ServedPortal, new_page: NewPage
) -> None:
    page = new_page(PHONE, height=667)
    log_in(Thumb(page), served)
    page.get_by_role("link", name="Registrera insats för åtagande 1").click()
    page.get_by_label("Intern anteckning").fill("Bara för oss")
    page.get_by_role("link", name="Logga ut").click()
    page.locator("main").get_by_role("button", name="Logga ut").click()
    expect(page.locator("h1")).to_have_text("Logga in")
    assert evaluated(page, "sessionStorage.length") == 0


def kept_keys(page: Page) -> list[str]:
    script = "Object.keys(sessionStorage).filter(key => key.startsWith('kept:'))"
    return list(evaluated(page, script))


def test_work_is_kept_over_a_new_login_and_given_to_nobody_else(
    served: ServedPortal, new_page: NewPage
) -> None:
    page = new_page(PHONE, height=667)
    log_in(Thumb(page), served)
    page.get_by_role("link", name="Registrera insats för åtagande 1").click()
    form, note = page.url, page.get_by_label("Text som visas för alla")
    before = number_of_actions(served)

    # A link that is followed, and Back.
    note.fill("Skrivet innan, prov 4713")
    page.get_by_role("link", name="Välj ett annat åtagande").click()
    page.go_back()
    expect(note).to_have_value("Skrivet innan, prov 4713")
    expect(page.locator("main")).to_contain_text("Det du skrev förut finns kvar.")

    # A login in another tab makes this one's form old.
    other = page.context.new_page()
    other.goto(f"{served.url}/arbetsyta/logga-ut/")
    other.locator("main").get_by_role("button", name="Logga ut").click()
    log_in(Thumb(other), served)
    page.get_by_label("Hur många?").fill("4")
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator(".notices")).to_contain_text("Det du skrev finns kvar.")
    expect(note).to_have_value("Skrivet innan, prov 4713")
    expect(page.get_by_label("Hur många?")).to_have_value("4")
    assert number_of_actions(served) == before

    # The login has run out: what was sent waits behind the new one.
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator("h1")).to_have_text("Logga in")
    assert kept_keys(page) == []
    thumb = Thumb(page)
    thumb.fill("E-postadress", OFFICER)
    thumb.fill("Lösenord", demo_password(served))
    thumb.tap("button", "Logga in")
    thumb.fill("Kod", CODE)
    thumb.tap("button", "Fortsätt")
    expect(page.locator(".notices")).to_contain_text("Det du skrev finns kvar.")
    expect(note).to_have_value("Skrivet innan, prov 4713")
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator("h1")).to_have_text("Genomförd insats")
    assert number_of_actions(served) == before + 1
    assert kept_keys(page) == []

    # A cancel asks first: no stays, and yes throws away.
    page.get_by_role("link", name="Stryk").click()
    page.get_by_label("Varför?").fill("Prövar")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("link", name="Avbryt").click()
    expect(page.get_by_label("Varför?")).to_have_value("Prövar")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Avbryt").click()
    expect(page.locator("h1")).to_have_text("Genomförd insats")
    assert kept_keys(page) == []

    # Another person who logs in in the same tab sees nothing of it.
    page.goto(form)
    page.get_by_label("Intern anteckning").fill("Bara för oss")
    page.context.clear_cookies(name="sessionid")
    log_in(Thumb(page), served, COORDINATOR)
    page.goto(form)
    expect(page.get_by_label("Intern anteckning")).to_have_value("")
    assert kept_keys(page) == []


A_FILE = """Åtagande;Datum;Plats;Antal;Text
1;2025-02-03;;1;Kontroll av en byggarbetsplats, prov 4712.
1;2025-02-03;;1;Ring 070-123 45 67
"""


@pytest.mark.parametrize(("width", "javascript"), [(320, False), (1280, True)])
def test_a_file_is_shown_imported_and_undone(
    served: ServedPortal, new_page: NewPage, width: int, javascript: bool
) -> None:
    page = new_page(width, javascript=javascript)
    before = number_of_actions(served)
    log_in(Thumb(page), served)
    page.get_by_role("link", name="Alla insatser").click()
    page.get_by_role("link", name="Importera").click()
    content = A_FILE.replace("prov 4712", f"prov {width}")
    for text in (content.replace("2025-02-03", "igår", 1), content):
        page.get_by_label("Fil", exact=True).set_input_files(
            {"name": "insatser.csv", "mimeType": "text/csv", "buffer": text.encode()}
        )
        page.get_by_role("button", name="Granska filen").click()
        looked_over(page, javascript)
    expect(page.locator("main")).to_contain_text("”070-123 45 67” ser ut som en personuppgift.")
    page.get_by_role("button", name="Importera 2 insatser").click()
    expect(page.get_by_role("alert")).to_contain_text("Läs anmärkningarna och kryssa i rutan.")
    page.get_by_label("Jag har läst anmärkningarna. Importera ändå.").check()
    page.get_by_role("button", name="Importera 2 insatser").click()
    expect(page.locator(".notice").first).to_contain_text("2 insatser är importerade.")
    looked_over(page, javascript)
    assert number_of_actions(served) == before + 2
    page.get_by_role("link", name="Visa insatserna").click()
    expect(page.get_by_role("status")).to_contain_text("2 insatser")
    page.go_back()
    page.get_by_role("link", name="Ångra importen").click()
    page.get_by_label("Varför?").fill("Fel fil")
    looked_over(page, javascript)
    page.get_by_role("button", name="Ångra importen").click()
    expect(page.locator("main")).to_contain_text("Skäl: Fel fil")
    looked_over(page, javascript)


PAGES = [
    "/arbetsyta/",
    "/arbetsyta/insatser/",
    "/arbetsyta/insatser/?q=x",
    "/arbetsyta/insatser/ny/",
    "/arbetsyta/ataganden/",
    "/arbetsyta/platser/",
    "/arbetsyta/platser/ny/",
    "/arbetsyta/platser/lista/",
    "/arbetsyta/insatser/import/",
]


@pytest.mark.parametrize(("width", "dark"), [(320, True), (1280, False)])
def test_no_page_of_the_log_breaks_wcag(
    served: ServedPortal, new_page: NewPage, width: int, dark: bool
) -> None:
    page = new_page(width, dark=dark)
    log_in(Thumb(page), served, COORDINATOR)
    with served.connect() as connection:
        row = connection.execute(
            "SELECT uid FROM pledges_completedaction WHERE recorded_side = 'municipality'"
        ).fetchone()
        search = connection.execute(
            "SELECT id FROM pledges_commitment WHERE kind = 'drug_dog_search' ORDER BY id DESC"
        ).fetchone()
        place = connection.execute("SELECT id FROM pledges_place").fetchone()
    assert row
    assert search
    assert place
    own = f"/arbetsyta/insatser/{row[0]}/"
    more = [own, f"{own}ratta/", f"{own}stryk/", f"/arbetsyta/insatser/ny/{search[0]}/"]
    more += [f"/arbetsyta/ataganden/{search[0]}/offentlighet/", f"/arbetsyta/platser/{place[0]}/"]
    for address in [*PAGES, *more]:
        page.goto(served.url + address)
        if "/ny/" in address and page.locator("main form[method=post]").count():
            page.locator("main button[type=submit]").click()
        accessible(page)
