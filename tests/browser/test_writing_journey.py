"""A pledge's whole life, from writing until it replaces another.

Two people write it, adopt it and sign it in three ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_field_journeys import COORDINATOR, OFFICER, PHONE, Thumb, log_in
from tests.browser.test_signing_journey import (
    FILE,
    OPERATOR,
    PLEDGE,
    SIGNATORY,
    a_day_passes,
    a_scan,
    choose,
    confirm_the_scan,
    confirm_who,
    give_back,
    hand_in_the_scan,
    opened,
    signed_elsewhere,
)
from tests.browsing import NewPage, accessible
from tests.served import ServedPortal

# A municipality of the demonstration's police area that nothing else is tried in.
ROLES = """
from pledge_portal.accounts.models import Membership, User
from pledges.models import Municipality
place = Municipality.objects.get(slug="arvidsjaur")
for email, role in (("{coordinator}", "coordinator"), ("{signatory}", "signatory")):
    person = User.objects.get(email=email)
    Membership.objects.{act}(person=person, municipality=place, role=role){then}
"""


@pytest.fixture(autouse=True, scope="module")
def _roles_in_arvidsjaur(served: ServedPortal) -> Iterator[None]:
    emails = {"coordinator": COORDINATOR, "signatory": SIGNATORY}
    served.run("shell", "-c", ROLES.format(**emails, act="create", then=""))
    yield
    served.run("shell", "-c", ROLES.format(**emails, act="filter", then=".delete()"))


@pytest.fixture(autouse=True)
def _no_attempts_counted(served: ServedPortal) -> Iterator[None]:
    yield
    with served.connect() as connection:
        connection.execute("DELETE FROM accounts_attempts")


def a_signed_pledge(served: ServedPortal, folder: Path) -> None:
    """Give Arvidsjaur the demonstration's pledge, signed and in force."""
    text = PLEDGE.read_text(encoding="utf-8")
    text = re.sub(r'(?m)^uid = ".*"\n', "", text).replace("2560", "2505")
    text = text.replace('covers = ["2505", "2505"', 'covers = ["2505", "2560"')
    file = folder / "arvidsjaur.toml"
    file.write_text(text, encoding="utf-8")
    served.run("import_pledge", file)
    served.run("adopt_pledge", "arvidsjaur", "2023-2025")
    for _ in range(2):
        served.run("sign_pledge", "arvidsjaur", "2023-2025", "--demo")


def change(page: Page, part: str) -> None:
    page.get_by_role("link", name=f"Ändra {part}", exact=True).click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Spara", exact=True).click()


def test_two_write_adopt_sign_and_replace_a_pledge(
    served: ServedPortal, new_page: NewPage, tmp_path: Path
) -> None:
    a_signed_pledge(served, tmp_path)
    today = date.today()
    title, period = (
        f"Medborgarlöfte {today.year}–{today.year + 2}",
        f"{today.year}-{today.year + 2}",
    )
    editor = new_page()
    log_in(Thumb(editor), served, COORDINATOR)
    editor.get_by_role("link", name="Skriv löften").first.click()
    accessible(editor)
    editor.get_by_role("link", name="Börja på nästa löfte").click()
    accessible(editor)
    editor.get_by_label("Titel").fill(title)
    for label, day in (
        ("Gäller från", today.isoformat()),
        ("Gäller till och med", f"{today.year + 2}-12-31"),
    ):
        editor.get_by_label(label).fill(day)
    for place in (
        editor.get_by_role("group", name="Kommuner som ger löftet").get_by_role("checkbox").all()
    ):
        place.uncheck()
    editor.get_by_role("group", name="Kommuner som ger löftet").get_by_label("Arvidsjaur").check()
    after = editor.get_by_label("Utgå från")
    # The option names the police area too.
    last = after.locator("option", has_text="Medborgarlöfte 2023–2025, Arvidsjaurs kommun")
    after.select_option(value=last.get_attribute("value"))
    editor.get_by_role("button", name="Börja skriva").click()
    expect(editor.get_by_role("heading", level=1)).to_have_text(title)
    accessible(editor)
    expect(editor.locator("main")).to_contain_text("Vagt.")

    # Both write in the same commitment at the same time.
    officer = new_page(PHONE, height=667)
    log_in(Thumb(officer), served, OFFICER)
    officer.goto(f"{served.url}/arbetsyta/loften/")
    officer.get_by_role("link", name=f"Skriv {title}").click()
    change(officer, "åtagande 1")
    change(editor, "åtagande 1")
    accessible(officer)
    officer.get_by_label("Åtagande", exact=True).fill(
        "Polisen kontrollerar arbetsplatser två gånger om året."
    )
    officer.locator("#id_target_amount").fill("2")
    save(officer)
    expect(officer.locator(".notice").first).to_contain_text("Sparat: åtagande 1")
    editor.get_by_label("Åtagande", exact=True).fill(
        "Polisen och kommunen kontrollerar arbetsplatser minst en gång om året."
    )
    save(editor)
    clash = editor.get_by_role("region", name="Två har ändrat samma text")
    expect(clash).to_contain_text("DEMO Polis hann spara först.")
    accessible(editor)
    expect(editor.locator("#id_target_amount")).to_have_value("2")
    editor.get_by_label("Åtagande", exact=True).fill(
        "Polisen och kommunen kontrollerar arbetsplatser två gånger om året."
    )
    save(editor)
    expect(editor.locator(".notice").first).to_contain_text("Sparat: åtagande 1")

    change(editor, "åtagande 2")
    editor.get_by_label("Hur mäts målet?").select_option(label="gjort eller inte")
    save(editor)
    editor.get_by_role("link", name="Ändra löftets uppgifter").click()
    editor.get_by_label("Diarienummer").fill("KS 2026/17")
    save(editor)
    editor.get_by_role("link", name="Lägg till undertecknare").click()
    editor.get_by_label("Namn", exact=True).fill("Maj Berg")
    editor.get_by_label("Titel", exact=True).fill("Ordförande i BRÅ")
    editor.get_by_label("Arvidsjaur").check()
    save(editor)
    editor.get_by_role("link", name="Versioner").click()
    accessible(editor)
    editor.go_back()

    # What the police approve is what the municipality approves and adopts.
    officer.goto(editor.url)
    officer.get_by_role("link", name="Granska, godkänn och anta").click()
    expect(officer.locator("main")).to_contain_text("Inget. Texten går att anta.")
    accessible(officer)
    officer.get_by_role("button", name="Godkänn texten").click()
    expect(officer.locator("main")).to_contain_text("Godkänt av DEMO Polis")
    editor.get_by_role("link", name="Granska, godkänn och anta").click()
    editor.get_by_role("button", name="Godkänn texten").click()
    editor.get_by_role("button", name="Anta löftet").click()
    expect(editor.get_by_role("alert")).to_contain_text("Kryssa för")
    editor.get_by_label("Vi har läst anmärkningarna").check()
    editor.get_by_role("button", name="Anta löftet").click()
    expect(editor.locator("main")).to_contain_text("Antaget löfte")
    accessible(editor)
    assert served.get(f"/arvidsjaur/{period}/").status == 404, "nobody reads it until it's signed"

    operator = new_page(PHONE, height=667)
    log_in(Thumb(operator), served, OPERATOR)
    ways = {
        "Johan": ("Med ett certifikat i portalen", "DEMO Undertecknare"),
        "Andreas": ("I organisationens egen tjänst", ""),
        "Maj": ("På papper", ""),
    }
    for name, (way, account) in ways.items():
        opened(served, operator, title, name)
        choose(operator, way, account)

    signer = new_page(PHONE, height=667)
    log_in(Thumb(signer), served, SIGNATORY)
    opened(served, signer, title, "Johan")
    signer.get_by_role("link", name="Gå vidare och underteckna").click()
    confirm_who(signer)
    signer.get_by_label("Jag har läst dokumentet").check()
    signer.get_by_role("button", name="Underteckna nu").click()
    expect(signer.locator(".notice").first).to_contain_text("har undertecknat.")

    opened(served, operator, title, "Andreas")
    pdf = operator.request.get(f"{operator.url}dokument.pdf").body()
    operator.get_by_role("link", name="Lämna den undertecknade filen").click()
    give_back(operator, signed_elsewhere(served, pdf))
    confirm_who(operator)
    operator.get_by_label("Jag har sett efter").check()
    operator.get_by_role("button", name="Bekräfta underskriften").click()
    expect(operator.locator(".notice").first).to_contain_text("Andreas Nyberg har undertecknat.")

    opened(served, operator, title, "Maj")
    hand_in_the_scan(operator, {**FILE, "buffer": a_scan()})
    opened(served, editor, title, "Maj")
    confirm_the_scan(editor)
    a_day_passes(served)
    opened(served, operator, title, "Maj")
    operator.get_by_role("button", name="Räkna den nu").click()
    expect(operator.locator(".notice").first).to_contain_text("har undertecknat.")

    operator.wait_for_timeout(1100)  # kept pages are looked over once a second
    texts = {
        "": (
            ("Polisen och kommunen kontrollerar arbetsplatser två gånger om året.", "på papper"),
            "Ersatt",
        ),
        "/en": (("twice a year", "on paper"), "Replaced"),
    }
    for prefix, (shown, replaced) in texts.items():
        reader = new_page(320)
        reader.goto(f"{served.url}{prefix}/arvidsjaur/{period}/")
        for text in shown:
            expect(reader.locator("main")).to_contain_text(text)
        accessible(reader)
        reader.goto(f"{served.url}{prefix}/arvidsjaur/2023-2025/")
        expect(reader.locator("main")).to_contain_text(replaced)
        accessible(reader)


@pytest.mark.parametrize(("width", "dark"), [(320, True), (1280, False)])
def test_no_page_of_writing_together_breaks_wcag(
    served: ServedPortal, new_page: NewPage, width: int, dark: bool
) -> None:
    page = new_page(width, dark=dark)
    log_in(Thumb(page), served, COORDINATOR)
    page.goto(f"{served.url}/arbetsyta/loften/")
    page.get_by_role("link", name="Skriv Medborgarlöfte", exact=False).last.click()
    expect(page.locator("main")).to_contain_text("Kommunen arbetar för ökad trygghet i centrum.")
    accessible(page)
    draft = page.url
    vague = page.locator("li", has_text="ökad trygghet i centrum").last.get_attribute("id")
    section = page.locator("li[id^=avsnitt-]").first.get_attribute("id")
    names = [
        f"del/{vague}/",
        f"del/{vague}/ta-bort/",
        f"del/{section}/",
        "del/uppgifter/",
        "forhandsvisning/",
        "versioner/",
        "granska/",
    ]
    addresses = [draft + name for name in names]
    addresses += [f"{served.url}/arbetsyta/{name}/" for name in ("samrad", "arkiv")]
    for address in addresses:
        answer = page.goto(address)
        assert answer
        assert answer.ok, address
        accessible(page)
    page.goto(draft)
    page.get_by_role("link", name="Samråd", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Samråd, omgång 1")
    accessible(page)
    page.get_by_role("link", name="Avsluta i förtid").click()
    accessible(page)
