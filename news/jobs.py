"""The chore that makes news of what happens."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.events import make_news
from pledge_portal.queue.chores import chore


@chore("make_news", _("Nyheter om det som har hänt"), every_minutes=10)
def make_news_of_today() -> None:
    """Make the news that is due."""
    make_news(timezone.localdate())
