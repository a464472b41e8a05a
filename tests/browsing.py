"""Fixtures for tests in a real browser: Debian's Chromium, steered by Playwright."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, sync_playwright

# Opens a page of the given width in CSS pixels.
NewPage = Callable[..., Page]

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


def launch_options() -> list[str]:
    """Return Chromium's options: it asks the network nothing of its own accord."""
    options = ["--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")  # Chromium refuses to run as root otherwise
    return options


def is_wider_than_its_window(page: Page) -> bool:
    """Whether one would have to scroll sideways to read the page."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


def looked_over_by_axe(page: Page) -> AxeResults:
    """Return what axe finds on the page, against WCAG 2.2 AA and good practice.

    A page that goes away while axe reads it, since something was just pressed, is waited out: axe
    then reads the page that came.
    """
    for _ in range(3):
        page.wait_for_load_state()
        try:
            return Axe().run(page, options=RULES)
        except Error as gone:
            error = gone
            page.wait_for_timeout(200)
    raise error


def accessible(page: Page) -> None:
    """Fail for what axe finds on the page, and when it is wider than its window."""
    found = looked_over_by_axe(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert not is_wider_than_its_window(page), page.url


def looked_over(page: Page, javascript: bool = True) -> None:
    """Fail when the page isn't accessible. Where no scripts run, axe can't either."""
    if javascript:
        accessible(page)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for each process of pytest-xdist; CHROMIUM names another program."""
    program = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if program is None:
        pytest.fail("Chromium saknas. Skriv: sudo apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=launch_options())
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[NewPage]:
    """A function that opens a page in a browser of its own: no cookies, no history.

    `width` is in CSS pixels. `javascript=False` turns scripts off, `dark=True` asks for dark
    colours, `language` is what the reader prefers; other arguments are Playwright's for a context.
    Nothing moves: colours on their way from one to the other would be measured half-way.
    """
    contexts = []

    def open_page(
        width: int = 1280,
        *,
        height: int = 900,
        javascript: bool = True,
        dark: bool = False,
        language: str = "sv-SE",
        **options: object,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            locale=language,
            **{"reduced_motion": "reduce", **options},
        )
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
