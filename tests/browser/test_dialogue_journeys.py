"""Residents answer a dialogue, and staff write in papers.

Both work in a real browser.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_account_journeys import (
    _no_attempts_counted,  # noqa: F401  (a fixture)
    log_in,
)
from tests.browsing import NewPage, looked_over
from tests.served import ServedPortal

PHONE = 390
FORM = "/alvsbyn/dialoger/4/svara/"
PAPERS = 30
# As long as the portal wants between fetching and sending.
BY_HAND = 3200


def number_of_submissions(served: ServedPortal) -> int:
    with served.connect() as connection:
        row = connection.execute("SELECT count(*) FROM dialogues_submission").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("javascript", [True, False])
def test_one_answers_mends_an_error_changes_it_and_takes_it_back(
    served: ServedPortal, new_page: NewPage, javascript: bool
) -> None:
    page = new_page(PHONE, javascript=javascript)
    before = number_of_submissions(served)
    page.goto(f"{served.url}/alvsbyn/")
    page.get_by_role("link", name="Inför nästa medborgarlöfte").click()
    page.get_by_role("link", name="Svara", exact=True).click()
    looked_over(page, javascript)
    page.wait_for_timeout(BY_HAND)
    page.get_by_label("Viktigast av allt").select_option(label="Narkotika")
    page.get_by_label("Trafik och hastigheter").check()
    page.get_by_label("Med egna ord").fill("Ring mig, 811218-9876")
    page.get_by_role("button", name="Skicka").click()
    expect(page.get_by_role("alert")).to_contain_text("”811218-9876”")
    looked_over(page, javascript)
    expect(page.get_by_label("Trafik och hastigheter")).to_be_checked()
    page.get_by_label("Med egna ord").fill(f"Prata med oss {uuid4()}")
    page.get_by_role("button", name="Skicka").click()
    if not javascript:
        step = page.get_by_role("region", name="Ett steg kvar")
        expect(step).to_contain_text("skicka en gång till")
        expect(step).to_be_focused()
        assert number_of_submissions(served) == before
        step.get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("Tack! Ditt svar har kommit in.")
    looked_over(page, javascript)
    assert number_of_submissions(served) == before + 1
    assert not page.context.cookies()
    page.get_by_role("link", name="Ändra", exact=True).click()
    expect(page.get_by_label("Viktigast av allt")).to_have_value(
        page.get_by_label("Viktigast av allt")
        .locator("option", has_text="Narkotika")
        .get_attribute("value")
        or ""
    )
    page.wait_for_timeout(BY_HAND)
    page.get_by_label("Med egna ord").fill("Prata med oss elever")
    page.get_by_role("button", name="Spara ändringen").click()
    if not javascript:
        page.get_by_role("region", name="Ett steg kvar").get_by_role("button").click()
    expect(page.locator("blockquote")).to_have_text("Prata med oss elever")
    page.get_by_role("link", name="Ta tillbaka", exact=True).click()
    looked_over(page, javascript)
    page.get_by_role("button", name="Ta tillbaka svaret").click()
    expect(page.locator("main")).to_contain_text("Svaret är återtaget.")
    assert number_of_submissions(served) == before + 1


def test_the_way_back_keeps_what_was_typed(served: ServedPortal, new_page: NewPage) -> None:
    page = new_page(PHONE)
    page.goto(f"{served.url}{FORM}")
    page.get_by_label("Med egna ord").fill("Skrivet på bussen")
    page.goto(f"{served.url}/om/")
    page.go_back()
    expect(page.get_by_label("Med egna ord")).to_have_value("Skrivet på bussen")


@pytest.fixture
def coordinator(served: ServedPortal, new_page: NewPage) -> Page:
    page = new_page(1280)
    log_in(page, served, "demo-samordnare@example.se")
    return page


def test_thirty_papers_are_written_in_by_keyboard_alone(
    served: ServedPortal, coordinator: Page
) -> None:
    page = coordinator
    page.get_by_role("link", name="Dialoger", exact=True).click()
    page.get_by_role("link", name="Öppna Trygghetsvandring i centrum").click()
    page.get_by_role("link", name="Skriv in svar").click()
    looked_over(page)
    before = number_of_submissions(served)
    expect(page.get_by_label("Med egna ord")).to_be_focused()
    for number in range(PAPERS):
        page.keyboard.type(f"Papper {number}")
        page.keyboard.press("Tab")
        page.keyboard.type("Nark")  # chooses the theme in the list
        page.keyboard.press("Enter")
        page.locator("main").get_by_role("button", name="Spara och ta nästa").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Sparat.")
        expect(page.get_by_label("Med egna ord")).to_be_focused()
    assert number_of_submissions(served) == before + PAPERS
    with served.connect() as connection:
        row = connection.execute(
            "SELECT count(DISTINCT s.id) FROM dialogues_submission s"
            " JOIN dialogues_rankedtheme r ON r.submission_id = s.id"
            " WHERE s.text LIKE 'Papper %'"
        ).fetchone()
    assert row == (PAPERS,)


def test_a_dialogue_is_announced_and_called_off(served: ServedPortal, coordinator: Page) -> None:
    page, title = coordinator, f"Möte {uuid4().hex[:6]}"
    page.goto(f"{served.url}/arbetsyta/dialoger/ny/")
    page.get_by_role("button", name="Spara som utkast").click()
    looked_over(page)
    page.get_by_label("På nätet").check()
    page.get_by_label("Rubrik", exact=True).fill(title)
    page.get_by_label("Vad frågar ni?").fill("Vad är viktigt?")
    page.get_by_label("Går att svara från").fill("2026-01-01")
    page.get_by_label("Sista dagen att svara").fill("2099-12-31")
    page.get_by_role("button", name="Spara som utkast").click()
    looked_over(page)
    page.get_by_role("button", name="Annonsera").click()
    page.get_by_role("link", name="Se den som alla ser den").click()
    expect(page.locator("h1")).to_have_text(title)
    page.go_back()
    page.get_by_role("link", name="Sammanfatta").click()
    looked_over(page)
    page.get_by_label("Vad vi hörde").fill("Ingenting än.")
    page.get_by_role("button", name="Spara utkast").click()
    page.get_by_role("link", name="Ställ in dialogen").click()
    page.get_by_label("Varför?").fill("Det blev snö.")
    looked_over(page)
    page.get_by_role("button", name="Ställ in").click()
    expect(page.locator("main")).to_contain_text("Det blev snö.")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_are_accessible(
    served: ServedPortal, new_page: NewPage, width: int, dark: bool
) -> None:
    page = new_page(width, dark=dark)
    for address in (
        "/alvsbyn/dialoger/",
        "/alvsbyn/dialoger/1/",
        "/alvsbyn/dialoger/5/",
        "/en/alvsbyn/dialoger/1/",
        f"/en{FORM}",
        FORM,
        "/personuppgifter/",
        "/alvsbyn/2023-2025/fran-ord-till-handling/",
        "/en/alvsbyn/2023-2025/fran-ord-till-handling/",
        "/alvsbyn/2023-2025/ataganden/3/",
    ):
        page.goto(f"{served.url}{address}")
        looked_over(page)


@pytest.mark.parametrize("width", [320, 1280])
def test_the_staffs_pages_are_accessible(
    served: ServedPortal, new_page: NewPage, width: int
) -> None:
    page = new_page(width)
    log_in(page, served, "demo-redaktor@example.se")
    page.goto(f"{served.url}/arbetsyta/dialoger/")
    looked_over(page)
    page.get_by_role("link", name="Teman, kommundelar och mottagning").click()
    expect(page.locator("h1")).to_have_text("Teman och kommundelar")
    looked_over(page)
    page.get_by_role("link", name="Öppettider och nödstopp för svar").click()
    looked_over(page)
    page.goto(f"{served.url}/arbetsyta/dialoger/")
    page.get_by_role("link", name="Öppna Vad ska nästa medborgarlöfte handla om?").click()
    looked_over(page)
    page.get_by_role("link", name="Läs svaren").click()
    looked_over(page)
    page.get_by_role("link", name="Citera Vi föräldrar").click()
    looked_over(page)


def test_a_theme_linked_to_a_commitment_is_seen_both_ways(
    served: ServedPortal, coordinator: Page
) -> None:
    page = coordinator
    page.get_by_role("link", name="Dialoger", exact=True).click()
    page.get_by_role("link", name="Från ord till handling").click()
    page.get_by_role("link", name="Öppna Medborgarlöfte 2023–2025").click()
    looked_over(page)
    page.get_by_role("link", name="Svara Arbetslivskriminalitet").click()
    looked_over(page)
    page.get_by_label("8. Kommunen och Polisen samverkar").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Spara").click()
    expect(page.locator("main")).not_to_contain_text("Något behöver rättas")
    page.goto(f"{served.url}/alvsbyn/2023-2025/ataganden/8/")
    expect(page.locator("main")).to_contain_text("Arbetslivskriminalitet")
    page.get_by_role("link", name="Följ hela tråden från ord till handling").click()
    theme = page.locator("section", has=page.get_by_role("heading", name="Arbetslivskriminalitet"))
    expect(theme).to_contain_text("8. Uppföljning i det brottsförebyggande rådet")


def test_answers_are_coded_counted_compared_and_searched(
    served: ServedPortal, coordinator: Page
) -> None:
    page = coordinator
    page.get_by_role("link", name="Dialoger", exact=True).click()
    looked_over(page)
    page.get_by_role("link", name="Öppna Trygghetsvandring i centrum").click()
    looked_over(page)
    page.get_by_role("link", name="Koda svaren").click()
    looked_over(page)
    left = page.get_by_text("svar är okodade")
    before = int(left.inner_text().split()[0])
    page.get_by_role("checkbox").first.check()
    page.get_by_label("Tema", exact=True).select_option(index=1)
    page.get_by_role("button", name="Koda de ikryssade").click()
    expect(page.get_by_role("status").first).to_contain_text("är kodat. Antal svar: 1.")
    expect(left).to_have_text(f"{before - 1} svar är okodade.")
    page.get_by_label("Visa", exact=True).select_option(label="alla")
    page.get_by_role("button", name="Visa", exact=True).click()
    expect(page.locator("main")).to_contain_text("Kodat:")
    looked_over(page)
    page.get_by_role("link", name="Räkna svaren").click()
    expect(page.get_by_role("table").first).to_be_visible()
    looked_over(page)
    page.get_by_role("link", name="Jämför med andra dialoger").click()
    expect(page.get_by_role("table")).to_be_visible()
    looked_over(page)
    page.goto(f"{served.url}/arbetsyta/dialoger/sok/?q=belysing")
    looked_over(page)


def test_papers_are_read_in_from_a_file(served: ServedPortal, coordinator: Page) -> None:
    page, mark = coordinator, uuid4().hex[:8]
    page.get_by_role("link", name="Dialoger", exact=True).click()
    page.get_by_role("link", name="Öppna Trygghetsvandring i centrum").click()
    page.get_by_role("link", name="Läs in svar från en fil").click()
    looked_over(page)

    def choose(content: str) -> None:
        file = {"name": "svar.csv", "mimeType": "text/csv", "buffer": content.encode()}
        page.get_by_label("Fil").set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name="Granska filen").click()

    choose(f"Text;Viktigast\nFler soffor {mark};Hästar\n")
    expect(page.locator("main")).to_contain_text("Rad 2, Viktigast: ”Hästar” finns inte att välja.")
    looked_over(page)
    choose(f"Text;Viktigast\nFler soffor {mark};Narkotika\nRing 070-123 45 67 {mark};\n")
    looked_over(page)
    page.get_by_role("button", name="Spara 2 svar").click()
    expect(page.get_by_role("alert")).to_contain_text("Läs anmärkningarna")
    looked_over(page)
    page.get_by_label("Jag har läst anmärkningarna.").check()
    page.get_by_role("button", name="Spara 2 svar").click()
    expect(page.get_by_role("status").first).to_contain_text("2 svar är sparade.")
    expect(page.locator("main")).to_contain_text(f"Fler soffor {mark}")
    looked_over(page)
