"""A file signed outside is taken when it is our document, signed.

It must be nothing else.

The attacks are those of the published research, turned on the way back: "1 Trillion Dollar Refund"
(Mladenov et al., ACM CCS 2019: universal forgery, incremental saving, wrapping), "Shadow Attacks"
(Mainka et al., NDSS 2021: hide, replace, hide and replace) and "Breaking the Specification"
(Rohlmann et al., IEEE S&P 2021: what may be added after a certifying signature).
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pikepdf
import pytest
from asn1crypto import crl as asn1_crl
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.generic import (
    DictionaryObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    InvisSigSettings,
    MDPPerm,
)
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.stamp import TextStampStyle

from pledges.documents.judgement import Judgement, Refusal, outer_refusal
from pledges.documents.report import TrustRoot
from pledges.documents.returned_document import judge
from pledges.documents.sandbox import judge_in_sandbox
from tests.pledges.documents.certificates import Authority, authority
from tests.pledges.documents.outside_service import LINE, MADE_AT, judged, refusal, sign_outside
from tests.pledges.documents.samples import signed
from tests.pledges.documents.test_attacks import attacked, change_the_language, open_the_rules
from tests.verapdf import failed_rules

# What is taken.


@pytest.mark.parametrize("field", ["Signature1", LINE])
def test_a_signature_in_ones_own_line_or_in_a_new_field_is_taken(
    prepared: bytes, outside: Authority, field: str
) -> None:
    judgement = judged(
        prepared, sign_outside(prepared, outside.backend("Anna"), field=field), outside
    )
    assert judgement.refusal is None
    assert judgement.signature is not None
    assert judgement.signature.field == field
    assert judgement.signature.signer is not None
    assert judgement.signature.signer.common_name == "Anna"


LETTERS = TextStampStyle(stamp_text="Signerat", background=None)


@pytest.mark.parametrize(
    ("field", "options", "taken"),
    [
        (LINE, {}, True),
        # Letters whose typeface doesn't come along.
        (LINE, {"style": LETTERS}, False),
        # A field that no screen reader finds.
        ("Signature1", {"box": "on the line"}, False),
        # One that can't be printed.
        ("Signature1", {"invisibly": InvisSigSettings(set_hidden_flag=True)}, False),
        ("Signature1", {"invisibly": InvisSigSettings(box_out_of_bounds=True)}, True),
    ],
)
def test_a_stamp_is_taken_if_the_document_still_conforms(
    prepared: bytes, outside: Authority, field: str, options: dict[str, Any], taken: bool
) -> None:
    with pikepdf.open(io.BytesIO(prepared)) as pdf:
        line = pdf.Root.AcroForm.Fields[0]
        number = next(n for n, p in enumerate(pdf.pages) if p.objgen == line.P.objgen)
        left, bottom, *_ = (int(coordinate) for coordinate in line.Rect)
    if "box" in options:
        options = {"box": (left + 2, bottom + 2, left + 100, bottom + 30), "page": number}
    after = sign_outside(prepared, outside.backend("Anna"), field=field, **options)
    assert refusal(prepared, after, outside) is (None if taken else Refusal.CONFORMITY)
    faults = [*failed_rules(after, "ua1"), *failed_rules(after, "3a")]
    assert (not faults) is taken, faults


def test_the_second_to_sign_may_sign_outside_after_a_certifying_signature(
    once: bytes, outside: Authority, roots: list[TrustRoot]
) -> None:
    after = sign_outside(once, outside.backend("Bo"), field="signature-2")
    judgement = judge(
        once,
        after,
        trust_roots=[*roots, outside.trust_root],
        own_field="signature-2",
        earlier_fields=["signature-1"],
        later_fields=[],
        made_at=MADE_AT,
    )
    assert judgement.refusal is None


def test_revocation_lists_and_certificates_added_afterwards_are_taken(
    prepared: bytes, outside: Authority
) -> None:
    after = sign_outside(prepared, outside.backend("Anna"))
    assert refusal(prepared, with_list(after, a_list(outside, [])), outside) is None


def test_a_change_of_the_time_of_change_is_taken(prepared: bytes, outside: Authority) -> None:
    def touch(writer: IncrementalPdfFileWriter) -> None:
        writer.set_info(
            DictionaryObject(
                {
                    **writer.prev.trailer_view["/Info"],
                    pdf_name("/ModDate"): pdf_string("D:20261201120000Z"),
                }
            )
        )

    after = sign_outside(attacked(prepared, touch), outside.backend("Anna"))
    assert refusal(prepared, after, outside) is None


def test_the_sandbox_says_the_same(prepared: bytes, outside: Authority) -> None:
    after = sign_outside(prepared, outside.backend("Anna"))
    asked: dict[str, Any] = {
        "trust_roots": [outside.trust_root],
        "own_field": LINE,
        "earlier_fields": [],
        "later_fields": ["signature-2"],
        "made_at": MADE_AT,
    }
    judgement = judge_in_sandbox(prepared, after, **asked)
    assert judgement == judged(prepared, after, outside)
    assert judgement.signature is not None
    stranger = sign_outside(prepared, authority().backend("Anna"))
    assert judge_in_sandbox(prepared, stranger, **asked).refusal is Refusal.UNTRUSTED


# What isn't signed, or isn't ours.


def test_the_document_as_it_was_fetched_is_not_signed(prepared: bytes, outside: Authority) -> None:
    assert refusal(prepared, prepared, outside) is Refusal.UNSIGNED
    assert refusal(prepared, prepared + b"\n%%EOF\n", outside) is Refusal.DAMAGED
    changed = attacked(prepared, change_the_language)
    assert refusal(prepared, changed, outside) is Refusal.UNSIGNED


def test_a_document_of_another_pledge_is_told_apart(
    prepared: bytes, outside: Authority, rendered: Any
) -> None:
    with pikepdf.open(io.BytesIO(prepared)) as pdf:
        pdf.docinfo["/Title"] = "Ett annat"
        del pdf.trailer["/ID"]
        output = io.BytesIO()
        pdf.save(output)
    other = output.getvalue()
    assert refusal(prepared, other, outside) is Refusal.OTHER_DOCUMENT
    after = sign_outside(other, outside.backend("Anna"))
    assert refusal(prepared, after, outside) is Refusal.OTHER_DOCUMENT


def test_a_document_that_was_written_anew_is_refused(prepared: bytes, outside: Authority) -> None:
    def rewritten(change: Callable[[pikepdf.Pdf], None]) -> bytes:
        with pikepdf.open(io.BytesIO(prepared)) as pdf:
            change(pdf)
            output = io.BytesIO()
            # The first half of the file's own identifier stays what it was.
            pdf.save(output)
        return sign_outside(output.getvalue(), outside.backend("Anna"))

    def other_text(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Contents = pdf.make_stream(b"BT (Vi lovar ingenting) Tj ET")

    def other_order(pdf: pikepdf.Pdf) -> None:
        pdf.pages.reverse()

    def one_more(pdf: pikepdf.Pdf) -> None:
        pdf.add_blank_page()

    def one_less(pdf: pikepdf.Pdf) -> None:
        del pdf.pages[0]

    for change in (other_text, other_order, one_more, one_less):
        assert refusal(prepared, rewritten(change), outside) is Refusal.REWRITTEN


def test_a_document_of_an_earlier_step_is_told_apart(
    prepared: bytes, once: bytes, outside: Authority
) -> None:
    assert outer_refusal(prepared, once, [prepared]) is Refusal.EARLIER_STEP
    stale = sign_outside(prepared, outside.backend("Bo"), field="signature-2")
    assert outer_refusal(stale, once, [prepared]) is Refusal.EARLIER_STEP


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_was_broken_off_is_refused(
    prepared: bytes, outside: Authority, share: float
) -> None:
    after = sign_outside(prepared, outside.backend("Anna"))
    cut = len(prepared) + int((len(after) - len(prepared)) * share)
    assert refusal(prepared, after[:cut], outside) in {
        Refusal.TRUNCATED,
        Refusal.DAMAGED,
        Refusal.UNSIGNED,
    }
    assert refusal(prepared, prepared[: int(len(prepared) * share)], outside) is Refusal.TRUNCATED


def test_what_is_no_pdf_is_refused(prepared: bytes, outside: Authority) -> None:
    assert refusal(prepared, b"", outside) is Refusal.EMPTY
    assert refusal(prepared, b"\x89PNG\r\n\x1a\n" + bytes(5000), outside) is Refusal.NOT_PDF
    assert refusal(prepared, b"%PDF-1.7 nonsense %%EOF", outside) is Refusal.DAMAGED
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(prepared)) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(owner="a", user=""))
    assert refusal(prepared, output.getvalue(), outside) is Refusal.ENCRYPTED


# Cross-references.


def test_cross_references_that_lead_elsewhere_are_refused(
    prepared: bytes, outside: Authority
) -> None:
    after = sign_outside(prepared, outside.backend("Anna"))
    added = after[len(prepared) :]
    last = int(after[after.rindex(b"startxref") + 9 :].split()[0])
    was = int(prepared[prepared.rindex(b"startxref") + 9 :].split()[0])
    assert str(was).encode() in added
    # /Prev leads past our own table, so that all before is read anew.
    for position in (0, was - 1, last):
        moved = after[: len(prepared)] + added.replace(b"/Prev %d" % was, b"/Prev %d" % position, 1)
        assert refusal(prepared, moved, outside) is not None
    # An object of the update that is looked up among the old bytes.
    reader = PdfFileReader(io.BytesIO(after))
    at = reader.xrefs[reader.trailer_view.raw_get("/Root").reference]
    old = prepared.index(b" obj") - 1
    table = after[last:]
    begins, ends = table.index(b"stream\n") + 7, table.rindex(b"\nendstream")
    places = zlib.decompress(table[begins:ends])
    assert places.count(int(at).to_bytes(8, "big")) == 1
    packed = zlib.compress(places.replace(int(at).to_bytes(8, "big"), old.to_bytes(8, "big")))
    head = re.sub(rb"/Length \d+", b"/Length %d" % len(packed), table[:begins])
    moved = after[:last] + head + packed + table[ends:]
    assert refusal(prepared, moved, outside) is Refusal.CROSS_REFERENCES


def test_a_new_table_that_points_into_the_old_bytes_is_refused(
    prepared: bytes, outside: Authority
) -> None:
    reader = PdfFileReader(io.BytesIO(prepared))
    fonts = [
        ref
        for ref in reader.xrefs.explicit_refs_in_revision(0)
        if isinstance(reader.xrefs[ref], int)
    ]
    one, other = fonts[0], fonts[1]
    # An object of the document, looked up where another one lies.
    table = (
        b"%d 0 obj\n<</Type/XRef/W[1 8 2]/Index[%d 1]/Size %d/Root %d 0 R/Prev %d/Length 11>>"
        % (
            reader.trailer_view["/Size"],
            one.idnum,
            reader.trailer_view["/Size"] + 1,
            reader.trailer_view.raw_get("/Root").idnum,
            int(prepared[prepared.rindex(b"startxref") + 9 :].split()[0]),
        )
    )
    entry = b"\x01" + int(reader.xrefs[other]).to_bytes(8, "big") + b"\x00\x00"
    at = len(prepared) + 1
    pointing = prepared + b"\n" + table + b"\nstream\n" + entry + b"\nendstream\nendobj\n"
    pointing += b"startxref\n%d\n%%%%EOF\n" % at
    reason = refusal(prepared, pointing, outside)
    assert reason in {Refusal.CROSS_REFERENCES, Refusal.DAMAGED}


# Whose signature it is.


def test_a_strangers_signature_is_refused(prepared: bytes, outside: Authority) -> None:
    stranger = authority("Tjänstens utfärdare")  # of the same name, with another key
    after = sign_outside(prepared, stranger.backend("Anna"))
    assert refusal(prepared, after, outside) is Refusal.UNTRUSTED


def test_a_certificate_for_something_else_is_refused(prepared: bytes, outside: Authority) -> None:
    after = sign_outside(prepared, outside.backend("Anna", non_repudiation=False))
    assert refusal(prepared, after, outside) is Refusal.UNTRUSTED


def test_a_certificate_outside_its_time_is_refused(prepared: bytes, outside: Authority) -> None:
    now = datetime.now(UTC)
    expired = outside.backend("Anna", valid_to=now - timedelta(minutes=1))
    coming = outside.backend("Anna", valid_from=now + timedelta(days=1))
    assert refusal(prepared, sign_outside(prepared, expired), outside) is Refusal.EXPIRED
    assert refusal(prepared, sign_outside(prepared, coming), outside) is Refusal.NOT_YET_VALID


def a_list(root: Authority, revoked: list[int]) -> asn1_crl.CertificateList:
    """Return a revocation list of an authority, of today."""
    now = datetime.now(UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(now - timedelta(hours=1))
        .next_update(now + timedelta(days=7))
    )
    for number in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(number)
            .revocation_date(now - timedelta(days=1))
            .build()
        )
    made = builder.sign(root.key, hashes.SHA256())
    return asn1_crl.CertificateList.load(made.public_bytes(Encoding.DER))


def with_list(pdf: bytes, revocations: asn1_crl.CertificateList) -> bytes:
    """Return `pdf` with a revocation list in its security store.

    Services add it likewise.
    """
    output = io.BytesIO(pdf)
    DocumentSecurityStore.add_dss(output, None, crls=[revocations])
    return output.getvalue()


def test_a_certificate_that_the_file_says_is_revoked_is_refused(
    prepared: bytes, outside: Authority
) -> None:
    key = outside.backend("Anna")
    certificate = key.signer().signing_cert
    assert certificate is not None
    after = sign_outside(prepared, key)
    assert refusal(prepared, after, outside) is None
    revoked = with_list(after, a_list(outside, [certificate.serial_number]))
    assert refusal(prepared, revoked, outside) is Refusal.REVOKED
    others = with_list(after, a_list(outside, [certificate.serial_number + 1]))
    assert refusal(prepared, others, outside) is None


def test_a_signature_from_before_the_document_or_from_tomorrow_is_refused(
    prepared: bytes, outside: Authority
) -> None:
    after = sign_outside(prepared, outside.backend("Anna"))
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert refusal(prepared, after, outside, made_at=tomorrow) is Refusal.WRONG_TIME
    yesterday = datetime.now(UTC) - timedelta(days=1)
    assert refusal(prepared, after, outside, now=yesterday) is Refusal.WRONG_TIME


def test_a_signature_that_locks_the_others_out_is_refused(
    prepared: bytes, outside: Authority
) -> None:
    key = outside.backend("Anna")
    closed = sign_outside(prepared, key, certify=MDPPerm.NO_CHANGES)
    assert refusal(prepared, closed, outside) is Refusal.LOCKS
    assert refusal(prepared, closed, outside, later_fields=[]) is None
    locks = FieldMDPSpec(FieldMDPAction.ALL)
    assert refusal(prepared, sign_outside(prepared, key, locks=locks), outside) is Refusal.LOCKS


def test_a_broken_earlier_signature_is_told(
    once: bytes, outside: Authority, roots: list[TrustRoot]
) -> None:
    after = sign_outside(once, outside.backend("Bo"), field="signature-2")
    # The first one's authority is not trusted here.
    judgement = judged(
        once,
        after,
        outside,
        own_field="signature-2",
        earlier_fields=["signature-1"],
        later_fields=[],
    )
    assert judgement.refusal is Refusal.EARLIER_BROKEN
    loosened = attacked(once, open_the_rules)
    later = sign_outside(loosened, outside.backend("Bo"), field="signature-2")
    assert (
        judge(
            once,
            later,
            trust_roots=[*roots, outside.trust_root],
            own_field="signature-2",
            earlier_fields=["signature-1"],
            later_fields=[],
            made_at=MADE_AT,
        ).refusal
        is not None
    )


def test_a_judgement_survives_the_way_out_of_the_sandbox() -> None:
    for refusal_ in Refusal:
        assert Judgement.from_dict(Judgement(refusal_).to_dict()) == Judgement(refusal_)
    assert replace(Judgement(), refusal=Refusal.EMPTY).signature is None


def test_who_comes_later_still_signs_with_a_key(
    prepared: bytes, outside: Authority, demo: Any, roots: list[TrustRoot]
) -> None:
    from pledges.documents.verify import examine
    from tests.pledges.documents.samples import backend

    after = sign_outside(prepared, outside.backend("Anna"))
    both = signed(after, 2, backend(demo, "Bo", "Polis"), first=False)
    examined = examine(
        both,
        trust_roots=[*roots, outside.trust_root],
        expected_fields=["Signature1", "signature-2"],
        spare_fields=["signature-1"],
    )
    assert [signature.is_genuine for signature in examined.signatures] == [True, True]
    assert examined.is_genuine
