"""What templates/charts/figure.html and pdf_figure.html show of a chart."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from .drawing import Width, svg
from .kinds import Chart
from .table import ChartTable, table


@dataclass(frozen=True)
class Figure:
    """A chart for a page or a document.

    `level` is that of its heading; an empty address shows no link. `narrow` and `wide` are the same
    drawing; a page shows the one that there is room for.
    """

    key: str
    level: int
    title: str
    finding: str
    source: str
    is_demonstration: bool
    narrow: SafeString
    wide: SafeString
    table: ChartTable
    csv_address: str
    svg_address: str


def figure(chart: Chart, *, level: int = 3, csv_address: str = "", svg_address: str = "") -> Figure:
    """Return a chart ready for the templates."""
    if not 2 <= level <= 6:
        raise ValueError("A chart's heading is an h2 to h6.")
    return Figure(
        key=chart.key,
        level=level,
        title=chart.title,
        finding=chart.finding,
        source=chart.source,
        is_demonstration=chart.is_demonstration,
        narrow=svg(chart, standalone=False, width=Width.NARROW),
        wide=svg(chart, standalone=False),
        table=table(chart),
        csv_address=csv_address,
        svg_address=svg_address,
    )
