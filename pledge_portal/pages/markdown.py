"""Markdown that staff write, as safe HTML."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "blockquote",
    "a",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
}


def markdown_to_html(text: str, top_level: int) -> SafeString:
    """Return CommonMark as HTML in which the highest heading is h`top_level`.

    HTML within the text is shown as it is written, and everything but plain structure and links is
    taken away (nh3's allow-list), so that the result is safe to put into a page.
    """
    parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "code", "fence"])
    tokens = parser.parse(text)
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    shift = top_level - min(levels, default=top_level)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return mark_safe(clean)  # noqa: S308  (cleaned by the allow-list just above)
