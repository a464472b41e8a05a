"""What an examination says about files of every kind.

They are genuine, unfinished, foreign and broken.
"""

import io
import json
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
import time_machine

from pledges.documents import signing
from pledges.documents.demo_authority import ROOT_NAME
from pledges.documents.report import (
    CertificateState,
    Change,
    Coverage,
    Problem,
    Report,
    TimeSource,
    TrustRoot,
)
from pledges.documents.verify import examine
from tests.pledges.documents.certificates import authority
from tests.pledges.documents.samples import NAMES, report, signed


def test_a_document_signed_by_both_is_genuine(twice: bytes, roots: list[TrustRoot]) -> None:
    examined = report(twice, roots)
    assert examined.is_genuine
    assert examined.is_demo
    assert examined.problem is None
    assert (examined.empty_fields, examined.missing_fields, examined.unexpected_fields) == (
        (),
        (),
        (),
    )
    assert examined.changed_after_last_signature is Change.NONE
    first, second = examined.signatures
    assert [first.field, second.field] == NAMES
    assert first.signer is not None
    assert first.signer.common_name == "DEMO Anna Ödlund"
    assert first.signer.organisation == "Älvsbyns kommun"
    assert first.signer.issuer == ROOT_NAME
    assert first.time_source is TimeSource.SIGNERS_CLOCK
    assert first.certifies
    assert not second.certifies
    assert first.coverage is Coverage.ENTIRE_REVISION
    assert first.changed_since is Change.FORM_FILLING
    assert first.changed_fields == ("signature-2",)
    assert second.coverage is Coverage.ENTIRE_FILE
    assert second.changed_since is Change.NONE
    assert second.trusted_by is not None
    assert second.trusted_by.label == "Demonstration"


def test_a_report_goes_through_json_whole(
    twice: bytes, once: bytes, roots: list[TrustRoot]
) -> None:
    for examined in (report(twice, roots), report(once, []), report(b"", roots)):
        assert Report.from_dict(json.loads(json.dumps(examined.to_dict()))) == examined


def test_the_document_keeps_its_identity_when_it_is_signed(
    prepared: bytes, twice: bytes, roots: list[TrustRoot]
) -> None:
    identity = report(prepared, roots).document_id
    assert identity
    assert report(twice, roots).document_id == identity


def test_an_unsigned_document_is_not_genuine(prepared: bytes, roots: list[TrustRoot]) -> None:
    examined = report(prepared, roots)
    assert not examined.is_genuine
    assert examined.signatures == ()
    assert list(examined.empty_fields) == NAMES


def test_a_missing_signature_is_seen(once: bytes, roots: list[TrustRoot]) -> None:
    examined = report(once, roots)
    assert not examined.is_genuine
    assert examined.signatures[0].is_genuine
    assert examined.empty_fields == ("signature-2",)
    assert not examine(once, trust_roots=roots).is_genuine


def test_a_field_that_is_not_there_is_named(twice: bytes, roots: list[TrustRoot]) -> None:
    examined = examine(twice, trust_roots=roots, expected_fields=[*NAMES, "signature-3"])
    assert examined.missing_fields == ("signature-3",)
    assert not examined.is_genuine


def test_a_signature_that_nobody_asked_for_is_named(twice: bytes, roots: list[TrustRoot]) -> None:
    examined = examine(twice, trust_roots=roots, expected_fields=NAMES[:1])
    assert examined.unexpected_fields == ("signature-2",)
    assert not examined.is_genuine


def test_a_stranger_is_not_trusted(once: bytes, roots: list[TrustRoot]) -> None:
    examined = report(signed(once, 2, authority("Främling").backend("Bo Polis")), roots)
    assert examined.signatures[0].is_genuine
    assert examined.signatures[1].intact
    assert examined.signatures[1].trusted_by is None
    assert not examined.is_genuine


def test_a_look_alike_of_the_authority_is_not_trusted(once: bytes, roots: list[TrustRoot]) -> None:
    look_alike = authority(ROOT_NAME)
    examined = report(signed(once, 2, look_alike.backend("DEMO Bo Čohkka")), roots)
    assert examined.signatures[1].signer is not None
    assert examined.signatures[1].signer.issuer == ROOT_NAME
    assert examined.signatures[1].trusted_by is None
    assert not examined.is_genuine


def test_without_roots_nobody_is_trusted(twice: bytes) -> None:
    examined = report(twice, [])
    assert [signature.trusted_by for signature in examined.signatures] == [None, None]
    assert [signature.intact for signature in examined.signatures] == [True, True]
    assert not examined.is_genuine


def test_each_signature_names_the_authority_that_it_rests_on(
    once: bytes, roots: list[TrustRoot]
) -> None:
    other = authority("Äkta utfärdare")
    pdf = signed(once, 2, other.backend("Bo"))
    examined = report(pdf, [*roots, other.trust_root])
    assert examined.is_genuine
    assert examined.is_demo
    assert [
        signature.trusted_by and signature.trusted_by.is_demo for signature in examined.signatures
    ] == [
        True,
        False,
    ]


def test_a_certificate_that_expired_after_signing_is_told_from_one_before(
    prepared: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = authority()
    expired = datetime.now(UTC) - timedelta(days=10)
    key = issuer.backend("Anna", valid_to=expired)
    in_time = signed(prepared, 1, key, signed_at=expired - timedelta(days=1))
    monkeypatch.setattr(signing, "_check_certificate", lambda *_: None)
    too_late = signed(prepared, 1, key, signed_at=expired + timedelta(days=1))
    too_early = signed(
        prepared, 1, issuer.backend("Anna", valid_from=expired), signed_at=expired - timedelta(9)
    )
    states = []
    for pdf in (in_time, too_late, too_early):
        (signature,) = report(pdf, [issuer.trust_root]).signatures
        assert signature.intact
        assert signature.trusted_by is not None
        states.append((signature.certificate, signature.is_genuine))
    assert states == [
        (CertificateState.EXPIRED_SINCE, True),
        (CertificateState.EXPIRED, False),
        (CertificateState.NOT_YET_VALID, False),
    ]


def test_a_demonstration_signature_outlives_its_certificate(
    twice: bytes, roots: list[TrustRoot]
) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(days=12 * 365), tick=False):
        examined = report(twice, roots)
    assert [signature.certificate for signature in examined.signatures] == [
        CertificateState.EXPIRED_SINCE
    ] * 2
    assert examined.is_genuine


def test_a_certificate_for_something_else_is_not_trusted(
    prepared: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = authority()
    monkeypatch.setattr(signing, "_check_certificate", lambda *_: None)
    pdf = signed(prepared, 1, issuer.backend("Anna", non_repudiation=False))
    (signature,) = report(pdf, [issuer.trust_root]).signatures
    assert signature.intact
    assert signature.trusted_by is None


def test_a_root_that_is_no_certificate_is_the_operators_fault(twice: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library's own words
        report(twice, [TrustRoot("Trasig", b"inget certifikat")])


def _encrypted(pdf: bytes) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(output, encryption=pikepdf.Encryption(owner="ägare", user="läsare"))
    return output.getvalue()


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda _: b"", Problem.EMPTY),
        (lambda _: "Ett brev till kommunen, åäö.".encode(), Problem.NOT_PDF),
        (lambda _: b"\x89PNG\r\n\x1a\n" + bytes(5000), Problem.NOT_PDF),
        (lambda pdf: bytes(2000) + pdf, Problem.NOT_PDF),
        (_encrypted, Problem.ENCRYPTED),
        (lambda pdf: pdf[: len(pdf) // 2], Problem.DAMAGED),
        (lambda pdf: pdf[:-20], Problem.DAMAGED),
        (lambda pdf: pdf[:5000] + pdf[6000:], Problem.DAMAGED),
        (lambda _: b"%PDF-1.7\n%%EOF\n", Problem.DAMAGED),
        (lambda _: b"%PDF-1.7\nstartxref\n0\n%%EOF\n", Problem.DAMAGED),
        (lambda _: b"%PDF-1.7\n" + bytes(100_000_000), Problem.DAMAGED),
    ],
    ids=[
        "empty",
        "a letter",
        "an image",
        "rubbish before",
        "encrypted",
        "half a file",
        "end missing",
        "a piece missing",
        "only a frame",
        "pointing at itself",
        "100 MB",
    ],
)
def test_what_cannot_be_examined_is_named(
    spoil: Callable[[bytes], bytes], problem: Problem, twice: bytes, roots: list[TrustRoot]
) -> None:
    examined = report(spoil(twice), roots)
    assert examined.problem is problem
    assert not examined.is_genuine


def _positions(pdf: bytes) -> list[int]:
    """Return places all over the file.

    They are its landmarks, and others drawn by lot.
    """
    landmarks = [
        pdf.index(mark) + offset
        for mark in (b"%PDF-1.7", b"/ByteRange", b"/Contents <", b"startxref", b"/DocMDP")
        for offset in (0, len(mark) - 1)
    ]
    contents = [index for index in range(len(pdf)) if pdf.startswith(b"/Contents <", index)][-1]
    end = pdf.index(b">", contents)
    # The signature's first and last digits, and the unused room behind it.
    gap = [contents + 10, contents + 11, contents + 12, end - 1, end, end - 200]
    lot = random.Random(20261123)  # noqa: S311 - the same places every time
    return [*landmarks, *gap, *(lot.randrange(len(pdf)) for _ in range(20)), len(pdf) - 1]


def test_one_changed_byte_anywhere_is_found(twice: bytes, roots: list[TrustRoot]) -> None:
    unseen = [
        (position, bit)
        for position in _positions(twice)
        for bit in (0x01, 0x20)
        if report(
            twice[:position] + bytes([twice[position] ^ bit]) + twice[position + 1 :], roots
        ).is_genuine
    ]
    assert unseen == []


def test_a_number_that_is_none_is_found(twice: bytes, roots: list[TrustRoot]) -> None:
    numbers = [match.start() for match in re.finditer(rb"(?<=[\[ ])\d\d\.\d", twice)]
    assert numbers
    for position in numbers:
        broken = twice[: position + 1] + b"-" + twice[position + 2 :]
        assert not report(broken, roots).is_genuine


def test_cutting_off_the_last_signature_leaves_one_missing(
    once: bytes, twice: bytes, roots: list[TrustRoot]
) -> None:
    examined = report(twice[: len(once)], roots)
    assert examined.empty_fields == ("signature-2",)
    assert not examined.is_genuine


def test_bytes_after_the_end_are_found(twice: bytes, roots: list[TrustRoot]) -> None:
    for extra in (b"\n", b" ", b"%comment\n%%EOF\n", bytes(1500)):
        assert not report(twice + extra, roots).is_genuine


def test_a_document_saved_anew_is_not_genuine(twice: bytes, roots: list[TrustRoot]) -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(twice)) as pdf:
        pdf.add_blank_page()
        pdf.save(output)
    examined = report(output.getvalue(), roots)
    assert not any(signature.is_genuine for signature in examined.signatures)
    assert not examined.is_genuine
