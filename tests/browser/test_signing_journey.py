"""A pledge is signed by two people on a phone; another one on paper.

The two sign by key and from outside. On paper it takes two people for each, and a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from pledges.documents.demo_authority import DemoAuthority
from pledges.documents.event_loops import run_without_loop
from pledges.documents.signing import Pkcs12Backend
from tests.browser.test_account_journeys import CODE
from tests.browser.test_field_journeys import COORDINATOR, PHONE, Thumb, log_in
from tests.browsing import NewPage, accessible
from tests.pledges.documents.outside_service import sign_outside
from tests.pledges.signing.conftest import a_photo, a_scan
from tests.served import ROOT, ServedPortal

SIGNATORY = "demo-undertecknare@example.se"
CHIEF = "demo-polischef@example.se"
OPERATOR = "demo-admin@example.se"
PLEDGE = ROOT / "demo" / "alvsbyn-2023-2025.toml"
FILE = {"name": "loftet.pdf", "mimeType": "application/pdf"}


@pytest.fixture(autouse=True)
def _no_attempts_counted(served: ServedPortal) -> Iterator[None]:
    yield
    with served.connect() as connection:
        connection.execute("DELETE FROM accounts_attempts")


def adopt(served: ServedPortal, folder: Path, first: int) -> str:
    """Bring in a pledge of two coming years and adopt it; return its period."""
    text = PLEDGE.read_text(encoding="utf-8")
    period = f"{first}-{first + 1}"
    text = re.sub(r'(?m)^uid = ".*"\n', "", text)
    text = text.replace('period = "2023-2025"', f'period = "{period}"')
    text = re.sub(r"(?m)^valid_from = .*", f"valid_from = {first}-01-01", text)
    text = re.sub(r"(?m)^valid_to = .*", f"valid_to = {first + 1}-12-31", text)
    text = text.replace("2023–2025", f"{first}–{first + 1}")
    file = folder / f"{period}.toml"
    file.write_text(text, encoding="utf-8")
    served.run("import_pledge", file)
    served.run("adopt_pledge", "alvsbyn", period)
    return period


def opened(
    served: ServedPortal, page: Page, pledge: str, name: str, *, scripts: bool = True
) -> None:
    """Go to a signatory's page. Where no scripts run, axe can't either."""
    page.goto(f"{served.url}/arbetsyta/underskrifter/")
    if scripts:
        accessible(page)
    part = page.locator("section", has=page.get_by_role("heading", name=pledge))
    part.get_by_role("link", name=name).click()
    if scripts:
        accessible(page)


def confirm_who(page: Page, *, scripts: bool = True) -> None:
    """Show the second factor once more."""
    expect(page.locator("main")).to_contain_text("Bekräfta att det är du")
    if scripts:
        accessible(page)
    page.get_by_label("Kod").fill(CODE)
    page.get_by_role("button", name="Bekräfta").click()


def choose(page: Page, way: str, account: str = "") -> None:
    page.get_by_role("link", name="Bestäm sättet").click()
    accessible(page)
    page.get_by_label(way).check()
    if account:
        page.get_by_label("Personens konto").select_option(label=account)
    page.get_by_role("button", name="Spara").click()
    expect(page.locator(".notice").first).to_contain_text("Det är sparat hur")


def signed_elsewhere(served: ServedPortal, document: bytes) -> bytes:
    """Sign a document as the organisation's own service of the police does."""
    key = DemoAuthority(served.folder / "demo-authority").issue("Andreas Nyberg", "Polisen")
    backend = Pkcs12Backend(key.pkcs12, key.passphrase)
    return run_without_loop(lambda: sign_outside(document, backend, field="underskrift-2"))


def give_back(page: Page, document: bytes) -> None:
    """Hand in the file that is said to be signed."""
    page.get_by_label("Den undertecknade PDF-filen").set_input_files({**FILE, "buffer": document})
    page.get_by_role("button", name="Pröva filen").click()


def hand_in_the_scan(page: Page, file: FilePayload, *, instead_because: str = "") -> None:
    page.get_by_role("link", name="Lämna").click()
    accessible(page)
    page.get_by_label("Skanning av sidan med underskriften").set_input_files(file)
    if instead_because:
        page.get_by_label("Varför byts skanningen ut?").fill(instead_because)
    page.get_by_label("Jag intygar").check()
    page.get_by_role("button", name="Lämna skanningen").click()
    expect(page.locator(".notice").first).to_contain_text("Skanningen är lämnad.")
    expect(page.locator("main")).to_contain_text("Du har lämnat den. Någon annan")
    expect(page.get_by_role("link", name="Se efter och bekräfta")).to_have_count(0)


def confirm_the_scan(page: Page, *, scripts: bool = True, again: bool = False) -> None:
    page.get_by_role("link", name="Se efter och bekräfta").click()
    if not again:
        confirm_who(page, scripts=scripts)
    if scripts:
        accessible(page)
    page.get_by_role("button", name="Bekräfta skanningen").click()
    expect(page.get_by_role("alert")).to_contain_text("Jämför skanningen med papperet")
    page.get_by_label("Jag har jämfört skanningen med papperet").check()
    page.get_by_role("button", name="Bekräfta skanningen").click()
    expect(page.locator("main")).to_contain_text("är bekräftad och väntar till i morgon kl.")
    expect(page.get_by_role("button", name="Räkna den nu")).to_have_count(0)


def a_day_passes(served: ServedPortal) -> None:
    """Let all scans that wait have been confirmed a day earlier."""
    guard = "pledges_paperscan TRIGGER pledges_paperscan_guard_paper_scan"
    table, _space, trigger = guard.partition(" ")
    with served.connect() as connection:
        connection.execute(f"ALTER TABLE {table} DISABLE {trigger}")
        connection.execute(
            "UPDATE pledges_paperscan SET vouched_at = vouched_at - interval '1 day',"
            " confirmed_at = confirmed_at - interval '1 day' WHERE counted_at IS NULL"
        )
        connection.execute(f"ALTER TABLE {table} ENABLE {trigger}")


def test_two_sign_by_key_and_from_outside_and_others_on_paper(
    served: ServedPortal, new_page: NewPage, tmp_path: Path
) -> None:
    period = adopt(served, tmp_path, 2040)
    title = "Medborgarlöfte 2040–2041"
    coordinator = new_page(PHONE, height=667)
    log_in(Thumb(coordinator), served, COORDINATOR)
    opened(served, coordinator, title, "Johan")
    choose(coordinator, "Med ett certifikat i portalen", "DEMO Undertecknare")

    signer = new_page(PHONE, height=667, javascript=False)
    log_in(Thumb(signer), served, SIGNATORY)
    expect(signer.locator("main")).to_contain_text("Löftet väntar på din underskrift.")
    opened(served, signer, title, "Johan", scripts=False)
    signer.get_by_role("link", name="Gå vidare och underteckna").click()
    confirm_who(signer, scripts=False)
    signer.get_by_role("button", name="Underteckna nu").click()
    expect(signer.get_by_role("alert")).to_contain_text("Läs dokumentet och kryssa i rutan.")
    signer.get_by_label("Jag har läst dokumentet").check()
    signer.get_by_role("button", name="Underteckna nu").click()
    expect(signer.locator(".notice").first).to_contain_text("har undertecknat.")

    operator = new_page(PHONE, height=667)
    log_in(Thumb(operator), served, OPERATOR)
    opened(served, operator, title, "Andreas")
    choose(operator, "I organisationens egen tjänst")
    pdf = operator.request.get(f"{operator.url}dokument.pdf").body()
    signed = signed_elsewhere(served, pdf)
    operator.get_by_role("link", name="Lämna den undertecknade filen").click()
    accessible(operator)
    give_back(operator, pdf)
    expect(operator.get_by_role("alert")).to_contain_text("Filen är inte undertecknad.")
    accessible(operator)
    give_back(operator, signed)
    confirm_who(operator)
    expect(operator.locator("main")).to_contain_text("DEMO Andreas Nyberg, Polisen")
    accessible(operator)
    operator.get_by_label("Jag har sett efter").check()
    operator.get_by_role("button", name="Bekräfta underskriften").click()
    expect(operator.locator(".notice").first).to_contain_text("Andreas Nyberg har undertecknat.")
    assert served.get(f"/alvsbyn/{period}/medborgarlofte.pdf").body == signed

    on_paper = adopt(served, tmp_path, 2050)
    title = "Medborgarlöfte 2050–2051"
    scan: FilePayload = {**FILE, "buffer": a_scan()}
    opened(served, operator, title, "Johan")
    choose(operator, "På papper")
    hand_in_the_scan(operator, scan)
    opened(served, coordinator, title, "Johan")
    confirm_the_scan(coordinator)
    accessible(coordinator)
    # It was the wrong page: a phone's photo of the right one goes for it, and is confirmed anew.
    opened(served, operator, title, "Johan")
    photo: FilePayload = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    hand_in_the_scan(operator, photo, instead_because="Det var en annan sida.")
    opened(served, coordinator, title, "Johan")
    confirm_the_scan(coordinator, again=True)
    # The next signs meanwhile; the police's signatory confirms the scan of it.
    opened(served, operator, title, "Andreas")
    choose(operator, "På papper", "DEMO Polischef")
    hand_in_the_scan(operator, scan)
    chief = new_page(PHONE, height=667, javascript=False)
    log_in(Thumb(chief), served, CHIEF)
    expect(chief.locator("main")).to_contain_text("Jämför skanningen av underskriften av Andreas")
    opened(served, chief, title, "Andreas", scripts=False)
    confirm_the_scan(chief, scripts=False)
    assert served.get(f"/alvsbyn/{on_paper}/").status == 404
    a_day_passes(served)
    for name in ("Johan", "Andreas"):
        opened(served, operator, title, name)
        operator.get_by_role("button", name="Räkna den nu").click()
        expect(operator.locator(".notice").first).to_contain_text("har undertecknat.")

    operator.wait_for_timeout(1100)  # kept pages are looked over once a second
    for width, dark in ((320, True), (1280, False)):
        reader = new_page(width, dark=dark)
        reader.goto(f"{served.url}/alvsbyn/{on_paper}/")
        expect(reader.locator("main")).to_contain_text("har undertecknat på papper")
        accessible(reader)
        reader.goto(f"{served.url}/alvsbyn/{period}/")
        expect(reader.locator("main")).to_contain_text("i organisationens egen tjänst")
        accessible(reader)
    reader.screenshot(path=str(served.folder / "signing.png"), full_page=False)
