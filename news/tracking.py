"""Whose history is kept of news."""

from __future__ import annotations

from django.db.models import Q

from news.models import News, NewsCorrection, NewsSetting, TakenBack
from pledge_portal.accounts.permissions import Action, Person, of_own_places
from pledge_portal.database.history import keep_history
from pledges.tracking import of_its_municipality


def readers_of_the_news(user: Person) -> Q:
    """Return the filter for changes beside one's own municipality's news."""
    own = of_own_places(
        user,
        Action.READ_HISTORY,
        municipality="municipality",
        police_area="municipality__police_areas",
    )
    return Q(news__in=News.objects.filter(own).order_by().values("pk"))


keep_history(News, "nyhet", title=["title_sv"], readers=of_its_municipality)
keep_history(NewsCorrection, "rattelse-av-nyhet", title=["text_sv"], readers=readers_of_the_news)
keep_history(
    NewsSetting, "installning-for-nyheter", title=["municipality"], readers=of_its_municipality
)
keep_history(TakenBack, "tillbakatagen-nyhet", title=["reason"], readers=of_its_municipality)
