"""What of news an archive package of a pledge has."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from dialogues import records as of_dialogues  # noqa: F401  (what is older comes first)
from news.models import News, NewsAction, NewsCorrection, NewsSetting, TakenBack
from pledges.erasing.finding import search_also
from pledges.records.part_registry import Part, register
from pledges.records.scope import Scope


def _news(scope: Scope) -> QuerySet[News]:
    """Return the news about the pledge, those of its holder's municipality."""
    return News.objects.filter(scope.municipal(), _about(scope))


def _about(scope: Scope) -> Q:
    return Q(pledge=scope.pledge.pk) | Q(consultation__pledge=scope.pledge.pk)


def _public_news(scope: Scope) -> QuerySet[News]:
    return News.objects.public(scope.on).filter(_about(scope))


def _all_news(scope: Scope) -> QuerySet[News]:
    """Return what is public, and all that the holder has written."""
    return News.objects.filter(Q(pk__in=_keys(_news(scope))) | Q(pk__in=_keys(_public_news(scope))))


def _keys(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by().values("pk")


PARTS = (
    Part(
        News,
        "nyheter",
        "Nyheter om löftet: de som är publicerade, och utkast.",
        _all_news,
        _public_news,
        left_out={"earlier": "Löftet som ett annat tar över efter har sitt eget paket."},
        history=lambda scope: Q(pgh_obj__in=_keys(_all_news(scope))),
        order=("published_on", "uid"),
    ),
    Part(
        NewsAction,
        "insatser-i-nyheter",
        "Vilka insatser som en nyhet räknar upp.",
        lambda scope: NewsAction.objects.filter(news__in=_keys(_all_news(scope))),
        order=("news__uid", "action__uid"),
    ),
    Part(
        NewsCorrection,
        "rattelser-av-nyheter",
        "Daterade rättelser som står bredvid publicerade nyheter.",
        lambda scope: NewsCorrection.objects.filter(news__in=_keys(_all_news(scope))),
        lambda scope: NewsCorrection.objects.filter(news__in=_keys(_public_news(scope))),
        history=lambda scope: Q(
            pgh_obj__in=_keys(NewsCorrection.objects.filter(news__in=_keys(_all_news(scope))))
        ),
        order=("news__uid", "corrected_at"),
    ),
    Part(
        TakenBack,
        "tillbakatagna-nyheter",
        "Att en nyhet är tillbakatagen, när och varför.",
        lambda scope: TakenBack.objects.filter(news__in=_keys(_all_news(scope))),
        history=lambda scope: Q(
            pgh_obj__in=_keys(TakenBack.objects.filter(news__in=_keys(_all_news(scope))))
        ),
    ),
)

search_also({News: "municipality", NewsCorrection: "news__municipality", TakenBack: "municipality"})
register(
    parts=PARTS,
    left_out={NewsSetting: "Kommunens egen inställning, som inte hör till ett löfte."},
)
