"""An old pledge is taken in on a phone, prolonged and annulled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_field_journeys import COORDINATOR, PHONE, Thumb, log_in
from tests.browser.test_signing_journey import PLEDGE, confirm_who
from tests.browsing import NewPage, accessible
from tests.pledges.decisions.test_taking_in import AN_OWN_DOCUMENT
from tests.served import ServedPortal

FILE = {"name": "loftet-2010.pdf", "mimeType": "application/pdf", "buffer": AN_OWN_DOCUMENT}


@pytest.fixture(autouse=True)
def _no_attempts_counted(served: ServedPortal) -> Iterator[None]:
    yield
    with served.connect() as connection:
        connection.execute("DELETE FROM accounts_attempts")


def draft_of_2010(served: ServedPortal, folder: Path) -> None:
    """Bring in the draft of a pledge of 2010."""
    text = PLEDGE.read_text(encoding="utf-8")
    text = re.sub(r'(?m)^uid = ".*"\n', "", text)
    text = text.replace('period = "2023-2025"', 'period = "2010"')
    text = re.sub(r"(?m)^valid_from = .*", "valid_from = 2010-01-01", text)
    text = re.sub(r"(?m)^valid_to = .*", "valid_to = 2010-12-31", text)
    text = re.sub(r"(?m)^decided_on = .*", "decided_on = 2009-12-14", text)
    text = text.replace("2023–2025", "2010")
    file = folder / "2010.toml"
    file.write_text(text, encoding="utf-8")
    served.run("import_pledge", file)


def to_the_decisions(served: ServedPortal, page: Page) -> None:
    page.goto(f"{served.url}/arbetsyta/loften/")
    page.get_by_role("link", name="Skriv Medborgarlöfte 2010").click()
    page.get_by_role("link", name="Beslut om löftet").click()
    accessible(page)


def test_an_old_pledge_is_taken_in_prolonged_and_annulled(
    served: ServedPortal, new_page: NewPage, tmp_path: Path
) -> None:
    draft_of_2010(served, tmp_path)
    page = new_page(PHONE, height=667)
    log_in(Thumb(page), served, COORDINATOR)
    to_the_decisions(served, page)
    page.get_by_role("link", name="Ta in som undertecknat på annat sätt").click()
    confirm_who(page)
    page.get_by_role("button", name="Ta in löftet").click()
    expect(page.get_by_role("alert")).to_contain_text("Välj en PDF-fil först.")
    accessible(page)
    page.screenshot(path=str(served.folder / "take-in.png"), full_page=True)
    page.get_by_label("Det undertecknade dokumentet").set_input_files(FILE)  # type: ignore[arg-type]
    for day in page.get_by_label(re.compile("Dagen då")).all():
        day.fill("2009-12-14")
    page.get_by_label("Utkastets text är dokumentets").check()
    page.get_by_label("Vi intygar att personerna").check()
    page.get_by_role("button", name="Ta in löftet").click()
    expect(page.locator(".notice").first).to_contain_text("Löftet är intaget")
    accessible(page)

    page.get_by_role("link", name="Förläng löftet").click()
    page.get_by_label("Ny sista dag").fill("2011-12-31")
    page.get_by_label("Beslutsdag").fill("2010-11-08")
    page.get_by_label("Beslutat av").fill("Kommunstyrelsen")
    page.get_by_label("Skäl").fill("Ett nytt löfte dröjer.")
    accessible(page)
    page.get_by_role("button", name="Förläng löftet").click()
    expect(page.locator(".notice").first).to_contain_text("är förlängt")

    page.get_by_role("link", name="Upphäv löftet").click()
    page.get_by_label("Första dagen som löftet inte gäller").fill("2011-06-01")
    page.get_by_label("Skäl").fill("Fel text.")
    page.get_by_role("button", name="Upphäv löftet").click()
    expect(page.locator(".notice").first).to_contain_text("är upphävt")
    accessible(page)
    page.screenshot(path=str(served.folder / "decisions.png"), full_page=True)

    page.wait_for_timeout(1100)  # kept pages are looked over once a second
    for width, dark in ((320, True), (1280, False)):
        reader = new_page(width, dark=dark)
        reader.goto(f"{served.url}/alvsbyn/2010/")
        expect(reader.locator("main")).to_contain_text("Undertecknat utanför portalen")
        expect(reader.locator("main")).to_contain_text("Löftet förlängdes till och med den")
        accessible(reader)
        reader.screenshot(path=str(served.folder / f"old-{width}.png"), full_page=True)
        reader.get_by_role("link", name="Dokumentets egen sida").click()
        expect(reader.locator("main")).to_contain_text("underskrifterna är inte gjorda här")
        accessible(reader)
    assert served.get("/alvsbyn/2010/medborgarlofte.pdf").body == AN_OWN_DOCUMENT
