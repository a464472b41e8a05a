"""News in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from news.models import News, NewsCorrection
from pledge_portal.pages.text import Wording, wording
from pledges.presentation import in_swedish_only
from pledges.presentation.corrections import CorrectionView


@dataclass(frozen=True)
class NewsView:
    """A piece of news as pages and feeds show it.

    `day` is when it was published, today's for a preview; `pledge` the title and the period of the
    pledge that it is about.
    """

    uid: UUID
    day: date
    title: Wording
    text: Wording
    quotation: Wording
    speaker: Wording
    pledge: Wording
    period: str
    is_demonstration: bool
    corrections: list[CorrectionView] = field(default_factory=list)


def news_view(news: News, on: date, corrections: Iterable[NewsCorrection] = ()) -> NewsView:
    """Return news in words, with the corrections beside it.

    Its pledge is fetched. `on` stands for the day of what isn't published.
    """
    return NewsView(
        uid=news.uid,
        day=news.published_on or on,
        title=wording(news, "title"),
        text=wording(news, "text"),
        quotation=wording(news, "quotation"),
        speaker=in_swedish_only(news.speaker),
        pledge=wording(news.pledge, "title") if news.pledge else Wording(""),
        period=news.pledge.period if news.pledge else "",
        is_demonstration=news.is_demonstration,
        corrections=[
            CorrectionView(correction.corrected_at, wording(correction, "text"))
            for correction in corrections
        ],
    )
