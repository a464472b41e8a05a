"""Charts in a page, seen by a browser.

For every reader, on every screen, without scripts.
"""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Page, Route, expect

from pledges.charts.figure import Figure, figure
from tests.browsing import (
    NewPage,
    accessible_on,
    is_wider_than_its_window,
    looked_over_by_axe,
    open_details,
)
from tests.pledges.charts import samples

ADDRESS = "http://charts.example/"
STATIC = settings.BASE_DIR / "static"
SHEETS = ("tokens", "base", "components", "charts")
KINDS = {".css": "text/css", ".woff2": "font/woff2"}

OpenCharts = Callable[..., Page]


def figures() -> list[Figure]:
    """Return a figure of each kind, with links."""
    return [
        figure(chart, level=2, csv_address=f"{chart.key}.csv", svg_address=f"{chart.key}.svg")
        for chart in samples.all_kinds()
    ]


def html(language: str) -> str:
    """Return a page that holds all charts."""
    with translation.override(language):
        charts = "".join(
            render_to_string("charts/figure.html", {"chart": chart}) for chart in figures()
        )
    links = "".join(f'<link rel="stylesheet" href="/css/{sheet}.css">' for sheet in SHEETS)
    return f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1"><title>Diagram</title>
    {links}</head><body><main class="wrap"><h1>Diagram</h1>{charts}</main></body></html>"""


def answer(route: Route, language: str) -> None:
    """Serve the page, styles and fonts under the portal's own policy."""
    path = route.request.url.removeprefix(ADDRESS)
    file = STATIC / path
    if file.suffix in KINDS:
        route.fulfill(body=file.read_bytes(), content_type=KINDS[file.suffix])
    else:
        policy = "default-src 'none'; style-src 'self'; font-src 'self'"
        headers = {"Content-Security-Policy": policy, "Content-Type": "text/html; charset=utf-8"}
        route.fulfill(body=html(language), headers=headers)


@pytest.fixture
def open_charts(new_page: NewPage) -> OpenCharts:
    """Return what opens the page; its arguments are those of `new_page`."""

    def open_page(width: int = 1280, *, language: str = "sv", **options: object) -> Page:
        page = new_page(width, **options)
        page.route(f"{ADDRESS}**", lambda route: answer(route, language))
        page.goto(ADDRESS)
        return page

    return open_page


@pytest.mark.parametrize("language", ["sv", "en"])
def test_charts_break_no_rule_of_wcag_2_2_aa_on_any_screen(
    open_charts: OpenCharts, language: str
) -> None:
    page = open_charts(language=language, bypass_csp=True)
    open_details(page)
    accessible_on(page)


def test_forced_colours_and_print_keep_charts_readable(open_charts: OpenCharts) -> None:
    page = open_charts(forced_colors="active", bypass_csp=True)
    assert looked_over_by_axe(page).violations_count == 0
    line = page.locator("#drogvanor .chart-wide .stroke-series-2").first
    ink = page.locator("h1").evaluate("element => getComputedStyle(element).color")
    expect(line).to_have_css("stroke", ink)
    page = open_charts(dark=True)
    line = page.locator("#drogvanor .chart-wide .stroke-series-2").first
    expect(line).to_have_css("stroke", "rgb(240, 162, 113)")
    page.emulate_media(media="print", color_scheme="dark")
    expect(line).to_have_css("stroke", "rgb(179, 84, 30)")


def test_charts_need_no_script_and_keep_to_the_policy(open_charts: OpenCharts) -> None:
    texts: list[str] = []
    page = open_charts(javascript=False)
    page.on("console", lambda message: texts.append(message.text))
    page.reload()
    assert texts == []
    assert page.locator("figure").count() == len(samples.all_kinds())
    summary = page.locator("#hundsok summary")
    table = page.get_by_role("table", name="Hundsök i skolan (antal)")
    expect(table).to_be_hidden()
    summary.click()
    expect(table).to_be_visible()
    expect(table.get_by_role("rowheader", name="2025/26")).to_be_visible()
    expect(table.get_by_role("columnheader", name="Markeringar")).to_be_visible()


@pytest.mark.parametrize(("width", "shown"), [(1280, "wide"), (320, "narrow")])
def test_one_drawing_is_shown_and_named_in_a_screen_reader(
    open_charts: OpenCharts, width: int, shown: str
) -> None:
    page = open_charts(width)
    for chart in samples.all_kinds():
        drawings = page.locator(f"#{chart.key}").get_by_role("img", name=chart.title)
        expect(drawings).to_have_count(1)
        expect(drawings).to_have_class(f"chart-drawing chart-{chart.key}-{shown}")


def test_words_in_drawings_are_at_least_eleven_pixels_high(open_charts: OpenCharts) -> None:
    for width in (320, 400, 640, 768, 1280):
        page = open_charts(width)
        sizes = page.locator("svg[role=img]:visible").evaluate_all(
            "drawings => drawings.map(each => each.getBoundingClientRect().width"
            " / each.viewBox.baseVal.width * 14)"
        )
        assert len(sizes) == len(samples.all_kinds())
        assert min(sizes) >= 11, (width, sizes)


def test_words_keep_their_place_when_letters_are_spaced_out(open_charts: OpenCharts) -> None:
    page = open_charts(320, bypass_csp=True)
    find = """texts => texts.map(each => each.getBoundingClientRect().width
        / each.ownerSVGElement.getBoundingClientRect().width * 360)"""
    texts = page.locator(".chart-narrow text")
    before = texts.evaluate_all(find)
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important;"
        " word-spacing: .16em !important; font-family: monospace !important }"
    )
    after = texts.evaluate_all(find)
    assert max(abs(one - other) for one, other in zip(before, after, strict=True)) < 4
    assert not is_wider_than_its_window(page)


def test_what_is_made_up_is_marked_and_files_are_named(open_charts: OpenCharts) -> None:
    page = open_charts()
    invented = page.get_by_text("Demonstrationsuppgift", exact=True)
    expect(invented).to_have_count(1)
    expect(page.locator("#drogvanor").locator(invented)).to_be_visible()
    page.locator("#hundsok summary").click()
    link = page.get_by_role("link", name=re.compile(r"bild \(SVG\) ?: Hundsök i skolan"))
    expect(link).to_have_attribute("href", "hundsok.svg")
    expect(page.get_by_text("Källa: Polisen")).to_be_visible()


def test_a_figure_without_files_shows_no_links() -> None:
    texts = render_to_string("charts/figure.html", {"chart": figure(samples.matrix())})
    assert "<a " not in texts
    assert '<h3 class="chart-title">' in texts
    with pytest.raises(ValueError, match="h2 to h6"):
        figure(samples.matrix(), level=1)
