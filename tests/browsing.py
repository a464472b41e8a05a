"""Fixtures for tests in a real browser: Debian's Chromium, steered by Playwright."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

# Opens a page of the given width in CSS pixels.
NewPage = Callable[..., Page]


def launch_options() -> list[str]:
    """Return Chromium's options: it asks the network nothing of its own accord."""
    options = ["--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")  # Chromium refuses to run as root otherwise
    return options


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
            **options,
        )
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
