"""Draw what is done against its target: a bar for each row.

The target is at the same place in all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from .kinds import TargetChart, TargetRow
from .lettering import LINE, SIZE, text_width, wrap
from .shapes import Drawing, Paint, Path, Shape, Sign, Text, line, lines_of, rectangle
from .table import target_text

_BAR = 12
_MIN_REACH = 1.25  # how many times the target the bars have room for
_MAX_REACH = 2.0
_SIGN = 16
_EDGE = 1.0
_GAP = 10  # over and under the line between rows


def target_drawing(chart: TargetChart, width: float, *, is_wide: bool) -> Drawing:
    """Return the drawing of a chart of targets.

    A wide one has the names beside the bars, a narrow one above them.
    """
    left = width * 0.42 if is_wide else _EDGE
    right = width - _EDGE
    shares = [(row.length or 0) / row.target for row in chart.rows if row.target]
    reach = min(_MAX_REACH, max([_MIN_REACH, *shares]))
    unit = (right - left - (8 if max(shares, default=0) > _MAX_REACH else 0)) / reach
    shapes: list[Shape] = []
    y = 2.0
    if shares:
        label = _("mål")
        half = text_width(label) / 2
        middle = min(left + unit, width - half - _EDGE)
        shapes.append(Text(middle, SIZE, label, "middle", role="ink-soft"))
        y += LINE + 4
    for index, row in enumerate(chart.rows):
        if index:
            shapes.append(line(_EDGE, y, right, y, Paint(stroke="line")))
            y += _GAP
        row_shapes, y = _row(chart, row, (left, right, unit), y, is_wide)
        shapes += row_shapes
        y += _GAP
    return Drawing(width, y, shapes)


def _row(
    chart: TargetChart, row: TargetRow, room: tuple[float, float, float], top: float, is_wide: bool
) -> tuple[list[Shape], float]:
    """Return a row and where it ends.

    `room` is the bar's left, its right and the target's distance.
    """
    left, right, unit = room
    names = wrap(str(row.name), left - 20 if is_wide else right - left)
    name_height = len(names) * LINE
    middle = top + name_height / 2
    shapes: list[Shape] = [
        *lines_of(names, _EDGE, middle, LINE, lang=getattr(row.name, "lang", ""))
    ]
    y = top if is_wide else top + name_height + 2
    if row.target is not None:
        shapes += _bar(row, left, right, unit, y + 3)
        y += _BAR + 8
    words, end = _words(chart, row, left, right, y)
    return shapes + words, max(end, top + name_height)


def _bar(row: TargetRow, left: float, right: float, unit: float, top: float) -> Iterator[Shape]:
    done = row.length
    goal = left + unit
    if done is None:
        outline = Paint("paper", "edge", 1.2, dash="3 3")
        yield rectangle(left, top, goal, top + _BAR, outline)
    else:
        yield rectangle(left, top, goal, top + _BAR, Paint("mist", "edge", 1))
        end = left + unit * min(_MAX_REACH, done / (row.target or 1))
        if end > left:
            yield rectangle(left, top, min(end, right), top + _BAR, Paint("strong"))
        if done / (row.target or 1) > _MAX_REACH:
            yield _arrowhead(min(end, right - 8), top)
    yield line(goal, top - 4, goal, top + _BAR + 4, Paint(stroke="paper", width=5))
    yield line(goal, top - 4, goal, top + _BAR + 4, Paint(stroke="ink", width=2))


def _arrowhead(x: float, top: float) -> Path:
    """Return the point of a bar that is longer than there is room for."""
    tip = ((x, top - 3), (x + 8, top + _BAR / 2), (x, top + _BAR + 3))
    return Path((tip,), Paint("strong"), closed=True)


def _words(
    chart: TargetChart, row: TargetRow, left: float, right: float, top: float
) -> tuple[list[Shape], float]:
    shapes: list[Shape] = []
    start = left
    if row.standing:
        shapes.append(Sign(left, top + (LINE - _SIGN) / 2, row.standing.mark, _SIGN))
        start += _SIGN + 7
    lines = wrap(target_text(row, chart.unit), right - start)
    height = len(lines) * LINE
    return [*shapes, *lines_of(lines, start, top + height / 2, LINE)], top + height
