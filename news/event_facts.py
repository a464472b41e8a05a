"""What the texts of events need, fetched at once for many pieces of news."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Subquery, Sum

from news.models import News, NewsAction
from pledges.models import Assessment, Commitment, FollowUp, PublishedAction

Kind = News.Kind


@dataclass
class Facts:
    """What the texts of some news need beside the rows, fetched at once.

    `verdicts` by follow-up, `actions` by news, `reported` by news: what is summed up of them, as
    anyone may know it on the day `on`. `published_since` holds the news of missing follow-ups that
    have come since.
    """

    on: date
    verdicts: dict[int, Counter[str]] = field(default_factory=dict)
    actions: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    reported: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    commitments: dict[int, Commitment] = field(default_factory=dict)
    published_since: set[int] = field(default_factory=set)


def facts_of(events: Sequence[News], on: date) -> Facts:
    """Return what is known on a day of the subjects of some events."""
    facts = Facts(on)
    follow_ups = [news.follow_up_id for news in events if news.follow_up_id]
    if follow_ups:
        facts.verdicts = defaultdict(Counter)
        given = Assessment.objects.public().given().filter(follow_up__in=follow_ups)
        rows = given.order_by().values_list("follow_up", "verdict").annotate(n=Count("pk"))
        for follow_up, verdict, number in rows:
            facts.verdicts[follow_up][verdict] = number
    missing = [news for news in events if news.kind == Kind.OVERDUE]
    if missing:
        since = FollowUp.objects.public().filter(
            pledge=OuterRef("pledge"), last_day__gte=OuterRef("last_day")
        )
        of_news = News.objects.filter(pk__in=[news.pk for news in missing])
        facts.published_since = set(of_news.filter(Exists(since)).values_list("pk", flat=True))
    _add_actions(facts, events)
    return facts


def _summed(rows: Any, *by: str) -> Any:
    """Return actions summed up by commitment and unit, with the days shown."""
    keys = (*by, "commitment", "unit")
    return (
        rows.order_by(*keys)
        .values(*keys)
        .annotate(
            number=Count("pk"),
            total=Sum("amount"),
            first=Min("shown_first"),
            last=Max("shown_last"),
        )
    )


def _add_actions(facts: Facts, events: Sequence[News]) -> None:
    public = PublishedAction.objects.public(facts.on)
    facts.actions, facts.reported = defaultdict(list), defaultdict(list)
    of_news = NewsAction.objects.filter(
        news__in=[news.pk for news in events if news.kind == Kind.ACTIONS]
    ).order_by()
    news_of_it = Subquery(of_news.filter(action=OuterRef("action")).values("news")[:1])
    shown = public.filter(is_secret_kind=False, action__in=of_news.values("action"))
    for row in _summed(shown.annotate(news=news_of_it), "news"):
        facts.actions[row["news"]].append(row)
    periods = [news for news in events if news.kind == Kind.REPORTED]
    shown = public.filter(commitment__in=[news.commitment_id for news in periods])
    for row in _summed(shown, "shown_first", "shown_last") if periods else ():
        for news in periods:
            is_its_own = row["commitment"] == news.commitment_id
            if is_its_own and news.first_day <= row["first"] and row["last"] <= news.last_day:
                facts.reported[news.pk].append(row)
    sums = [row for rows in (*facts.actions.values(), *facts.reported.values()) for row in rows]
    facts.commitments = Commitment.objects.in_bulk({row["commitment"] for row in sums})
