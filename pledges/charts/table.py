"""The numbers behind a chart: one table, for the page, the document and the CSV file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch

from django.utils.formats import get_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pledge_portal.pages.csv_files import FileNumber

from .kinds import Chart, MatrixChart, PeriodChart, TargetChart, TargetRow
from .values import Hidden, Name, Unit, Value, in_words, known, number


@dataclass(frozen=True)
class Cell:
    """A cell in words and, when it is a number that is told, that number rounded as shown."""

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
        """Return headings and rows for `csv_file`: plain numbers that spreadsheets reckon with,
        with the decimal sign of the language in use."""
        return [str(each) for each in self.headings], [
            [_in_file(cell) for cell in row] for row in self.rows
        ]


def _in_file(cell: Cell) -> object:
    if cell.number is None:
        return str(cell)
    said = repr(cell.number).removesuffix(".0")
    return FileNumber(said.replace(".", get_format("DECIMAL_SEPARATOR")))


@singledispatch
def table(chart: Chart) -> ChartTable:
    """Return the table behind a chart. What is kept back is "visas inte" there, never a number."""
    raise TypeError(f"{type(chart).__name__} has no table.")


@table.register
def _of_periods(chart: PeriodChart) -> ChartTable:
    happened = [" ".join(_happened(chart, index)) for index in range(len(chart.periods))]
    headings: list[Cell] = [Cell(chart.heading)]
    for each in chart.series:
        headings.append(Cell(each.name))
        if each.has_intervals:
            headings.append(Cell(_("%(name)s, lägst") % {"name": each.name}))
            headings.append(Cell(_("%(name)s, högst") % {"name": each.name}))
    if any(happened):
        headings.append(Cell(_("Under perioden")))
    rows = []
    for index, period in enumerate(chart.periods):
        row = [Cell(period)]
        for each in chart.series:
            point = each.points[index]
            row.append(_cell(point.value, chart.unit))
            if each.has_intervals:
                ends = (point.low, point.high)
                told = known(point.value) is not None
                row += [_cell(end if told else point.value, chart.unit) for end in ends]
        if any(happened):
            row.append(Cell(happened[index]))
        rows.append(row)
    caption = _with_unit(chart.title, chart.unit)
    if chart.has_intervals:
        caption = _("%(title)s. Lägst och högst: %(interval)s") % {
            "title": caption,
            "interval": chart.interval,
        }
    return ChartTable(caption, headings, rows)


def _happened(chart: PeriodChart, index: int) -> Iterator[str]:
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
    told = known(value)
    return Cell(in_words(value, unit), None if told is None else round(told, unit.decimals))


@table.register
def _of_targets(chart: TargetChart) -> ChartTable:
    return ChartTable(
        _with_unit(chart.title, chart.unit),
        [Cell(chart.heading), *map(Cell, (_("Gjort"), _("Mål"), _("Så står det")))],
        [
            [
                Cell(row.name),
                _cell(row.done, chart.unit),
                Cell(_("inget mål att räkna mot"))
                if row.target is None
                else _cell(row.target, chart.unit),
                Cell(target_in_words(row, chart.unit)),
            ]
            for row in chart.rows
        ],
    )


def target_in_words(row: TargetRow, unit: Unit) -> str:
    """Return how a row stands: "3 av 2, målet nått"."""
    said = row.standing.label if row.standing else ""
    if isinstance(row.done, Hidden):
        return said or _("Redovisas när perioden är slut")
    if row.target is None:
        said = said or _("inget mål att räkna mot")
        if row.done is None:
            return said
        figure = _("Gjort: %(done)s") % {"done": in_words(row.done, unit)}
        return f"{figure}, {_within_a_sentence(said)}"
    if row.done is None:
        return said or _("uppgift saknas")
    figure = _("%(done)s av %(target)s") % {
        "done": number(row.done, unit.decimals),
        "target": in_words(row.target, unit),
    }
    if not said and row.done >= row.target:
        said = _("målet nått")
    return ", ".join(filter(None, [figure, _within_a_sentence(said)]))


def _within_a_sentence(said: str) -> str:
    return said[:1].lower() + said[1:]


@table.register
def _of_matrix(chart: MatrixChart) -> ChartTable:
    rows: Sequence[list[Cell]] = [
        [Cell(row.name), *(Cell(cell.label) for cell in row.cells)] for row in chart.rows
    ]
    return ChartTable(
        chart.title, [Cell(chart.heading), *(Cell(each) for each in chart.columns)], list(rows)
    )
