"""What anyone may read of a municipality's statistics: pages, charts, tables and one document."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.freshness import Shows, public_file, public_page
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
from pledges.statistics.document import statistics_pdf
from pledges.statistics.figures import InShort, one_indicator, overview
from pledges.statistics.figures_file import HEADINGS, figures
from pledges.statistics.reading import replaced_figures
from pledges.surveys.charts import gender_charts, survey_charts
from pledges.surveys.presentation import round_title, shares_view
from pledges.surveys.reading import FIGURES_HEADINGS, figures_file, published_rounds


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def statistics(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what is known: drug habits, searches, and the indicators against before the pledge."""
    place = get_municipality_or_404(slug)
    found = overview(place, timezone.localdate())
    context = {
        "municipality": place,
        "found": found,
        "surveys": [chart_figure(chart, place) for chart in found.surveys],
        "searches": chart_figure(found.searches, place) if found.searches else None,
        "drawn": [(line, chart_figure(chart, place)) for line, chart in found.drawn],
        "others": _by_kind(found.others),
        "help": sentences.certainty_note(),
        "caveats": sentences.caveats(),
        "swedish_texts": is_partly_swedish(found.drawn, found.others),
    }
    return render(request, "pledges/statistics.html", context)


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def surveys(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every question of the surveys with girls and boys apart, and every round by itself."""
    place = get_municipality_or_404(slug)
    rounds = published_rounds(place)
    if not rounds:
        raise _no_figures(place)
    context = {
        "municipality": place,
        "grades": [
            (grade.label, charts)
            for grade in Grade
            if (charts := [chart_figure(each, place) for each in gender_charts(rounds, grade)])
        ],
        "rounds": [
            (round_title(each), each, shares_view(each.shares.all())) for each in reversed(rounds)
        ],
        "is_demonstration": any(each.is_demonstration for each in rounds),
    }
    return render(request, "pledges/surveys.html", context)


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def indicator(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show one indicator: how it stands, where it is going, and beside what it is to be seen."""
    place = get_municipality_or_404(slug)
    found = one_indicator(place, key, timezone.localdate())
    if found is None:
        raise _no_figures(place)
    context = {
        "municipality": place,
        "found": found,
        "name": wording(found.indicator, "name"),
        "explanation": wording(found.indicator, "explanation"),
        "chart": chart_figure(found.chart, place) if found.chart else None,
        "replaced": [
            (period_label(each.period, each.begins), each) for each in replaced_figures(found.own)
        ],
        "own_area": area_name(found.own.area),
        "alike": sentences.alike_note(len(found.alike)) if found.alike else "",
        "help": sentences.certainty_note(),
        "areas": sentences.areas_note(),
        "swedish_texts": is_partly_swedish(found.tied),
    }
    return render(request, "pledges/indicator.html", context)


@require_safe
@public_file
def chart(request: HttpRequest, slug: str, name: str, form: str) -> HttpResponse:
    """Give one of the charts as a drawing or as a table."""
    place = get_municipality_or_404(slug)
    found = _chart(place, name, timezone.localdate())
    if found is None:
        raise _no_figures(place)
    return chart_file(found, f"{name}-{slug}", form)


@require_safe
@public_file
def survey_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Give every published share as a CSV file."""
    rounds = published_rounds(get_municipality_or_404(slug))
    return csv_file(f"drogvanor-{slug}.csv", FIGURES_HEADINGS, figures_file(rounds))


@require_safe
@public_file
def indicator_file(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Give every figure of an indicator, of the municipality and the areas beside it, as CSV."""
    place = get_municipality_or_404(slug)
    found = one_indicator(place, key, timezone.localdate())
    if found is None:
        raise _no_figures(place)
    return csv_file(f"{key}-{slug}.csv", HEADINGS, figures(found.series))


@require_safe
@public_page(shows=Shows.MUNICIPALITY, keeps="application/pdf")
def document(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Give the page as a document, made once after each change."""
    place = get_municipality_or_404(slug)
    found = overview(place, timezone.localdate())
    if found.is_empty:
        raise _no_figures(place)
    content, digest = statistics_pdf(place, found, timezone.now())
    etag = quote_etag(digest)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(content, content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="statistik-{slug}.pdf"'
    response.headers["ETag"] = etag
    return response


def chart_figure(chart: Chart, place: Municipality, level: int = 3) -> Figure:
    """Return one of a municipality's charts for a page, with the addresses of its files."""
    return figure(
        chart,
        level=level,
        csv_address=reverse("statistics_chart", args=[place.slug, chart.key, "csv"]),
        svg_address=reverse("statistics_chart", args=[place.slug, chart.key, "svg"]),
    )


def _chart(place: Municipality, name: str, on: date) -> Chart | None:
    """Return the chart of a name, asking only for what is drawn in it."""
    if name.startswith("indikator-"):
        one = one_indicator(place, name.removeprefix("indikator-"), on)
        return one.chart if one else None
    if name == "hundsok":
        return search_chart(searches_of(place, on))
    rounds = published_rounds(place)
    by_gender = [chart for grade in Grade for chart in gender_charts(rounds, grade)]
    return next((each for each in [*survey_charts(rounds), *by_gender] if each.key == name), None)


def _by_kind(lines: list[InShort]) -> list[tuple[str, list[InShort]]]:
    return [
        (str(Indicator.Kind(kind).label), [line for line in lines if line.kind == kind])
        for kind in Indicator.Kind.values
        if any(line.kind == kind for line in lines)
    ]


def _no_figures(place: Municipality) -> NotHere:
    return NotHere(
        _("Det finns inga sådana siffror här."),
        reverse("statistics_public", args=[place.slug]),
        _("Visa all statistik"),
    )
