"""What charts over periods share: axes, the shaded periods, events, and the legend below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .geometry import Bands, Flag, Linear, nice_ticks, stack, tick_decimals
from .kinds import PeriodChart
from .lettering import LINE, SIZE, fits_whole, shorten, text_width, wrap
from .shapes import Circle, Paint, Shape, Text, line, lines_of, rectangle, whisker
from .values import Hidden, Name, number

ROW = 19
_TICK = 7
_EDGE = 1.0  # half an outline, and what is lost to rounding
_MOST_LINES = 3


@dataclass(frozen=True)
class Plot:
    """The field that values are drawn in, with its axes drawn; `below` is where they end."""

    left: float
    right: float
    top: float
    bottom: float
    below: float
    y: Linear
    bands: Bands
    shapes: list[Shape]


def plot(
    chart: PeriodChart, width: float, *, height: float, margin: float, headroom: float
) -> Plot:
    """Return the field of a chart, `height` high, with `margin` kept free at its right and
    `headroom` between it and the words above."""
    ticks = _ticks(chart)
    decimals = tick_decimals(ticks[1] - ticks[0])
    names = [number(tick, decimals) for tick in ticks]
    left = max(text_width(name) for name in names) + _TICK + _EDGE
    right = width - max(margin, _EDGE)
    bands = Bands(len(chart.periods), left, right)
    unit = shorten(capfirst(str(chart.unit.name)), width)
    shapes: list[Shape] = []
    above, top = _above(chart, bands, width, ROW, headroom)
    bottom = top + height
    y = Linear(ticks[0], ticks[-1], bottom, top)
    if chart.span:
        shapes += _shade(chart, bands, bottom)
    for tick, name in zip(ticks, names, strict=True):
        at = y.at(tick)
        paint = Paint(stroke="edge", width=1.2) if tick == 0 else Paint(stroke="line")
        shapes.append(line(left, at, right, at, paint))
        shapes.append(Text(left - _TICK, at + SIZE * 0.33, name, "end", role="ink-soft"))
    shapes.append(Text(_EDGE, SIZE, unit, role="ink-soft"))
    shapes += above
    shapes += [
        line(bands.at(event.at), start, bands.at(event.at), bottom, _POLE)
        for event, start in zip(chart.events, _poles(above, chart), strict=True)
    ]
    labels, below = _period_labels(chart.periods, bands, bottom, width)
    return Plot(left, right, top, bottom, below, y, bands, shapes + labels)


_POLE = Paint(stroke="ink-soft", width=1.2, dash="3 3")


def _ticks(chart: PeriodChart) -> list[float]:
    numbers = chart.numbers() or [0.0, 1.0]
    low, high = min(numbers), max(numbers)
    if chart.from_zero:
        low, high = min(low, 0), max(high, 0)
    return nice_ticks(low, high, whole=chart.unit.decimals == 0)


def _above(
    chart: PeriodChart, bands: Bands, width: float, top: float, headroom: float
) -> tuple[list[Shape], float]:
    """Return the words over the field, the events' last, and where the field begins."""
    shapes: list[Shape] = []
    if chart.span:
        top += ROW
        said = shorten(chart.span.label, width - 2 * _EDGE)
        half = text_width(said) / 2
        middle = bands.at((chart.span.first + chart.span.last + 1) / 2)
        x = min(max(middle, half + _EDGE), width - half - _EDGE)
        shapes.append(Text(x, top - 5, said, "middle", role="strong"))
        top += 4
    labels = [shorten(event.label, width - 2 * _EDGE) for event in chart.events]
    flags = []
    for event, label in zip(chart.events, labels, strict=True):
        pole, room = bands.at(event.at), text_width(label)
        start = min(pole + 4, width - room - _EDGE)
        flags.append(Flag(pole, start, start + room))
    rows = stack(flags)
    height = (max(rows) + 1) * ROW if rows else 0
    for label, flag, row in zip(labels, flags, rows, strict=True):
        shapes.append(Text(flag.left, top + height - row * ROW - 5, label, role="ink-soft"))
    return shapes, top + height + headroom


def _poles(above: Sequence[Shape], chart: PeriodChart) -> list[float]:
    """Return where the pole of each event begins: beside its label, or below one over it."""
    flags = [shape for shape in above if isinstance(shape, Text)][-len(chart.events) or None :]
    return [flag.y + 4 for flag in flags] if chart.events else []


def _shade(chart: PeriodChart, bands: Bands, bottom: float) -> list[Shape]:
    assert chart.span
    left, right = bands.at(chart.span.first), bands.at(chart.span.last + 1)
    top = 2.0 * ROW + 2
    return [
        rectangle(left, top, right, bottom, Paint("mist")),
        line(left, top, right, top, Paint(stroke="strong", width=2)),
    ]


def _period_labels(
    periods: Sequence[str], bands: Bands, bottom: float, width: float
) -> tuple[list[Shape], float]:
    """Return the names of the periods, or of every second, third ... when there is no room."""
    room = bands.width - 4
    if all(fits_whole(each, room, _MOST_LINES) for each in periods):
        step, lines = 1, [wrap(each, room) for each in periods]
    else:
        widest = max(text_width(each) for each in periods) + 8
        step = min(len(periods), max(1, -int(-widest // bands.width)))
        lines = [[shorten(each, width - 2 * _EDGE)] for each in periods]
    last = len(periods) - 1
    shapes: list[Shape] = []
    for index, each in enumerate(lines):
        if (last - index) % step:
            continue
        half = max(map(text_width, each)) / 2
        x = min(max(bands.middle(index), half + _EDGE), width - half - _EDGE)
        for row, text in enumerate(each):
            shapes.append(Text(x, bottom + SIZE + 5 + row * LINE, text, "middle"))
    return _without_overlaps(shapes), bottom + SIZE + 5 + (max(map(len, lines)) - 1) * LINE + 6


def _without_overlaps(shapes: Sequence[Shape]) -> list[Shape]:
    """Leave out the names that labels moved in from the edge would stand on."""
    kept: list[Shape] = list(reversed(shapes))
    for one, other in pairwise(list(kept)):
        if one.box[0] < other.box[2] and one.box[1] == other.box[1] and one in kept:
            kept.remove(other)
    return kept[::-1]


@dataclass(frozen=True)
class Entry:
    """A line of the legend: `sample` draws what is explained, `room` wide, round a middle left."""

    text: Name
    room: float
    sample: Callable[[float, float], list[Shape]]


def legend(entries: Sequence[Entry], width: float, top: float) -> tuple[list[Shape], float]:
    """Return the legend, its entries side by side while there is room, and where it ends."""
    shapes: list[Shape] = []
    x, y, height = _EDGE, top, 0.0
    for entry in entries:
        lines = wrap(str(entry.text), width - entry.room - 8)
        wide = entry.room + 6 + max(map(text_width, lines))
        if x > _EDGE and x + wide > width:
            x, y, height = _EDGE, y + height, 0.0
        shapes += entry.sample(x, y + ROW / 2)
        middle = y + ROW / 2 + (len(lines) - 1) * LINE / 2
        lang = getattr(entry.text, "lang", "")
        shapes += lines_of(lines, x + entry.room + 6, middle, LINE, lang=lang)
        height = max(height, ROW + (len(lines) - 1) * LINE)
        x += wide + 18
    return shapes, y + height


def notes(chart: PeriodChart) -> list[Entry]:
    """Return what the legend says of values not told, of intervals, and of a cut axis."""
    values = [point.value for each in chart.series for point in each.points]
    entries = []
    if any(isinstance(value, Hidden) for value in values):
        entries.append(Entry(_("visas inte"), 12, _hollow))
    if any(value is None for value in values):
        entries.append(Entry(_("uppgift saknas"), 12, _gap))
    if chart.has_intervals:
        entries.append(Entry(chart.interval, 12, _interval))
    if not chart.from_zero and _ticks(chart)[0] != 0:
        entries.append(Entry(_("Axeln börjar inte vid noll."), 0, lambda _x, _y: []))
    return entries


def _hollow(x: float, y: float) -> list[Shape]:
    return [Circle(x + 6, y, 4, Paint("paper", "ink", 1.5))]


def _gap(x: float, y: float) -> list[Shape]:
    return [Text(x + 6, y + SIZE * 0.33, "–", "middle")]


def _interval(x: float, y: float) -> list[Shape]:
    return [whisker(x + 6, y - 6, y + 6, 3, Paint(stroke="ink", width=1.2))]
