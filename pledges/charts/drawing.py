"""A chart as SVG: for a page, for a PDF, or as a file of its own."""

from __future__ import annotations

import re
from enum import Enum

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .bars import bar_drawing
from .kinds import BarChart, Chart, LineChart, MatrixChart, TargetChart
from .lettering import LINE, wrap
from .lines import line_drawing
from .matrix import matrix_drawing
from .shapes import Drawing, Shape, Text, svg_number
from .targets import target_drawing

_HEADING = (18, 22)  # size and leading of a file's title
_PADDING = 16
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Width(Enum):
    """The width of a drawing in its own units: for telephones, or all else."""

    NARROW = 360
    WIDE = 680


def svg(chart: Chart, *, standalone: bool, width: Width = Width.WIDE) -> SafeString:
    """Return a chart as an `<svg>` element.

    With `standalone` it is a file with its title, what it shows and its source written in it. A
    page holds both widths and shows one; their ids differ.
    """
    drawing = draw(chart, width)
    head, foot, height = _around(chart, drawing) if standalone else ([], [], drawing.height)
    top = head[-1].box[3] + _PADDING if head else 0
    margin = _PADDING if standalone else 0
    size = (drawing.width + 2 * margin, height + 2 * margin)
    markup = render_to_string(
        "charts/drawing.svg",
        {
            "chart": chart,
            "drawing": drawing,
            "standalone": standalone,
            "id": f"{chart.key}-{width.name.lower()}",
            "language": get_language(),
            "size": [svg_number(length) for length in size],
            "view_box": " ".join(map(svg_number, (-margin, -margin, *size))),
            "paper": [svg_number(-margin), svg_number(-margin)],
            "down": svg_number(top),
            "around": [*head, *foot],
        },
    )
    # The template has escaped its values; signs that XML has no place for are only left out.
    return mark_safe(_NOT_XML.sub("", markup))  # noqa: S308


def _around(chart: Chart, drawing: Drawing) -> tuple[list[Shape], list[Shape], float]:
    """Return what is written over and under a file's drawing, and its height."""
    head: list[Shape] = []
    y = 0.0
    size, leading = _HEADING
    for text_line in wrap(chart.title, drawing.width, bold=True, size=size):
        y += leading
        head.append(Text(0, y - 4, text_line, bold=True, size=size))
    y += 2
    for text_line in wrap(chart.finding, drawing.width):
        y += LINE
        head.append(Text(0, y, text_line))
    y = head[-1].box[3] + _PADDING + drawing.height + 8
    foot: list[Shape] = []
    if chart.source:
        for text_line in wrap(_("Källa: %(source)s") % {"source": chart.source}, drawing.width):
            y += LINE
            foot.append(Text(0, y, text_line, role="ink-soft"))
    if chart.is_demonstration:
        y += LINE
        foot.append(Text(0, y, _("Demonstrationsuppgift"), bold=True))
    return head, foot, y + 4


def draw(chart: Chart, width: Width) -> Drawing:
    """Return the drawing of a chart, as shapes in their places."""
    units, is_wide = float(width.value), width is Width.WIDE
    match chart:
        case LineChart():
            return line_drawing(chart, units, is_wide=is_wide)
        case BarChart():
            return bar_drawing(chart, units)
        case TargetChart():
            return target_drawing(chart, units, is_wide=is_wide)
        case MatrixChart():
            return matrix_drawing(chart, units, is_wide=is_wide)
    raise TypeError(f"{type(chart).__name__} can't be drawn.")
