"""Public pages in a real browser, for every reader on every screen.

They are read with and without scripts.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import (
    TWO_SCREENS,
    NewPage,
    accessible,
    accessible_on,
    heard_well,
    is_wider_than_its_window,
    open_details,
)
from tests.served import ServedPortal

PAGES = {
    "start": "/",
    "search": "/?q=pite",
    "no hit": "/?q=qqqq",
    "municipality": "/alvsbyn/",
    "municipality without a pledge": "/kiruna/",
    "pledge": "/alvsbyn/2023-2025/",
    "earlier pledge": "/alvsbyn/2022/",
    "archive": "/alvsbyn/loften/",
    "two pledges compared": "/alvsbyn/loften/jamfor/",
    "a comparison that cannot be made": "/alvsbyn/loften/jamfor/?fran=2022&till=2022",
    "counted commitment": "/alvsbyn/2023-2025/ataganden/3/",
    "commitment that cannot be counted": "/alvsbyn/2023-2025/ataganden/2/",
    "statistics": "/alvsbyn/statistik/",
    "indicator": "/alvsbyn/statistik/narkotikabrott/",
    "about": "/om/",
    "accessibility": "/tillganglighet/",
    "privacy": "/personuppgifter/",
    "verify": "/verifiera/",
    "not found": "/finns-inte/",
}
in_both_languages = pytest.mark.parametrize("language", ["sv", "en"])
on_every_page = pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)


def url(served: ServedPortal, address: str, language: str = "sv") -> str:
    """Return the whole address of a page in a language."""
    return served.url + ("/en" if language == "en" else "") + address


@on_every_page
@in_both_languages
def test_no_page_breaks_wcag_2_2_aa_on_any_screen(
    served: ServedPortal, new_page: NewPage, address: str, language: str
) -> None:
    page = new_page()
    page.goto(url(served, address, language))
    assert_good_on_every_screen(page)
    heard_well(page)
    assert_large_letters_fit_a_phone(page)
    assert_text_may_be_spaced_out(page)


def assert_large_letters_fit_a_phone(page: Page) -> None:
    """Fail when text at 200 % makes a phone scroll sideways."""
    page.set_viewport_size({"width": 360, "height": 780})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not is_wider_than_its_window(page)
    page.evaluate("document.documentElement.style.fontSize = ''")


def assert_text_may_be_spaced_out(page: Page) -> None:
    """Fail when spaced-out text has no room on the narrowest screen.

    It is spaced out as WCAG 1.4.12 demands.
    """
    page.set_viewport_size({"width": 320, "height": 900})
    # Not by a style element, which the page's own security policy would refuse.
    page.evaluate(
        """() => {
            const spaced = new CSSStyleSheet()
            spaced.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
                word-spacing: .16em !important } p { margin-bottom: 2em !important }`)
            document.adoptedStyleSheets.push(spaced)
        }"""
    )
    assert (
        page.evaluate("getComputedStyle(document.querySelector('main')).letterSpacing") != "normal"
    )
    assert not is_wider_than_its_window(page)
    assert not page.evaluate(
        """[...document.querySelectorAll("main *")].some(element =>
            getComputedStyle(element).overflow === "hidden"
            && !element.matches(".hidden-visually, .page-header, .hero, svg, svg *")
            && element.scrollWidth > element.clientWidth + 1)"""
    )


def assert_good_on_every_screen(page: Page) -> None:
    """Fail for what axe finds on the page, narrow or wide, light or dark."""
    open_details(page)
    accessible_on(page)


def test_the_page_that_the_code_on_paper_leads_to_is_for_everyone(
    served: ServedPortal, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(url(served, "/alvsbyn/2023-2025/"))
    page.get_by_role("link", name="Underskrifterna förklarade").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Undertecknat dokument")
    short = page.locator("dd", has_text="/d/").inner_text()
    assert_good_on_every_screen(page)
    here = page.url
    page.goto(url(served, "/d/" + short.partition("/d/")[2]))
    assert page.url == here
    page.get_by_role("link", name="In English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Signed document")
    assert_good_on_every_screen(page)
    assert page.context.cookies() == []


@pytest.mark.parametrize(
    "address", ["/alvsbyn/statistik/drogvanor/", "/alvsbyn/2023-2025/uppfoljningar/"]
)
def test_nor_do_the_pages_with_most_charts(
    served: ServedPortal, new_page: NewPage, address: str
) -> None:
    """Long pages, looked at twice: their parts are those of the pages above."""
    page = new_page()
    page.goto(url(served, address))
    accessible_on(page, TWO_SCREENS)


@on_every_page
def test_a_page_is_whole_without_scripts_and_writes_nothing_to_the_console(
    served: ServedPortal, new_page: NewPage, address: str
) -> None:
    without, with_scripts = new_page(javascript=False), new_page()
    console_lines: list[str] = []
    with_scripts.on("console", lambda message: console_lines.append(message.text))
    with_scripts.on("pageerror", lambda error: console_lines.append(str(error)))
    for page in (without, with_scripts):
        page.goto(url(served, address))
    assert without.inner_text("main") == with_scripts.inner_text("main")
    # Chromium itself tells of the answer to an address that is wrong.
    assert [line for line in console_lines if not re.search("status of 40[04]", line)] == []
    assert with_scripts.context.cookies() == []


def test_forced_colours_keep_every_page_readable(served: ServedPortal, new_page: NewPage) -> None:
    page = new_page(forced_colors="active")
    for address in ("/", "/alvsbyn/2023-2025/", "/alvsbyn/2023-2025/ataganden/3/"):
        page.goto(url(served, address))
        accessible(page)


def test_the_first_stop_of_the_keyboard_skips_to_the_content(
    served: ServedPortal, new_page: NewPage
) -> None:
    page = new_page(320)
    page.goto(url(served, "/alvsbyn/2023-2025/"))
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("address", ["/", "/alvsbyn/2023-2025/", "/verifiera/"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_whoever_walks_by_keyboard_sees_where_they_are(
    served: ServedPortal, new_page: NewPage, address: str, dark: bool
) -> None:
    page = new_page(390, dark=dark)
    page.goto(url(served, address))
    stops = page.locator("a[href], button, input, summary").filter(visible=True).count()
    seen = set()
    for _ in range(stops):
        page.keyboard.press("Tab")
        where = page.evaluate(
            """() => {
                const element = document.activeElement, style = getComputedStyle(element)
                const box = element.getBoundingClientRect()
                return {
                    name: element.outerHTML.slice(0, 120),
                    number: [...document.querySelectorAll("*")].indexOf(element),
                    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
                    inside: box.top < innerHeight && box.bottom > 0 && box.left >= 0
                        && box.right <= innerWidth + 1,
                }
            }"""
        )
        seen.add(where["number"])
        assert where["ring"], where["name"]
        assert where["inside"], where["name"]
    assert len(seen) == stops


def test_hits_come_while_one_writes_and_are_announced(
    served: ServedPortal, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(url(served, "/"))
    expect(page.get_by_role("status")).to_be_attached()
    page.get_by_label("Sök kommun").press_sequentially("alvsbin")
    hit = page.locator("#traffar").get_by_role("link", name="Älvsbyns kommun")
    expect(hit).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("på ”alvsbin”")
    expect(page.get_by_label("Sök kommun")).to_be_focused()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.keyboard.press("Enter")
    expect(page).to_have_url(url(served, "/?q=alvsbin"))
    expect(page.get_by_label("Sök kommun")).to_have_value("alvsbin")
    hit.click()
    expect(page).to_have_url(url(served, "/alvsbyn/"))


def test_the_search_works_without_scripts(served: ServedPortal, new_page: NewPage) -> None:
    page = new_page(320, javascript=False)
    page.goto(url(served, "/en/"))
    page.get_by_label("Search municipality").fill("alvsbin")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Älvsbyns kommun").first.click()
    expect(page).to_have_url(url(served, "/alvsbyn/", "en"))


def test_the_list_of_all_municipalities_does_not_drown_a_phone(
    served: ServedPortal, new_page: NewPage
) -> None:
    page = new_page(320, javascript=False)
    page.goto(url(served, "/"))
    stockholm = page.get_by_role("link", name="Stockholm", exact=True)
    expect(stockholm).to_be_hidden()
    page.get_by_text("290 kommuner från A till Ö").click()
    expect(stockholm).to_be_visible()


def test_one_walks_the_thread_up_and_down(served: ServedPortal, new_page: NewPage) -> None:
    page = new_page(390)
    page.goto(url(served, "/"))
    page.get_by_role("link", name="Älvsbyns kommun").first.click()
    page.get_by_role("link", name="Läs hela löftet").click()
    page.get_by_role("link", name="Hundsök i skolan").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hundsök i skolan")
    page.get_by_role("link", name=re.compile("^4[.]")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Drogvaneundersökning")
    page.get_by_role("link", name="In English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Drug-habit survey")
    page.get_by_role("link", name="Back to the whole pledge").click()
    expect(page).to_have_url(url(served, "/alvsbyn/2023-2025/", "en"))


def test_a_printed_page_has_the_words_and_not_the_controls(
    served: ServedPortal, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(url(served, "/alvsbyn/2023-2025/"))
    page.emulate_media(media="print")
    expect(page.get_by_text("Ja, tills vidare")).to_be_visible()
    for hidden in (".site-nav", ".breadcrumb", ".skip-link"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_what_is_folded_is_printed(served: ServedPortal, new_page: NewPage, tmp_path: Path) -> None:
    page = new_page(javascript=False)
    page.goto(url(served, "/alvsbyn/statistik/"))
    tables = page.locator("details.chart-numbers table")
    expect(tables.first).to_be_hidden()
    paper = tmp_path / "page.pdf"
    paper.write_bytes(page.pdf())
    text = subprocess.run(
        ["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True
    ).stdout
    printed = "".join(text.split())
    # Words are broken over lines in a narrow cell; numbers aren't.
    rows = [
        row
        for row in tables.locator("tbody tr").all_text_contents()
        if re.fullmatch(r"[\d\s,/%]+", row)
    ]
    assert len(rows) > 10
    assert [row for row in rows if "".join(row.split()) not in printed] == []
    page.goto(url(served, "/"))
    paper.write_bytes(page.pdf())
    start = subprocess.run(["pdftotext", paper, "-"], capture_output=True, text=True, check=True)
    assert "Stockholm" not in start.stdout


@in_both_languages
def test_the_first_screen_of_a_phone_says_whether_the_pledge_is_kept(
    served: ServedPortal, new_page: NewPage, language: str
) -> None:
    page = new_page(360, height=780, dark=language == "en")
    for address, most_screens in {
        "/alvsbyn/": 5,
        "/alvsbyn/2023-2025/": 7,
        "/alvsbyn/2023-2025/ataganden/4/": 6,
        "/alvsbyn/statistik/": 6,
        "/alvsbyn/statistik/drogvanor/": 6,
    }.items():
        page.goto(url(served, address, language))
        # What is promised, and how it stands, is read before anything else.
        for part in page.locator(
            "section:has(> #hallet) .lead, section:has(> #hallet) li:first-child .what a,"
            " section:has(> #framsteg) .voices"
        ).all():
            box = part.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= 780
        # English takes more words.
        most_screens += 0.4 if language == "en" else 0
        assert page.evaluate("document.documentElement.scrollHeight") <= 780 * most_screens


def test_whoever_wants_no_motion_gets_none(served: ServedPortal, new_page: NewPage) -> None:
    page = new_page(reduced_motion="reduce")
    page.goto(url(served, "/alvsbyn/2023-2025/"))
    assert page.evaluate(
        """[...document.querySelectorAll("*")].every(element =>
            parseFloat(getComputedStyle(element).transitionDuration) === 0
            && getComputedStyle(element).animationName === "none")"""
    )


@pytest.mark.parametrize("address", ["/alvsbyn/2023-2025/", "/"])
def test_a_first_visit_weighs_less_than_100_kb(
    served: ServedPortal, new_page: NewPage, address: str
) -> None:
    page = new_page(user_agent="A phone's first visit")  # nobody else's browser
    network = page.context.new_cdp_session(page)
    weights: list[float] = []
    network.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    network.send("Network.enable")
    page.goto(url(served, address), wait_until="networkidle")
    assert len(weights) >= 6
    assert sum(weights) < 100_000
