"""Pages have room that the apps above them fill."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.template import Context, Template

from pledge_portal.pages import slots

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PLEDGES = Path(settings.BASE_DIR) / "pledges"


def named(tag: str) -> set[str]:
    """Return the slots that templates name with a tag."""
    texts = [path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")]
    return {name for text in texts for name in re.findall(rf'{{% {tag} "([^"]+)"', text)}


def asked_in_code() -> set[str]:
    """Return what modules ask others to provide, where a query needs it."""
    texts = [path.read_text(encoding="utf-8") for path in PLEDGES.rglob("*.py")]
    return {name for text in texts for name in re.findall(r'\bprovided\("([^"]+)"', text)}


def test_a_slot_that_nobody_fills_is_empty() -> None:
    page = Template('{% load slots %}[{% slot "nobody" place=1 %}{% provided "nobody" %}]')
    assert page.render(Context()) == "[None]"


def test_every_slot_of_a_page_is_filled_and_nothing_else() -> None:
    filled = {name for name in slots._fillings if slots.fillings(name)}
    assert filled == named("slot")
    assert set(slots._providers) == named("provided") | asked_in_code()
