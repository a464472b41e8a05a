"""An indicator's figures as the rows of a file, in the plain format.

Read by machines, so that headings and words are never translated. What is exported here can be
imported again (docs/statistics-files.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from pledge_portal.pages.csv_files import FileNumber
from pledges.models import PeriodKind
from pledges.statistics.reading import Point, Series

HEADINGS = [
    *("indikator", "omrade", "period", "varde", "per_100000", "nedre", "ovre", "anmarkning"),
    *("folkmangd", "kalla", "demonstration"),
]


def figures(series: Iterable[Series]) -> Iterator[list[object]]:
    """Yield a row for each figure that a source has given.

    By area and in the order of time.
    """
    for area_series in series:
        points = [*area_series.yearly, *area_series.quarterly, *area_series.monthly]
        for point in sorted(points, key=lambda point: (point.begins, point.period)):
            if point.months:
                continue  # summed by us; the months themselves are there
            yield [
                area_series.indicator.key,
                area_series.area.code,
                _period(point),
                *map(_number, (point.value, point.per_100_000, point.lower, point.upper)),
                point.note,
                point.population,
                area_series.indicator.source,
                "ja" if point.is_demonstration else "",
            ]


def _period(point: Point) -> str:
    match point.period:
        case PeriodKind.MONTH:
            return f"{point.begins:%Y-%m}"
        case PeriodKind.QUARTER:
            return f"{point.year}K{(point.begins.month + 2) // 3}"
    return str(point.year)


def _number(value: Decimal | None) -> FileNumber | None:
    if value is None:
        return None
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return FileNumber(text.replace(".", ","))
