"""The numbers behind charts, and what is kept back of them."""

import csv
import io
from collections.abc import Callable
from dataclasses import fields

import pytest
from django.utils import translation

from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.text import Wording
from pledges.charts.kinds import LineChart, TargetChart, TargetRow
from pledges.charts.table import ChartTable, table
from pledges.charts.values import HIDDEN, Hidden, Point, Series, Unit, number, value_text
from tests.pledges.charts import samples


def rows(chart_table: ChartTable) -> list[list[str]]:
    """Return the rows of a table as their reader sees them."""
    return [[str(cell) for cell in row] for row in chart_table.rows]


def as_file(chart_table: ChartTable) -> list[list[str]]:
    """Return the table as a spreadsheet reads its CSV file."""
    text = csv_file("prov.csv", *chart_table.for_file()).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_what_is_hidden_holds_no_number_at_all() -> None:
    assert fields(Hidden) == ()
    assert not hasattr(HIDDEN, "__dict__")
    with pytest.raises(TypeError):
        Hidden(3)  # type: ignore[call-arg]
    with pytest.raises((AttributeError, TypeError)):
        HIDDEN.value = 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", [HIDDEN, None])
def test_no_interval_can_tell_what_is_kept_back(value: Hidden | None) -> None:
    with pytest.raises(ValueError, match="kept back"):
        Point(value, 2, 4)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Point(1, 2, 3),
        lambda: Point(1, 0),
        lambda: Point(1, 0, float("inf")),
        lambda: value_text(float("nan"), Unit("antal")) and Point(float("nan"), 0, 1),
        lambda: TargetRow("A", -1, 2),
        lambda: TargetRow("A", 1, 0),
        lambda: TargetRow("A", 1, -2),
    ],
)
def test_numbers_that_make_no_sense_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        make()


def test_hidden_and_missing_values_are_words_in_page_and_file() -> None:
    chart_table = table(samples.survey())
    assert str(chart_table.caption) == "Drogvanor i årskurs 9 (procent)"
    by_year = {row[0]: row for row in rows(chart_table)}
    assert by_year["2021"][4] == "visas inte"
    assert by_year["2022"][1:7] == ["uppgift saknas"] * 6
    assert by_year["2020"][1] == "41\N{NO-BREAK SPACE}%"
    assert by_year["2024"][7] == "Uppföljning feb 2024."
    filed = {row[0]: row for row in as_file(chart_table)}
    assert filed["2021"][4] == "visas inte"
    assert filed["2022"][1] == "uppgift saknas"
    assert filed["2020"][1] == "41"
    assert filed["År"][1] == "Druckit alkohol"


def test_a_hidden_value_of_a_series_with_intervals_hides_them_too() -> None:
    series = Series("Älvsbyn", [Point(5, 4, 6), Point(HIDDEN), Point(None)])
    chart = LineChart(
        key="prov",
        title="Prov",
        finding="Prov.",
        heading="År",
        periods=["1", "2", "3"],
        series=[series],
        interval="95 % konfidensintervall",
    )
    chart_table = table(chart)
    assert [str(heading) for heading in chart_table.headings] == [
        "År",
        "Älvsbyn",
        "Älvsbyn, lägst",
        "Älvsbyn, högst",
    ]
    assert rows(chart_table) == [
        ["1", "5", "4", "6"],
        ["2", *["visas inte"] * 3],
        ["3", *["uppgift saknas"] * 3],
    ]
    assert chart_table.caption == "Prov (antal). Lägst och högst: 95 % konfidensintervall"


def test_a_file_has_numbers_that_spreadsheets_reckon_with() -> None:
    chart = LineChart(
        key="prov",
        title="Prov",
        finding="Prov.",
        heading="År",
        periods=["1", "2", "3"],
        series=[Series.from_values("A", [1234.56, -2.5, 3])],
        unit=Unit("kronor", "kr", 1),
    )
    with translation.override("sv"):
        assert rows(table(chart))[0][1] == "1\N{NO-BREAK SPACE}234,6\N{NO-BREAK SPACE}kr"
        assert rows(table(chart))[1][1] == "\N{MINUS SIGN}2,5\N{NO-BREAK SPACE}kr"
        assert [row[1] for row in as_file(table(chart))[1:]] == ["1234,6", "-2,5", "3"]
    with translation.override("en"):
        assert [row[1] for row in as_file(table(chart))[1:]] == ["1234.6", "-2.5", "3"]


def test_a_name_can_not_become_a_formula() -> None:
    chart = samples.targets()
    nasty = TargetChart(
        key="prov",
        title="Prov",
        finding="Prov.",
        heading="Åtagande",
        rows=[TargetRow("=1+1", 1, 2), *chart.rows],
    )
    assert as_file(table(nasty))[1][0] == "'=1+1"


def test_names_keep_their_language() -> None:
    row = TargetRow(Wording("Hundsök", "sv"), 1, 2)
    chart = TargetChart(key="p", title="T", finding="F.", heading="Commitment", rows=[row])
    (cells,) = table(chart).rows
    assert cells[0].attribute == ' lang="sv"'
    assert cells[1].attribute == ""


def test_the_matrix_is_a_table_of_words() -> None:
    chart_table = table(samples.matrix())
    assert rows(chart_table)[3][1:] == ["Ej påbörjat", "Ej påbörjat", "Ej uppfyllt"]
    assert len(chart_table.rows) == 8


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (TargetRow("A", 3, 2), "3 av 2, målet nått"),
        (TargetRow("A", 1, 2), "1 av 2"),
        (TargetRow("A", HIDDEN, 2), "Redovisas när perioden är slut"),
        (TargetRow("A", None, 2), "uppgift saknas"),
        (TargetRow("A", 4, None), "Gjort: 4, inget mål att räkna mot"),
        (TargetRow("A", None, None), "inget mål att räkna mot"),
        (TargetRow("A", 0, 2, samples.MISSED), "0 av 2, ej uppfyllt"),
    ],
)
def test_how_a_row_stands_is_said_in_words(row: TargetRow, sentence: str) -> None:
    chart = TargetChart(key="p", title="T", finding="F.", heading="Åtagande", rows=[row])
    assert rows(table(chart))[0][3] == sentence


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert number(-0.2) == "0"
