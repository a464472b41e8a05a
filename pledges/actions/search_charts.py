"""Dog searches in schools by school year, as a chart and in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledges.actions.searches import SearchYear
from pledges.charts.kinds import BarChart
from pledges.charts.values import HIDDEN, Series, Value
from pledges.targets import school_year_label


def search_chart(years: Sequence[SearchYear]) -> BarChart | None:
    """Return the searches of each school year.

    With their outcome where any of it is told.
    """
    if not years:
        return None
    series = [Series.from_values(_("Hundsök"), [_searches(year) for year in years])]
    for name, number_of in _OUTCOMES:
        if any(number_of(year) is not None for year in years):
            series.append(
                Series.from_values(str(name()), [_outcome(year, number_of) for year in years])
            )
    chart = BarChart(
        key="hundsok",
        title=_("Hundsök efter narkotika i skolan"),
        finding=_finding(years),
        source=_("Polisens insatser för medborgarlöftet"),
        heading=_("Läsår"),
        periods=[_period(year) for year in years],
        series=series,
        is_demonstration=any(year.is_demonstration for year in years),
    )
    return chart if chart.shows_any else None


def _searches(year: SearchYear) -> Value:
    # In a year that can't be told in full, none may mean some that are still to be told.
    return float(year.searches) if year.searches or year.is_whole else HIDDEN


_OUTCOMES: tuple[tuple[Callable[[], str], Callable[[SearchYear], int | None]], ...] = (
    (lambda: _("Genomsökta lokaler"), lambda year: year.premises),
    (lambda: _("Markeringar"), lambda year: year.indications),
    (lambda: _("Fynd"), lambda year: year.finds),
)


def _outcome(year: SearchYear, number_of: Callable[[SearchYear], int | None]) -> Value:
    number = number_of(year)
    if number is not None:
        return float(number)
    return HIDDEN if year.searches or not year.is_whole else 0.0


def _period(year: SearchYear) -> str:
    name = school_year_label(year.school_year)
    is_all = year.is_whole and year.is_promised_throughout
    return name if is_all else _("%(year)s (delvis)") % {"year": name}


def _finding(years: Sequence[SearchYear]) -> str:
    whole = [year for year in years if year.is_whole]
    if not whole:
        return _("Inget helt läsår kan redovisas än.")
    latest = whole[-1]
    sentence = ngettext(
        "Läsåret %(year)s gjordes %(n)s hundsök i skolan.",
        "Läsåret %(year)s gjordes %(n)s hundsök i skolan.",
        latest.searches,
    ) % {"year": school_year_label(latest.school_year), "n": latest.searches}
    if any(not year.is_whole for year in years):
        sentence += " " + _("Ett läsår står som delvis tills hela kan redovisas.")
    if any(not year.is_promised_throughout for year in years):
        sentence += " " + _("Ett läsår då inget löfte om hundsök gällde hela tiden står också så.")
    return sentence
