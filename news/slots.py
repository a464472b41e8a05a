"""What other pages have in their slots of news."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from news.lookup import news_of
from news.models import News
from news.presentation import news_views
from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, may
from pledge_portal.pages.slots import fills
from pledges.models import Municipality

_MOST = 3


@fills("municipality", "news/_of_municipality.html")
def latest_news(municipality: Municipality) -> dict[str, Any]:
    """Show the three latest pieces of news at a municipality, a line each."""
    on = timezone.localdate()
    return {
        "municipality": municipality,
        "news": news_views(news_of(municipality, on)[:_MOST], on),
    }


@fills("head", "news/_feed_link.html")
def feed_of_news(municipality: Municipality, pledge: object) -> dict[str, Any]:
    """Tell feed readers of the feed, on every page of a municipality."""
    return {"municipality": municipality}


@fills("workspace.today", "news/staff/_waiting.html")
def news_waiting(user: User) -> dict[str, Any]:
    """Show how many pieces of news of what has happened wait for a person."""
    if not may(user, Action.WRITE_NEWS):
        return {}
    return {"number": News.objects.visible_to(user).waiting().order_by().count()}
