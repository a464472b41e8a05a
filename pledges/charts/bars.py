"""A group of bars for each period, told apart by their pattern."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .kinds import BarChart
from .lettering import SIZE, text_width
from .plot import LegendEntry, Plot, legend, notes, plot
from .shapes import (
    Circle,
    Drawing,
    Paint,
    Shape,
    Text,
    pattern,
    rectangle,
    series_fill,
    series_role,
    whisker,
)
from .values import Hidden, Missing, Point, known, number

_HEIGHT = 200
_GROUP = 0.76  # how much of a period's room its bars take up
_WIDEST_BAR = 44


def bar_drawing(chart: BarChart, width: float) -> Drawing:
    """Return the drawing of a bar chart.

    Each bar has its number where there is room for all of them; a value that has no bar to see has
    its sign in any case.
    """
    chart_plot = plot(chart, width, height=_HEIGHT, margin=0, headroom=26)
    shapes = list(chart_plot.shapes)
    pitch = _pitch(chart, chart_plot)
    room = pitch if len(chart.series) > 1 else chart_plot.bands.width - 4
    with_numbers = (
        _widest(chart, [point for series in chart.series for point in series.points]) <= room
    )
    with_signs = _widest(chart, [Point(0)]) <= room
    for index, series in enumerate(chart.series):
        for period, point in enumerate(series.points):
            middle = chart_plot.bands.middle(period) + (index - (len(chart.series) - 1) / 2) * pitch
            shapes += _bar(index, point, middle, pitch, chart_plot)
            if with_numbers or (with_signs and not known(point.value)):
                shapes += _number(chart, point, middle, chart_plot)
    entries = [_legend_entry(chart, index) for index in range(len(chart.series))]
    entries += notes(chart, "%(reason)s", 12)
    below, bottom = legend([*chart_plot.entries, *entries], width, chart_plot.below + 6)
    patterns = [
        bar_pattern for index in range(len(chart.series)) if (bar_pattern := pattern(index))
    ]
    return Drawing(width, bottom + 2, shapes + below, patterns)


def _pitch(chart: BarChart, chart_plot: Plot) -> float:
    return min(_WIDEST_BAR, chart_plot.bands.width * _GROUP / len(chart.series))


def _widest(chart: BarChart, points: Sequence[Point]) -> float:
    """Return the room for the widest number of some points, or for a dash."""
    values = [value for point in points if (value := known(point.value)) is not None]
    texts = ["–", *(number(value, chart.unit.decimals) for value in values)]
    return max(map(text_width, texts)) + 2


def _bar(
    index: int, point: Point, middle: float, pitch: float, chart_plot: Plot
) -> Iterator[Shape]:
    half = pitch * (0.46 if pitch > 6 else 0.5)
    value = known(point.value)
    ground = chart_plot.y.at(0)
    if isinstance(point.value, Hidden):
        radius = min(4.5, half)
        paint = Paint("paper", series_role(index), 1.5)
        yield Circle(middle, chart_plot.hidden, radius, paint)
    if value:
        top, bottom = sorted((chart_plot.y.at(value), ground))
        yield rectangle(middle - half, top, middle + half, bottom, series_fill(index))
    if point.low is not None and point.high is not None:
        low, high = chart_plot.y.at(point.low), chart_plot.y.at(point.high)
        # A line of paper round it, or it could not be seen on a dark bar.
        yield whisker(middle, low, high, half / 2, Paint(stroke="paper", width=4))
        yield whisker(middle, low, high, half / 2, Paint(stroke="ink", width=1.4))


def _number(chart: BarChart, point: Point, middle: float, chart_plot: Plot) -> Iterator[Shape]:
    value = known(point.value)
    if value is not None:
        above = point.high if point.high is not None else max(value, 0)
        y = chart_plot.y.at(above) - 6
        yield Text(middle, y, number(value, chart.unit.decimals), "middle")
    elif point.value is None or isinstance(point.value, Missing):
        yield Text(middle, chart_plot.y.at(0) - 6, "–", "middle")


def _legend_entry(chart: BarChart, index: int) -> LegendEntry:
    def sample(x: float, y: float) -> list[Shape]:
        return [rectangle(x, y - SIZE / 2, x + 22, y + SIZE / 2, series_fill(index))]

    return LegendEntry(chart.series[index].name, 23, sample)
