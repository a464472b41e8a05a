"""A coordinator enters a survey by the keyboard and publishes it.

On the way one sees what is hidden and why.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.test_field_journeys import COORDINATOR, OFFICER, Thumb, log_in
from tests.browsing import NewPage, looked_over
from tests.served import ServedPortal

# The table row by row: girls, boys, answered otherwise, all. The demonstration has no such year.
NUMBERS = [
    ["38", "39", "", ""],
    ["2", "20", "", ""],
    ["8", "12", "", ""],
    ["", "", "", ""],
    ["18", "16", "", ""],
    ["12", "13", "", ""],
    ["6", "7", "", ""],
    ["", "", "", ""],
]


@pytest.fixture(autouse=True)
def _nothing_left_behind(served: ServedPortal) -> Iterator[None]:
    yield
    with served.connect() as connection:
        connection.execute("DELETE FROM accounts_attempts")


@pytest.mark.parametrize(
    ("width", "javascript", "dark", "year"),
    [(1280, True, False, "2019/20"), (320, True, True, "2018/19"), (320, False, False, "2017/18")],
)
def test_a_round_is_entered_by_keyboard_and_published(
    served: ServedPortal, new_page: NewPage, width: int, javascript: bool, dark: bool, year: str
) -> None:
    page = new_page(width, javascript=javascript, dark=dark)
    log_in(Thumb(page), served, COORDINATOR)
    page.get_by_role("navigation", name="Arbetsytan").get_by_role("link", name="Drogvanor").click()
    looked_over(page, javascript)
    page.get_by_role("link", name="Ny omgång").click()
    looked_over(page, javascript)
    page.get_by_label("Läsår").select_option(label=year)
    page.get_by_label("Årskurs 9").check()
    page.get_by_label("Antal elever i årskursen").fill("84")
    girls = page.get_by_role("textbox", name="Svarade Flickor")
    girls.focus()
    for row in NUMBERS:
        for number in row:
            page.keyboard.type(number)
            page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Snusar Pojkar")).to_have_value("12")
    expect(page.get_by_label("Hur svarade eleverna?")).to_be_focused()
    page.get_by_role("textbox", name="Snusar Flickor").fill("99")
    # Enter saves: it doesn't read the spreadsheet further down.
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("99 är fler än de 38 som svarade.")
    looked_over(page, javascript)
    page.get_by_role("alert").get_by_role("link").first.click()
    faulty = page.get_by_role("textbox", name="Snusar Flickor")
    expect(faulty).to_have_accessible_description(
        "Fel: Snusar, flickor: 99 är fler än de 38 som svarade."
    )
    faulty.fill("8")
    page.keyboard.press("Enter")
    expect(page.locator(".notice").first).to_contain_text("Omgången är sparad.")
    looked_over(page, javascript)
    page.get_by_role("link", name="Så här ser allmänheten det").click()
    table = page.get_by_role("table", name="Andel som svarade ja")
    expect(table.get_by_role("row", name="Röker")).to_contain_text("Skäl: Färre än 5 svarade ja.")
    looked_over(page, javascript)
    page.get_by_role("button", name="Publicera").click()
    expect(page.locator(".notice").first).to_contain_text("Omgången är publicerad.")
    looked_over(page, javascript)
    page.get_by_role("link", name="Ta tillbaka").click()
    looked_over(page, javascript)
    page.get_by_label("Varför?").fill("Bara ett prov")
    page.get_by_role("button", name="Ta tillbaka omgången").click()
    expect(page.locator("main")).to_contain_text("Tillbakadragen")


def test_a_table_is_pasted_and_a_list_imported(served: ServedPortal, new_page: NewPage) -> None:
    page = new_page(320)
    log_in(Thumb(page), served, COORDINATOR)
    page.goto(f"{served.url}/arbetsyta/drogvanor/ny/")
    page.get_by_label("Klistra in en tabell").fill("\tTjejer\nSvarade\tx\nSnus\t3")
    page.get_by_role("button", name="Läs in i tabellen").click()
    expect(page.locator("main")).to_contain_text("Rad 2, Tjejer: ”x” går inte att läsa.")
    looked_over(page)
    page.get_by_label("Klistra in en tabell").fill("\tAlla\nSvarade\t60\nVejpar\t10 %")
    page.get_by_role("button", name="Läs in i tabellen").click()
    expect(page.get_by_role("textbox", name="Använder e-cigaretter Alla")).to_have_value("6")
    looked_over(page)
    page.goto(f"{served.url}/arbetsyta/drogvanor/import/")
    looked_over(page)
    page.get_by_label("Klistra in en lista").fill(
        "Läsår;Årskurs;Grupp;Inbjudna;Svarade;Snusar\n2015/16;9;alla;300;60;20"
    )
    page.get_by_role("button", name="Granska listan").click()
    looked_over(page)
    page.get_by_role("button", name="Spara 1 omgång").click()
    expect(page.get_by_role("alert")).to_contain_text("Läs anmärkningarna och kryssa i rutan.")
    page.get_by_label("Jag har läst anmärkningarna. Importera ändå.").check()
    page.get_by_role("button", name="Spara 1 omgång").click()
    expect(page.locator(".notice").first).to_contain_text("1 omgång är sparad.")
    page.get_by_role("link", name="Öppna Årskurs 9, läsåret 2015/16").click()
    page.get_by_role("link", name="Kasta omgången").click()
    looked_over(page)
    page.get_by_role("button", name="Kasta omgången").click()
    expect(page.locator(".notice").first).to_contain_text("Omgången är kastad.")


def test_the_police_have_no_way_there(served: ServedPortal, new_page: NewPage) -> None:
    page = new_page()
    log_in(Thumb(page), served, OFFICER)
    expect(page.get_by_role("link", name="Drogvanor")).to_have_count(0)
