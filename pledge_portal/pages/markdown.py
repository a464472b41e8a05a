"""Markdown that staff write, as safe HTML.

Few of those who write know Markdown. What they write is shown as it is written: a number at the
beginning of a line stays that number, and signs that would mean something else to a program are
signs: a line to sign on, a line of dashes, "07. maj", "2*3*4". Headings, emphasis, lists,
quotations and links are all that is left.
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

# Of CommonMark: what shows no picture, no code, no address that stands elsewhere in the text, and
# no line of dashes, which would vanish or make a heading of what stands above it.
_DISABLED = ["image", "code", "fence", "backticks", "entity", "reference", "hr", "lheading"]
# Signs that mean themselves: a line that begins "+ 2 poliser", "> 18 år", "07. maj" or "10) Mat" is
# no list and no quotation, "* * *" no list in a list, and "2*3*4" has no emphasis.
_LINE = (
    r" {0,3}(?:[-*] +)?(?=\+\s|> *[0-9])"
    r"|[ \t>*-]*(?:0[0-9]+(?=\.(?:\s|$))|[0-9]+(?=\)(?:\s|$)))"
    r"|[ ]{0,3}(?=[-*](?:[ \t]+[-*])+[ \t]*$)"
)
_SIGN_OF_ITS_OWN = re.compile(rf"(^(?:{_LINE})|(?<=[0-9])(?=\*[0-9]))", re.MULTILINE)
# Such a line, and one of dashes, stays a line of its own.
_END_OF_LINE = re.compile(
    rf"(?<=\S)\n(?={_LINE}|[-_=*]{{2,}}[ \t]*$)|(?<=[-_=*]{{3}})\n(?=\S)", re.MULTILINE
)


def markdown_to_html(text: str, top_level: int) -> SafeString:
    """Return CommonMark as HTML in which the highest heading is h`top_level`.

    HTML within the text is shown as it is written, and everything but plain structure and links is
    taken away (nh3's allow-list), so that the result is safe to put into a page.
    """
    parser = MarkdownIt("commonmark", {"html": False}).disable(_DISABLED)
    tokens = parser.parse(_SIGN_OF_ITS_OWN.sub(r"\1\\", _END_OF_LINE.sub("  \n", text)))
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
