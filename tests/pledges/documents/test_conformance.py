"""The document, seen by three programs that had no part in making it."""

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pledges.documents.prepare import SignatureField, prepare
from pledges.documents.render import Rendered, render
from tests.pdf_structure import elements, font_families
from tests.pledges.documents.samples import FIELDS, NAMES, STATIC, attachment, page_with_lines
from tests.verapdf import assert_conforms, failed_rules


@pytest.mark.parametrize("flavour", ["ua1", "3a"])
@pytest.mark.parametrize("state", ["prepared", "once", "twice"])
def test_every_state_of_the_document_conforms(
    state: str, flavour: str, request: pytest.FixtureRequest
) -> None:
    assert_conforms(request.getfixturevalue(state), flavour)


def test_ten_fields_on_ten_pages_conform() -> None:
    anchors = [f"line-{index}" for index in range(1, 11)]
    rendered = render(page_with_lines(10, page_each=True), base_folder=STATIC, anchors=anchors)
    pdf = prepare(
        rendered,
        [
            SignatureField(f"field-{anchor}", f"Underskrift på {anchor}", anchor)
            for anchor in anchors
        ],
    )
    assert len({box.page for box in rendered.boxes.values()}) == 10
    assert_conforms(pdf, "ua1")
    assert_conforms(pdf, "3a")


def test_the_validator_finds_faults(rendered: Rendered) -> None:
    rules = failed_rules(rendered.pdf, "ua1")
    assert any(rule.startswith("5-1 (1 places): The PDF/UA version") for rule in rules)
    with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf:
        del pdf.Root.Metadata
        output = io.BytesIO()
        pdf.save(output)
    with pytest.raises(AssertionError, match=r"6\.6\.2\.1"):
        assert_conforms(output.getvalue(), "3a")


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="needs pdfsig of poppler-utils")
def test_pdfsig_finds_two_valid_pades_signatures(twice: bytes, tmp_path: Path) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(twice)
    shown = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=True).stdout
    assert shown.count("Signature Validation: Signature is Valid.") == 2
    assert shown.count("Signature Type: ETSI.CAdES.detached") == 2
    assert re.findall(r"Signature Field Name: (\S+)", shown) == NAMES
    assert "Common Name: DEMO Anna Ödlund" in shown
    assert "Common Name: DEMO Bo Čohkka" in shown
    assert shown.count("- Total document signed") == 1


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext of poppler-utils")
def test_the_text_of_the_page_can_be_copied_letter_by_letter(twice: bytes, tmp_path: Path) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(twice)
    text = subprocess.run(
        ["pdftotext", str(file), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "Vi lovar mer närvaro i Älvsbyn, Čohkka och Åmål" in text
    assert "2025.\nDet året" in text.replace(". ", ".\n")


def test_each_field_is_a_described_form_element_at_its_line(twice: bytes) -> None:
    with pikepdf.open(io.BytesIO(twice)) as pdf:
        tags = list(elements(pdf.Root.StructTreeRoot))
        forms = [tag for tag in tags if tag.get("/S") == "/Form"]
        assert [str(tag.Alt) for tag in forms] == [field.tooltip for field in FIELDS]
        for element, name in zip(forms, NAMES, strict=True):
            widget = element.K.Obj
            assert str(widget.T) == name
            assert str(widget.TU) == str(widget.Contents) == str(element.Alt)
            assert int(widget.F) == 132
            assert _parents(pdf)[int(widget.StructParent)].objgen == element.objgen
            assert widget.objgen in {item.objgen for item in pdf.Root.AcroForm.Fields}
            assert widget.objgen in {item.objgen for item in element.Pg.Annots}
        order = [str(tag.S) for tag in tags if str(tag.get("/S")) in ("/H3", "/Form")]
        assert order == ["/H3", "/Form", "/H3", "/Form"]


def test_the_field_lies_exactly_over_its_line(rendered: Rendered, prepared: bytes) -> None:
    with pikepdf.open(io.BytesIO(prepared)) as pdf:
        for field, widget in zip(FIELDS, pdf.Root.AcroForm.Fields, strict=True):
            box = rendered.boxes[field.anchor]
            left, bottom, right, top = (float(coordinate) for coordinate in widget.Rect)
            assert (left, bottom, right, top) == (box.x0, box.y0, box.x1, box.y1)
            # 80 by 20 mm and the line of 1 point below.
            assert right - left == pytest.approx(226.77, abs=0.02)
            assert top - bottom == pytest.approx(57.69, abs=0.02)
            assert left == pytest.approx(56.69, abs=0.02)


def test_the_tree_of_parents_is_in_order(twice: bytes) -> None:
    with pikepdf.open(io.BytesIO(twice)) as pdf:
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        keys = [int(numbers[index]) for index in range(0, len(numbers), 2)]
        assert keys == sorted(set(keys))


def test_the_document_says_what_a_screen_reader_needs(twice: bytes) -> None:
    with pikepdf.open(io.BytesIO(twice)) as pdf:
        assert str(pdf.Root.Lang) == "sv"
        assert bool(pdf.Root.MarkInfo.Marked) is True
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle) is True
        assert str(pdf.docinfo["/Title"]) == "Medborgarlöfte för Älvsbyns kommun"
        tags = list(elements(pdf.Root.StructTreeRoot))
        headings = [str(tag.S) for tag in tags if re.match("/H[1-6]", str(tag.get("/S")))]
        assert headings == ["/H1", "/H2", "/H2", "/H3", "/H3"]
        figures = [tag for tag in tags if tag.get("/S") == "/Figure"]
        assert [str(tag.Alt) for tag in figures] == ["Stapel: två hundsök 2025"]
        for page in pdf.pages:
            assert "/Annots" not in page or page.Tabs == "/S"
        assert [bookmark.title for bookmark in pdf.open_outline().root] == ["Medborgarlöfte"]


def test_the_pledge_file_is_attached_as_data(twice: bytes) -> None:
    with pikepdf.open(io.BytesIO(twice)) as pdf:
        (name,) = pdf.attachments
        file = pdf.attachments[name]
        assert name == "medborgarlofte.toml"
        assert file.get_file().read_bytes() == attachment().content
        assert file.get_file().mime_type == "application/toml"
        assert [str(item.AFRelationship) for item in pdf.Root.AF] == ["/Data"]


def test_all_fonts_are_the_projects_own(twice: bytes) -> None:
    with pikepdf.open(io.BytesIO(twice)) as pdf:
        families = font_families(pdf)
    assert families
    assert all(family.startswith(("Source-Sans-3", "Stamp")) for family in families), families


def _parents(pdf: pikepdf.Pdf) -> dict[int, Any]:
    """Return the tree of parents as a dictionary."""
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    return {int(numbers[index]): numbers[index + 1] for index in range(0, len(numbers), 2)}
