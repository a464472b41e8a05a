"""Attempts to change what a signed document shows.

They are made so that its signatures don't tell.

Each one appends an incremental update, so that the signed bytes stay as they were (the "incremental
saving" and "shadow" attacks of Mladenov et al., ACM CCS 2019 and NDSS 2021).
"""

import contextlib
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    pdf_date,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from pledges.documents.demo_authority import DemoAuthority
from pledges.documents.errors import SigningError
from pledges.documents.report import Change, Fault, Report, TrustRoot
from pledges.documents.signing import sign
from tests.pledges.documents.certificates import authority
from tests.pledges.documents.samples import backend, report, signed, stamp

Attack = Callable[[IncrementalPdfFileWriter], None]


def attacked(pdf: bytes, attack: Attack) -> bytes:
    """Return `pdf` with an attacker's update behind it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    attack(writer)
    output = io.BytesIO()
    writer.write(output)
    assert output.getvalue().startswith(pdf)
    assert len(output.getvalue()) > len(pdf)
    return output.getvalue()


def page(writer: IncrementalPdfFileWriter, number: int = 0) -> DictionaryObject:
    result: DictionaryObject = writer.root["/Pages"]["/Kids"][number]
    return result


def field(writer: IncrementalPdfFileWriter, number: int) -> DictionaryObject:
    result: DictionaryObject = writer.root["/AcroForm"]["/Fields"][number]
    return result


def text(content: bytes) -> StreamObject:
    return StreamObject(stream_data=b"BT /F1 20 Tf 100 700 Td (%b) Tj ET" % content)


def rectangle(*corners: int) -> ArrayObject:
    return ArrayObject(FloatObject(corner) for corner in corners)


def form(writer: IncrementalPdfFileWriter, content: bytes) -> Any:
    drawn = text(content)
    drawn[pdf_name("/Type")] = pdf_name("/XObject")
    drawn[pdf_name("/Subtype")] = pdf_name("/Form")
    drawn[pdf_name("/BBox")] = rectangle(0, 0, 200, 60)
    return writer.add_object(drawn)


def replace_the_page(writer: IncrementalPdfFileWriter) -> None:
    shown = page(writer)
    shown[pdf_name("/Contents")] = writer.add_object(text(b"Vi lovar ingenting"))
    writer.update_container(shown)


def rewrite_the_page_in_place(writer: IncrementalPdfFileWriter) -> None:
    stream = page(writer)["/Contents"]
    stream._data = b"BT (Vi lovar ingenting) Tj ET"
    stream._encoded_data = None
    writer.update_container(stream)


def cover_text_with_an_annotation(writer: IncrementalPdfFileWriter) -> None:
    note = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): rectangle(50, 650, 500, 750),
            pdf_name("/Contents"): pdf_string("Vi lovar ingenting"),
            pdf_name("/DA"): pdf_string("/Helv 12 Tf"),
        }
    )
    shown = page(writer)
    shown[pdf_name("/Annots")] = ArrayObject(
        [*shown.get("/Annots", ArrayObject()), writer.add_object(note)]
    )
    writer.update_container(shown)


def add_a_page(writer: IncrementalPdfFileWriter) -> None:
    writer.insert_page(
        PageObject(contents=writer.add_object(text(b"Tillagd sida")), media_box=(0, 0, 595, 842))
    )


def remove_a_page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages[pdf_name("/Kids")] = ArrayObject([pages["/Kids"].raw_get(0)])
    pages[pdf_name("/Count")] = NumberObject(1)
    writer.update_container(pages)


def add_a_text_field(writer: IncrementalPdfFileWriter) -> None:
    added = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): pdf_string("extra"),
            pdf_name("/V"): pdf_string("Vi lovar ingenting"),
            pdf_name("/Rect"): rectangle(50, 650, 500, 750),
        }
    )
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(writer.add_object(added))
    writer.update_container(fields)
    writer.update_root()


def redraw_the_first_stamp(writer: IncrementalPdfFileWriter) -> None:
    widget = field(writer, 0)
    widget[pdf_name("/AP")] = DictionaryObject(
        {pdf_name("/N"): form(writer, b"Undertecknat av nagon annan")}
    )
    writer.update_container(widget)


def rewrite_the_first_stamp_in_place(writer: IncrementalPdfFileWriter) -> None:
    stream = field(writer, 0)["/AP"]["/N"]
    stream._data = b"BT (Undertecknat av nagon annan) Tj ET"
    stream._encoded_data = None
    writer.update_container(stream)


def move_the_first_stamp(writer: IncrementalPdfFileWriter) -> None:
    widget = field(writer, 0)
    widget[pdf_name("/Rect")] = rectangle(50, 650, 500, 750)
    writer.update_container(widget)


def hide_the_first_stamp(writer: IncrementalPdfFileWriter) -> None:
    widget = field(writer, 0)
    widget[pdf_name("/F")] = NumberObject(2)
    writer.update_container(widget)


def take_the_first_signature_away(writer: IncrementalPdfFileWriter) -> None:
    widget = field(writer, 0)
    del widget["/V"]
    writer.update_container(widget)


def rewrite_the_first_signature(writer: IncrementalPdfFileWriter) -> None:
    value = field(writer, 0)["/V"]
    value[pdf_name("/Name")] = pdf_string("Någon annan")
    writer.update_container(value)


def change_what_a_screen_reader_says(writer: IncrementalPdfFileWriter) -> None:
    tree = writer.root["/StructTreeRoot"]
    tree[pdf_name("/RoleMap")] = DictionaryObject({pdf_name("/H1"): pdf_name("/P")})
    writer.update_container(tree)


def change_the_language(writer: IncrementalPdfFileWriter) -> None:
    writer.root[pdf_name("/Lang")] = pdf_string("en")
    writer.update_root()


def run_a_script_on_opening(writer: IncrementalPdfFileWriter) -> None:
    writer.root[pdf_name("/OpenAction")] = DictionaryObject(
        {pdf_name("/S"): NameObject("/JavaScript"), pdf_name("/JS"): pdf_string("app.alert(1)")}
    )
    writer.update_root()


def exchange_the_attached_file(writer: IncrementalPdfFileWriter) -> None:
    file = writer.root["/AF"][0]["/EF"]["/F"]
    file._data = b"titel = 'Ett annat'"
    file._encoded_data = None
    writer.update_container(file)


def open_the_rules(writer: IncrementalPdfFileWriter) -> None:
    del writer.root["/Perms"]
    writer.update_root()


ATTACKS = [
    replace_the_page,
    rewrite_the_page_in_place,
    cover_text_with_an_annotation,
    add_a_page,
    remove_a_page,
    add_a_text_field,
    redraw_the_first_stamp,
    rewrite_the_first_stamp_in_place,
    move_the_first_stamp,
    hide_the_first_stamp,
    rewrite_the_first_signature,
    change_what_a_screen_reader_says,
    change_the_language,
    run_a_script_on_opening,
    exchange_the_attached_file,
    open_the_rules,
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_change_after_both_signatures_is_not_permitted(
    attack: Attack, twice: bytes, roots: list[TrustRoot]
) -> None:
    examined = report(attacked(twice, attack), roots)
    assert_forbidden(examined)
    assert examined.changed_after_last_signature is Change.OTHER


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_change_between_the_signatures_is_not_covered_up_by_the_second(
    attack: Attack, once: bytes, demo: DemoAuthority, roots: list[TrustRoot]
) -> None:
    changed = attacked(once, attack)
    # Some changes make signing impossible, which is as good.
    with contextlib.suppress(SigningError):
        changed = signed(changed, 2, backend(demo, "Bo", "Polis"), first=False)
    assert_forbidden(report(changed, roots))


def assert_forbidden(examined: Report) -> None:
    """Fail unless the first signature forbids what came after it.

    It is there, and says that what came after is not permitted.
    """
    assert not examined.is_genuine
    if examined.problem is None:
        first = next(
            signature for signature in examined.signatures if signature.field == "signature-1"
        )
        assert not first.is_genuine
        assert first.fault is not None or not (first.change_permitted and first.intact)


def test_taking_a_signature_away_is_seen(twice: bytes, roots: list[TrustRoot]) -> None:
    examined = report(attacked(twice, take_the_first_signature_away), roots)
    assert examined.empty_fields == ("signature-1",)
    (second,) = examined.signatures
    assert not second.is_genuine
    assert not examined.is_genuine


def test_metadata_rewritten_after_the_last_signature_is_not_permitted(
    twice: bytes, roots: list[TrustRoot]
) -> None:
    def retitle(writer: IncrementalPdfFileWriter) -> None:
        metadata = writer.root["/Metadata"]
        metadata._data = metadata.data.replace("Medborgarlöfte".encode(), b"Annat lofte")
        metadata._encoded_data = None
        writer.update_container(metadata)
        writer.set_info(
            DictionaryObject(
                {
                    pdf_name("/Title"): pdf_string("Annat"),
                    pdf_name("/ModDate"): pdf_date(datetime.now(UTC)),
                }
            )
        )

    examined = report(attacked(twice, retitle), roots)
    assert examined.changed_after_last_signature is Change.OTHER
    assert not examined.is_genuine


def test_a_stamp_without_a_signature_is_not_permitted(once: bytes, roots: list[TrustRoot]) -> None:
    def stamp_the_empty_field(writer: IncrementalPdfFileWriter) -> None:
        widget = field(writer, 1)
        widget[pdf_name("/AP")] = DictionaryObject(
            {pdf_name("/N"): form(writer, b"Undertecknat av Bo")}
        )
        writer.update_container(widget)

    examined = report(attacked(once, stamp_the_empty_field), roots)
    assert examined.empty_fields == ("signature-2",)
    assert not examined.signatures[0].change_permitted
    assert not examined.is_genuine


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"/SubFilter": "/Egen.form", "/Filter": "/Adobe.PPKLite"}, Fault.UNSUPPORTED),
        ({"/SubFilter": "/ETSI.CAdES.detached"}, Fault.UNREADABLE),
        ({}, Fault.UNSUPPORTED),
    ],
)
def test_a_field_that_only_looks_signed_is_not_passed_over(
    value: dict[str, str], fault: Fault, once: bytes, roots: list[TrustRoot]
) -> None:
    def pretend(writer: IncrementalPdfFileWriter) -> None:
        widget = field(writer, 1)
        widget[pdf_name("/V")] = writer.add_object(
            DictionaryObject({pdf_name(key): pdf_name(item) for key, item in value.items()})
        )
        widget[pdf_name("/AP")] = DictionaryObject(
            {pdf_name("/N"): form(writer, b"Undertecknat av Bo")}
        )
        writer.update_container(widget)

    examined = report(attacked(once, pretend), roots)
    assert [signature.fault for signature in examined.signatures] == [None, fault]
    assert examined.empty_fields == ()
    assert not examined.is_genuine


def test_a_stranger_who_signs_a_third_field_is_named(twice: bytes, roots: list[TrustRoot]) -> None:
    def add_field(writer: IncrementalPdfFileWriter) -> None:
        append_signature_field(writer, SigFieldSpec("extra", on_page=0, box=(50, 650, 250, 750)))

    pdf = sign(
        attacked(twice, add_field),
        field_name="extra",
        backend=authority().backend("Främling"),
        first=False,
        signer_name="Främling",
        reason="Bus",
        location=None,
        stamp=stamp("Främling"),
    )
    examined = report(pdf, roots)
    assert examined.unexpected_fields == ("extra",)
    assert not examined.is_genuine


def test_bytes_hidden_beside_the_signature_are_found(once: bytes, roots: list[TrustRoot]) -> None:
    # The digest leaves out what stands between < and >; nothing else may hide there.
    start = once.rindex(b"/Contents <") + len(b"/Contents <")
    end = once.index(b">", start)
    for hidden in (b"> /Evil (text) <", b"\n" * 16, b"zz" * 8):
        changed = once[: end - 16] + hidden + once[end:]
        assert len(changed) == len(once)
        assert not any(signature.is_genuine for signature in report(changed, roots).signatures)


def test_a_byte_range_that_leaves_out_more_is_not_genuine(
    once: bytes, roots: list[TrustRoot]
) -> None:
    start = once.rindex(b"/ByteRange [") + len(b"/ByteRange [")
    end = once.index(b"]", start)
    numbers = once[start:end].split()
    for forged in (
        [b"0", b"0", numbers[2], numbers[3]],
        [numbers[0], numbers[1], numbers[2], b"0"],
        [b"1", numbers[1], numbers[2], numbers[3]],
        [b"0", b"-1", numbers[2], numbers[3]],
    ):
        changed = once[:start] + b" ".join(forged).ljust(end - start) + once[end:]
        assert not any(signature.is_genuine for signature in report(changed, roots).signatures)
