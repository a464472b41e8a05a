"""Signing: what it adds, what it refuses and how it says so."""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest

from pledges.documents import errors
from pledges.documents.demo_authority import DemoAuthority
from pledges.documents.errors import StampDoesNotFit
from pledges.documents.prepare import SignatureField, prepare
from pledges.documents.render import render
from pledges.documents.report import TrustRoot
from pledges.documents.signing import Pkcs12Backend, sign
from pledges.documents.stamp import Stamp, draw
from tests.pledges.documents.certificates import PASSPHRASE, authority
from tests.pledges.documents.samples import FONTS, STATIC, backend, html, report, signed, stamp


def test_signing_never_touches_an_earlier_byte(prepared: bytes, once: bytes, twice: bytes) -> None:
    assert once.startswith(prepared)
    assert twice.startswith(once)
    assert len(prepared) < len(once) < len(twice)


def test_the_first_signature_certifies_and_leaves_only_signing_open(twice: bytes) -> None:
    with pikepdf.open(io.BytesIO(twice)) as pdf:
        first, second = (field.V for field in pdf.Root.AcroForm.Fields)
        assert pdf.Root.Perms.DocMDP.objgen == first.objgen
        assert int(first.Reference[0].TransformParams.P) == 2
        assert "/Reference" not in second
        for value in (first, second):
            assert value.SubFilter == "/ETSI.CAdES.detached"
            assert str(value.Reason) == "Medborgarlöfte"
            assert str(value.Location) == "Älvsbyn"
            assert str(value.Name) == "Anna Ödlund"


def test_the_signature_carries_the_time_it_was_given(
    prepared: bytes, demo: DemoAuthority, roots: list[TrustRoot]
) -> None:
    moment = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    pdf = signed(prepared, 1, backend(demo, "Anna", "Kommun"), signed_at=moment)
    assert report(pdf, roots).signatures[0].signed_at == moment


def test_ten_signatories_can_sign_one_document(demo: DemoAuthority, roots: list[TrustRoot]) -> None:
    numbers = range(1, 11)
    body = "".join(f'<div class="line" id="line-{number}"></div>' for number in numbers)
    pdf = prepare(
        render(html(body), base_folder=STATIC, anchors=[f"line-{number}" for number in numbers]),
        [
            SignatureField(f"signature-{number}", f"Nummer {number}", f"line-{number}")
            for number in numbers
        ],
    )
    for number in numbers:
        pdf = signed(pdf, number, backend(demo, "Anna", "Kommun"))
    examined = report(pdf, roots)
    assert [signature.is_genuine for signature in examined.signatures] == [True] * 10
    assert examined.unexpected_fields == tuple(f"signature-{number}" for number in range(3, 11))


def test_signing_works_inside_an_event_loop(prepared: bytes, demo: DemoAuthority) -> None:
    async def inside() -> bytes:
        return signed(prepared, 1, backend(demo, "Anna", "Kommun"))

    # In a thread of its own: tests with a browser keep a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: asyncio.run(inside())).result().startswith(prepared)


def test_an_unknown_field_is_refused(prepared: bytes, demo: DemoAuthority) -> None:
    with pytest.raises(errors.FieldMissing):
        signed(prepared, 3, backend(demo, "Anna", "Kommun"), first=True)


def test_nobody_signs_over_another_signature(once: bytes, demo: DemoAuthority) -> None:
    with pytest.raises(errors.FieldAlreadySigned):
        signed(once, 1, backend(demo, "Anna", "Kommun"), first=False)


def test_only_the_first_certifies(prepared: bytes, once: bytes, demo: DemoAuthority) -> None:
    with pytest.raises(errors.NotTheFirst):
        signed(once, 2, backend(demo, "Anna", "Kommun"), first=True)
    with pytest.raises(errors.FirstSignatureMissing):
        signed(prepared, 2, backend(demo, "Anna", "Kommun"), first=False)


@pytest.mark.parametrize("pdf", [b"", b"Ingen PDF", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_pdf_is_refused(pdf: bytes, demo: DemoAuthority) -> None:
    with pytest.raises(errors.DocumentUnreadable):
        signed(pdf, 1, backend(demo, "Anna", "Kommun"))


def test_an_encrypted_pdf_is_refused(prepared: bytes, demo: DemoAuthority) -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(prepared)) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(owner="a", user=""))
    with pytest.raises(errors.DocumentUnreadable):
        signed(output.getvalue(), 1, backend(demo, "Anna", "Kommun"))


def test_a_wrong_passphrase_is_told_from_a_broken_file(
    prepared: bytes, demo: DemoAuthority, tmp_path: Path
) -> None:
    key = demo.issue("Anna", "Kommun")
    for passphrase in (b"fel", b"", None):
        with pytest.raises(errors.WrongPassphrase):
            signed(prepared, 1, Pkcs12Backend(key.pkcs12, passphrase))
    for content in (b"", b"ingen nyckel", key.pkcs12[:-50], demo.certificate.read_bytes()):
        with pytest.raises(errors.KeyUnreadable):
            signed(prepared, 1, Pkcs12Backend(content, key.passphrase))
    with pytest.raises(errors.KeyUnreadable):
        signed(prepared, 1, Pkcs12Backend(tmp_path / "saknas.p12", key.passphrase))


def test_a_key_file_without_a_key_is_refused(prepared: bytes) -> None:
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    content = pkcs12.serialize_key_and_certificates(
        b"x", None, None, [authority().certificate], BestAvailableEncryption(PASSPHRASE)
    )
    with pytest.raises(errors.KeyUnreadable):
        signed(prepared, 1, Pkcs12Backend(content, PASSPHRASE))


def test_a_certificate_outside_its_time_is_refused(prepared: bytes) -> None:
    now = datetime.now(UTC)
    with pytest.raises(errors.CertificateExpired):
        signed(prepared, 1, authority().backend("Anna", valid_to=now - timedelta(days=1)))
    with pytest.raises(errors.CertificateNotYetValid):
        signed(prepared, 1, authority().backend("Anna", valid_from=now + timedelta(days=1)))


def test_a_certificate_for_something_else_is_refused(prepared: bytes) -> None:
    with pytest.raises(errors.CertificateNotForSigning):
        signed(prepared, 1, authority().backend("Anna", non_repudiation=False))


def test_the_stamp_shows_its_lines_and_its_warning(twice: bytes, demo: DemoAuthority) -> None:
    drawn = draw(stamp("Anna Čohkka"), 200, 60)
    with pikepdf.open(io.BytesIO(drawn._pdf)) as pdf:
        assert len(pdf.pages) == 1
        assert [float(coordinate) for coordinate in pdf.pages[0].mediabox] == pytest.approx(
            [0, 0, 200, 60], abs=0.02
        )
    with pikepdf.open(io.BytesIO(twice)) as pdf:
        for field in pdf.Root.AcroForm.Fields:
            assert field.AP.N.Resources.XObject.keys() == {"/Stamp"}


def test_a_long_name_is_set_smaller_and_one_too_long_is_refused(
    prepared: bytes, demo: DemoAuthority
) -> None:
    draw(stamp("Anna-Karin Hedvig Eleonora Čohkka af Överkalix och Nederluleå " * 2), 200, 60)
    too_long = Stamp(["mycket " * 400], fonts=stamp("").fonts)
    with pytest.raises(StampDoesNotFit):
        sign(
            prepared,
            field_name="signature-1",
            backend=backend(demo, "Anna", "Kommun"),
            first=True,
            signer_name="Anna",
            reason="Prov",
            location=None,
            stamp=too_long,
        )


def test_the_text_of_a_stamp_is_text_and_not_markup() -> None:
    tag = '<img src="https://example.se/x.png">'
    fonts = [FONTS / "source-sans-3-latin-400-normal.woff2"]
    draw(Stamp([tag, "</style>"], fonts=fonts, warning=tag), 400, 60)
