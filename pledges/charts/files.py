"""A chart as a download."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from pledge_portal.pages.csv_files import csv_file
from pledges.charts.drawing import svg
from pledges.charts.kinds import Chart
from pledges.charts.table import table


def chart_file(chart: Chart, name: str, form: str) -> HttpResponse:
    """Return a chart as a download.

    "svg", its drawing, or "csv", the numbers behind it.
    """
    if form == "csv":
        headings, rows = table(chart).for_file()
        if chart.is_demonstration:
            headings = [*headings, _("Demonstrationsuppgift")]
            rows = [[*row, _("ja")] for row in rows]
        return csv_file(f"{name}.csv", headings, rows)
    drawing = svg(chart, standalone=True)
    response = HttpResponse(drawing, content_type="image/svg+xml; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.svg"'
    return response
