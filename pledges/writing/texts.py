"""Find faults of running text that make it hard to read for somebody.

The rules are those of WCAG 2.2 that a text by itself can break (1.1.1 alternative texts, 1.3.1 and
2.4.6 headings, 2.4.4 link texts) and of plain Swedish (klarspråk, språklagen 11 §).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

MAX_SENTENCE_WORDS = 35  # words
_MEANINGLESS = {"här", "klicka här", "läs mer", "länk", "mer", "here", "click here", "read more"}
_ABBREVIATED = re.compile(r"\b(?:t\.?ex|bl\.?a|m\.?m|o\.?s\.?v|d\.?v\.?s|ca|nr|kl|st)\.", re.I)


@dataclass(frozen=True)
class TextFault:
    """A fault in words, and whether the text can't be adopted with it."""

    sentence: str
    stops: bool


def faults_of(text: str, is_address_of_ours: Callable[[str], bool]) -> Iterator[TextFault]:
    """Yield the faults of a Markdown text.

    `is_address_of_ours` tells whether a path, such as "/alvsbyn/", leads anywhere in the portal.
    """
    # A line of dashes makes no heading of what stands above it on the page either.
    tokens = MarkdownIt("commonmark", {"html": False}).disable("lheading").parse(text)
    yield from _headings(tokens)
    for token in tokens:
        if token.type == "inline":
            yield from _inline(token.children or [], is_address_of_ours)
    yield from _sentences(tokens)


def _headings(tokens: list[Any]) -> Iterator[TextFault]:
    level = 0
    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            heading_level = int(token.tag[1])
            if level and heading_level > level + 1:
                yield TextFault(_("En rubriknivå är överhoppad."), stops=True)
            if not tokens[position + 1].content.strip():
                yield TextFault(_("En rubrik är tom."), stops=True)
            level = heading_level
        if token.type == "inline" and tokens[position - 1].type == "paragraph_open":
            parts = [
                child for child in token.children or [] if child.type != "text" or child.content
            ]
            if [part.type for part in parts] == ["strong_open", "text", "strong_close"]:
                yield TextFault(
                    _("”%(text)s” är fet text som ser ut som en rubrik. Gör den till rubrik.")
                    % {"text": parts[1].content},
                    stops=False,
                )


def _inline(children: list[Any], is_ours: Callable[[str], bool]) -> Iterator[TextFault]:
    for position, token in enumerate(children):
        if token.type == "image":
            if not token.content.strip():
                yield TextFault(_("En bild saknar alternativtext."), stops=True)
            yield TextFault(
                _("Bilder visas inte i löftet. Beskriv med ord det som bilden säger."), stops=True
            )
        if token.type == "link_open":
            words = "".join(
                token.content for token in _until_closed(children[position + 1 :])
            ).strip()
            yield from _link(str(token.attrGet("href") or ""), words, is_ours)


def _until_closed(children: list[Any]) -> Iterator[Any]:
    for token in children:
        if token.type == "link_close":
            return
        yield token


def _link(address: str, words: str, is_ours: Callable[[str], bool]) -> Iterator[TextFault]:
    if not words:
        yield TextFault(_("En länk saknar text."), stops=True)
    elif words.lower().strip(" .") in _MEANINGLESS:
        yield TextFault(
            _("Länken ”%(words)s” säger inte vart den leder.") % {"words": words}, stops=True
        )
    named = {"address": address}
    try:
        parts = urlsplit(address)
    except ValueError:
        yield TextFault(_("Adressen %(address)s är ingen adress.") % named, stops=True)
        return
    if parts.scheme in {"http", "https"}:
        if "." not in parts.netloc:
            yield TextFault(_("Adressen %(address)s är ingen adress.") % named, stops=True)
        elif parts.scheme == "http":
            yield TextFault(_("Länken till %(address)s är inte skyddad (https).") % named, False)
    elif parts.scheme == "mailto":
        if "@" not in parts.path:
            yield TextFault(_("Adressen %(address)s är ingen adress.") % named, stops=True)
    elif parts.scheme or parts.netloc or not parts.path.startswith("/"):
        yield TextFault(
            _("Länken %(address)s leder ingenstans. Börja med https:// eller mailto:.") % named,
            stops=True,
        )
    elif not is_ours(parts.path):
        yield TextFault(_("Sidan %(address)s finns inte i portalen.") % named, stops=True)


def _sentences(tokens: list[Any]) -> Iterator[TextFault]:
    for token in tokens:
        if token.type != "inline":
            continue
        plain = "".join(
            " " if child.type in {"softbreak", "hardbreak"} else child.content
            for child in token.children or []
        )
        yield from long_sentences(plain)


def long_sentences(text: str) -> Iterator[TextFault]:
    """Yield a fault for each sentence that is too long, and for shouting."""
    for sentence in re.split(r"(?<=[.!?:])\s+", _ABBREVIATED.sub("x", text)):
        words = sentence.split()
        if len(words) > MAX_SENTENCE_WORDS:
            yield TextFault(
                _("En mening har %(n)s ord. Dela den: ”%(start)s …”")
                % {"n": len(words), "start": " ".join(words[:6])},
                stops=False,
            )
    shouted = re.search(r"\b[A-ZÅÄÖ]{4,}(?:\s+[A-ZÅÄÖ]{2,}){2,}", text)
    if shouted:
        yield TextFault(
            _("”%(text)s” är skrivet med bara stora bokstäver.") % {"text": shouted[0]},
            stops=False,
        )
