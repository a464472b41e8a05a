"""An indicator's figures analysed and drawn: what may be said of them, and no more than that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pledge_portal.pages.text import wording
from pledges.charts.kinds import Event, LineChart, Span
from pledges.charts.values import COUNT, PER_100_000, PERCENT, Series, Unit
from pledges.charts.values import Point as Drawn
from pledges.lifecycle import Standing
from pledges.models import Area, Indicator, PeriodKind
from pledges.models.statistics import Observation as Stored
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
from pledges.statistics.analysis.rates import Rate
from pledges.statistics.analysis.trends import (
    count_trend,
    needs_means,
    three_year_means,
    value_trend,
)
from pledges.statistics.reading import Point
from pledges.statistics.reading import Series as Read

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
_MOST_EVENTS = 6


@dataclass(frozen=True)
class During:
    """The pledge that figures are seen against: its first day, its last (None while it is in
    force), its planned end, its name and the meetings in which it was followed up."""

    first_day: date
    last_day: date | None
    planned_end: date
    name: str
    meetings: tuple[date, ...]

    @classmethod
    def of(cls, standing: Standing, name: str, meetings: Iterable[date]) -> During:
        """Take the days from how a pledge stands today."""
        over = None if standing.is_in_force else standing.last_day
        return cls(standing.valid_from, over, standing.planned_end, name, tuple(meetings))


@dataclass(frozen=True)
class Said:
    """One comparison in words: with what, the verdict in a word or two, how much, and from what.

    `state` is "better", "worse", "changed" or "unknown", for its look beside the sentences.
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
    compared: tuple[Said, ...]
    caveats: tuple[str, ...]


def own_series(found: Sequence[Read]) -> Read | None:
    """Return the municipality's series of an indicator, or its police area's when it has none."""
    for level in (Area.Level.MUNICIPALITY, Area.Level.POLICE_AREA):
        for each in found:
            if each.area.level == level:
                return each
    return None


def what(indicator: Indicator) -> str:
    """Return what is counted, as it stands after "antalet"; of other figures, their name."""
    name = str(wording(indicator, "name"))
    if indicator.kind == Indicator.Kind.REPORTED_OFFENCES:
        return _("anmälda brott (%(name)s)") % {"name": name[:1].lower() + name[1:]}
    return name


def observations(series: Read) -> list[Observation]:
    """Return the years of a series that have a figure, as the analysis reckons with them."""
    level = _LEVELS[Area.Level(series.area.level)]
    found: list[Observation] = []
    for point in series.yearly:
        if point.value is None:
            continue
        preliminary = point.note == Stored.Note.PRELIMINARY
        if series.indicator.is_count:
            found.append(
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
            found.append(YearValue(point.year, value, lower, upper, preliminary, level))
    return found


def _months(series: Read) -> list[MonthCount]:
    population = {point.year: point.population for point in series.yearly}
    return [
        MonthCount(
            point.year,
            point.begins.month,
            int(point.value),
            point.population or population.get(point.year),
            point.note == Stored.Note.PRELIMINARY,
            _LEVELS[Area.Level(series.area.level)],
        )
        for point in series.monthly
        if point.value is not None and series.indicator.is_count
    ]


def analyse(
    own: Read, beside: Mapping[str, Read], alike: Mapping[str, Read], during: During | None
) -> Analysis:
    """Return level, trend and every comparison that can be made.

    `beside` has the series of the county and the country by `Against`, `alike` those of the
    municipalities nearest in population by their codes.
    """
    indicator = own.indicator
    ours = observations(own)
    direction = _DIRECTIONS[Indicator.Better(indicator.better)]
    compared: list[Comparison] = []
    if during is not None:
        compared.append(
            compare_before_and_since(ours, during.first_day, during.last_day, direction)
        )
    months = _months(own)
    if months:
        compared.append(compare_same_months(months, direction))
    for against in (Against.COUNTY, Against.COUNTRY):
        if against in beside:
            compared.append(
                compare_with_area(ours, observations(beside[against]), against, direction)
            )
    counts = [each for each in ours if isinstance(each, YearCount)]
    if alike and counts:
        others = {
            code: [each for each in observations(series) if isinstance(each, YearCount)]
            for code, series in alike.items()
        }
        compared.append(compare_with_alike(counts, others, direction))
    values = [each for each in ours if isinstance(each, YearValue)]
    trend = count_trend(counts) if counts else value_trend(values)
    means = three_year_means(counts) if counts and needs_means(counts) else []
    return Analysis(
        level=sentences.level_text(what(indicator), latest_level(ours)),
        trend=sentences.trend_text(trend),
        mean=sentences.mean_text(means[-1]) if means else "",
        compared=tuple(_said(each) for each in compared),
        caveats=tuple(sentences.caveats(indicator.kind == Indicator.Kind.REPORTED_OFFENCES)),
    )


def before_the_pledge(own: Read, during: During | None) -> Said | None:
    """Return how the pledge's years compare with those before it; None without a pledge."""
    if during is None:
        return None
    direction = _DIRECTIONS[Indicator.Better(own.indicator.better)]
    found = compare_before_and_since(
        observations(own), during.first_day, during.last_day, direction
    )
    return _said(found)


def _said(found: Comparison) -> Said:
    against = {
        Against.BEFORE: _("Åren före löftet"),
        Against.SAME_MONTHS: _("Samma månader tidigare år"),
        Against.COUNTY: _("Länet i övrigt"),
        Against.COUNTRY: _("Landet i övrigt"),
        Against.ALIKE: _("Kommuner av liknande storlek"),
    }[found.against]
    state = {True: "better", False: "worse", None: "unknown"}[found.is_better]
    if state == "unknown" and found.verdict in {"higher", "lower"}:
        state = "changed"
    return Said(
        against,
        sentences.verdict_label(found),
        sentences.comparison_text(found),
        sentences.basis_text(found),
        state,
    )


def indicator_chart(
    own: Read, beside: Iterable[Read], during: During | None, *, finding: str
) -> LineChart | None:
    """Return the years of an indicator, ours with its interval, beside those of larger areas.

    Counts are drawn per 100,000 inhabitants where the population is known. None without any year.
    """
    indicator = own.indicator
    is_rate = indicator.is_count and any(point.population for point in own.yearly)
    others = [each for each in beside if each.yearly and each.area.pk != own.area.pk]
    if indicator.is_count and not is_rate:
        others = []
    whole = [point.year for point in own.yearly if point.is_of_whole_year]
    if not whole:
        return None
    years = list(range(min(whole), max(whole) + 1))
    unit = PER_100_000 if is_rate else _unit(indicator)
    drawn = [_drawn(each, years, is_rate) for each in [own, *others]]
    return LineChart(
        key=f"indikator-{indicator.key}",
        title=str(wording(indicator, "name")),
        finding=finding,
        source=indicator.source,
        heading=_("År"),
        periods=[str(year) for year in years],
        series=drawn,
        unit=unit,
        span=_span(years, during),
        events=_events(years, during),
        interval=_("osäkerhet (95 %)"),
        is_demonstration=any(each.is_demonstration for each in [own, *others]),
    )


def _unit(indicator: Indicator) -> Unit:
    fallback = Unit(str(indicator.get_unit_display()), "", 1)
    return _UNITS.get(Indicator.Unit(indicator.unit), fallback)


def area_name(area: Area) -> str:
    """Return an area's name with its level, which is always told (DOMAIN.md C11)."""
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


def _drawn(series: Read, years: Sequence[int], is_rate: bool) -> Series:
    by_year = {point.year: point for point in series.yearly if point.is_of_whole_year}
    has_interval = series.area.level in {Area.Level.MUNICIPALITY, Area.Level.POLICE_AREA}
    return Series(
        area_name(series.area),
        [_drawn_point(by_year.get(year), is_rate, has_interval) for year in years],
    )


def _drawn_point(point: Point | None, is_rate: bool, has_interval: bool) -> Drawn:
    if point is None or point.value is None:
        return Drawn(None)
    if is_rate:
        rate = Rate(int(point.value), point.population)
        interval = rate.interval if has_interval else None
        if rate.value is None:
            return Drawn(None)
        if interval is None:
            return Drawn(rate.value)
        return Drawn(rate.value, interval.lower, interval.upper)
    if has_interval and point.lower is not None and point.upper is not None:
        return Drawn(float(point.value), float(point.lower), float(point.upper))
    return Drawn(float(point.value))


def _span(years: Sequence[int], during: During | None) -> Span | None:
    """Return the years that the pledge touches, as far as its planned end."""
    if during is None:
        return None
    last_day = min(during.last_day or during.planned_end, during.planned_end)
    inside = [at for at, year in enumerate(years) if during.first_day.year <= year <= last_day.year]
    return Span(inside[0], inside[-1], during.name) if inside else None


def _events(years: Sequence[int], during: During | None) -> list[Event]:
    if during is None:
        return []
    found = []
    for meeting in sorted(during.meetings)[-_MOST_EVENTS:]:
        if years[0] <= meeting.year <= years[-1]:
            part = (meeting - date(meeting.year, 1, 1)).days / 366
            label = _("Uppföljning %(day)s") % {"day": day(meeting)}
            found.append(Event(meeting.year - years[0] + part, label))
    return found
