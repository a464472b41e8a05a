"""A pledge's own charts as files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.freshness import public_page
from pledges.charts.drawing import svg
from pledges.charts.kinds import Chart
from pledges.charts.table import table
from pledges.models import Municipality, Pledge
from pledges.presentation.lookup import get_pledge_or_404
from pledges.public.charts import matrix_of, targets_of


@require_safe
@public_page
def pledge_chart(
    request: HttpRequest, slug: str, period: str, name: str, form: str
) -> HttpResponse:
    """Give a chart of a pledge as a drawing or as a table."""
    pledge, municipality, _rows = get_pledge_or_404(slug, period)
    make = _CHARTS.get(name)
    chart = make(pledge, municipality, timezone.localdate()) if make else None
    if chart is None:
        raise NotHere(
            _("Det finns inget sådant diagram."),
            reverse("follow_ups_public", args=[slug, period]),
            _("Visa hur löftet följs upp"),
        )
    return chart_file(chart, f"{name}-{slug}-{period}", form)


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


_CHARTS: dict[str, Callable[[Pledge, Municipality, date], Chart | None]] = {
    "mal": targets_of,
    "uppfoljningar": matrix_of,
}
