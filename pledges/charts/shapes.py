"""The few shapes that drawings are made of, and how they are painted.

A paint names a role, such as "ink" or "series-2". In a page the stylesheet gives the role its
colour, light or dark; the light one also stands in the drawing itself, for PDFs and files, which
have no stylesheet.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from .lettering import DROP, SIZE, text_width

# The light colours of static/css/tokens.css; a test holds them together.
LIGHT = {
    "paper": "#fff",
    "mist": "#eef3f6",
    "line": "#c9d6de",
    "edge": "#6d808c",
    "ink": "#12222c",
    "ink-soft": "#455763",
    "strong": "#0c4a67",
    "done": "#26653b",
    "missed": "#9c3417",
    "series-1": "#0c4a67",
    "series-2": "#b3541e",
    "series-3": "#2a7f6f",
    "series-4": "#7a3b78",
    "series-5": "#846a00",
    "series-6": "#5b6b75",
}
SERIES_COLOURS = 6

Place: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom


def svg_number(length: float) -> str:
    """Return a length as SVG writes it, with at most two decimals.

    It is the same whatever the language in use.
    """
    return f"{round(length, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Paint:
    """How a shape is painted.

    `fill` and `stroke` are roles of its inside and its outline, empty for none. `pattern` is the
    number of a pattern that fills it instead.
    """

    fill: str = ""
    stroke: str = ""
    width: float = 1
    dash: str = ""
    pattern: int | None = None

    @property
    def classes(self) -> str:
        """The classes that the stylesheet colours."""
        fill = f"fill-{self.fill}" if self.fill and self.pattern is None else ""
        return f"{fill} stroke-{self.stroke}".strip() if self.stroke else fill

    @property
    def fill_colour(self) -> str:
        """The inside's light colour."""
        return LIGHT[self.fill] if self.fill else "none"

    @property
    def stroke_colour(self) -> str:
        """The outline's light colour."""
        return LIGHT[self.stroke] if self.stroke else "none"


@dataclass(frozen=True)
class Path:
    """Straight lines through places; `closed` leads each back to its start."""

    kind: ClassVar[str] = "path"
    pieces: tuple[tuple[Place, ...], ...]
    paint: Paint
    closed: bool = False

    @property
    def d(self) -> str:
        """The path as SVG writes it."""
        end = "Z" if self.closed else ""
        return "".join(
            "M" + "L".join(f"{svg_number(x)} {svg_number(y)}" for x, y in piece) + end
            for piece in self.pieces
        )

    @property
    def box(self) -> Box:
        """What it takes up, its outline not counted."""
        xs = [x for piece in self.pieces for x, _y in piece]
        ys = [y for piece in self.pieces for _x, y in piece]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True)
class Circle:
    """A circle."""

    kind: ClassVar[str] = "circle"
    x: float
    y: float
    radius: float
    paint: Paint

    @property
    def place(self) -> tuple[str, str, str]:
        """Middle and radius as SVG writes them."""
        return svg_number(self.x), svg_number(self.y), svg_number(self.radius)

    @property
    def box(self) -> Box:
        """What it takes up."""
        r = self.radius
        return self.x - r, self.y - r, self.x + r, self.y + r


@dataclass(frozen=True)
class Text:
    """A line of text.

    `y` is its baseline, `x` where it starts, or as `anchor` says.
    """

    kind: ClassVar[str] = "text"
    x: float
    y: float
    text: str
    anchor: str = "start"
    bold: bool = False
    role: str = "ink"
    lang: str = ""
    size: int = SIZE

    @property
    def place(self) -> tuple[str, str]:
        """Its place as SVG writes it."""
        return svg_number(self.x), svg_number(self.y)

    @property
    def length(self) -> str:
        """Its width, whatever font it is shown in."""
        return svg_number(text_width(self.text, bold=self.bold, size=self.size))

    @property
    def colour(self) -> str:
        """Its light colour."""
        return LIGHT[self.role]

    @property
    def box(self) -> Box:
        """What it takes up, from the top of its letters to the foot of a g."""
        width = text_width(self.text, bold=self.bold, size=self.size)
        left = self.x - {"start": 0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.y - 0.72 * self.size, left + width, self.y + 0.22 * self.size


@dataclass(frozen=True)
class Sign:
    """The mark of a verdict, as elsewhere in the portal.

    `x` and `y` are its upper left.
    """

    kind: ClassVar[str] = "sign"
    x: float
    y: float
    mark: str
    size: float = 18

    @property
    def role(self) -> str:
        """What colours it: done, missed, or neither."""
        if self.mark == "reached":
            return "done"
        return "missed" if self.mark in {"missed", "partly"} else "ink-soft"

    @property
    def colour(self) -> str:
        """Its light colour."""
        return LIGHT[self.role]

    @property
    def transform(self) -> str:
        """What puts the sign, drawn 20 units wide, in its place."""
        scale = svg_number(self.size / 20)
        return f"translate({svg_number(self.x)} {svg_number(self.y)}) scale({scale})"

    @property
    def box(self) -> Box:
        """What it takes up."""
        return self.x, self.y, self.x + self.size, self.y + self.size


Shape: TypeAlias = Path | Circle | Text | Sign


def line(x1: float, y1: float, x2: float, y2: float, paint: Paint) -> Path:
    """Return a straight line."""
    return Path((((x1, y1), (x2, y2)),), paint)


def rectangle(left: float, top: float, right: float, bottom: float, paint: Paint) -> Path:
    """Return a rectangle."""
    return Path((((left, top), (right, top), (right, bottom), (left, bottom)),), paint, closed=True)


def whisker(x: float, low: float, high: float, reach: float, paint: Paint) -> Path:
    """Return an interval from `low` to `high`, with a bar at either end."""
    ends = tuple(((x - reach, y), (x + reach, y)) for y in (low, high))
    return Path((((x, low), (x, high)), *ends), paint)


def lines_of(
    lines: Sequence[str],
    x: float,
    middle: float,
    leading: float,
    *,
    anchor: str = "start",
    role: str = "ink",
    lang: str = "",
) -> list[Text]:
    """Return lines of text round a middle."""
    first = middle - leading * (len(lines) - 1) / 2 + DROP
    return [
        Text(x, first + index * leading, text, anchor, role=role, lang=lang)
        for index, text in enumerate(lines)
    ]


# Series are told apart by marker and dash before colour: each pair comes back after 36 series.
_DASHES = ("", "8 4", "2 3", "11 3 2 3", "5 3", "12 3 2 3 2 3")
_MARKERS = 6


def series_role(index: int) -> str:
    """Return the role that colours a series."""
    return f"series-{index % SERIES_COLOURS + 1}"


def dash(index: int) -> str:
    """Return the dashes of a series' line, empty for none."""
    return _DASHES[index % len(_DASHES)]


def marker(index: int, x: float, y: float, radius: float, *, hollow: bool = False) -> Shape:
    """Return the marker of a series; hollow, it marks a hidden value."""
    role = series_role(index)
    paint = Paint("paper", role, 1.5) if hollow else Paint(role, role, 1)
    which = (index + index // SERIES_COLOURS) % _MARKERS
    if which == 0:
        return Circle(x, y, radius, paint)
    r = radius
    outline: Iterable[Place] = {
        1: ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        2: _polygon(3, 1.25),
        3: _polygon(4, 1.3),
        4: _polygon(3, -1.25),
        5: _cross(1.15, 0.4),
    }[which]
    return Path((tuple((x + r * dx, y + r * dy) for dx, dy in outline),), paint, closed=True)


def _polygon(corners: int, reach: float) -> list[Place]:
    """Return a regular polygon with a corner on top.

    The corner is below when `reach` is negative.
    """
    angles = [2 * math.pi * corner / corners for corner in range(corners)]
    return [(reach * math.sin(angle), -reach * math.cos(angle)) for angle in angles]


def _cross(reach: float, arm: float) -> list[Place]:
    """Return a plus sign: half its width and half the width of its arms."""
    quarter = [(arm, -reach), (arm, -arm), (reach, -arm)]
    corners: list[Place] = []
    for _turn in range(4):
        corners += quarter
        quarter = [(-y, x) for x, y in quarter]
    return corners


@dataclass(frozen=True)
class Pattern:
    """What fills the bars of a series: lines on paper, a tile of 6 by 6 units."""

    number: int
    role: str
    d: str
    width: float

    @property
    def colour(self) -> str:
        """Its light colour."""
        return LIGHT[self.role]


_TILES = (
    ("", 0.0),
    ("M-1 1L1 -1M0 6L6 0M5 7L7 5", 1.6),
    ("M0 3H6", 2.2),
    ("M1.5 0V3M4.5 3V6", 2.2),
    ("M0 0L6 6M0 6L6 0", 1.2),
    ("M3 0V6", 1.6),
)


def pattern(index: int) -> Pattern | None:
    """Return the pattern of a series, None for one that is filled whole."""
    d, width = _TILES[(index + index // SERIES_COLOURS) % len(_TILES)]
    return Pattern(index, series_role(index), d, width) if d else None


def series_fill(index: int) -> Paint:
    """Return how the bars of a series are painted."""
    role = series_role(index)
    if pattern(index) is None:
        return Paint(role, role, 1.2)
    return Paint(stroke=role, width=1.2, pattern=index)


@dataclass(frozen=True)
class Drawing:
    """A finished drawing: its size, its shapes and the patterns they use.

    The shapes go from back to front.
    """

    width: float
    height: float
    shapes: list[Shape]
    patterns: list[Pattern] = field(default_factory=list)
