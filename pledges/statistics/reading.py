"""Statistics as public pages read them, in a fixed number of queries.

They are plain values. All goes by the index of `Observation` (indicator, area, gender, period,
begins), so that a page costs the same whether the table holds one municipality's figures or
everybody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, Max, OuterRef
from django.utils import timezone

from pledges.models import (
    Area,
    EarlierFigure,
    Indicator,
    Observation,
    PeriodKind,
    StatisticsImport,
)

_MAX_REPLACED = 50
_NO_FIGURE = (Observation.Note.MISSING, Observation.Note.SECRET)


@dataclass(frozen=True)
class Point:
    """One figure in time.

    `value`, `lower` and `upper` are in the indicator's unit, `per_100_000` is the source's own
    rate, `population` the inhabitants of that year. `earlier` counts the figures that it has
    replaced; `months` how many monthly figures it is the sum of, 0 for the source's own. Fewer than
    12 is a year that isn't whole.
    """

    period: str
    begins: date
    value: Decimal | None
    per_100_000: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    population: int | None = None
    note: str = ""
    earlier: int = 0
    is_demonstration: bool = False
    months: int = 0

    @property
    def year(self) -> int:
        """The year that it is of, or lies in."""
        return self.begins.year

    @property
    def is_of_whole_year(self) -> bool:
        """Whether nothing of its year is lacking."""
        return self.period == PeriodKind.YEAR and self.months in {0, 12}


@dataclass(frozen=True)
class Series:
    """An indicator's figures of an area, by year, quarter and month.

    Counts of years that only have months are summed from them.
    """

    indicator: Indicator
    area: Area
    yearly: tuple[Point, ...] = ()
    quarterly: tuple[Point, ...] = ()
    monthly: tuple[Point, ...] = ()

    @property
    def is_demonstration(self) -> bool:
        """Whether any of it is made up for the demonstration."""
        return any(point.is_demonstration for point in (*self.yearly, *self.monthly))


def series_of(indicators: Iterable[Indicator], areas: Iterable[Area]) -> list[Series]:
    """Return the series of indicators and areas that have figures.

    In the orders given; five queries. Only figures of everyone, not parted by gender.
    """
    indicators, areas = list(indicators), list(areas)
    population_keys = list(
        Indicator.objects.filter(kind=Indicator.Kind.POPULATION).values_list("pk", flat=True)
    )
    indicator_keys = {indicator.pk for indicator in indicators}
    rows = list(
        Observation.objects.public()
        .of_everyone()
        .filter(indicator__in=indicator_keys | set(population_keys), area__in=areas)
        .order_by("begins")
        .values(
            *("pk", "indicator", "area", "period", "begins", "value", "per_100_000"),
            *("lower", "upper", "note", "imported_in"),
        )
    )
    invented = set(
        StatisticsImport.objects.filter(is_demonstration=True).values_list("pk", flat=True)
    )
    earlier = dict(
        EarlierFigure.objects.filter(
            observation__in=[row["pk"] for row in rows if row["indicator"] in indicator_keys]
        )
        .order_by()
        .values_list("observation")
        .annotate(times=Count("pk"))
    )
    population: dict[tuple[int, int], int] = {}
    for row in rows:
        if (
            row["indicator"] in population_keys
            and row["period"] == PeriodKind.YEAR
            and row["value"]
        ):
            population.setdefault((row["area"], row["begins"].year), int(row["value"]))
    points: dict[tuple[int, int], dict[str, list[Point]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        points[row["indicator"], row["area"]][row["period"]].append(
            Point(
                period=row["period"],
                begins=row["begins"],
                value=row["value"],
                per_100_000=row["per_100_000"],
                lower=row["lower"],
                upper=row["upper"],
                population=population.get((row["area"], row["begins"].year)),
                note=row["note"],
                earlier=earlier.get(row["pk"], 0),
                is_demonstration=row["imported_in"] in invented,
            )
        )
    return [
        _series(indicator, area, points[indicator.pk, area.pk])
        for indicator in indicators
        for area in areas
        if (indicator.pk, area.pk) in points
    ]


def _series(indicator: Indicator, area: Area, points: dict[str, list[Point]]) -> Series:
    yearly, monthly = points[PeriodKind.YEAR], points[PeriodKind.MONTH]
    if indicator.unit == Indicator.Unit.COUNT and indicator.kind != Indicator.Kind.POPULATION:
        years_given = {point.year for point in yearly}
        yearly = sorted(
            [*yearly, *_summed(month for month in monthly if month.year not in years_given)],
            key=lambda point: point.begins,
        )
    return Series(indicator, area, tuple(yearly), tuple(points[PeriodKind.QUARTER]), tuple(monthly))


def _summed(months: Iterable[Point]) -> Iterable[Point]:
    by_year: dict[int, list[Point]] = defaultdict(list)
    for point in months:
        by_year[point.year].append(point)
    for year, points in by_year.items():
        known_points = [point for point in points if point.note not in _NO_FIGURE]
        if not known_points:
            continue
        is_preliminary = any(point.note == Observation.Note.PRELIMINARY for point in known_points)
        yield Point(
            period=PeriodKind.YEAR,
            begins=date(year, 1, 1),
            value=sum((point.value or Decimal(0) for point in known_points), Decimal(0)),
            population=known_points[0].population,
            note=Observation.Note.PRELIMINARY if is_preliminary else Observation.Note.NONE,
            earlier=sum(point.earlier for point in known_points),
            is_demonstration=any(point.is_demonstration for point in known_points),
            months=len(known_points),
        )


def populations() -> dict[str, int]:
    """Return the inhabitants of each municipality by its code.

    Of the latest year that there are any for; three queries at most. Empty when none have been
    imported.
    """
    population_indicators = Indicator.objects.filter(kind=Indicator.Kind.POPULATION)
    keys = list(population_indicators.values_list("pk", flat=True))
    yearly = Observation.objects.of_everyone().filter(indicator__in=keys, period=PeriodKind.YEAR)
    latest = yearly.aggregate(latest=Max("begins"))["latest"]
    if latest is None:
        return {}
    values = yearly.filter(
        begins=latest, area__level=Area.Level.MUNICIPALITY, value__isnull=False
    ).values_list("area__code", "value")
    return {code: int(value) for code, value in values if value is not None}


def indicators_with_figures(areas: Iterable[Area]) -> list[Indicator]:
    """Return the indicators that have any figure of the areas, in order.

    One query.
    """
    having = Observation.objects.public().filter(indicator=OuterRef("pk"), area__in=list(areas))
    return list(Indicator.objects.filter(Exists(having)))


@dataclass(frozen=True)
class Replaced:
    """A figure that its source has changed since.

    How it was, how it is now, and when the new one was imported.
    """

    period: str
    begins: date
    value: Decimal | None
    current: Decimal | None
    replaced_on: date


def replaced_figures(series: Series) -> list[Replaced]:
    """Return the figures of a series that have been replaced.

    The latest first; one query.
    """
    earlier_figures = (
        EarlierFigure.objects.filter(
            observation__indicator=series.indicator,
            observation__area=series.area,
            observation__gender=Observation.Gender.ALL,
        )
        .select_related("observation")
        .order_by("-replaced_at", "-pk")[:_MAX_REPLACED]
    )
    return [
        Replaced(
            period=figure.observation.period,
            begins=figure.observation.begins,
            value=figure.value,
            current=figure.observation.value,
            replaced_on=timezone.localdate(figure.replaced_at),
        )
        for figure in earlier_figures
    ]
