"""The colours of charts have one source, and enough contrast.

On light paper and on dark.
"""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings

from pledges.charts.drawing import Width, svg
from pledges.charts.shapes import LIGHT
from tests.pledges.charts import samples

CSS = settings.BASE_DIR / "static" / "css"
LINES_AND_FILLS = sorted(set(LIGHT) - {"paper", "mist", "line"})


def tokens(dark: bool) -> dict[str, str]:
    """Return the tokens of light paper, or of dark."""
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    parts = re.split(r"@media [^{]*dark[^{]*\{", text)
    colours: dict[str, str] = {}
    for part in parts if dark else parts[:1]:
        colours |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]+)", part))
    return colours


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    digits = colour.removeprefix("#")
    pairs = [digit * 2 for digit in digits] if len(digits) == 3 else re.findall("..", digits)
    channels = [int(pair, 16) / 255 for pair in pairs]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_reckoning_is_right() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("role", LINES_AND_FILLS)
def test_every_line_can_be_seen_on_paper_and_in_the_shade(role: str, dark: bool) -> None:
    colours = tokens(dark)
    for ground in ("paper", "mist"):
        assert contrast(colours[role], colours[ground]) >= 3, (role, ground)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("role", ["ink", "ink-soft", "strong"])
def test_words_can_be_read_on_paper_and_in_the_shade(role: str, dark: bool) -> None:
    colours = tokens(dark)
    for ground in ("paper", "mist"):
        assert contrast(colours[role], colours[ground]) >= 4.5, (role, ground)


def test_drawings_carry_the_light_colours_of_the_tokens() -> None:
    colours = tokens(dark=False)
    assert {role: colours[role] for role in LIGHT} == LIGHT


def test_dark_series_have_colours_of_their_own() -> None:
    light, dark = tokens(dark=False), tokens(dark=True)
    for number in range(1, 7):
        assert light[f"series-{number}"] != dark[f"series-{number}"]


def classes() -> Iterator[str]:
    """Every role class that drawings use."""
    for chart in samples.all_kinds():
        for width in Width:
            for classes in re.findall(
                r'class="([^"]*)"', svg(chart, standalone=False, width=width)
            ):
                yield from (name for name in classes.split() if not name.startswith("chart-"))


def test_the_stylesheet_colours_every_role() -> None:
    style = (CSS / "charts.css").read_text(encoding="utf-8")
    used = set(classes())
    assert len(used) > 15
    assert not {name for name in used if f".{name} {{" not in style}


def test_the_light_colours_stand_in_the_drawing_for_those_without_a_stylesheet() -> None:
    for chart in samples.all_kinds():
        for element in re.findall(r"<(?:path|circle|text|rect)[^>]*>", svg(chart, standalone=True)):
            assert "fill=" in element or "stroke=" in element, element
