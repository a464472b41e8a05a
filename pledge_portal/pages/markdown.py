"""Markdown that staff write, as safe HTML.

Few of those who write know Markdown. What they write is shown as it is written: a number at the
beginning of a line stays that number, and signs that would mean something else to a program are
signs. Headings, emphasis, lists, quotations and links are all that is left.
"""

from __future__ import annotations

import re

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

# Of CommonMark: what shows no picture, no code and no address that stands elsewhere in the text.
_DISABLED = ["image", "code", "fence", "backticks", "entity", "reference"]
# A line that begins "+ 2 poliser" or "> 18 år" is no list and no quotation.
_SIGN_OF_ITS_OWN = re.compile(r"^([ ]{0,3})(\+(?=\s)|>(?=\s*[0-9]))", re.MULTILINE)


def markdown_to_html(text: str, top_level: int) -> SafeString:
    """Return CommonMark as HTML in which the highest heading is h`top_level`.

    HTML within the text is shown as it is written, and everything but plain structure and links is
    taken away (nh3's allow-list), so that the result is safe to put into a page.
    """
    parser = MarkdownIt("commonmark", {"html": False}).disable(_DISABLED)
    tokens = parser.parse(_SIGN_OF_ITS_OWN.sub(r"\1\\\2", text))
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    shift = top_level - min(levels, default=top_level)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
        if token.type == "list_item_open" and token.info:
            # Else a list would count by itself: "2025. Det året" became "1. Det året".
            token.attrSet("value", str(int(token.info)))
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "li": {"value"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return mark_safe(clean)  # noqa: S308  (cleaned by the allow-list just above)
