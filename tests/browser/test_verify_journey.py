"""A resident checks a document in a real browser.

The way goes from the pledge's page to the answer.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_public_pages import url
from tests.browsing import NewPage, accessible_on
from tests.served import ServedPortal


@pytest.fixture
def document(served: ServedPortal, new_page: NewPage, tmp_path: Path) -> Path:
    """Return the signed document, fetched as a resident would."""
    answer = new_page().request.get(url(served, "/alvsbyn/2023-2025/medborgarlofte.pdf"))
    assert answer.ok, f"{answer.status}: {answer.text()[:500]}"
    file = tmp_path / "medborgarlofte.pdf"
    file.write_bytes(answer.body())
    return file


def check(page: Page, served: ServedPortal, file: Path, language: str = "sv") -> None:
    page.goto(url(served, "/alvsbyn/2023-2025/", language))
    page.locator("main a[href$='/verifiera/']").first.click()
    page.set_input_files("input[type=file]", file)
    page.locator("main button[type=submit]").click()
    expect(page.locator(".verdict")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_document_of_the_pledge_page_is_found_genuine(
    served: ServedPortal, new_page: NewPage, document: Path, javascript: bool
) -> None:
    page = new_page(390, javascript=javascript)
    check(page, served, document)
    expect(page.locator(".verdict h2")).to_have_text("Äkta: filen är löftet som det undertecknades")
    expect(page.locator(".verified-signatures h3")).to_have_text(
        ["DEMO Johan Dahlqvist", "DEMO Andreas Nyberg"]
    )
    assert page.title().startswith("Äkta: ")
    assert page.context.cookies() == []
    page.locator(".verdict a").first.click()
    expect(page).to_have_url(url(served, "/alvsbyn/2023-2025/"))


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", ["genuine", "added to", "broken", "foreign", "none"])
def test_no_answer_breaks_wcag_2_2_aa(
    served: ServedPortal, new_page: NewPage, document: Path, language: str, kind: str
) -> None:
    if kind == "added to":
        document.write_bytes(document.read_bytes() + b"\n%%EOF\n")
    elif kind == "broken":
        document.write_bytes(b"%PDF-1.7 " + bytes(2000))
    elif kind == "foreign":
        import pikepdf

        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            pdf.save(document)
    page = new_page()
    page.goto(url(served, "/verifiera/", language))
    if kind == "none":
        page.locator("main button[type=submit]").click()
        expect(page.locator(".error-summary")).to_be_visible()
        expect(page.locator(".error-summary")).to_be_focused()
    else:
        page.set_input_files("input[type=file]", document)
        page.locator("main button[type=submit]").click()
        expect(page.locator(".verdict")).to_be_visible()
    accessible_on(page)
