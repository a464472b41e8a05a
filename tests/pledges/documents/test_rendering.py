"""From HTML to pages: what may be read, what is refused, where things are."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from pledges.documents.errors import RenderingError
from pledges.documents.prepare import SignatureField, prepare
from pledges.documents.render import Attachment, Rendered, render
from tests.pledges.documents.samples import FACES, FIELDS, STATIC, attachment, html, page_with_lines


def test_rendering_twice_gives_the_same_bytes() -> None:
    first, second = (
        prepare(
            render(
                page_with_lines(2),
                base_folder=STATIC,
                anchors=["line-1", "line-2"],
                attachments=[attachment()],
            ),
            FIELDS,
        )
        for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/bild.png",
        "https://example.se/bild.png",
        "//example.se/bild.png",
        "ftp://example.se/bild.png",
        "file:///etc/passwd",
        "../manage.py",
        "fonts/../../manage.py",
        "fonts/%2e%2e/%2e%2e/manage.py",
        "file://example.se/bild.png",
        "finns-inte.png",
    ],
)
@pytest.mark.parametrize(
    "element",
    [
        '<img alt="Bild" src="{}">',
        '<link rel="stylesheet" href="{}">',
        '<style>@import "{}";</style>',
        '<p style="background: url({})">Text</p>',
        '<style>@font-face {{ font-family: X; src: url("{}") }}</style><p>Text</p>',
    ],
)
def test_nothing_outside_the_folder_is_read(element: str, address: str) -> None:
    with pytest.raises(RenderingError):
        render(html(element.format(address)), base_folder=STATIC)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "secret.css").write_text("p { color: red }")
    (tmp_path / "base" / "style.css").symlink_to(tmp_path / "secret.css")
    page = '<!doctype html><html lang="sv"><title>T</title><link rel="stylesheet" href="style.css">'
    with pytest.raises(RenderingError, match="outside"):
        render(page, base_folder=tmp_path / "base")


def test_two_font_files_of_one_name_are_refused() -> None:
    clash = FACES.replace("Source Sans 3 Ext", "Source Sans 3")
    with pytest.raises(RenderingError, match="Source Sans 3"):
        render(html("<p>Čohkka</p>", style=clash), base_folder=STATIC)


def test_a_broken_font_is_no_silent_miss(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    page = (
        '<!doctype html><html lang="sv"><title>T</title><style>@font-face { font-family: X; '
        'src: url("broken.ttf") }</style><p style="font-family: X">Text'
    )
    with pytest.raises(RenderingError):
        render(page, base_folder=tmp_path)


def test_an_image_without_alternative_text_is_refused() -> None:
    with pytest.raises(RenderingError, match="alt"):
        render(
            html("<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>\">"),
            base_folder=STATIC,
        )


def test_a_missing_signature_line_is_named() -> None:
    with pytest.raises(ValueError, match='"line-3"'):
        render(page_with_lines(2), base_folder=STATIC, anchors=["line-1", "line-3"])


@pytest.mark.parametrize(
    "body",
    [
        '<p><span id="line-1">Text i en rad</span></p>',
        '<div id="line-1"></div>',
        '<div id="line-1" style="display: none"></div>',
        '<div id="line-1"><p>Ett</p><p style="break-before: page">Två</p></div>',
    ],
    ids=["within a line", "without an area", "not shown", "on two pages"],
)
def test_a_signature_line_must_be_a_block_on_one_page(body: str) -> None:
    with pytest.raises(ValueError, match='"line-1"'):
        render(html(body), base_folder=STATIC, anchors=["line-1"])


def test_positioned_and_floating_lines_are_found_where_they_are_shown() -> None:
    body = (
        '<div id="a" style="position: absolute; left: 100pt; bottom: 0; width: 200pt;'
        ' height: 50pt"></div><div id="b" style="float: right; width: 90pt; height: 40pt"></div>'
    )
    rendered = render(html(body), base_folder=STATIC, anchors=["a", "b"])
    assert rendered.boxes["a"].x0 == pytest.approx(56.69 + 100, abs=0.1)
    assert rendered.boxes["a"].y0 == pytest.approx(56.69, abs=0.1)
    assert rendered.boxes["a"].height == pytest.approx(50, abs=0.1)
    assert rendered.boxes["b"].x1 == pytest.approx(595.28 - 56.69, abs=0.1)
    prepare(rendered, [SignatureField("x", "Första", "a"), SignatureField("y", "Andra", "b")])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (FIELDS[:1], "exactly one"),
        ([*FIELDS, SignatureField("third", "Tredje", "line-2")], "exactly one"),
        ([FIELDS[0], SignatureField("signature-1", "Andra", "line-2")], "twice"),
        ([FIELDS[0], SignatureField("a.b", "Andra", "line-2")], "no name"),
        ([FIELDS[0], SignatureField("b", " ", "line-2")], "tooltip"),
    ],
)
def test_fields_that_do_not_fit_the_lines_are_refused(
    rendered: Rendered, fields: list[SignatureField], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        prepare(rendered, fields)


def test_attachments_keep_their_bytes_whatever_they_hold() -> None:
    content = bytes(range(256)) * 3
    rendered = render(
        html("<p>Text</p>"),
        base_folder=STATIC,
        attachments=[
            Attachment("b å.bin", content, "Ö", "application/octet-stream", datetime.now(UTC)),
            Attachment("a.txt", b"", "Tom", "text/plain"),
        ],
    )
    pdf = prepare(rendered, [])
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        files = {
            attachment.filename: attachment.get_file() for attachment in opened.attachments.values()
        }
        assert files["b å.bin"].read_bytes() == content
        assert files["a.txt"].read_bytes() == b""
