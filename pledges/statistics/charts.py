"""Analyse and draw an indicator's figures.

What may be said of them, and no more than that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pledge_portal.pages.text import wording
from pledges.charts.kinds import Event, LineChart, Span
from pledges.charts.values import COUNT, PER_100_000, PERCENT, Missing, Series, Unit
from pledges.charts.values import Point as ChartPoint
from pledges.lifecycle import Standing
from pledges.models import Area, Indicator, PeriodKind
from pledges.models.statistics import Observation as StoredObservation
from pledges.presentation.validity import day
from pledges.statistics.analysis import sentences
from pledges.statistics.analysis.comparison import (
    Against,
    Comparison,
    Direction,
    compare_before_and_since,
    compare_same_months,
    compare_with_alike,
    compare_with_area,
    latest_level,
)
from pledges.statistics.analysis.observations import (
    Level,
    MonthCount,
    Observation,
    YearCount,
    YearValue,
)
from pledges.statistics.analysis.rates import MeasuredIn, Rate
from pledges.statistics.analysis.trends import (
    count_trend,
    needs_means,
    three_year_means,
    value_trend,
)
from pledges.statistics.reading import Point
from pledges.statistics.reading import Series as AreaSeries

_LEVELS = {
    Area.Level.MUNICIPALITY: Level.MUNICIPALITY,
    Area.Level.POLICE_AREA: Level.POLICE_AREA,
    Area.Level.COUNTY: Level.COUNTY,
    Area.Level.COUNTRY: Level.COUNTRY,
}
_DIRECTIONS = {
    Indicator.Better.LOWER: Direction.LOWER_IS_BETTER,
    Indicator.Better.HIGHER: Direction.HIGHER_IS_BETTER,
    Indicator.Better.NEITHER: Direction.NEITHER,
}
_UNITS = {
    Indicator.Unit.COUNT: COUNT,
    Indicator.Unit.PER_100_000: PER_100_000,
    Indicator.Unit.PERCENT: Unit(PERCENT.name, PERCENT.sign, 1),
}
_MEASURED_IN = {
    Indicator.Unit.COUNT: MeasuredIn.COUNT,
    Indicator.Unit.PER_100_000: MeasuredIn.PER_100_000,
    Indicator.Unit.PERCENT: MeasuredIn.PERCENT,
    Indicator.Unit.INDEX: MeasuredIn.INDEX,
    Indicator.Unit.OTHER: MeasuredIn.OTHER,
}
_MAX_EVENTS = 6


@dataclass(frozen=True)
class PledgePeriod:
    """The period of the pledge that figures are seen against.

    Its first day, its last (None while it is in force), its planned end, its name and the meetings
    in which it was followed up.
    """

    first_day: date
    last_day: date | None
    planned_end: date
    name: str
    meetings: tuple[date, ...]

    @classmethod
    def from_standing(cls, standing: Standing, name: str, meetings: Iterable[date]) -> PledgePeriod:
        """Return the period of a pledge by its standing today."""
        last_day = None if standing.is_in_force else standing.last_day
        return cls(standing.valid_from, last_day, standing.planned_end, name, tuple(meetings))


@dataclass(frozen=True)
class ComparisonText:
    """A comparison as texts.

    With what, the verdict in a word or two, how much, and from what. `state` is "better", "worse",
    "changed" or "unknown", for its look beside the words.
    """

    against: str
    label: str
    sentence: str
    basis: str
    state: str


@dataclass(frozen=True)
class Analysis:
    """All that may be said of an indicator in one place."""

    level: str
    trend: str
    mean: str
    comparisons: tuple[ComparisonText, ...]
    caveats: tuple[str, ...]


def own_series(series: Sequence[AreaSeries]) -> AreaSeries | None:
    """Return the municipality's series of an indicator.

    Its police area's when it has none.
    """
    for level in (Area.Level.MUNICIPALITY, Area.Level.POLICE_AREA):
        for area_series in series:
            if area_series.area.level == level:
                return area_series
    return None


def counted_name(indicator: Indicator) -> str:
    """Return the name of what is counted, as it stands after its number.

    Of figures that count nothing, their name.
    """
    name = str(wording(indicator, "name"))
    if indicator.kind == Indicator.Kind.REPORTED_OFFENCES:
        parts = {"name": name[:1].lower() + name[1:]}
        if name.endswith((_("brott"), "brott")):
            return _("anmälda %(name)s") % parts
        return _("anmälda brott (%(name)s)") % parts
    return name


def observations(series: AreaSeries) -> list[Observation]:
    """Return the years of a series that have a figure, for the analysis."""
    level = _LEVELS[Area.Level(series.area.level)]
    years: list[Observation] = []
    for point in series.yearly:
        if point.value is None:
            continue
        preliminary = point.note == StoredObservation.Note.PRELIMINARY
        if series.indicator.is_count:
            years.append(
                YearCount(
                    point.year,
                    int(point.value),
                    point.population,
                    point.months or 12,
                    preliminary,
                    level,
                )
            )
        else:
            lower = float(point.lower) if point.lower is not None else None
            upper = float(point.upper) if point.upper is not None else None
            value = float(point.value)
            unit = _MEASURED_IN[Indicator.Unit(series.indicator.unit)]
            years.append(YearValue(point.year, value, lower, upper, preliminary, level, unit))
    return years


def _months(series: AreaSeries) -> list[MonthCount]:
    population = {point.year: point.population for point in series.yearly}
    return [
        MonthCount(
            point.year,
            point.begins.month,
            int(point.value),
            point.population or population.get(point.year),
            point.note == StoredObservation.Note.PRELIMINARY,
            _LEVELS[Area.Level(series.area.level)],
        )
        for point in series.monthly
        if point.value is not None and series.indicator.is_count
    ]


def analyse(
    own: AreaSeries,
    larger: Mapping[str, AreaSeries],
    alike: Mapping[str, AreaSeries],
    pledge_period: PledgePeriod | None,
) -> Analysis:
    """Return level, trend and every comparison that can be made.

    `larger` has the series of the county and the country by `Against`, `alike` those of the
    municipalities nearest in population by their codes.
    """
    indicator = own.indicator
    ours = observations(own)
    direction = _DIRECTIONS[Indicator.Better(indicator.better)]
    comparisons: list[Comparison] = []
    if pledge_period is not None:
        comparisons.append(
            compare_before_and_since(
                ours, pledge_period.first_day, pledge_period.last_day, direction
            )
        )
    months = _months(own)
    if months:
        comparisons.append(compare_same_months(months, direction))
    for against in (Against.COUNTY, Against.COUNTRY):
        if against in larger:
            comparisons.append(
                compare_with_area(ours, observations(larger[against]), against, direction)
            )
    counts = [year for year in ours if isinstance(year, YearCount)]
    if alike and counts:
        others = {
            code: [year for year in observations(series) if isinstance(year, YearCount)]
            for code, series in alike.items()
        }
        comparisons.append(compare_with_alike(counts, others, direction))
    values = [year for year in ours if isinstance(year, YearValue)]
    trend = count_trend(counts) if counts else value_trend(values)
    means = three_year_means(counts) if counts and needs_means(counts) else []
    return Analysis(
        level=sentences.level_text(counted_name(indicator), latest_level(ours)),
        trend=sentences.trend_text(trend),
        mean=sentences.mean_text(means[-1]) if means else "",
        comparisons=tuple(_comparison_text(comparison) for comparison in comparisons),
        caveats=tuple(sentences.caveats(indicator.kind == Indicator.Kind.REPORTED_OFFENCES)),
    )


def compare_with_before(
    own: AreaSeries, pledge_period: PledgePeriod | None
) -> ComparisonText | None:
    """Return how the pledge's years compare with those before it.

    None without a pledge.
    """
    if pledge_period is None:
        return None
    direction = _DIRECTIONS[Indicator.Better(own.indicator.better)]
    comparison = compare_before_and_since(
        observations(own), pledge_period.first_day, pledge_period.last_day, direction
    )
    return _comparison_text(comparison)


def _comparison_text(comparison: Comparison) -> ComparisonText:
    against = {
        Against.BEFORE: _("Åren före löftet"),
        Against.SAME_MONTHS: _("Samma månader tidigare år"),
        Against.COUNTY: _("Länet i övrigt"),
        Against.COUNTRY: _("Landet i övrigt"),
        Against.ALIKE: _("Kommuner av liknande storlek"),
    }[comparison.against]
    state = {True: "better", False: "worse", None: "unknown"}[comparison.is_better]
    if state == "unknown" and comparison.verdict in {"higher", "lower"}:
        state = "changed"
    return ComparisonText(
        against,
        sentences.verdict_label(comparison),
        sentences.comparison_text(comparison),
        sentences.basis_text(comparison),
        state,
    )


def indicator_chart(
    own: AreaSeries,
    larger: Iterable[AreaSeries],
    pledge_period: PledgePeriod | None,
    *,
    finding: str,
) -> LineChart | None:
    """Return the chart of an indicator's years beside those of larger areas.

    Each has its interval. Counts are drawn per 100,000 inhabitants where the population is
    known. None without any year whose value is shown.
    """
    indicator = own.indicator
    is_rate = indicator.is_count and any(point.population for point in own.yearly)
    others = [
        area_series
        for area_series in larger
        if area_series.yearly and area_series.area.pk != own.area.pk
    ]
    if indicator.is_count and not is_rate:
        others = []
    whole = [point.year for point in own.yearly if point.is_of_whole_year]
    if not whole:
        return None
    years = list(range(min(whole), max(whole) + 1))
    unit = PER_100_000 if is_rate else _unit(indicator)
    chart_series = [_chart_series(area_series, years, is_rate) for area_series in [own, *others]]
    chart = LineChart(
        key=f"indikator-{indicator.key}",
        title=str(wording(indicator, "name")),
        finding=finding,
        source=indicator.source,
        heading=_("År"),
        periods=[str(year) for year in years],
        series=chart_series,
        unit=unit,
        span=_span(years, pledge_period),
        events=_events(years, pledge_period),
        interval=_("osäkerhet (95 %)"),
        is_demonstration=any(area_series.is_demonstration for area_series in [own, *others]),
    )
    return chart if chart.shows_any else None


def _unit(indicator: Indicator) -> Unit:
    fallback = Unit(str(indicator.get_unit_display()), "", 1)
    return _UNITS.get(Indicator.Unit(indicator.unit), fallback)


def area_name(area: Area) -> str:
    """Return an area's name with its level.

    The level is always shown.
    """
    if area.level == Area.Level.POLICE_AREA:
        return _("Lokalpolisområde %(name)s") % {"name": area.name}
    if area.level == Area.Level.COUNTRY:
        return _("Riket")
    return area.name


def period_label(period: str, begins: date) -> str:
    """Return a period's name: "2024", "kvartal 2 2024" or "mars 2024"."""
    match period:
        case PeriodKind.MONTH:
            return date_format(begins, "F Y")
        case PeriodKind.QUARTER:
            return _("kvartal %(number)s %(year)s") % {
                "number": (begins.month + 2) // 3,
                "year": begins.year,
            }
    return str(begins.year)


def _chart_series(series: AreaSeries, years: Sequence[int], is_rate: bool) -> Series:
    by_year = {point.year: point for point in series.yearly}
    return Series(
        area_name(series.area), [_chart_point(by_year.get(year), is_rate) for year in years]
    )


def _chart_point(point: Point | None, is_rate: bool) -> ChartPoint:
    """Return a year's value with the interval that sentences use.

    Without a value the reason why there is none.
    """
    if point is None:
        return ChartPoint(None)
    if not point.is_of_whole_year:
        return ChartPoint(Missing(_("bara en del av året")))
    if point.value is None:
        is_secret = point.note == StoredObservation.Note.SECRET
        return ChartPoint(Missing(_("sekretess hos källan")) if is_secret else None)
    value, lower, upper = float(point.value), point.lower, point.upper
    if is_rate:
        interval = Rate(int(point.value), point.population).interval
        if interval is None:
            return ChartPoint(Missing(_("folkmängd saknas")))
        return ChartPoint(interval.value, interval.lower, interval.upper)
    if lower is None or upper is None:
        return ChartPoint(value)
    return ChartPoint(value, float(lower), float(upper))


def _span(years: Sequence[int], pledge_period: PledgePeriod | None) -> Span | None:
    """Return the years that the pledge touches, as far as its planned end."""
    if pledge_period is None:
        return None
    last_day = min(pledge_period.last_day or pledge_period.planned_end, pledge_period.planned_end)
    indexes = [
        index
        for index, year in enumerate(years)
        if pledge_period.first_day.year <= year <= last_day.year
    ]
    return Span(indexes[0], indexes[-1], pledge_period.name) if indexes else None


def _events(years: Sequence[int], pledge_period: PledgePeriod | None) -> list[Event]:
    if pledge_period is None:
        return []
    events = []
    for meeting in sorted(pledge_period.meetings)[-_MAX_EVENTS:]:
        if years[0] <= meeting.year <= years[-1]:
            part = (meeting - date(meeting.year, 1, 1)).days / 366
            label = _("Uppföljning %(day)s") % {"day": day(meeting)}
            events.append(Event(meeting.year - years[0] + part, label))
    return events
