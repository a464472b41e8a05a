"""The statistics of a municipality put together: what its public pages and its document show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
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
    PublishedRound,
)
from pledges.presentation.pledge import period_name
from pledges.statistics.analysis.comparison import Against, latest_level, nearest_in_population
from pledges.statistics.analysis.sentences import level_text
from pledges.statistics.areas import Beside, areas_beside
from pledges.statistics.charts import (
    Analysis,
    During,
    Said,
    analyse,
    before_the_pledge,
    indicator_chart,
    observations,
    own_series,
    what,
)
from pledges.statistics.reading import Series, indicators_with_figures, populations, series_of
from pledges.surveys.charts import survey_charts, theme_charts
from pledges.surveys.reading import published_rounds

HOW_MANY_ALIKE = 7


@dataclass(frozen=True)
class InShort:
    """An indicator in a line: its name, where it is told of, how it stands and against before.

    `area` names the larger area that the figure is of, empty for the municipality's own.
    """

    key: str
    name: Wording
    kind: str
    level: str
    before: Said | None
    is_demonstration: bool


@dataclass(frozen=True)
class Tied:
    """That an indicator tells something of a problem that a pledge is about."""

    period: str
    focus_area: Wording
    number: int | None
    commitment: Wording
    reason: Wording
    is_demonstration: bool


@dataclass(frozen=True)
class Overview:
    """A municipality's statistics: surveys, searches, and the indicators, those tied to the pledge
    drawn and the others in a line each."""

    rounds: list[PublishedRound]
    surveys: list[LineChart]
    searches: Chart | None
    drawn: list[tuple[InShort, Chart]]
    others: list[InShort]
    pledge: Pledge | None

    @property
    def is_demonstration(self) -> bool:
        """Whether any of it is made up for the demonstration."""
        charts = [*self.surveys, *(chart for _line, chart in self.drawn)]
        return any(each.is_demonstration for each in charts) or any(
            each.is_demonstration for each in self.others
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all to show."""
        return not (self.rounds or self.searches or self.drawn or self.others)


@dataclass(frozen=True)
class OneIndicator:
    """Everything about one indicator in a municipality."""

    indicator: Indicator
    own: Series
    series: list[Series]
    chart: Chart | None
    analysis: Analysis
    tied: list[Tied]
    alike: list[Area]


def overview(municipality: Municipality, on: date) -> Overview:
    """Return all of a municipality's statistics in a fixed number of queries."""
    rounds = published_rounds(municipality)
    pledge, during = the_pledge(municipality, on)
    beside = areas_beside(municipality)
    indicators = _indicators(beside)
    found = _by_indicator(series_of(indicators, beside.around() if beside else []))
    tied = _tied_keys(pledge)
    drawn: list[tuple[InShort, Chart]] = []
    others: list[InShort] = []
    for indicator in indicators:
        own = own_series(found.get(indicator.pk, []))
        if own is None:
            continue
        line = _in_short(own, during)
        chart = None
        if indicator.pk in tied:
            chart = indicator_chart(
                own, _larger(found[indicator.pk]), during, finding=_finding(line)
            )
        if chart is None:
            others.append(line)
        else:
            drawn.append((line, chart))
    return Overview(
        rounds=rounds,
        surveys=survey_charts(rounds),
        searches=search_chart(searches_of(municipality, on)),
        drawn=drawn,
        others=others,
        pledge=pledge,
    )


def one_indicator(municipality: Municipality, key: str, on: date) -> OneIndicator | None:
    """Return an indicator as a municipality's page shows it, in a fixed number of queries; None
    when there is no such indicator, or nothing of it here."""
    indicator = Indicator.objects.filter(key=key).first()
    beside = areas_beside(municipality)
    if indicator is None or beside is None or indicator.kind == Indicator.Kind.POPULATION:
        return None
    series = series_of([indicator], beside.every())
    # A neighbour's figures are shown beside, and never as if they were our own.
    around = {area.pk for area in beside.around()}
    own = own_series([each for each in series if each.area.pk in around])
    if own is None:
        return None
    _pledge, during = the_pledge(municipality, on)
    alike = _alike(municipality) if indicator.is_count else []
    by_code = {each.area.code: each for each in series_of([indicator], alike)} if alike else {}
    larger = {
        Against.COUNTY: next((s for s in series if s.area.level == Area.Level.COUNTY), None),
        Against.COUNTRY: next((s for s in series if s.area.level == Area.Level.COUNTRY), None),
    }
    line = _in_short(own, during)
    return OneIndicator(
        indicator=indicator,
        own=own,
        series=series,
        chart=indicator_chart(own, _larger(series), during, finding=_finding(line)),
        analysis=analyse(own, {k: v for k, v in larger.items() if v}, by_code, during),
        tied=_tied(municipality, indicator),
        alike=[area for area in alike if area.code in by_code],
    )


def indicator_lines(
    municipality: Municipality, indicators: Sequence[Indicator], on: date
) -> list[InShort]:
    """Return some indicators in a line each, those that there are figures of."""
    beside = areas_beside(municipality) if indicators else None
    if beside is None:
        return []
    _pledge, during = the_pledge(municipality, on)
    found = _by_indicator(series_of(indicators, [beside.own, *beside.police_areas]))
    owned = [own_series(found.get(each.pk, [])) for each in indicators]
    return [_in_short(own, during) for own in owned if own is not None]


@dataclass(frozen=True)
class Evidence:
    """What figures there are for one commitment: charts of its own kind, and indicators tied to it
    or to its focus area, each with what it says of the problem."""

    charts: list[Chart]
    indicators: list[tuple[InShort, Wording]]


def evidence(commitment: Commitment, municipality: Municipality, on: date) -> Evidence:
    """Return the figures for a commitment in a fixed number of queries: of a survey the shares for
    narcotics, of dog searches their number by school year."""
    charts: list[Chart] = []
    if commitment.kind == Commitment.Kind.DRUG_HABIT_SURVEY:
        charts = theme_charts(survey_charts(published_rounds(municipality)), "narkotika")
    elif commitment.kind == Commitment.Kind.DRUG_DOG_SEARCH:
        found = search_chart(searches_of(municipality, on))
        charts = [found] if found else []
    links = (
        IndicatorLink.objects.public()
        .filter(Q(commitment=commitment) | Q(focus_area=commitment.focus_area_id, commitment=None))
        .select_related("indicator")
    )
    reasons = {link.indicator: wording(link, "reason") for link in links}
    lines = indicator_lines(municipality, list(reasons), on)
    by_key = {indicator.key: reason for indicator, reason in reasons.items()}
    return Evidence(charts, [(line, by_key[line.key]) for line in lines])


def the_pledge(municipality: Municipality, on: date) -> tuple[Pledge | None, During | None]:
    """Return the pledge that figures are seen against: the latest that has begun; three
    queries."""
    begun = Pledge.objects.public().of(municipality).filter(valid_from__lte=on)
    pledge = begun.select_related("annulment").prefetch_related("validity_periods").first()
    if pledge is None:
        return None, None
    meetings = FollowUp.objects.public().filter(pledge=pledge).order_by("meeting_on")
    stands = standing(pledge, on, municipality)
    name = _("Löftet %(period)s") % {"period": period_name(pledge.period)}
    return pledge, During.of(stands, name, meetings.values_list("meeting_on", flat=True))


def _indicators(beside: Beside | None) -> list[Indicator]:
    if beside is None:
        return []
    having = indicators_with_figures([beside.own, *beside.police_areas])
    return [each for each in having if each.kind != Indicator.Kind.POPULATION]


def _by_indicator(series: Iterable[Series]) -> dict[int, list[Series]]:
    found: dict[int, list[Series]] = {}
    for each in series:
        found.setdefault(each.indicator.pk, []).append(each)
    return found


def _larger(series: Iterable[Series]) -> list[Series]:
    levels = {Area.Level.COUNTY, Area.Level.COUNTRY}
    return [each for each in series if each.area.level in levels]


def _tied_keys(pledge: Pledge | None) -> set[int]:
    if pledge is None:
        return set()
    links = IndicatorLink.objects.public().filter(focus_area__pledge=pledge)
    return set(links.order_by().values_list("indicator", flat=True))


def _tied(municipality: Municipality, indicator: Indicator) -> list[Tied]:
    links = (
        IndicatorLink.objects.public()
        .filter(indicator=indicator, focus_area__pledge__parties__municipality=municipality)
        .select_related("focus_area__pledge", "commitment")
        .order_by("-focus_area__pledge__valid_from", "focus_area__position", "commitment__number")
    )
    return [
        Tied(
            period=link.focus_area.pledge.period,
            focus_area=wording(link.focus_area, "name"),
            number=link.commitment.number if link.commitment else None,
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


def _in_short(own: Series, during: During | None) -> InShort:
    return InShort(
        key=own.indicator.key,
        name=wording(own.indicator, "name"),
        kind=own.indicator.kind,
        level=level_text(what(own.indicator), latest_level(observations(own))),
        before=before_the_pledge(own, during),
        is_demonstration=own.is_demonstration,
    )


def _finding(line: InShort) -> str:
    if line.before is None:
        return line.level
    return f"{line.level} {line.before.sentence}"
