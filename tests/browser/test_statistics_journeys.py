"""A coordinator imports statistics and ties them to a promise.

It is done in a real browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.test_account_journeys import log_in
from tests.browsing import NewPage, accessible_on
from tests.pledges.statistics.files import a_long_table
from tests.served import ServedPortal

PHONE = 375
COORDINATOR = "demo-samordnare@example.se"


@pytest.fixture(autouse=True)
def _no_attempts_counted(served: ServedPortal) -> Iterator[None]:
    yield
    with served.connect() as connection:
        connection.execute("DELETE FROM accounts_attempts")


def has_no_faults(page: Page) -> None:
    """Look at the page as it is, wide and narrow, light and dark."""
    before = page.viewport_size
    accessible_on(page)
    assert before
    page.set_viewport_size(before)


def a_file(text: str, name: str = "brott.csv") -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode("cp1252")}


def send(page: Page, text: str) -> None:
    page.get_by_label("Fil", exact=True).set_input_files(a_file(text))
    page.get_by_role("button", name="Granska filen").click()


def figures(served: ServedPortal) -> int:
    with served.connect() as connection:
        row = connection.execute("SELECT count(*) FROM pledges_observation").fetchone()
    assert row
    return int(row[0])


@pytest.mark.parametrize(("javascript", "offence"), [(True, "Rån"), (False, "Häleri")])
def test_a_file_is_mended_looked_over_and_imported(
    served: ServedPortal, new_page: NewPage, javascript: bool, offence: str
) -> None:
    page = new_page(PHONE, javascript=javascript)
    log_in(page, served, COORDINATOR)
    page.locator("nav").get_by_role("link", name="Statistik", exact=True).first.click()
    page.get_by_role("link", name="Importera statistik").click()
    before = figures(served)
    send(page, a_long_table(f"{offence};Älvsbyn;2024;;tre;38"))
    expect(page.locator("main")).to_contain_text("Rad 2, Antal: ”tre” är inte ett tal.")
    send(page, a_long_table(f"{offence};Älvsbyn;2024;;3;38", f"{offence};Piteå;2024;;9;21"))
    expect(page.locator("h1")).to_have_text("Granska statistiken")
    expect(page.locator("main")).to_contain_text("Inget är sparat än.")
    expect(page.locator("main")).to_contain_text("1 rad för Piteå: hör till andra områden")
    assert figures(served) == before
    page.get_by_role("button", name="Importera", exact=True).click()
    expect(page.locator(".notice").first).to_contain_text("Filen är importerad.")
    assert figures(served) == before + 1


def test_a_large_change_is_seen_said_yes_to_and_taken_back(
    served: ServedPortal, new_page: NewPage
) -> None:
    page = new_page(PHONE)
    log_in(page, served, COORDINATOR)
    page.goto(f"{served.url}/arbetsyta/statistik/import/")
    send(page, a_long_table("Bedrägeri;Älvsbyn;2024;;3;38"))
    page.get_by_role("button", name="Importera", exact=True).click()
    before = figures(served)
    page.goto(f"{served.url}/arbetsyta/statistik/import/")
    send(page, a_long_table("Bedrägeri;Älvsbyn;2024;;30;380", "Bedrägeri;Älvsbyn;2023;;4;51"))
    expect(page.locator("main")).to_contain_text("1 siffra ändras mer än tre gånger.")
    expect(page.locator("table tbody tr")).to_contain_text("3; per 100 000 invånare: 38")
    has_no_faults(page)
    page.get_by_role("button", name="Importera", exact=True).click()
    expect(page.locator("main")).to_contain_text("Intyga att den är rätt.")
    page.get_by_label("Siffrorna som ändras mer än tre gånger är rätt.").check()
    page.get_by_role("button", name="Importera", exact=True).click()
    expect(page.locator(".notice").first).to_contain_text("Filen är importerad.")
    assert figures(served) == before + 1
    page.get_by_role("link", name="Ta tillbaka importen").click()
    page.get_by_label("Varför?").fill("Fel fil.")
    has_no_faults(page)
    page.get_by_role("button", name="Ta tillbaka importen").click()
    expect(page.locator("main")).to_contain_text("Skäl: Fel fil.")
    assert figures(served) == before


def test_an_indicator_is_tied_to_a_commitment_and_untied(
    served: ServedPortal, new_page: NewPage
) -> None:
    page = new_page(PHONE)
    log_in(page, served, COORDINATOR)
    page.goto(f"{served.url}/arbetsyta/statistik/kopplingar/")
    page.get_by_role("link", name=re.compile("Koppla en indikator.*2023–2025")).click()
    page.get_by_label("Vad i löftet säger siffran något om?").select_option(
        label=page.locator("option", has_text="Åtagande 5").inner_text()
    )
    page.get_by_label("Indikator", exact=True).select_option(label="Samtliga brott")
    page.get_by_label("Vad säger den om problemet?").fill("Prov 2560.")
    page.get_by_role("button", name="Koppla", exact=True).click()
    expect(page.locator(".notice").first).to_contain_text("Indikatorn är kopplad.")
    expect(page.locator("main")).to_contain_text("Narkotika i posten, åtagande 5")
    page.get_by_role("link", name="Ta bort Samtliga brott, Narkotika i posten").click()
    page.get_by_role("button", name="Ta bort kopplingen").click()
    expect(page.locator(".notice").first).to_contain_text("Kopplingen är borttagen.")
    expect(page.locator("main")).not_to_contain_text("Prov 2560.")


def test_every_page_keeps_wcag_2_2_aa_on_any_screen(
    served: ServedPortal, new_page: NewPage
) -> None:
    page = new_page()
    log_in(page, served)
    home = f"{served.url}/arbetsyta/statistik/"
    page.goto(home)
    has_no_faults(page)
    page.goto(f"{home}import/")
    has_no_faults(page)
    send(page, a_long_table("Rån;Ingenstans;2024;;tre;38"))
    expect(page.locator(".error-summary")).to_be_visible()
    has_no_faults(page)
    send(page, a_long_table("Narkotikabrott;Älvsbyn;2020;;3;38", "Rån;Region Nord;2020;;3;1"))
    expect(page.locator("h1")).to_have_text("Granska statistiken")
    has_no_faults(page)
    page.goto(home)
    page.get_by_role("link", name="anmalda-brott-rattelse.csv").click()
    expect(page.locator("table")).to_be_visible()
    has_no_faults(page)
    page.goto(f"{home}indikatorer/narkotikabrott/")
    has_no_faults(page)
    page.goto(f"{home}kopplingar/")
    has_no_faults(page)
    page.get_by_role("link", name="Koppla en indikator").first.click()
    page.get_by_role("button", name="Koppla", exact=True).click()
    expect(page.locator(".error-summary")).to_be_visible()
    has_no_faults(page)
    page.goto(f"{home}kopplingar/")
    page.get_by_role("link", name="Ta bort").first.click()
    has_no_faults(page)
