"""Draw verdicts by commitment and follow-up.

Each is a shape and a letter, explained below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import capfirst

from .kinds import MatrixChart, Standing
from .lettering import DROP, LINE, fits_whole, text_width, wrap
from .plot import LegendEntry, legend, numbered
from .shapes import Drawing, Paint, Shape, Sign, Text, line, lines_of

_SIGN = 18
_SMALL = 16  # in the legend
_CELL = (44, 80)  # the least and most that a column is wide
_NAMES = 150  # the least room for names beside the cells
_EDGE = 1.0
_PAD = 7
_HEADING_LINES = 3


@dataclass(frozen=True)
class _Grid:
    """Where the cells are: names stand `beside` them or over them."""

    beside: bool
    left: float
    cell: float

    def has_room_for(self, headings: Sequence[str]) -> bool:
        """Return whether every heading fits over its column with no broken word."""
        return all(fits_whole(heading, self.cell - 6, _HEADING_LINES) for heading in headings)


def matrix_drawing(chart: MatrixChart, width: float, *, is_wide: bool) -> Drawing:
    """Return the drawing of a matrix.

    Names stand over their cells when there is no room beside them.
    """
    grid = _grid(chart, width, is_wide)
    letters = letters_for(list(chart.standings()))
    shapes, y, entries = _headings(chart, grid)
    for row in chart.rows:
        shapes.append(line(_EDGE, y, width - _EDGE, y, Paint(stroke="line")))
        names = wrap(str(row.name), (grid.left if grid.beside else width - _EDGE) - 12)
        name_height = len(names) * LINE
        height = max(name_height, _SIGN if grid.beside else 0) + 2 * _PAD
        lang = getattr(row.name, "lang", "")
        shapes += lines_of(names, _EDGE, y + height / 2, LINE, lang=lang)
        middle = y + height / 2 if grid.beside else y + height + _SIGN / 2 - 2
        for index, standing in enumerate(row.cells):
            x = grid.left + (index + 0.5) * grid.cell
            shapes += _cell(standing, letters, x, middle, grid.cell)
        y = y + height if grid.beside else middle + _SIGN / 2 + _PAD
    shapes.append(line(_EDGE, y, width - _EDGE, y, Paint(stroke="line")))
    columns, y = legend(entries, width, y + 8)
    verdicts, y = legend(
        [_legend_entry(standing, letters[standing]) for standing in chart.standings()], width, y
    )
    return Drawing(width, y + 2, shapes + columns + verdicts)


def _grid(chart: MatrixChart, width: float, is_wide: bool) -> _Grid:
    number = len(chart.columns)
    cell = min(_CELL[1], (width - (width * 0.4 if is_wide else _NAMES)) / number)
    beside = _Grid(True, width - cell * number - _EDGE, cell)
    over = _Grid(False, _EDGE, (width - 2 * _EDGE) / number)
    if cell < _CELL[0]:
        return over
    if not beside.has_room_for(chart.columns) and over.has_room_for(chart.columns):
        return over
    return beside


def letters_for(standings: list[Standing]) -> dict[Standing, str]:
    """Return a letter for each verdict.

    It is the first of its letters that no earlier verdict has, else a number.
    """
    letters: dict[Standing, str] = {}
    for number, standing in enumerate(standings, start=1):
        used = set(letters.values())
        candidates = (letter for letter in standing.label.upper() if letter.isalpha())
        letters[standing] = next(
            (letter for letter in candidates if letter not in used), str(number)
        )
    return letters


def _headings(chart: MatrixChart, grid: _Grid) -> tuple[list[Shape], float, list[LegendEntry]]:
    """Return the columns' names, where they end, and the legend's entries.

    There are entries when the columns are numbered.
    """
    names, entries = list(chart.columns), []
    if not grid.has_room_for(names):
        signs = [str(number) for number in range(1, len(names) + 1)]
        if text_width(f"({signs[-1]})") < grid.cell:
            signs = [f"({sign})" for sign in signs]
        entries = [numbered(sign, name) for sign, name in zip(signs, names, strict=True)]
        names = signs
    lines = [[name] if entries else wrap(name, grid.cell - 6) for name in names]
    most = max(map(len, lines))
    shapes: list[Shape] = []
    for index, name_lines in enumerate(lines):
        middle = 4 + LINE * (most - len(name_lines) / 2)
        x = grid.left + (index + 0.5) * grid.cell
        shapes += lines_of(name_lines, x, middle, LINE, anchor="middle", role="ink-soft")
    return shapes, 4 + LINE * most + _PAD, entries


def _cell(
    standing: Standing, letters: dict[Standing, str], middle: float, y: float, room: float
) -> list[Shape]:
    letter = letters[standing]
    both = _SIGN + 5 + text_width(letter)
    size = min(_SIGN, room - 2)
    if both > room - 2:
        return [Sign(middle - size / 2, y - size / 2, standing.mark, size)]
    start = middle - both / 2
    return [
        Sign(start, y - _SIGN / 2, standing.mark, _SIGN),
        Text(start + _SIGN + 5, y + DROP, letter),
    ]


def _legend_entry(standing: Standing, letter: str) -> LegendEntry:
    room = _SMALL + 5 + text_width(letter, bold=True)

    def sample(x: float, y: float) -> list[Shape]:
        return [
            Sign(x, y - _SMALL / 2, standing.mark, _SMALL),
            Text(x + _SMALL + 5, y + DROP, letter, bold=True),
        ]

    return LegendEntry(capfirst(standing.label), room, sample)
