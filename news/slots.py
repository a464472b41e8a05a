"""What other pages have in their slots of news."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from news.lookup import news_of
from news.presentation import news_view
from pledge_portal.pages.slots import fills
from pledges.models import Municipality

_MOST = 3


@fills("municipality", "news/_of_municipality.html")
def latest_news(municipality: Municipality) -> dict[str, Any]:
    """Show the three latest pieces of news at a municipality, a line each."""
    on = timezone.localdate()
    rows = news_of(municipality, on)[:_MOST]
    return {"municipality": municipality, "news": [news_view(row, on) for row in rows]}


@fills("head", "news/_feed_link.html")
def feed_of_news(municipality: Municipality) -> dict[str, Any]:
    """Tell feed readers of the feed, on every page of a municipality."""
    return {"municipality": municipality}
