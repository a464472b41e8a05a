"""Drug-habit surveys as charts and sentences.

They are made of what is published and of nothing else. Changes are computed from the whole per cent
and the numbers of answers that stand beside them on the page, so that no figure here can say more
than those do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges.charts.kinds import Chart, LineChart
from pledges.charts.values import HIDDEN, PERCENT, Missing, Series
from pledges.charts.values import Point as ChartPoint
from pledges.models import PublishedRound
from pledges.models.survey import Grade, Measure
from pledges.statistics.analysis.rates import Share, share_difference
from pledges.surveys.reading import Group, Trend, TrendPoint, Visibility, trends
from pledges.targets import school_year_label


@dataclass(frozen=True)
class Theme:
    """Questions drawn together; the finding is about the first of them."""

    key: str
    title: Promise
    measures: tuple[Measure, ...]


THEMES = (
    Theme(
        "narkotika",
        gettext_lazy("Narkotika"),
        (Measure.NARCOTICS_EVER, Measure.NARCOTICS_30_DAYS, Measure.OFFERED),
    ),
    Theme("alkohol", gettext_lazy("Alkohol"), (Measure.ALCOHOL,)),
    Theme(
        "tobak",
        gettext_lazy("Tobak och nikotin"),
        (Measure.SMOKING, Measure.SNUS, Measure.E_CIGARETTES),
    ),
)
_GRADE_KEYS = {Grade.NINE: "arskurs-9", Grade.UPPER_TWO: "gymnasiet-2"}


def survey_charts(rounds: Iterable[PublishedRound]) -> list[LineChart]:
    """Return a chart for each grade and theme with any share to show.

    They are in the themes' order.
    """
    rounds = list(rounds)
    invented = any(survey_round.is_demonstration for survey_round in rounds)
    by_grade: dict[Grade, dict[Measure, Trend]] = {}
    for trend in trends(rounds):
        by_grade.setdefault(trend.grade, {})[trend.measure] = trend
    charts = (
        _chart(
            theme,
            grade,
            [by_measure[measure] for measure in theme.measures if measure in by_measure],
            invented,
        )
        for grade, by_measure in by_grade.items()
        for theme in THEMES
        if any(measure in by_measure for measure in theme.measures)
    )
    return [chart for chart in charts if chart.shows_any]


def gender_charts(rounds: Iterable[PublishedRound], grade: Grade) -> list[LineChart]:
    """Return a chart by gender for each question of a grade.

    It has a line for each gender that is shown; where no share is, there is no chart.
    """
    rounds = [survey_round for survey_round in rounds if survey_round.grade == grade]
    invented = any(survey_round.is_demonstration for survey_round in rounds)
    charts = []
    for trend in trends(rounds):
        by_gender = dict(trend.series)
        by_gender.pop(Group.ALL, None)
        if by_gender:
            charts.append(_by_gender(trend, by_gender, invented))
    return [chart for chart in charts if chart.shows_any]


def _chart(theme: Theme, grade: Grade, measure_trends: list[Trend], invented: bool) -> LineChart:
    years = [point.school_year for point in measure_trends[0].series[Group.ALL]]
    return LineChart(
        key=f"drogvanor-{_GRADE_KEYS[grade]}-{theme.key}",
        title=_("%(theme)s, %(grade)s") % {"theme": theme.title, "grade": grade.label},
        finding=" ".join(filter(None, [_level(measure_trends[0]), _change(measure_trends[0])])),
        source=_("kommunens drogvaneundersökning"),
        heading=_("Läsår"),
        periods=[school_year_label(year) for year in years],
        series=[
            _series(str(trend.measure.label), trend.series[Group.ALL], trend)
            for trend in measure_trends
        ],
        unit=PERCENT,
        interval=_("osäkerhet (95 %)"),
        is_demonstration=invented,
    )


def _by_gender(trend: Trend, by_gender: dict[Group, list[TrendPoint]], invented: bool) -> LineChart:
    measure = str(trend.measure.label)
    years = [point.school_year for point in next(iter(by_gender.values()))]
    key = f"{_GRADE_KEYS[trend.grade]}-{trend.measure.value.replace('_', '-')}"
    return LineChart(
        key=f"drogvanor-kon-{key}",
        title=capfirst(f"{measure}, {trend.grade.label}"),
        finding=_gender_finding(by_gender),
        source=_("kommunens drogvaneundersökning"),
        heading=_("Läsår"),
        periods=[school_year_label(year) for year in years],
        series=[_series(str(group.label), points, trend) for group, points in by_gender.items()],
        unit=PERCENT,
        interval=_("osäkerhet (95 %)"),
        is_demonstration=invented,
    )


def _series(name: str, points: Iterable[TrendPoint], trend: Trend) -> Series:
    pairs = zip(points, trend.series[Group.ALL], strict=True)
    return Series(capfirst(name), [_chart_point(point, whole) for point, whole in pairs])


def _chart_point(point: TrendPoint, whole: TrendPoint) -> ChartPoint:
    """Return a share with the interval by which changes are judged.

    Without one the reason. `whole` is the share of all pupils that year.
    """
    if point.visibility == Visibility.HIDDEN:
        return ChartPoint(HIDDEN)
    share = _share(point)
    if share is None or share.interval is None or point.percent is None:
        was_asked = whole.visibility != Visibility.ABSENT
        reason = _("redovisas inte för sig") if was_asked else _("inte frågat")
        return ChartPoint(Missing(reason))
    value = float(point.percent)
    low, high = 100 * share.interval.lower, 100 * share.interval.upper
    return ChartPoint(value, min(low, value), max(high, value))


def _share(point: TrendPoint) -> Share | None:
    if point.percent is None or point.answered is None:
        return None
    return Share.of_percent(point.percent, point.answered)


def _level(trend: Trend) -> str:
    """Return the sentence about the latest round that asked the question."""
    points = [point for point in trend.series[Group.ALL] if point.visibility != Visibility.ABSENT]
    latest = points[-1]
    parts = {
        "year": school_year_label(latest.school_year),
        "percent": latest.percent,
        "answered": latest.answered,
        "what": trend.measure.label,
    }
    if latest.percent is None:
        return (
            _("Läsåret %(year)s visas inte andelen som %(what)s, för att ingen ska kunna pekas ut.")
            % parts
        )
    return _("Läsåret %(year)s: %(percent)s %% av %(answered)s elever %(what)s.") % parts


def _change(trend: Trend) -> str:
    """Return the sentence about the change since the first share shown.

    It says whether the latest share certainly differs from the first.
    """
    points = [point for point in trend.series[Group.ALL] if point.visibility == Visibility.SHOWN]
    if len(points) < 2 or points[-1].school_year != trend.series[Group.ALL][-1].school_year:
        return ""
    parts = {"year": school_year_label(points[0].school_year)}
    match _sign(points[-1], points[0]):
        case 1:
            return _("Det är säkert fler än läsåret %(year)s.") % parts
        case -1:
            return _("Det är säkert färre än läsåret %(year)s.") % parts
    return _("Ingen säker förändring sedan läsåret %(year)s.") % parts


def _gender_finding(by_gender: dict[Group, list[TrendPoint]]) -> str:
    girls, boys = by_gender.get(Group.GIRLS, []), by_gender.get(Group.BOYS, [])
    both = [
        (girl, boy)
        for girl, boy in zip(girls, boys, strict=False)
        if girl.percent is not None and boy.percent is not None
    ]
    if not both:
        return _("Det finns inget läsår där andelarna för både flickor och pojkar visas.")
    girl, boy = both[-1]
    parts = {"year": school_year_label(girl.school_year)}
    match _sign(girl, boy):
        case 1:
            return _("Läsåret %(year)s är det säkert fler flickor än pojkar.") % parts
        case -1:
            return _("Läsåret %(year)s är det säkert fler pojkar än flickor.") % parts
    return _("Läsåret %(year)s är det ingen säker skillnad mellan flickor och pojkar.") % parts


def _sign(ours: TrendPoint, theirs: TrendPoint) -> int:
    """Return 1 when our share is certainly larger, -1 when smaller, else 0.

    Certainly means that a 95 % interval of the difference excludes zero.
    """
    our_share, their_share = _share(ours), _share(theirs)
    if our_share is None or their_share is None:
        return 0
    difference = share_difference(our_share, their_share)
    if difference is None or not difference.excludes(0):
        return 0
    return 1 if difference.lower > 0 else -1


def theme_charts(charts: Iterable[Chart], key: str) -> list[Chart]:
    """Return the charts of one theme, such as "narkotika", one per grade."""
    return [chart for chart in charts if chart.key.endswith(f"-{key}")]
