"""Draw what charts over periods share.

Axes, the shaded periods, events, and the legend below.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .geometry import Bands, Flag, Linear, nice_ticks, spread, stack, tick_decimals
from .kinds import Event, PeriodChart, Span
from .lettering import DROP, LINE, SIZE, fits_whole, shorten, text_width, wrap
from .shapes import Circle, Paint, Path, Place, Shape, Text, line, lines_of, rectangle, whisker
from .values import Missing, Name, number, why_missing

_ROW = 19
_TICK = 7
_EDGE = 1.0  # half an outline, and what is lost to rounding
_MAX_LINES = 3
_APART = 8  # between names side by side
_MAX_ROWS = 3
_HIDDEN_ROW = 20  # under the axis, for what is hidden
_ENTRY = 22  # how high an entry of the legend is
_GAP = 18  # between columns of the legend
_POLE = Paint(stroke="ink-soft", width=1.2, dash="3 3")


@dataclass(frozen=True)
class Plot:
    """The field that values are drawn in, with its axes drawn.

    `below` is where they end, and `entries` what the legend has to say of them. `hidden` is the
    middle of the row under the axis where hidden values stand, so that none seems to be zero; the
    axis itself without any.
    """

    left: float
    right: float
    top: float
    bottom: float
    hidden: float
    below: float
    y: Linear
    bands: Bands
    shapes: list[Shape]
    entries: list[LegendEntry]


def plot(
    chart: PeriodChart, width: float, *, height: float, margin: float, headroom: float
) -> Plot:
    """Return the field of a chart, `height` high.

    `margin` is kept free at its right and `headroom` between it and the words above.
    """
    ticks = _ticks(chart)
    decimals = tick_decimals(ticks[1] - ticks[0])
    names = [number(tick, decimals) for tick in ticks]
    left = max(text_width(name) for name in names) + _TICK + _EDGE
    right = width - max(margin, _EDGE)
    bands = Bands(len(chart.periods), left, right)
    unit = shorten(capfirst(str(chart.unit.name)), width)
    shapes: list[Shape] = []
    above = _above(chart, bands, width)
    top = above.bottom + headroom
    bottom = top + height
    y = Linear(ticks[0], ticks[-1], bottom, top)
    if chart.span:
        shapes += _shade(chart.span, bands, bottom)
    for tick, name in zip(ticks, names, strict=True):
        tick_y = y.at(tick)
        paint = Paint(stroke="edge", width=1.2) if tick == 0 else Paint(stroke="line")
        shapes.append(line(left, tick_y, right, tick_y, paint))
        shapes.append(Text(left - _TICK, tick_y + DROP, name, "end", role="ink-soft"))
    shapes.append(Text(_EDGE, SIZE, unit, role="ink-soft"))
    shapes += above.shapes
    shapes += [Path(((start, end, (end[0], bottom)),), _POLE) for start, end in above.poles]
    hidden, under = bottom, bottom
    if chart.hides_any:
        hidden, under = bottom + _HIDDEN_ROW / 2, bottom + _HIDDEN_ROW
        shapes.append(line(left, under, right, under, Paint(stroke="line")))
    labels, below = _period_labels(chart.periods, bands, under, width)
    return Plot(left, right, top, bottom, hidden, below, y, bands, shapes + labels, above.entries)


def _ticks(chart: PeriodChart) -> list[float]:
    numbers = chart.numbers() or [0.0, 1.0]
    low, high = min(numbers), max(numbers)
    if chart.from_zero:
        low, high = min(low, 0), max(high, 0)
    return nice_ticks(low, high, whole=chart.unit.decimals == 0)


@dataclass(frozen=True)
class _Above:
    """The words over the field, where they end, and their legend entries."""

    shapes: list[Shape]
    bottom: float
    poles: list[tuple[Place, Place]]
    entries: list[LegendEntry]


def _above(chart: PeriodChart, bands: Bands, width: float) -> _Above:
    shapes: list[Shape] = []
    top = float(_ROW)
    if chart.span:
        top += _ROW
        label = shorten(chart.span.label, width - 2 * _EDGE)
        half = text_width(label) / 2
        middle = bands.at((chart.span.first + chart.span.last + 1) / 2)
        x = min(max(middle, half + _EDGE), width - half - _EDGE)
        shapes.append(Text(x, top - 5, label, "middle", role="strong"))
        top += 4
    if not chart.events:
        return _Above(shapes, top, [], [])
    events = _flags(chart.events, bands, width, top) or _numbers(chart.events, bands, width, top)
    return replace(events, shapes=[*shapes, *events.shapes])


def _flags(events: Sequence[Event], bands: Bands, width: float, top: float) -> _Above | None:
    """Return the events with their names beside their poles.

    None where there is no room.
    """
    flags = []
    for event in events:
        pole, room = bands.at(event.at), text_width(event.label)
        start = min(pole + 4, width - room - _EDGE)
        flags.append(Flag(pole, start, start + room))
    rows = stack(flags, _MAX_ROWS)
    if rows is None or min(flag.left for flag in flags) < _EDGE:
        return None
    bottom = top + (max(rows) + 1) * _ROW
    feet = [bottom - row * _ROW - 5 for row in rows]
    shapes: list[Shape] = [
        Text(flag.left, foot, event.label, role="ink-soft")
        for event, flag, foot in zip(events, flags, feet, strict=True)
    ]
    poles = [
        ((flag.pole, foot + 4), (flag.pole, bottom)) for flag, foot in zip(flags, feet, strict=True)
    ]
    return _Above(shapes, bottom, poles, [])


def _numbers(events: Sequence[Event], bands: Bands, width: float, top: float) -> _Above:
    """Return the events with a number each, which the legend explains."""
    bottom = top + _ROW + 8
    desired = [bands.at(event.at) for event in events]
    rooms = [text_width(str(number), bold=True) + 6 for number in range(1, len(events) + 1)]
    places = spread(desired, rooms, _EDGE, width - _EDGE)
    shapes: list[Shape] = [
        Text(x, top + _ROW - 5, str(number), "middle", bold=True)
        for number, x in enumerate(places, start=1)
    ]
    poles = [((x, top + _ROW), (pole, bottom)) for x, pole in zip(places, desired, strict=True)]
    entries = [numbered(str(number), event.label) for number, event in enumerate(events, start=1)]
    return _Above(shapes, bottom, poles, entries)


def _shade(span: Span, bands: Bands, bottom: float) -> list[Shape]:
    left, right = bands.at(span.first), bands.at(span.last + 1)
    top = 2.0 * _ROW + 2
    return [
        rectangle(left, top, right, bottom, Paint("mist")),
        line(left, top, right, top, Paint(stroke="strong", width=2)),
    ]


def _period_labels(
    periods: Sequence[str], bands: Bands, bottom: float, width: float
) -> tuple[list[Shape], float]:
    """Return the names of the periods, and where they end.

    When there is no room for all, only every second, third ... is named.
    """
    room = bands.width - _APART
    first = bottom + SIZE + 5
    if not all(fits_whole(period, room, _MAX_LINES) for period in periods):
        return _some_labels(periods, bands, first, width), first + 6
    lines = [wrap(period, room) for period in periods]
    shapes: list[Shape] = [
        Text(bands.middle(index), first + row * LINE, text, "middle")
        for index, period_lines in enumerate(lines)
        for row, text in enumerate(period_lines)
    ]
    return shapes, first + (max(map(len, lines)) - 1) * LINE + 6


def _some_labels(periods: Sequence[str], bands: Bands, y: float, width: float) -> list[Shape]:
    """Return names at even distances, the last always among them."""
    widest = max(map(text_width, periods)) + _APART
    step = math.ceil(widest / bands.width)
    shapes: list[Shape] = []
    edge = width
    for index in range(len(periods) - 1, -1, -step):
        text = shorten(periods[index], width - 2 * _EDGE)
        half = text_width(text) / 2
        x = min(max(bands.middle(index), half + _EDGE), width - half - _EDGE)
        if x + half > edge:
            continue  # moved in from the edge, it would stand on the one before
        shapes.append(Text(x, y, text, "middle"))
        edge = x - half - _APART
    return shapes


@dataclass(frozen=True)
class LegendEntry:
    """A line of the legend.

    `sample` draws what is explained, `room` wide, round a middle left.
    """

    text: Name
    room: float
    sample: Callable[[float, float], list[Shape]]


def legend(entries: Sequence[LegendEntry], width: float, top: float) -> tuple[list[Shape], float]:
    """Return the legend and where it ends.

    It has as many columns as there is room for.
    """
    if not entries:
        return [], top
    lines = [wrap(str(entry.text), width - entry.room - 8) for entry in entries]
    widest = max(
        entry.room + 6 + max(map(text_width, text_lines))
        for entry, text_lines in zip(entries, lines, strict=True)
    )
    columns = max(1, int((width - 2 * _EDGE + _GAP) // (widest + _GAP)))
    shapes: list[Shape] = []
    y = top
    for first in range(0, len(entries), columns):
        row = list(zip(entries, lines, strict=True))[first : first + columns]
        for column, (entry, text_lines) in enumerate(row):
            x = _EDGE + column * (widest + _GAP)
            shapes += entry.sample(x, y + _ENTRY / 2)
            start = x + entry.room + (6 if entry.room else 0)
            middle = y + _ENTRY / 2 + (len(text_lines) - 1) * LINE / 2
            lang = getattr(entry.text, "lang", "")
            shapes += lines_of(text_lines, start, middle, LINE, lang=lang)
        y += _ENTRY + (max(len(text_lines) for _entry, text_lines in row) - 1) * LINE
    return shapes, y


def numbered(sign: str, text: Name) -> LegendEntry:
    """Return an entry that explains a sign of a letter or a few."""

    def sample(x: float, y: float) -> list[Shape]:
        return [Text(x, y + DROP, sign, bold=True)]

    return LegendEntry(text, text_width(sign, bold=True), sample)


def notes(chart: PeriodChart, missing: str, room: float) -> list[LegendEntry]:
    """Return what the legend says of hidden and missing values and intervals.

    It also says that an axis is cut. `missing` are the words for a missing value, with a place for
    each reason; a dash stands before them when it has `room`.
    """
    values = [point.value for series in chart.series for point in series.points]
    entries = []
    if chart.hides_any:
        entries.append(LegendEntry(_("visas inte"), 12, _hollow))
    reasons = [
        why_missing(value) for value in values if value is None or isinstance(value, Missing)
    ]
    for reason in dict.fromkeys(reasons):
        entries.append(LegendEntry(missing % {"reason": reason}, room, _gap if room else _nothing))
    if chart.has_intervals:
        entries.append(LegendEntry(chart.interval, 12, _interval))
    if not chart.from_zero and _ticks(chart)[0] != 0:
        entries.append(LegendEntry(_("Axeln börjar inte vid noll."), 0, _nothing))
    return entries


def _hollow(x: float, y: float) -> list[Shape]:
    return [Circle(x + 6, y, 4, Paint("paper", "ink", 1.5))]


def _nothing(_x: float, _y: float) -> list[Shape]:
    return []


def _gap(x: float, y: float) -> list[Shape]:
    return [Text(x + 6, y + DROP, "–", "middle")]


def _interval(x: float, y: float) -> list[Shape]:
    return [whisker(x + 6, y - 6, y + 6, 3, Paint(stroke="ink", width=1.2))]
