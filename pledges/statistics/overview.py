"""The statistics that the portal has, for those who look after them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from pledges.models import Area, Indicator, Observation, StatisticsImport


@dataclass(frozen=True)
class Stored:
    """How much there is of an indicator.

    In how many areas, the latest period, and the latest import that brought any of its latest
    figures.
    """

    indicator: Indicator
    areas: int = 0
    period: str = ""
    begins: date | None = None
    imported_in: StatisticsImport | None = None


def search(words: str) -> QuerySet[Indicator]:
    """Return the indicators whose names or codes hold the words.

    All of them without any words.
    """
    indicators = Indicator.objects.all()
    for word in words.replace("\x00", " ").split():
        indicators = indicators.filter(
            Q(name_sv__icontains=word)
            | Q(name_en__icontains=word)
            | Q(source_code__icontains=word)
            | Q(source__icontains=word)
        )
    return indicators


def stored(indicators: Iterable[Indicator]) -> list[Stored]:
    """Return what is stored of each indicator, in two queries.

    Only the latest figure of each area and kind of period is looked up, by the index, however many
    there are.
    """
    indicators = list(indicators)
    observations, areas = Observation._meta.db_table, Area._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.id, count(DISTINCT a.id),"  # noqa: S608  (the names of our own tables)
            " (array_agg(k.period ORDER BY latest.begins DESC))[1],"
            " max(latest.begins), max(latest.imported_in_id)"
            f" FROM unnest(%s::bigint[]) i(id) CROSS JOIN {areas} a"
            " CROSS JOIN unnest(ARRAY['year', 'quarter', 'month']) k(period)"
            " CROSS JOIN LATERAL (SELECT o.begins, o.imported_in_id"
            f" FROM {observations} o WHERE o.indicator_id = i.id AND o.area_id = a.id"
            " AND o.gender = 'T' AND o.period = k.period ORDER BY o.begins DESC LIMIT 1) latest"
            " GROUP BY i.id",
            [[indicator.pk for indicator in indicators]],
        )
        by_indicator = {row[0]: row[1:] for row in cursor.fetchall()}
    imports = StatisticsImport.objects.select_related("sent_by").in_bulk(
        [row[3] for row in by_indicator.values()]
    )
    return [_stored(indicator, by_indicator.get(indicator.pk), imports) for indicator in indicators]


def _stored(
    indicator: Indicator,
    latest: tuple[int, str, date, int] | None,
    imports: dict[int, StatisticsImport],
) -> Stored:
    if latest is None:
        return Stored(indicator)
    areas, period, begins, imported_in = latest
    return Stored(indicator, areas, period, begins, imports[imported_in])
