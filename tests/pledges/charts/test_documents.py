"""Charts in a PDF: described, in the portal's own font, and conforming."""

import io
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from django.template.loader import render_to_string

from pledges.charts.figure import figure
from pledges.documents.prepare import prepare
from pledges.documents.render import render
from tests.pdf_structure import elements, font_families
from tests.pledges.charts import samples
from tests.pledges.documents.samples import STATIC
from tests.verapdf import assert_conforms


@pytest.fixture(scope="module")
def document() -> bytes:
    """Return a document with a chart of every kind."""
    charts = "".join(
        render_to_string("charts/pdf_figure.html", {"chart": figure(chart, level=2)})
        for chart in samples.all_kinds()
    )
    html = f"""<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Diagram</title>
    <meta name="description" content="Diagram"><link rel="stylesheet" href="pdf/pledge.css">
    <link rel="stylesheet" href="pdf/charts.css"></head>
    <body><main><h1>Diagram</h1>{charts}</main></body></html>"""
    return prepare(render(html, base_folder=STATIC), [])


@pytest.mark.parametrize("flavour", ["ua1", "3a"])
def test_a_document_with_every_kind_of_chart_conforms(document: bytes, flavour: str) -> None:
    assert_conforms(document, flavour)


def test_each_drawing_is_a_figure_named_by_its_title(document: bytes) -> None:
    with pikepdf.open(io.BytesIO(document)) as pdf:
        nodes = list(elements(pdf.Root.StructTreeRoot))
        figures = [str(element.Alt) for element in nodes if element.get("/S") == "/Figure"]
        tables = [element for element in nodes if element.get("/S") == "/Table"]
    assert figures == [chart.title for chart in samples.all_kinds()]
    assert len(tables) == len(figures)


def test_the_words_in_drawings_are_in_the_portals_own_font(document: bytes) -> None:
    with pikepdf.open(io.BytesIO(document)) as pdf:
        families = font_families(pdf)
    assert families
    assert all(family.startswith("Source-Sans-3") for family in families), families


def test_patterns_and_colours_are_drawn(document: bytes) -> None:
    with pikepdf.open(io.BytesIO(document)) as pdf:
        patterns = [
            stream
            for stream in pdf.objects
            if isinstance(stream, pikepdf.Stream) and stream.get("/PatternType") == 1
        ]
    assert patterns


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext of poppler-utils")
def test_the_words_in_drawings_can_be_read_and_copied(document: bytes, tmp_path: Path) -> None:
    file = tmp_path / "charts.pdf"
    file.write_bytes(document)
    page_text = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True
    ).stdout
    for text in ("Druckit alkohol, 29 %", "Löftet 2023–2025", "3 av 2, målet är nått"):
        assert text in page_text.replace("\N{NO-BREAK SPACE}", " ")
