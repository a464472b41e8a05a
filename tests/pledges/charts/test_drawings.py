"""Drawings stay within their frame, whatever is written in them.

No word is over another, and nothing in them is unsafe.
"""

import os
from itertools import combinations
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pledges.charts.drawing import Width, draw, svg
from pledges.charts.kinds import BarChart, Chart, LineChart, MatrixChart, MatrixRow, Span, Standing
from pledges.charts.matrix import letters_for
from pledges.charts.shapes import Box, Text, dash, marker, pattern, svg_number
from pledges.charts.table import table
from pledges.charts.values import HIDDEN, PERCENT, Missing, Point, Series, Unit
from pledges.follow_ups.presentation import MARKS
from tests.pledges.charts import samples
from tests.pledges.charts.strategies import charts

SVG = "{http://www.w3.org/2000/svg}"
SLACK = 0.01
# CHARTS=2000 draws as many.
many = settings(
    max_examples=int(os.environ.get("CHARTS", "20")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
widths = st.sampled_from(Width)
of_every_kind = pytest.mark.parametrize(
    "chart", samples.all_kinds(), ids=lambda element: element.key
)
in_both_widths = pytest.mark.parametrize("width", Width)


def lines(*series: Series, **options: object) -> LineChart:
    """Return a line chart of these series, with all else as simple as may be."""
    periods = [str(2020 + index) for index in range(len(series[0].points))]
    return LineChart(
        **{
            "key": "prov",
            "title": "Prov",
            "finding": "Det går bra.",
            "heading": "År",
            "periods": periods,
            "series": series,
            **options,
        }
    )


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share any room."""
    return (
        one[0] + SLACK < other[2]
        and other[0] + SLACK < one[2]
        and one[1] + SLACK < other[3]
        and other[1] + SLACK < one[3]
    )


def drawing_of(chart: Chart, **options: object) -> Element:
    """Return the drawing of a chart, read as XML."""
    return fromstring(svg(chart, **{"standalone": False, **options}))


def words(chart: Chart, **options: object) -> list[str]:
    """Return what is written in a drawing."""
    return [
        "".join(element.itertext()) for element in drawing_of(chart, **options).iter(f"{SVG}text")
    ]


@many
@given(charts, widths)
def test_everything_is_drawn_within_the_frame(chart: Chart, width: Width) -> None:
    drawing = draw(chart, width)
    assert drawing.width == width.value
    for shape in drawing.shapes:
        left, top, right, bottom = shape.box
        assert left >= -SLACK, shape
        assert top >= -SLACK, shape
        assert right <= drawing.width + SLACK, shape
        assert bottom <= drawing.height + SLACK, shape


@many
@given(charts, widths)
def test_no_words_stand_over_others(chart: Chart, width: Width) -> None:
    texts = [shape for shape in draw(chart, width).shapes if isinstance(shape, Text)]
    for one, other in combinations(texts, 2):
        assert not overlap(one.box, other.box), (one.text, other.text)


@many
@given(charts, widths, st.booleans())
def test_every_drawing_is_well_formed(chart: Chart, width: Width, standalone: bool) -> None:
    drawing = fromstring(svg(chart, standalone=standalone, width=width))
    allowed = {"svg", "title", "desc", "defs", "pattern", "rect", "g", "path", "circle", "text"}
    assert {element.tag.removeprefix(SVG) for element in drawing.iter()} <= allowed
    assert not [element for element in drawing.iter() if "style" in element.attrib]
    assert "None" not in {value for element in drawing.iter() for value in element.attrib.values()}


@of_every_kind
@in_both_widths
def test_a_drawing_says_its_title_and_its_finding(chart: Chart, width: Width) -> None:
    on_page = drawing_of(chart, width=width)
    assert on_page.get("role") == "img"
    # Its finding stands beside it there, and is said once.
    assert (on_page.get("aria-labelledby") or "").endswith("-title")
    assert chart.finding not in "".join(on_page.itertext())
    drawing = drawing_of(chart, width=width, standalone=True)
    assert drawing.get("role") == "img"
    named = {element.get("id"): element.text for element in drawing.iter() if element.get("id")}
    title, finding = (drawing.get("aria-labelledby") or "").split()
    assert (named[title], named[finding]) == (chart.title, chart.finding)
    assert drawing[0].tag == f"{SVG}title"


@of_every_kind
def test_coordinates_are_written_alike_in_every_language(chart: Chart) -> None:
    with translation.override("sv"):
        swedish = drawing_of(chart)
    with translation.override("en"):
        english = drawing_of(chart)
    assert swedish.get("viewBox") == english.get("viewBox")
    for element in swedish.iter(f"{SVG}path"):
        assert "," not in element.get("d", "")
        float(element.get("stroke-width", "1"))


def test_what_is_written_in_a_chart_is_never_markup() -> None:
    nasty = """<script>alert("1")</script> & 'citat' ]]>"""
    chart = lines(Series.from_values(nasty, [1, 2]), title=nasty, finding=nasty, source=nasty)
    for standalone in (False, True):
        drawing = drawing_of(chart, standalone=standalone)
        assert drawing.findtext(f"{SVG}title") == nasty
        assert drawing.findtext(f"{SVG}desc") == (nasty if standalone else None)
        assert not list(drawing.iter(f"{SVG}script"))
        assert "<script" not in svg(chart, standalone=standalone)


@example([])
@example([HIDDEN])
@example([None])
@example([0.0])
@example([1e9])
@given(st.lists(st.none() | st.just(HIDDEN), max_size=3))
@settings(max_examples=5, deadline=None)
def test_a_chart_that_can_tell_little_is_drawn_all_the_same(values: list) -> None:
    values = values or [None] * 60
    for width in Width:
        assert words(lines(Series.from_values("A", values)), width=width)
        bars = BarChart(
            key="prov",
            title="Prov",
            finding="Inget.",
            heading="År",
            periods=[str(index) for index in range(len(values))],
            series=[Series.from_values("A", values), Series.from_values("B", values)],
        )
        assert words(bars, width=width)


def test_the_line_is_broken_where_a_value_is_not_told() -> None:
    drawing = drawing_of(lines(Series.from_values("A", [1, 2, HIDDEN, 3, 4, None, 5])))
    (path,) = [
        element
        for element in drawing.iter(f"{SVG}path")
        if element.get("class") == "stroke-series-1" and element.get("stroke-width") == "2.2"
    ]
    assert path.get("d", "").count("M") == 2  # 2020–2021 and 2023–2024; 2026 stands alone
    solid = [
        element
        for element in drawing.iter(f"{SVG}circle")
        if "fill-series-1" in element.get("class")
    ]
    hollow = [
        element for element in drawing.iter(f"{SVG}circle") if "fill-paper" in element.get("class")
    ]
    assert len(solid) == 5
    assert len(hollow) == 2  # the hidden value and the legend's explanation of it
    assert "visas inte" in words(lines(Series.from_values("A", [1, HIDDEN])))
    assert "Avbrott i linjen: uppgift saknas" in words(lines(Series.from_values("A", [1, None])))
    assert "visas inte" not in words(lines(Series.from_values("A", [1, 2])))


@pytest.mark.parametrize(
    ("length", "written"),
    [(0, "0"), (-0.001, "0"), (-0.5, "-0.5"), (100, "100"), (1234.567, "1234.57"), (-10.0, "-10")],
)
def test_lengths_are_written_as_svg_has_them(length: float, written: str) -> None:
    with translation.override("sv"):
        assert svg_number(length) == written


def test_lines_are_named_where_they_end_with_their_last_value() -> None:
    chart = lines(
        Series.from_values("Alkohol", [41, 29]),
        Series.from_values("Snus", [14, HIDDEN]),
        unit=PERCENT,
    )
    wide, narrow = words(chart), words(chart, width=Width.NARROW)
    assert {"Alkohol, 29\N{NO-BREAK SPACE}%", "Snus, visas inte"} <= set(wide)
    assert {"A 29\N{NO-BREAK SPACE}%", "B", "Alkohol", "Snus"} <= set(narrow)


@in_both_widths
def test_lines_that_end_together_have_names_apart(width: Width) -> None:
    chart = lines(*(Series.from_values(f"Mått {index}", [index, 5]) for index in range(12)))
    texts = [shape for shape in draw(chart, width).shapes if isinstance(shape, Text)]
    for one, other in combinations(texts, 2):
        assert not overlap(one.box, other.box), (one.text, other.text)


def test_numbers_are_written_as_the_language_has_them() -> None:
    chart = lines(Series.from_values("A", [1234.5, 2000]), unit=Unit("kronor", decimals=1))
    with translation.override("sv"):
        assert "A, 2\N{NO-BREAK SPACE}000,0" in words(chart)
    with translation.override("en"):
        assert "A, 2,000.0" in words(chart)


def test_an_axis_that_does_not_begin_at_zero_says_so() -> None:
    series = Series.from_values("A", [101, 104])
    note = "Axeln börjar inte vid noll."
    assert note in words(lines(series, from_zero=False))
    assert note not in words(lines(series))
    assert "0" in words(lines(series))
    with pytest.raises(ValueError, match="zero"):
        BarChart(
            key="prov",
            title="Prov",
            finding="Nej.",
            heading="År",
            periods=["1", "2"],
            series=[series],
            from_zero=False,
        )


def test_events_are_named_where_there_is_room_and_numbered_where_there_is_not() -> None:
    chart = samples.offences()
    labels = [event.label for event in chart.events]
    assert set(labels) <= set(words(chart))
    narrow = words(chart, width=Width.NARROW)
    assert {"1", "2", "3", *labels} <= set(narrow)


def test_series_differ_by_more_than_their_colour() -> None:
    looks = set()
    for index in range(36):
        mark = marker(index, 0, 0, 4)
        looks.add((dash(index), repr(getattr(mark, "pieces", "circle"))))
    assert len(looks) == 36
    fills = [pattern(index) for index in range(6)]
    assert len({element.d if element else "" for element in fills}) == 6


def test_two_drawings_of_one_chart_share_no_id() -> None:
    chart = samples.searches()
    result = [
        element.get("id")
        for width in Width
        for element in drawing_of(chart, width=width).iter()
        if element.get("id")
    ]
    assert len(result) == len(set(result)) == 4
    assert f"url(#{chart.key}-wide-pattern-1)" in svg(chart, standalone=False)


def test_a_file_has_its_title_its_source_and_says_when_it_is_made_up() -> None:
    file = svg(samples.survey(), standalone=True)
    assert file.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns=')
    texts = words(samples.survey(), standalone=True)
    assert texts[0] == samples.survey().title
    assert f"Källa: {samples.survey().source}" in texts
    assert "Demonstrationsuppgift" in texts
    assert "Demonstrationsuppgift" not in words(samples.offences(), standalone=True)


def test_verdicts_have_letters_of_their_own() -> None:
    labels = ["Uppfyllt", "Ej uppfyllt", "Ej påbörjat", "Ej", "E"]
    result = letters_for([Standing("reached", label) for label in labels])
    assert list(result.values()) == ["U", "E", "J", "4", "5"]


def test_every_verdict_of_a_follow_up_has_a_mark_here() -> None:
    for mark in MARKS.values():
        Standing(mark, "x")


def test_the_target_chart_says_how_each_row_stands() -> None:
    texts = words(samples.targets())
    assert "3 av 2, målet är nått" in texts
    assert "41 av 12, målet nått" in texts
    assert "Redovisas när läsåret är slut" in texts
    assert "Gjort: 1, ej bedömt" in texts
    assert "uppgift saknas" in texts


@pytest.mark.parametrize(
    "options",
    [
        {"key": "Två ord"},
        {"title": " "},
        {"periods": ["2020"]},
        {"periods": ["2020", " "]},
        {"span": Span(1, 2, "Löftet")},
        {"series": []},
        {"series": [Series("A", [Point(1, 0, 2), Point(1, 0, 2)])]},
    ],
    ids=str,
)
def test_a_chart_that_could_mislead_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        lines(Series.from_values("A", [1, 2]), **options)


def test_a_matrix_with_a_cell_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="one cell for each column"):
        MatrixChart(
            key="m",
            title="M",
            finding="M.",
            heading="Å",
            columns=["1", "2"],
            rows=[MatrixRow("A", [samples.REACHED])],
        )


@in_both_widths
def test_what_is_hidden_has_a_row_of_its_own_and_is_never_at_zero(width: Width) -> None:
    series = [Series.from_values("A", [0, HIDDEN, 3]), Series.from_values("B", [1, 2, HIDDEN])]
    bars = BarChart(
        **{
            **{"key": "prov", "title": "Prov", "finding": "Så.", "heading": "År"},
            **{"periods": ["1", "2", "3"], "series": series},
        }
    )
    for chart in (lines(*series), bars):
        drawing = drawing_of(chart, width=width)
        axis = next(
            float(element.get("d").split()[-1])
            for element in drawing.iter(f"{SVG}path")
            if element.get("class") == "stroke-edge"
        )
        hollow = [
            float(element.get("cy"))
            for element in drawing.iter(f"{SVG}circle")
            if "fill-paper" in element.get("class")
        ]
        assert len(hollow) >= 2, "hidden values and the legend's explanation"
        assert all(middle > axis + 5 for middle in hollow)


def test_what_is_missing_says_why() -> None:
    chart = lines(Series.from_values("A", [1, Missing("folkmängd saknas"), None]))
    assert {
        "Avbrott i linjen: folkmängd saknas",
        "Avbrott i linjen: uppgift saknas",
    } <= set(words(chart))
    assert [str(row[1]) for row in table(chart).rows] == ["1", "folkmängd saknas", "uppgift saknas"]
