"""A line for each series, with its name and its last value where it ends."""

from __future__ import annotations

import math
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .geometry import spread
from .kinds import LineChart
from .lettering import DROP, LINE, text_width, wrap
from .plot import LegendEntry, Plot, legend, notes, plot
from .shapes import (
    Drawing,
    Paint,
    Path,
    Place,
    Shape,
    Text,
    dash,
    line,
    lines_of,
    marker,
    series_role,
    whisker,
)
from .values import Hidden, Series, known, value_text

_HEIGHT = 220
_WIDEST_LABEL = 200
_WIDEST_NUMBER = 110
_LEADER = 14  # between the field and the words beside it
_RADIUS = 4
_APART = 14  # at the least, between a line's markers
_DODGE = 9


def line_drawing(chart: LineChart, width: float, *, is_wide: bool) -> Drawing:
    """Return the drawing of a line chart.

    A wide one names its lines where they end; a narrow one has letters there, explained in the
    legend.
    """
    labels = [_label(chart, index, is_wide) for index in range(len(chart.series))]
    margin = max(text_width(label_line) for lines in labels for label_line in lines) + _LEADER + 2
    height = max(_HEIGHT, sum(len(lines) for lines in labels) * LINE)
    chart_plot = plot(chart, width, height=height, margin=margin, headroom=12)
    shapes = list(chart_plot.shapes)
    for index in range(len(chart.series)):
        shapes += _intervals(chart, chart_plot, index)
    for index in range(len(chart.series)):
        shapes += _line(chart, chart_plot, index)
    shapes += _end_labels(chart, chart_plot, labels)
    entries = [] if is_wide else [_legend_entry(chart, index) for index in range(len(chart.series))]
    entries += notes(chart, _("Avbrott i linjen: %(reason)s"), 0)
    below, bottom = legend([*chart_plot.entries, *entries], width, chart_plot.below + 6)
    return Drawing(width, bottom + 2, shapes + below)


def _letter(chart: LineChart, index: int) -> str:
    """Return the letter of a line in a narrow drawing, or its number.

    A, B, C ...; a number when there are more lines than letters, and nothing when there is only one
    line.
    """
    if len(chart.series) == 1:
        return ""
    return chr(ord("A") + index) if len(chart.series) <= 26 else str(index + 1)


def _label(chart: LineChart, index: int, is_wide: bool) -> list[str]:
    series = chart.series[index]
    last = series.points[-1].value
    value = value_text(last, chart.unit)
    if is_wide:
        return wrap(f"{series.name}, {value}", _WIDEST_LABEL)
    letter = _letter(chart, index)
    both = f"{letter} {value}".strip()
    return [letter if known(last) is None or text_width(both) > _WIDEST_NUMBER else both]


def _places(chart: LineChart, chart_plot: Plot, index: int) -> Iterator[Place | None]:
    """Yield where a series' values are, None for one that isn't told."""
    shift = _aside(chart_plot, index, len(chart.series)) if chart.has_intervals else 0
    for period, point in enumerate(chart.series[index].points):
        value = known(point.value)
        x = chart_plot.bands.middle(period) + shift
        yield None if value is None else (x, chart_plot.y.at(value))


def _aside(chart_plot: Plot, index: int, number: int) -> float:
    """Return how far one of several marks of a period is from its middle."""
    return (index - (number - 1) / 2) * min(_DODGE, chart_plot.bands.width * 0.8 / number)


def _line(chart: LineChart, chart_plot: Plot, index: int) -> Iterator[Shape]:
    places = list(_places(chart, chart_plot, index))
    paint = Paint(stroke=series_role(index), width=2.2, dash=dash(index))
    if runs := tuple(run for run in _runs(places) if len(run) > 1):
        yield Path(runs, paint)
    step = math.ceil(_APART / chart_plot.bands.width)
    for period, place in enumerate(places):
        alone = not any(places[max(0, period - 1) : period] + places[period + 1 : period + 2])
        # Where points are many, markers on some leave the dashes of the line to be seen.
        is_last = period == len(places) - 1
        if place and (alone or is_last or (period + index) % step == 0):
            yield marker(index, *place, _RADIUS)
    for period in range(len(places)):
        if index in (hidden := _hidden_in(chart, period)):
            aside = _aside(chart_plot, hidden.index(index), len(hidden))
            x = chart_plot.bands.middle(period) + aside
            yield marker(index, x, chart_plot.hidden, _RADIUS, hollow=True)


def _hidden_in(chart: LineChart, period: int) -> list[int]:
    """Return the series that aren't told in a period."""
    return [
        index
        for index, series in enumerate(chart.series)
        if isinstance(series.points[period].value, Hidden)
    ]


def _runs(places: list[Place | None]) -> Iterator[tuple[Place, ...]]:
    """Yield the places that stand together, without a gap between them."""
    run: list[Place] = []
    for place in [*places, None]:
        if place:
            run.append(place)
        elif run:
            yield tuple(run)
            run = []


def _intervals(chart: LineChart, chart_plot: Plot, index: int) -> Iterator[Shape]:
    paint = Paint(stroke=series_role(index), width=1.2)
    reach = min(4, chart_plot.bands.width * 0.2)
    places = _places(chart, chart_plot, index)
    for place, point in zip(places, chart.series[index].points, strict=True):
        if place and point.low is not None and point.high is not None:
            yield whisker(
                place[0], chart_plot.y.at(point.low), chart_plot.y.at(point.high), reach, paint
            )


def _desired_middle(chart_plot: Plot, series: Series) -> float | None:
    """Return where the label of a series would stand if it were alone.

    None for a series that has no place in the drawing.
    """
    if isinstance(series.points[-1].value, Hidden):
        return chart_plot.hidden
    values = [value for point in series.points if (value := known(point.value)) is not None]
    if values:
        return chart_plot.y.at(values[-1])
    is_hidden = any(isinstance(point.value, Hidden) for point in series.points)
    return chart_plot.hidden if is_hidden else None


def _end_labels(chart: LineChart, chart_plot: Plot, labels: list[list[str]]) -> Iterator[Shape]:
    desired = [_desired_middle(chart_plot, series) for series in chart.series]
    heights = [len(lines) * LINE for lines in labels]
    places = spread(
        [chart_plot.bottom if middle is None else middle for middle in desired],
        heights,
        chart_plot.top - LINE / 2,
        chart_plot.hidden + LINE / 2,
    )
    left = chart_plot.right + _LEADER
    for index, (lines, middle) in enumerate(zip(labels, places, strict=True)):
        if lines == [""]:
            continue
        start = desired[index]
        if start is not None:
            paint = Paint(stroke=series_role(index), width=1)
            yield line(chart_plot.right + 2, start, left - 4, middle, paint)
        lang = getattr(chart.series[index].name, "lang", "")
        yield from lines_of(lines, left, middle, LINE, lang=lang)


def _legend_entry(chart: LineChart, index: int) -> LegendEntry:
    letter = _letter(chart, index)
    start = text_width(letter, bold=True) + 6 if letter else 0
    role = series_role(index)

    def sample(x: float, y: float) -> list[Shape]:
        shapes: list[Shape] = [
            line(x + start, y, x + start + 34, y, Paint(stroke=role, width=2.2, dash=dash(index))),
            marker(index, x + start + 17, y, _RADIUS),
        ]
        if letter:
            shapes.append(Text(x, y + DROP, letter, bold=True))
        return shapes

    return LegendEntry(chart.series[index].name, start + 34, sample)
