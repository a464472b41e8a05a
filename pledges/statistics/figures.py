"""Put the statistics of a municipality together.

For its public pages and its document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Q
from django.utils.translation import gettext as _

from pledge_portal.pages.text import Wording, wording
from pledges.actions.search_charts import search_chart
from pledges.actions.searches import searches_of
from pledges.charts.kinds import Chart, LineChart
from pledges.lifecycle import standing
from pledges.models import (
    Area,
    Commitment,
    FollowUp,
    Indicator,
    IndicatorLink,
    Municipality,
    Pledge,
    PublishedAction,
    PublishedRound,
)
from pledges.presentation.commitment import commitment_name
from pledges.presentation.pledge import period_name
from pledges.statistics.analysis.comparison import Against, latest_level, nearest_in_population
from pledges.statistics.analysis.sentences import level_text
from pledges.statistics.areas import SurroundingAreas, surrounding_areas
from pledges.statistics.charts import (
    Analysis,
    ComparisonText,
    PledgePeriod,
    analyse,
    compare_with_before,
    counted_name,
    indicator_chart,
    observations,
    own_series,
)
from pledges.statistics.reading import Series, indicators_with_figures, populations, series_of
from pledges.surveys.charts import survey_charts, theme_charts
from pledges.surveys.reading import published_rounds

HOW_MANY_ALIKE = 7


@dataclass(frozen=True)
class IndicatorLine:
    """An indicator in a line: its name, its level and its change.

    `key` is its address; `before` compares it with before the pledge.
    """

    key: str
    name: Wording
    kind: str
    level: str
    before: ComparisonText | None
    is_demonstration: bool


@dataclass(frozen=True)
class LinkedProblem:
    """A problem in a pledge that an indicator shows something of."""

    period: str
    focus_area: Wording
    number: int | None
    name: Wording
    commitment: Wording
    reason: Wording
    is_demonstration: bool


@dataclass(frozen=True)
class Overview:
    """A municipality's statistics: surveys, searches and indicators.

    Those linked to the pledge have a chart, the others a line each.
    """

    rounds: list[PublishedRound]
    surveys: list[LineChart]
    searches: Chart | None
    linked: list[tuple[IndicatorLine, Chart]]
    others: list[IndicatorLine]
    pledge: Pledge | None

    @property
    def is_demonstration(self) -> bool:
        """Whether any of it is made up for the demonstration."""
        charts = [*self.surveys, *(chart for _line, chart in self.linked)]
        return any(chart.is_demonstration for chart in charts) or any(
            line.is_demonstration for line in self.others
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all to show."""
        return not (self.rounds or self.searches or self.linked or self.others)


@dataclass(frozen=True)
class IndicatorDetails:
    """Everything about one indicator in a municipality."""

    indicator: Indicator
    own: Series
    series: list[Series]
    chart: Chart | None
    analysis: Analysis
    problems: list[LinkedProblem]
    alike: list[Area]


def overview(municipality: Municipality, on: date) -> Overview:
    """Return all of a municipality's statistics in a fixed number of queries."""
    rounds = published_rounds(municipality)
    pledge, pledge_period = latest_pledge(municipality, on)
    surrounding = surrounding_areas(municipality)
    indicators = _indicators(surrounding)
    by_indicator = _by_indicator(
        series_of(indicators, surrounding.own_and_larger() if surrounding else [])
    )
    linked_keys = _linked_keys(pledge)
    linked: list[tuple[IndicatorLine, Chart]] = []
    others: list[IndicatorLine] = []
    for indicator in indicators:
        own = own_series(by_indicator.get(indicator.pk, []))
        if own is None:
            continue
        indicator_line = _indicator_line(own, pledge_period)
        chart = None
        if indicator.pk in linked_keys:
            chart = indicator_chart(
                own,
                _larger(by_indicator[indicator.pk]),
                pledge_period,
                finding=_finding(indicator_line),
            )
        if chart is None:
            others.append(indicator_line)
        else:
            linked.append((indicator_line, chart))
    return Overview(
        rounds=rounds,
        surveys=survey_charts(rounds),
        searches=search_chart(searches_of(municipality, on)),
        linked=linked,
        others=others,
        pledge=pledge,
    )


def subjects(municipality: Municipality, on: date) -> list[str]:
    """Return what there are figures of, in words; three queries."""
    rounds = PublishedRound.objects.public().for_municipality(municipality)
    actions = PublishedAction.objects.public(on).filter(municipality=municipality)
    has_rounds, has_searches = (
        Municipality.objects.filter(pk=municipality.pk)
        .values_list(Exists(rounds), Exists(actions.searches_by_school_year()))
        .get()
    )
    names = [_("drogvanor bland unga")] if has_rounds else []
    if has_searches:
        names.append(_("hundsök i skolan"))
    kinds = {indicator.kind for indicator in _indicators(surrounding_areas(municipality))}
    for kind in Indicator.Kind:
        if kind in kinds:
            is_key_figure = kind == Indicator.Kind.KEY_FIGURE
            names.append(_("kommunala nyckeltal") if is_key_figure else str(kind.label))
    return names


def indicator_details(municipality: Municipality, key: str, on: date) -> IndicatorDetails | None:
    """Return an indicator as a municipality's page shows it.

    In a fixed number of queries; None when there is no such indicator, or nothing of it here.
    """
    indicator = Indicator.objects.filter(key=key).first()
    surrounding = surrounding_areas(municipality)
    if indicator is None or surrounding is None or indicator.kind == Indicator.Kind.POPULATION:
        return None
    series = series_of([indicator], surrounding.all_areas())
    # A neighbour's figures are shown beside, and never as if they were our own.
    own_keys = {area.pk for area in surrounding.own_and_larger()}
    own = own_series([area_series for area_series in series if area_series.area.pk in own_keys])
    if own is None:
        return None
    _pledge, pledge_period = latest_pledge(municipality, on)
    alike = _alike(municipality) if indicator.is_count else []
    by_code = (
        {area_series.area.code: area_series for area_series in series_of([indicator], alike)}
        if alike
        else {}
    )
    larger = {
        Against.COUNTY: next(
            (area_series for area_series in series if area_series.area.level == Area.Level.COUNTY),
            None,
        ),
        Against.COUNTRY: next(
            (area_series for area_series in series if area_series.area.level == Area.Level.COUNTRY),
            None,
        ),
    }
    indicator_line = _indicator_line(own, pledge_period)
    return IndicatorDetails(
        indicator=indicator,
        own=own,
        series=series,
        chart=indicator_chart(
            own, _larger(series), pledge_period, finding=_finding(indicator_line)
        ),
        analysis=analyse(own, {k: v for k, v in larger.items() if v}, by_code, pledge_period),
        problems=_linked_problems(municipality, indicator),
        alike=[area for area in alike if area.code in by_code],
    )


def indicator_lines(
    municipality: Municipality, indicators: Sequence[Indicator], on: date
) -> list[IndicatorLine]:
    """Return a line for each of some indicators that has figures."""
    surrounding = surrounding_areas(municipality) if indicators else None
    if surrounding is None:
        return []
    _pledge, pledge_period = latest_pledge(municipality, on)
    by_indicator = _by_indicator(
        series_of(indicators, [surrounding.own, *surrounding.police_areas])
    )
    owned = [own_series(by_indicator.get(indicator.pk, [])) for indicator in indicators]
    return [_indicator_line(own, pledge_period) for own in owned if own is not None]


@dataclass(frozen=True)
class Evidence:
    """The figures for one commitment.

    Charts of its own kind, and indicators linked to it or to its focus area, each with what it says
    of the problem.
    """

    charts: list[Chart]
    indicators: list[tuple[IndicatorLine, Wording]]


def evidence(commitment: Commitment, municipality: Municipality, on: date) -> Evidence:
    """Return the figures for a commitment in a fixed number of queries.

    Of a survey the shares for narcotics, of dog searches their number by school year: but beside a
    target of other years that would be a second clock, which the page of statistics has.
    """
    charts: list[Chart] = []
    if commitment.kind == Commitment.Kind.DRUG_HABIT_SURVEY:
        charts = theme_charts(survey_charts(published_rounds(municipality)), "narkotika")
    elif commitment.kind == Commitment.Kind.DRUG_DOG_SEARCH and _goes_by_school_years(commitment):
        chart = search_chart(searches_of(municipality, on))
        charts = [chart] if chart else []
    links = (
        IndicatorLink.objects.public()
        .filter(Q(commitment=commitment) | Q(focus_area=commitment.focus_area_id, commitment=None))
        .select_related("indicator")
    )
    reasons = {link.indicator: wording(link, "reason") for link in links}
    lines = indicator_lines(municipality, list(reasons), on)
    by_key = {indicator.key: reason for indicator, reason in reasons.items()}
    return Evidence(
        charts, [(indicator_line, by_key[indicator_line.key]) for indicator_line in lines]
    )


def _goes_by_school_years(commitment: Commitment) -> bool:
    return commitment.source_in_force.target.period in {None, "term", "school_year"}


def latest_pledge(
    municipality: Municipality, on: date
) -> tuple[Pledge | None, PledgePeriod | None]:
    """Return the pledge that figures are seen against, and its period.

    The latest that has begun; four queries.
    """
    begun = Pledge.objects.public().for_municipality(municipality).filter(valid_from__lte=on)
    with_days = begun.prefetch_related("validity_periods", "prolongations")
    pledge = with_days.select_related("annulment").first()
    if pledge is None:
        return None, None
    meetings = FollowUp.objects.public().filter(pledge=pledge).order_by("meeting_on")
    pledge_standing = standing(pledge, on, municipality)
    name = _("Löftet %(period)s") % {"period": period_name(pledge.period)}
    return pledge, PledgePeriod.from_standing(
        pledge_standing, name, meetings.values_list("meeting_on", flat=True)
    )


def _indicators(surrounding: SurroundingAreas | None) -> list[Indicator]:
    if surrounding is None:
        return []
    having = indicators_with_figures([surrounding.own, *surrounding.police_areas])
    return [indicator for indicator in having if indicator.kind != Indicator.Kind.POPULATION]


def _by_indicator(series: Iterable[Series]) -> dict[int, list[Series]]:
    by_indicator: dict[int, list[Series]] = {}
    for area_series in series:
        by_indicator.setdefault(area_series.indicator.pk, []).append(area_series)
    return by_indicator


def _larger(series: Iterable[Series]) -> list[Series]:
    levels = {Area.Level.COUNTY, Area.Level.COUNTRY}
    return [area_series for area_series in series if area_series.area.level in levels]


def _linked_keys(pledge: Pledge | None) -> set[int]:
    if pledge is None:
        return set()
    links = IndicatorLink.objects.public().filter(focus_area__pledge=pledge)
    return set(links.order_by().values_list("indicator", flat=True))


def _linked_problems(municipality: Municipality, indicator: Indicator) -> list[LinkedProblem]:
    links = (
        IndicatorLink.objects.public()
        .filter(indicator=indicator, focus_area__pledge__parties__municipality=municipality)
        .select_related("focus_area__pledge", "commitment")
        .order_by("-focus_area__pledge__valid_from", "focus_area__position", "commitment__number")
    )
    return [
        LinkedProblem(
            period=link.focus_area.pledge.period,
            focus_area=wording(link.focus_area, "name"),
            number=link.commitment.number if link.commitment else None,
            name=commitment_name(link.commitment) if link.commitment else Wording(""),
            commitment=wording(link.commitment, "text") if link.commitment else Wording(""),
            reason=wording(link, "reason"),
            is_demonstration=link.is_demonstration,
        )
        for link in links
    ]


def _alike(municipality: Municipality) -> list[Area]:
    people = populations()
    if not people.get(municipality.code):
        return []
    codes = nearest_in_population(municipality.code, people, HOW_MANY_ALIKE)
    return list(Area.objects.filter(code__in=codes).order_by("code"))


def _indicator_line(own: Series, pledge_period: PledgePeriod | None) -> IndicatorLine:
    return IndicatorLine(
        key=own.indicator.key,
        name=wording(own.indicator, "name"),
        kind=own.indicator.kind,
        level=level_text(counted_name(own.indicator), latest_level(observations(own))),
        before=compare_with_before(own, pledge_period),
        is_demonstration=own.is_demonstration,
    )


def _finding(indicator_line: IndicatorLine) -> str:
    if indicator_line.before is None:
        return indicator_line.level
    return f"{indicator_line.level} {indicator_line.before.sentence}"
