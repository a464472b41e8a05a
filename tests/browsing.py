"""Fixtures for tests in a real browser.

It is Debian's Chromium without the windows and menus that nobody sees here, which take half of a
processor's time; Playwright steers it.
"""

import asyncio
import os
import re
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

T = TypeVar("T")

# Opens a page of the given width in CSS pixels.
NewPage = Callable[..., Page]

# A width in CSS pixels and the colours that the reader prefers.
Screen = tuple[int, Literal["light", "dark"]]

EVERY_SCREEN: list[Screen] = [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")]
TWO_SCREENS: list[Screen] = [(1280, "light"), (320, "dark")]

# What is in order is neither gathered nor sent over: that took most of the time.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# What other colours can spoil.
COLOUR_RULES = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
# The elements of what isn't in order, and nothing else of axe's long answer.
_RUN_AXE = "options => axe.run(options).then(({violations}) => ({violations}))"


def browser_program() -> str | None:
    """Return the path of the browser, or None; CHROMIUM names another."""
    return shutil.which(os.environ.get("CHROMIUM", "chromium-headless-shell"))


def launch_options() -> list[str]:
    """Return Chromium's options.

    With them it asks the network nothing of its own accord.
    """
    options = ["--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")  # Chromium refuses to run as root otherwise
    return options


def _read_when_loaded(page: Page, read: Callable[[], T]) -> T:
    """Return what `read` reads of the page when it has loaded.

    The page has loaded when nothing is on its way any more. Right after something was pressed there
    can be half a page, or one about to go away. That is waited out, and what came instead is read.
    """
    for _ in range(3):
        page.wait_for_load_state()
        try:
            return read()
        except Error as closed:
            error = closed
            page.wait_for_timeout(200)
    raise error


def evaluated(page: Page, expression: str) -> Any:
    """Return the value of a script's expression on the loaded page."""
    return _read_when_loaded(page, lambda: page.evaluate(expression))


def is_wider_than_its_window(page: Page) -> bool:
    """Tell whether one would have to scroll sideways to read the page."""
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return bool(evaluated(page, wider))


def looked_over_by_axe(page: Page, rules: dict[str, Any] = RULES) -> AxeResults:
    """Return what axe finds on the page.

    It looks for WCAG 2.2 AA and good practice.
    """

    def run() -> AxeResults:
        # Half a megabyte of script, put into each page once.
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        return AxeResults(page.evaluate(_RUN_AXE, rules))

    return _read_when_loaded(page, run)


def accessible(page: Page, rules: dict[str, Any] = RULES) -> None:
    """Fail for what axe finds, and when the page is wider than its window."""
    axe_results = looked_over_by_axe(page, rules)
    assert axe_results.violations_count == 0, f"{page.url}\n{axe_results.generate_report()}"
    assert not is_wider_than_its_window(page), page.url


def accessible_on(page: Page, screens: Iterable[Screen] = EVERY_SCREEN) -> None:
    """Fail when the page isn't accessible on one of the screens.

    Where a width was looked over in full, the next scheme is looked over for its colours alone. The
    page is left as on the last of them.
    """
    widths = set()
    for width, colours in screens:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=colours)
        accessible(page, COLOUR_RULES if width in widths else RULES)
        widths.add(width)


def open_details(page: Page) -> None:
    """Unfold all that can be unfolded, so that it is looked over too."""
    for details in page.locator("details").all():
        details.evaluate("element => { element.open = true }")


_LANDMARKS = {
    "banner",
    "complementary",
    "contentinfo",
    "form",
    "main",
    "navigation",
    "region",
    "search",
}
_MONTHS = "januari februari mars april maj juni juli augusti september oktober november december"
_MONTHS_IN_ENGLISH = (
    "January February March April May June July August September October November December"
)
_DAY = (
    rf"([0-9]{{1,2}} )?({'|'.join([*_MONTHS.split(), *_MONTHS_IN_ENGLISH.split()])})( [0-9]{{4}})?"
)
_SAYS_NOTHING = re.compile(rf"[0-9]+( av [0-9]+| of [0-9]+|–[0-9]+)?[.]?|{_DAY}|")
MOST_LANDMARKS = 8


def heard_well(page: Page) -> None:
    """Fail when the browser's accessibility tree is tiresome to listen to.

    It has eight landmarks at most, no link is called by a bare number or day, and each commitment
    is linked once.
    """
    network = page.context.new_cdp_session(page)
    nodes = [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in network.send("Accessibility.getFullAXTree")["nodes"]
        if not node["ignored"]
    ]
    network.detach()
    landmarks = [
        (role, name)
        for role, name in nodes
        if role in _LANDMARKS and (name or role not in {"form", "region"})
    ]
    assert 3 <= len(landmarks) <= MOST_LANDMARKS, landmarks
    names = [name for role, name in nodes if role == "link"]
    assert [name for name in names if _SAYS_NOTHING.fullmatch(name)] == []
    commitments = page.eval_on_selector_all(
        "main a[href*='/ataganden/']",
        "links => links.map(link => link.getAttribute('href')).filter(to => to.endsWith('/'))",
    )
    assert sorted(commitments) == sorted(set(commitments))


def looked_over(page: Page, javascript: bool = True) -> None:
    """Fail when the page isn't accessible.

    Where no scripts run, axe can't either.
    """
    if javascript:
        accessible(page)


def slow_down(page: Page) -> None:
    """Slow the page's network and processor, where SLOW_BROWSER=1 asks for it.

    A test that reads a page before it has come passes on a quick machine and fails on a busy one;
    so one finds it here.
    """
    if os.environ.get("SLOW_BROWSER"):
        devtools = page.context.new_cdp_session(page)
        conditions = {
            "offline": False,
            "latency": 300,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
        }
        devtools.send("Network.emulateNetworkConditions", conditions)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Take away the event loop that Playwright leaves running.

    It runs in the thread of the tests from the first browser on. Django has another connection to
    the database where a loop runs, so a test of which a part runs with it and a part without isn't
    rolled back; and pyHanko, which tests call as an outside service would, makes a loop of its own.
    """
    running = asyncio._get_running_loop()
    if "chromium" in getattr(item, "fixturenames", ()) or running is None:
        return (yield)
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(running)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one browser for each process of pytest-xdist."""
    program = browser_program()
    if program is None:
        pytest.fail("Chromium saknas. Skriv: sudo apt install chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=launch_options())
        running = asyncio._get_running_loop()
        yield browser
        asyncio._set_running_loop(running)
        browser.close()


@dataclass
class BrowserPool:
    """Browsers that one test after another uses, cleaned in between.

    They have no cookies and no history. A new one costs a second of a processor, a cleaned one a
    tenth.
    """

    chromium: Browser
    _free: dict[tuple[object, ...], list[BrowserContext]] = field(default_factory=dict)

    @contextmanager
    def borrowed(self, **options: Any) -> Iterator[BrowserContext]:
        """Lend a browser; `options` are Playwright's for a context."""
        free = self._free.setdefault(tuple(sorted(options.items())), [])
        context = free.pop() if free else self.chromium.new_context(**options)
        yield context
        _clean(context)
        free.append(context)


def _clean(context: BrowserContext) -> None:
    """Close the browser's pages, and forget all that it was told.

    One blank page stays: with the last one the process behind would go.
    """
    pages = context.pages or [context.new_page()]
    origins = {
        urlsplit(page.url)._replace(path="", query="", fragment="").geturl() for page in pages
    }
    devtools = context.new_cdp_session(pages[0])
    devtools.send("Network.clearBrowserCache")
    for origin in origins - {"about:"}:
        devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    devtools.detach()
    for page in pages[1:]:
        page.close()
    pages[0].goto("about:blank")
    context.set_offline(False)
    context.clear_cookies()


@pytest.fixture(scope="session")
def browsers(chromium: Browser) -> BrowserPool:
    """Give the browsers of one process of pytest-xdist."""
    return BrowserPool(chromium)


@pytest.fixture
def new_page(browsers: BrowserPool) -> Iterator[NewPage]:
    """Give a function that opens a page in a browser of its own.

    The browser has no cookies and no history.

    `width` is in CSS pixels. `javascript=False` turns scripts off, `dark=True` asks for dark
    colours, `language` is what the reader prefers; other arguments are Playwright's for a context.
    Nothing moves: colours on their way from one to the other would be measured half-way.
    """
    with ExitStack() as borrowed:

        def open_page(
            width: int = 1280,
            *,
            height: int = 900,
            javascript: bool = True,
            dark: bool = False,
            language: str = "sv-SE",
            **options: Any,
        ) -> Page:
            context = borrowed.enter_context(
                browsers.borrowed(
                    java_script_enabled=javascript,
                    locale=language,
                    **{"reduced_motion": "reduce", **options},
                )
            )
            page = context.new_page()
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme="dark" if dark else "light")
            slow_down(page)
            return page

        yield open_page
