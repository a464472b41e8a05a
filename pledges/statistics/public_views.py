"""Public pages of a municipality's statistics.

Pages, charts, tables and one document.
"""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.fault_pages import not_ready_yet
from pledge_portal.pages.page_versions import Shows, public_file, public_page
from pledge_portal.pages.pdf_files import unchanging_pdf
from pledge_portal.pages.text import wording
from pledges.actions.search_charts import search_chart
from pledges.actions.searches import searches_of
from pledges.charts.figure import Figure, figure
from pledges.charts.files import chart_file
from pledges.charts.kinds import Chart
from pledges.models import Grade, Indicator, Municipality
from pledges.presentation.language import is_partly_swedish
from pledges.presentation.lookup import get_municipality_or_404
from pledges.statistics.analysis import sentences
from pledges.statistics.charts import area_name, period_label
from pledges.statistics.figures import IndicatorLine, indicator_details, overview
from pledges.statistics.figures_file import HEADINGS, figures
from pledges.statistics.reading import replaced_figures
from pledges.statistics.stored_document import ask_for_document, current_document
from pledges.surveys.charts import gender_charts, survey_charts
from pledges.surveys.presentation import round_title, shares_view
from pledges.surveys.reading import FIGURES_HEADINGS, figures_file, published_rounds


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def statistics(request: HttpRequest, slug: str) -> HttpResponse:
    """Show drug habits, searches and indicators, compared with before."""
    municipality = get_municipality_or_404(slug)
    municipality_overview = overview(municipality, timezone.localdate())
    context = {
        "municipality": municipality,
        "overview": municipality_overview,
        "surveys": [chart_figure(chart, municipality) for chart in municipality_overview.surveys],
        "searches": chart_figure(municipality_overview.searches, municipality)
        if municipality_overview.searches
        else None,
        "linked": [
            (indicator_line, chart_figure(chart, municipality))
            for indicator_line, chart in municipality_overview.linked
        ],
        "others": _by_kind(municipality_overview.others),
        "help": sentences.certainty_note(),
        "caveats": sentences.caveats(),
        "swedish_texts": is_partly_swedish(
            municipality_overview.linked, municipality_overview.others
        ),
    }
    return render(request, "pledges/statistics.html", context)


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def surveys(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every question of the surveys by gender, and every round."""
    municipality = get_municipality_or_404(slug)
    rounds = published_rounds(municipality)
    if not rounds:
        raise _no_figures(municipality)
    context = {
        "municipality": municipality,
        "grades": [
            (grade.label, _common_finding(charts), charts)
            for grade in Grade
            if (
                charts := [
                    chart_figure(gender_chart, municipality)
                    for gender_chart in gender_charts(rounds, grade)
                ]
            )
        ],
        "rounds": [
            (round_title(survey_round), survey_round, shares_view(survey_round.shares.all()))
            for survey_round in reversed(rounds)
        ],
        "is_demonstration": any(survey_round.is_demonstration for survey_round in rounds),
    }
    return render(request, "pledges/surveys.html", context)


def _common_finding(charts: list[Figure]) -> str:
    """Return what all charts find alike, or ""."""
    findings = {chart.finding for chart in charts}
    return findings.pop() if len(findings) == 1 and len(charts) > 1 else ""


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def indicator(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show one indicator: its level, its trend and comparisons."""
    municipality = get_municipality_or_404(slug)
    details = indicator_details(municipality, key, timezone.localdate())
    if details is None:
        raise _no_figures(municipality)
    context = {
        "municipality": municipality,
        "details": details,
        "name": wording(details.indicator, "name"),
        "explanation": wording(details.indicator, "explanation"),
        "chart": chart_figure(details.chart, municipality) if details.chart else None,
        "replaced": [
            (period_label(replaced_figure.period, replaced_figure.begins), replaced_figure)
            for replaced_figure in replaced_figures(details.own)
        ],
        "own_area": area_name(details.own.area),
        "alike": sentences.alike_note(len(details.alike)) if details.alike else "",
        "help": sentences.certainty_note(),
        "areas": sentences.areas_note(),
        "swedish_texts": is_partly_swedish(details.problems),
    }
    return render(request, "pledges/indicator.html", context)


@require_safe
@public_file
def chart(request: HttpRequest, slug: str, name: str, form: str) -> HttpResponse:
    """Return one of the charts as a drawing or as a table."""
    municipality = get_municipality_or_404(slug)
    named_chart = _chart(municipality, name, timezone.localdate())
    if named_chart is None:
        raise _no_figures(municipality)
    return chart_file(named_chart, f"{name}-{slug}", form)


@require_safe
@public_file
def survey_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Return every published share as a CSV file."""
    rounds = published_rounds(get_municipality_or_404(slug))
    return csv_file(f"drogvanor-{slug}.csv", FIGURES_HEADINGS, figures_file(rounds))


@require_safe
@public_file
def indicator_file(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Return every figure of an indicator as CSV.

    Of the municipality and the areas beside it.
    """
    municipality = get_municipality_or_404(slug)
    details = indicator_details(municipality, key, timezone.localdate())
    if details is None:
        raise _no_figures(municipality)
    return csv_file(f"{key}-{slug}.csv", HEADINGS, figures(details.series))


@require_safe
@public_page(shows=Shows.MUNICIPALITY, keeps="application/pdf")
def document(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Return the page as a document that the queue has made, or ask to wait."""
    municipality = get_municipality_or_404(slug)
    municipality_overview = overview(municipality, timezone.localdate())
    if municipality_overview.is_empty:
        raise _no_figures(municipality)
    stored = current_document(municipality, municipality_overview)
    if stored is None:
        ask_for_document(municipality.pk)
        return not_ready_yet(request)
    return unchanging_pdf(request, stored, f"statistik-{slug}.pdf")


def chart_figure(chart: Chart, municipality: Municipality, level: int = 3) -> Figure:
    """Return a municipality's chart for a page, with its files' addresses."""
    return figure(
        chart,
        level=level,
        csv_address=reverse("statistics_chart", args=[municipality.slug, chart.key, "csv"]),
        svg_address=reverse("statistics_chart", args=[municipality.slug, chart.key, "svg"]),
    )


def _chart(municipality: Municipality, name: str, on: date) -> Chart | None:
    """Return the chart of a name, with the queries that it needs alone."""
    if name.startswith("indikator-"):
        details = indicator_details(municipality, name.removeprefix("indikator-"), on)
        return details.chart if details else None
    if name == "hundsok":
        return search_chart(searches_of(municipality, on))
    rounds = published_rounds(municipality)
    by_gender = [chart for grade in Grade for chart in gender_charts(rounds, grade)]
    return next(
        (
            survey_chart
            for survey_chart in [*survey_charts(rounds), *by_gender]
            if survey_chart.key == name
        ),
        None,
    )


def _by_kind(indicator_lines: list[IndicatorLine]) -> list[tuple[str, list[IndicatorLine]]]:
    return [
        (
            str(Indicator.Kind(kind).label),
            [indicator_line for indicator_line in indicator_lines if indicator_line.kind == kind],
        )
        for kind in Indicator.Kind.values
        if any(indicator_line.kind == kind for indicator_line in indicator_lines)
    ]


def _no_figures(municipality: Municipality) -> NotHere:
    return NotHere(
        _("Det finns inga sådana siffror här."),
        reverse("statistics_public", args=[municipality.slug]),
        _("Visa all statistik"),
    )
