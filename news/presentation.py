"""News in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.html import format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from news.event_texts import EventText, Sentence, address_of, event_texts
from news.models import News
from pledge_portal.pages.text import Wording, wording
from pledges.presentation import in_swedish_only
from pledges.presentation.corrections import CorrectionView

_WORDS_OF_A_LEAD = 40


@dataclass(frozen=True)
class NewsView:
    """A piece of news as pages and feeds show it.

    `day` is when it was published, or would have been today. `blocks` is the text for a page,
    `text` its words alone and `lead` the first of them, for lists. `address` is the page that tells
    of an event in full; `pledge` and `period` the pledge that it is about.
    """

    uid: UUID
    day: date
    title: Wording | Sentence
    blocks: SafeString
    text: str
    lead: SafeString
    quotation: Wording
    speaker: Wording
    pledge: Wording
    period: str
    address: str
    is_demonstration: bool
    corrections: list[CorrectionView] = field(default_factory=list)


def news_views(rows: Iterable[News], on: date, *, with_corrections: bool = False) -> list[NewsView]:
    """Return news in words as of a day.

    It stands for the day of what isn't published. Asks a fixed number of queries.
    """
    pieces = list(rows)
    texts = event_texts(pieces, on)
    return [_view(news, texts.get(news.pk), on, with_corrections) for news in pieces]


def news_view(news: News, on: date) -> NewsView:
    """Return a piece of news in words, with the corrections beside it."""
    (view,) = news_views([news], on, with_corrections=True)
    return view


def _view(news: News, event: EventText | None, on: date, with_corrections: bool) -> NewsView:
    title: Wording | Sentence
    if event is None or news.title_sv:
        title, words = wording(news, "title"), wording(news, "text")
        text = words.text
        # Escaped by linebreaks, and marked with its language.
        blocks = mark_safe(linebreaks(text, autoescape=True))  # noqa: S308
        if words.lang:
            blocks = mark_safe(f'<div class="flow" lang="{words.lang}">{blocks}</div>')  # noqa: S308
        lead = Wording(Truncator(text).words(_WORDS_OF_A_LEAD), words.lang).html
    else:
        title, text, blocks = event.title, event.text, event.blocks
        lead = format_html_join(" ", "{}", ((words,) for words in event.paragraphs))
    corrections = news.corrections.all() if with_corrections else ()
    return NewsView(
        uid=news.uid,
        day=news.published_on or on,
        title=title,
        blocks=blocks,
        text=text,
        lead=lead,
        quotation=wording(news, "quotation"),
        speaker=in_swedish_only(news.speaker),
        pledge=wording(news.pledge, "title") if news.pledge else Wording(""),
        period=news.pledge.period if news.pledge else "",
        address="" if news.is_own else address_of(news),
        is_demonstration=news.is_demonstration,
        corrections=[
            CorrectionView(correction.corrected_at, wording(correction, "text"))
            for correction in corrections
        ],
    )
