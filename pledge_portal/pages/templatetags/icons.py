"""A municipality's own seal: a mark in the place of its coat of arms.

A coat of arms is protected by law; the seal is neutral, and drawn from the SCB code alone, like the
line patterns of securities: the same municipality always has the same seal, and no two neighbours
in the list share one.
"""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

PORTALS_OWN = "0000"


@register.simple_tag
@lru_cache(maxsize=512)
def seal(code: str = PORTALS_OWN) -> SafeString:
    """Return the seal of the municipality with the SCB `code`, as SVG.

    Without a code it is the portal's own. It is an ornament: hidden from screen readers.
    """
    number = int(code)
    petals = 23 + number % 6 * 2
    widths = (22 + number // 7 % 6 * 6, 16 + number // 42 % 5 * 4, 13)
    rings = format_html_join(
        "",
        '<ellipse rx="{}" ry="{}" transform="rotate({})"/>',
        (
            (length, width, f"{180 * step / petals:.4g}")
            for length, width in zip((96, 72, 46), widths, strict=True)
            for step in range(petals)
        ),
    )
    return format_html(
        '<svg class="seal" viewBox="-100 -100 200 200" aria-hidden="true" focusable="false">'
        '<g fill="none" stroke="currentColor" stroke-width=".3">{}'
        '<circle r="96.5" stroke-width=".9"/><circle r="98.6"/></g></svg>',
        rings,
    )
