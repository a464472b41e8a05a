"""Give the numbers behind a chart as one table.

It is the same for the page, the document and the CSV file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch

from django.utils.formats import get_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pledge_portal.pages.csv_files import FileNumber

from .kinds import Chart, MatrixChart, PeriodChart, TargetChart, TargetRow
from .values import Hidden, Missing, Name, Unit, Value, known, number, value_text, why_missing


@dataclass(frozen=True)
class Cell:
    """A cell: its text, and the number in it, rounded as shown.

    `number` is None when the cell holds no number that the public may see.
    """

    text: Name
    number: float | None = None

    def __str__(self) -> str:
        return str(self.text)

    @property
    def attribute(self) -> SafeString:
        """The lang attribute that the cell needs."""
        return getattr(self.text, "attribute", SafeString(""))


@dataclass(frozen=True)
class ChartTable:
    """A chart's table. The first cell of a row is its heading."""

    caption: str
    headings: list[Cell]
    rows: list[list[Cell]]

    def for_file(self) -> tuple[list[str], list[list[object]]]:
        """Return headings and rows for `csv_file`.

        Numbers are plain ones that spreadsheets calculate with, with the decimal sign of the
        language in use.
        """
        return [str(heading) for heading in self.headings], [
            [_in_file(cell) for cell in row] for row in self.rows
        ]


def _in_file(cell: Cell) -> object:
    if cell.number is None:
        return str(cell)
    text = repr(cell.number).removesuffix(".0")
    return FileNumber(text.replace(".", get_format("DECIMAL_SEPARATOR")))


@singledispatch
def table(chart: Chart) -> ChartTable:
    """Return the table behind a chart.

    A hidden value is "visas inte" there, never a number.
    """
    raise TypeError(f"{type(chart).__name__} has no table.")


@table.register
def _of_periods(chart: PeriodChart) -> ChartTable:
    events = [" ".join(_event_sentences(chart, index)) for index in range(len(chart.periods))]
    headings: list[Cell] = [Cell(chart.heading)]
    for series in chart.series:
        headings.append(Cell(series.name))
        if series.has_intervals:
            headings.append(Cell(_("%(name)s, lägst") % {"name": series.name}))
            headings.append(Cell(_("%(name)s, högst") % {"name": series.name}))
    if any(events):
        headings.append(Cell(_("Under perioden")))
    rows = []
    for index, period in enumerate(chart.periods):
        row = [Cell(period)]
        for series in chart.series:
            point = series.points[index]
            row.append(_cell(point.value, chart.unit))
            if series.has_intervals:
                ends = (point.low, point.high)
                is_known = known(point.value) is not None
                row += [_cell(end if is_known else point.value, chart.unit) for end in ends]
        if any(events):
            row.append(Cell(events[index]))
        rows.append(row)
    caption = _with_unit(chart.title, chart.unit)
    if chart.has_intervals:
        caption = _("%(title)s. Lägst och högst: %(interval)s") % {
            "title": caption,
            "interval": chart.interval,
        }
    return ChartTable(caption, headings, rows)


def _event_sentences(chart: PeriodChart, index: int) -> Iterator[str]:
    """Yield what the drawing marks in a period, as sentences."""
    if chart.span and chart.span.first <= index <= chart.span.last:
        yield f"{chart.span.label}."
    last = len(chart.periods) - 1
    for event in chart.events:
        if min(int(event.at), last) == index:
            yield f"{event.label}."


def _with_unit(title: str, unit: Unit) -> str:
    return _("%(title)s (%(unit)s)") % {"title": title, "unit": unit.name}


def _cell(value: Value, unit: Unit) -> Cell:
    known_value = known(value)
    return Cell(
        value_text(value, unit), None if known_value is None else round(known_value, unit.decimals)
    )


@table.register
def _of_targets(chart: TargetChart) -> ChartTable:
    has_council = any(row.council for row in chart.rows)
    headings = [_("Gjort"), _("Mål"), _("Så står det")]
    if has_council:
        headings.append(chart.council_heading or _("Rådets bedömning"))
    return ChartTable(
        _with_unit(chart.title, chart.unit),
        [Cell(chart.heading), *map(Cell, headings)],
        [
            [
                Cell(row.name),
                Cell(row.amounts) if row.amounts else _cell(row.done, _unit_of(row, chart.unit)),
                Cell(_("inget mål att räkna mot"))
                if row.target is None
                else _cell(row.target, _unit_of(row, chart.unit)),
                Cell(target_text(row, chart.unit)),
                *(
                    [Cell(row.council.label if row.council else _("Ej bedömt"))]
                    if has_council
                    else []
                ),
            ]
            for row in chart.rows
        ],
    )


def _unit_of(row: TargetRow, unit: Unit) -> Unit:
    """Return the unit of a row's numbers: means have hundredths."""
    is_whole = all(float(known(value) or 0).is_integer() for value in (row.done, row.target))
    return unit if is_whole else replace(unit, decimals=2)


def target_text(row: TargetRow, unit: Unit) -> str:
    """Return how a row stands: "3 av 2, målet nått"."""
    unit = _unit_of(row, unit)
    standing = row.standing.label if row.standing else ""
    if isinstance(row.done, Hidden):
        return standing or _("Redovisas när perioden är slut")
    if row.target is None:
        standing = standing or _("inget mål att räkna mot")
        if not row.amounts and known(row.done) is None:
            return standing
        figure = _("Gjort: %(done)s") % {"done": row.amounts or value_text(row.done, unit)}
        return f"{figure}, {_within_a_sentence(standing)}"
    if row.done is None or isinstance(row.done, Missing):
        return standing or why_missing(row.done)
    figure = _("%(done)s av %(target)s") % {
        "done": number(row.done, unit.decimals),
        "target": value_text(row.target, unit),
    }
    if not standing and row.done >= row.target:
        standing = _("målet nått")
    return ", ".join(filter(None, [figure, _within_a_sentence(standing)]))


def _within_a_sentence(text: str) -> str:
    return text[:1].lower() + text[1:]


@table.register
def _of_matrix(chart: MatrixChart) -> ChartTable:
    rows: Sequence[list[Cell]] = [
        [Cell(row.name), *(Cell(cell.label) for cell in row.cells)] for row in chart.rows
    ]
    return ChartTable(
        chart.title, [Cell(chart.heading), *(Cell(column) for column in chart.columns)], list(rows)
    )
