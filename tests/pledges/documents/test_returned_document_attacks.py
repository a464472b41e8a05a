"""Files given back that were tampered with.

That is before signing, afterwards, or by known attacks.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    NumberObject,
    PdfObject,
    StreamObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field

from pledges.documents.judgement import Refusal
from pledges.documents.report import Report
from pledges.documents.verify import examine
from tests.pledges.documents.certificates import Authority
from tests.pledges.documents.outside_service import LINE, refusal, sign_outside
from tests.pledges.documents.test_attacks import (
    Attack,
    add_a_page,
    add_a_text_field,
    attacked,
    change_the_language,
    change_what_a_screen_reader_says,
    cover_text_with_an_annotation,
    exchange_the_attached_file,
    form,
    move_the_first_stamp,
    page,
    rectangle,
    redraw_the_first_stamp,
    remove_a_page,
    replace_the_page,
    rewrite_the_page_in_place,
    run_a_script_on_opening,
    text,
)

# Changes that the signature covers: they were made before signing.


def swap_the_pages(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    kids = [pages["/Kids"].raw_get(index) for index in range(len(pages["/Kids"]))]
    pages[pdf_name("/Kids")] = ArrayObject(reversed(kids))
    writer.update_container(pages)


def attach_a_form_of_xfa(writer: IncrementalPdfFileWriter) -> None:
    fields = writer.root["/AcroForm"]
    fields[pdf_name("/XFA")] = writer.add_object(StreamObject(stream_data=b"<xdp/>"))
    writer.update_container(fields)
    writer.update_root()


def link_to_elsewhere(writer: IncrementalPdfFileWriter) -> None:
    action = DictionaryObject(
        {pdf_name("/S"): pdf_name("/URI"), pdf_name("/URI"): pdf_string("https://example.se")}
    )
    link = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Link"),
            pdf_name("/Rect"): rectangle(0, 0, 500, 700),
            pdf_name("/A"): action,
        }
    )
    shown = page(writer)
    shown[pdf_name("/Annots")] = ArrayObject(
        [*shown.get("/Annots", ArrayObject()), writer.add_object(link)]
    )
    writer.update_container(shown)


def retitle(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(DictionaryObject({pdf_name("/Title"): pdf_string("Ett annat löfte")}))


def redefine_a_font(writer: IncrementalPdfFileWriter) -> None:
    """Apply the shadow attack "replace".

    The codes in the text stay the same, and are drawn as other letters.
    """
    fonts = page(writer)["/Resources"]["/Font"]
    name = next(iter(fonts))
    fonts[name][pdf_name("/Encoding")] = DictionaryObject(
        {pdf_name("/Differences"): ArrayObject([NumberObject(48), pdf_name("/nine")])}
    )
    writer.update_container(fonts[name])


def cover_with_a_picture(writer: IncrementalPdfFileWriter) -> None:
    """Apply the shadow attack "hide".

    A drawing over the text is to be taken away after signing.
    """
    shown = page(writer)
    shown["/Resources"][pdf_name("/XObject")] = DictionaryObject(
        {pdf_name("/Over"): form(writer, b"Vi lovar allt")}
    )
    shown[pdf_name("/Contents")] = ArrayObject(
        [shown.raw_get("/Contents"), writer.add_object(StreamObject(stream_data=b"/Over Do"))]
    )
    writer.update_container(shown)


def bring_a_hidden_page(writer: IncrementalPdfFileWriter) -> None:
    """Apply the shadow attack "hide and replace".

    A second page of content that nothing refers to yet is brought along.
    """
    writer.add_object(
        DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Page"),
                pdf_name("/Contents"): writer.add_object(text(b"Vi lovar ingenting")),
                pdf_name("/MediaBox"): rectangle(0, 0, 595, 842),
            }
        )
    )


def embed_a_file(writer: IncrementalPdfFileWriter) -> None:
    files = writer.add_object(
        DictionaryObject({pdf_name("/Names"): ArrayObject([pdf_string("a"), DictionaryObject()])})
    )
    writer.root[pdf_name("/Names")] = DictionaryObject({pdf_name("/EmbeddedFiles"): files})
    writer.update_root()


def add_to_the_form(key: str, value: PdfObject) -> Attack:
    """Return the attack that adds a key to the form that nobody fills in."""

    def add(writer: IncrementalPdfFileWriter) -> None:
        fields = writer.root["/AcroForm"]
        fields[pdf_name(key)] = value
        writer.update_container(fields)
        writer.update_root()

    add.__name__ = f"add_{key}"
    return add


def add_to_the_catalogue(key: str, value: PdfObject) -> Attack:
    """Return the attack that adds a key to the catalogue."""

    def add(writer: IncrementalPdfFileWriter) -> None:
        writer.root[pdf_name(key)] = value
        writer.update_root()

    add.__name__ = f"catalogue_{key}"
    return add


def add_an_unseen_field(writer: IncrementalPdfFileWriter) -> None:
    append_signature_field(writer, SigFieldSpec("Reserv"))


COVERED: dict[Attack, set[Refusal]] = {
    replace_the_page: {Refusal.CONTENT},
    rewrite_the_page_in_place: {Refusal.CONTENT},
    exchange_the_attached_file: {Refusal.CONTENT},
    change_what_a_screen_reader_says: {Refusal.CONTENT},
    change_the_language: {Refusal.CONTENT},
    add_a_page: {Refusal.PAGES},
    remove_a_page: {Refusal.PAGES},
    swap_the_pages: {Refusal.PAGES},
    cover_text_with_an_annotation: {Refusal.ANNOTATION},
    link_to_elsewhere: {Refusal.ACTIVE},
    add_a_text_field: {Refusal.CONTENT},
    run_a_script_on_opening: {Refusal.ACTIVE},
    attach_a_form_of_xfa: {Refusal.ACTIVE},
    embed_a_file: {Refusal.ACTIVE},
    retitle: {Refusal.METADATA},
    redefine_a_font: {Refusal.CONTENT},
    cover_with_a_picture: {Refusal.CONTENT},
    bring_a_hidden_page: {Refusal.HIDDEN},
    move_the_first_stamp: {Refusal.CONTENT},
    redraw_the_first_stamp: {Refusal.CONTENT},
    add_an_unseen_field: {Refusal.EXTRA_FIELD},
    add_to_the_form("/NeedAppearances", BooleanObject(True)): {Refusal.CONTENT},
    add_to_the_form("/DR", DictionaryObject({pdf_name("/Font"): DictionaryObject()})): {
        Refusal.CONTENT
    },
    add_to_the_form("/DA", pdf_string("/Helv 12 Tf")): {Refusal.CONTENT},
    add_to_the_form("/Q", NumberObject(2)): {Refusal.CONTENT},
    add_to_the_catalogue("/Version", pdf_name("/9.9")): {Refusal.CONTENT},
    add_to_the_catalogue("/MarkInfo", DictionaryObject()): {Refusal.CONTENT},
    add_to_the_catalogue("/NeedsRendering", BooleanObject(True)): {Refusal.CONTENT},
    add_to_the_catalogue("/Extensions", DictionaryObject({pdf_name("/EVIL"): pdf_name("/x")})): {
        Refusal.CONTENT
    },
    add_to_the_catalogue("/Perms", DictionaryObject({pdf_name("/UR3"): DictionaryObject()})): {
        Refusal.CONTENT
    },
}


def _examined(pdf: bytes, outside: Authority) -> Report:
    return examine(
        pdf,
        trust_roots=[outside.trust_root],
        expected_fields=["Signature1"],
        spare_fields=[LINE, "signature-2"],
    )


def test_a_document_that_was_only_signed_is_genuine(prepared: bytes, outside: Authority) -> None:
    assert _examined(sign_outside(prepared, outside.backend("Anna")), outside).is_genuine


@pytest.mark.parametrize("attack", COVERED, ids=lambda attack: attack.__name__)
def test_what_was_changed_before_signing_is_refused_though_it_is_signed(
    attack: Attack, prepared: bytes, outside: Authority
) -> None:
    changed = attacked(prepared, attack)
    after = sign_outside(changed, outside.backend("Anna"))
    assert refusal(prepared, after, outside) in COVERED[attack]
    # The examination by itself, which knows nothing of what was given out, is not deceived either.
    assert not _examined(after, outside).is_genuine


def test_a_form_value_swapped_before_signing_is_refused(
    prepared: bytes, outside: Authority
) -> None:
    def value(writer: IncrementalPdfFileWriter) -> None:
        other = writer.root["/AcroForm"]["/Fields"][1]
        other[pdf_name("/V")] = pdf_string("Undertecknat")
        other[pdf_name("/AP")] = DictionaryObject({pdf_name("/N"): form(writer, b"Undertecknat")})
        writer.update_container(other)

    after = sign_outside(attacked(prepared, value), outside.backend("Anna"))
    assert refusal(prepared, after, outside) is not None


# Changes after signing.

AFTERWARDS = [
    replace_the_page,
    rewrite_the_page_in_place,
    add_a_page,
    swap_the_pages,
    cover_text_with_an_annotation,
    run_a_script_on_opening,
    redefine_a_font,
    bring_a_hidden_page,
    retitle,
]


@pytest.mark.parametrize("attack", AFTERWARDS, ids=lambda attack: attack.__name__)
def test_what_was_added_after_signing_is_refused(
    attack: Attack, prepared: bytes, outside: Authority
) -> None:
    after = attacked(sign_outside(prepared, outside.backend("Anna")), attack)
    assert refusal(prepared, after, outside) is not None
    assert not _examined(after, outside).is_genuine


@pytest.mark.parametrize("level", [MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE])
def test_annotations_and_stamps_after_a_certifying_signature_are_refused(
    prepared: bytes, outside: Authority, level: MDPPerm
) -> None:
    certified = sign_outside(prepared, outside.backend("Anna"), certify=level)
    assert refusal(prepared, certified, outside) is None
    # Evil Annotation Attack.
    annotated = attacked(certified, cover_text_with_an_annotation)
    assert refusal(prepared, annotated, outside) is Refusal.ANNOTATION
    # Sneaky Signature Attack: a further signature whose stamp covers the text.
    covered = sign_outside(
        certified, outside.backend("Bus"), field="Signature2", box=(0, 0, 500, 700)
    )
    assert refusal(prepared, covered, outside) is Refusal.SEVERAL


def test_a_stamp_over_the_text_is_refused(prepared: bytes, outside: Authority) -> None:
    after = sign_outside(prepared, outside.backend("Anna"), box=(50, 50, 500, 700))
    assert refusal(prepared, after, outside) is Refusal.STAMP_ELSEWHERE


def test_somebody_elses_line_is_refused(prepared: bytes, outside: Authority) -> None:
    after = sign_outside(prepared, outside.backend("Anna"), field="signature-2")
    assert refusal(prepared, after, outside) is Refusal.OTHER_LINE


def test_bytes_behind_the_end_are_refused(prepared: bytes, outside: Authority) -> None:
    after = sign_outside(prepared, outside.backend("Anna"))
    assert refusal(prepared, after + b"\nVi lovar ingenting\n%%EOF\n", outside) is not None


# Forged signatures.


def within(pdf: bytes, key: bytes, end: bytes, put: Callable[[bytes], bytes]) -> bytes:
    """Return `pdf` with the last value of `key` changed.

    The value goes on to `end`; the new one has its length.
    """
    start = pdf.rindex(key) + len(key)
    stop = pdf.index(end, start)
    value = put(pdf[start:stop])
    return pdf[:start] + value[: stop - start].ljust(stop - start) + pdf[stop:]


FORGED: dict[str, Callable[[bytes], bytes]] = {
    "no ByteRange": lambda pdf: (
        pdf[: pdf.rindex(b"/ByteRange")] + b"/ByteRung_" + pdf[pdf.rindex(b"/ByteRange") + 10 :]
    ),
    "ByteRange null": lambda pdf: within(pdf, b"/ByteRange ", b"/Type", lambda _: b"null "),
    "ByteRange of zeros": lambda pdf: within(pdf, b"/ByteRange [", b"]", lambda _: b"0 0 0 0"),
    "ByteRange with minus": lambda pdf: within(
        pdf, b"/ByteRange [", b"]", lambda was: b"0 -1 " + b" ".join(was.split()[2:])
    ),
    "ByteRange of nothing": lambda pdf: within(pdf, b"/ByteRange [", b"]", lambda _: b""),
    "ByteRange over all": lambda pdf: within(
        pdf, b"/ByteRange [", b"]", lambda _: b"0 %d %d 0" % (len(pdf), len(pdf))
    ),
    "no Contents": lambda pdf: (
        pdf[: pdf.rindex(b"/Contents <")] + b"/Cuntents" + pdf[pdf.rindex(b"/Contents <") + 9 :]
    ),
    "Contents empty": lambda pdf: within(pdf, b"/Contents <", b">", lambda _: b""),
    "Contents of zeros": lambda pdf: within(pdf, b"/Contents <", b">", lambda was: b"0" * len(was)),
    "Contents of junk": lambda pdf: within(pdf, b"/Contents <", b">", lambda was: b"3" * len(was)),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_universal_forgery_is_refused(name: str, prepared: bytes, outside: Authority) -> None:
    forged = FORGED[name](sign_outside(prepared, outside.backend("Anna")))
    assert not _examined(forged, outside).is_genuine
    assert refusal(prepared, forged, outside) in {
        Refusal.UNREADABLE,
        Refusal.BROKEN,
        Refusal.PARTIAL,
        Refusal.DAMAGED,
    }


def test_incremental_saving_with_a_copied_signature_is_refused(
    prepared: bytes, outside: Authority
) -> None:
    def change_and_copy(writer: IncrementalPdfFileWriter) -> None:
        replace_the_page(writer)
        fields = writer.root["/AcroForm"]["/Fields"]
        widget = fields[len(fields) - 1]
        widget[pdf_name("/V")] = writer.add_object(DictionaryObject(widget["/V"]))
        writer.update_container(widget)

    after = attacked(sign_outside(prepared, outside.backend("Anna")), change_and_copy)
    assert refusal(prepared, after, outside) is not None


def test_incremental_saving_without_cross_references_is_refused(
    prepared: bytes, outside: Authority
) -> None:
    after = sign_outside(prepared, outside.backend("Anna"))
    body = b"\n9 0 obj\n<</Type/Catalog>>\nendobj\n"
    for tail in (b"%%EOF\n", b"trailer\n<</Root 9 0 R>>\n%%EOF\n", b"startxref\n0\n%%EOF\n"):
        assert refusal(prepared, after + body + tail, outside) is not None


def test_wrapping_a_signature_in_a_second_byte_range_is_refused(
    prepared: bytes, outside: Authority
) -> None:
    after = sign_outside(prepared, outside.backend("Anna"))
    start = after.rindex(b"/ByteRange [") + len(b"/ByteRange [")
    numbers = [int(n) for n in after[start : after.index(b"]", start)].split()]
    tail = after[numbers[2] :]
    for padding in (64, 4096):
        # The signed end is moved on; in the room there is content that was never signed.
        room = b"\n9 0 obj <</Type /Catalog>> endobj".ljust(padding)
        moved = after[: numbers[2]] + room + tail
        wrapped = within(
            moved,
            b"/ByteRange [",
            b"]",
            lambda _, p=padding: b"0 %d %d %d" % (numbers[1], numbers[2] + p, numbers[3]),
        )
        assert refusal(prepared, wrapped, outside) is not None
    twice = after.replace(b"/ByteRange [", b"/ByteRange [0 1 2 3]/ByteRange [")
    assert refusal(prepared, twice, outside) is not None
