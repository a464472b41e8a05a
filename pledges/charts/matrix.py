"""Verdicts by commitment and follow-up: each a shape and a letter, explained below."""

from __future__ import annotations

from django.utils.text import capfirst

from .kinds import MatrixChart, Standing
from .lettering import LINE, SIZE, fits_whole, text_width, wrap
from .plot import Entry, legend
from .shapes import Drawing, Paint, Shape, Sign, Text, line, lines_of
from .values import Name

_SIGN = 18
_CELL = (40, 76)  # the least and most that a column is wide
_NAMES = 150  # the least room for names beside the cells
_EDGE = 1.0
_PAD = 7
_HEADING_LINES = 3


def matrix_drawing(chart: MatrixChart, width: float, *, is_wide: bool) -> Drawing:
    """Return the drawing. Names stand over their cells when there is no room beside them."""
    number = len(chart.columns)
    least = width * 0.5 if is_wide else _NAMES
    beside = number * _CELL[0] + least <= width
    room = (width - least if beside else width - 2 * _EDGE) / number
    cell = min(_CELL[1] if beside else 999, room)
    left = width - cell * number - _EDGE if beside else _EDGE
    letters = letters_for(list(chart.standings()))
    shapes, y, entries = _headings(chart, left, cell)
    for row in chart.rows:
        shapes.append(line(_EDGE, y, width - _EDGE, y, Paint(stroke="line")))
        names = wrap(str(row.name), left - 12 if beside else width - 2 * _EDGE)
        name_height = len(names) * LINE
        height = max(name_height, _SIGN if beside else 0) + 2 * _PAD
        lang = getattr(row.name, "lang", "")
        shapes += lines_of(names, _EDGE, y + height / 2, LINE, lang=lang)
        middle = y + height / 2 if beside else y + height + _SIGN / 2 - 2
        for index, standing in enumerate(row.cells):
            shapes += _cell(standing, letters, left + (index + 0.5) * cell, middle, cell)
        y = y + height if beside else middle + _SIGN / 2 + _PAD
    shapes.append(line(_EDGE, y, width - _EDGE, y, Paint(stroke="line")))
    entries += [_entry(each, letters[each]) for each in chart.standings()]
    below, bottom = legend(entries, width, y + 8)
    return Drawing(width, bottom + 2, shapes + below)


def letters_for(standings: list[Standing]) -> dict[Standing, str]:
    """Return a letter for each verdict: its first that no earlier one has, else a number."""
    letters: dict[Standing, str] = {}
    for number, standing in enumerate(standings, start=1):
        taken = set(letters.values())
        own = (letter for letter in standing.label.upper() if letter.isalpha())
        letters[standing] = next((each for each in own if each not in taken), str(number))
    return letters


def _headings(
    chart: MatrixChart, left: float, cell: float
) -> tuple[list[Shape], float, list[Entry]]:
    """Return the columns' names, where they end, and, when they are numbered, what that means."""
    names, entries = list(chart.columns), []
    if not all(fits_whole(each, cell - 6, _HEADING_LINES) for each in names):
        entries = [_numbered(index, each) for index, each in enumerate(names, start=1)]
        names = [str(index) for index in range(1, len(names) + 1)]
    lines = [wrap(each, max(cell - 6, 8)) for each in names]
    most = max(map(len, lines))
    shapes: list[Shape] = []
    for index, each in enumerate(lines):
        middle = 4 + LINE * (most - len(each) / 2)
        x = left + (index + 0.5) * cell
        shapes += lines_of(each, x, middle, LINE, anchor="middle", role="ink-soft")
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
        Text(start + _SIGN + 5, y + SIZE * 0.33, letter),
    ]


def _entry(standing: Standing, letter: str) -> Entry:
    room = _SIGN + 5 + text_width(letter, bold=True)

    def sample(x: float, y: float) -> list[Shape]:
        return [
            Sign(x, y - _SIGN / 2, standing.mark, _SIGN),
            Text(x + _SIGN + 5, y + SIZE * 0.33, letter, bold=True),
        ]

    return Entry(capfirst(standing.label), room, sample)


def _numbered(number: int, name: Name) -> Entry:
    said = str(number)

    def sample(x: float, y: float) -> list[Shape]:
        return [Text(x, y + SIZE * 0.33, said, bold=True)]

    return Entry(name, text_width(said, bold=True), sample)
