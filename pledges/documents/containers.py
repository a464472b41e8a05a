"""Check the container around a signature, to the last byte.

A signature protects the document and its own attributes, but not the envelope that carries it: the
hexadecimal digits in the file, the list of algorithms, the certificates that go along. Changes
there deceive nobody, yet "nothing was changed" should mean nothing.
"""

from collections.abc import Iterable

from asn1crypto import cms, core, parser, x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import Certificate, load_der_x509_certificate
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.sign.validation import EmbeddedPdfSignature

from .structure import as_integer

# The first byte of DER's INTEGER, SEQUENCE and SET, and all of its NULL.
_INTEGER, _SEQUENCE, _SET, _NULL = 0x02, 0x30, 0x31, b"\x05\x00"


def gap_is_the_signature(pdf: bytes, embedded: EmbeddedPdfSignature) -> bool:
    """Return whether the bytes left out of the digest are the signature alone.

    Everything else put there could be changed at will (the "universal signature forgery" and
    "signature wrapping" attacks of Mladenov et al., ACM CCS 2019).
    """
    if len(embedded.byte_range) != 4:
        raise PdfReadError("A byte range is four numbers.")
    start, length, resume, rest = map(as_integer, embedded.byte_range)
    gap = pdf[length:resume]
    content = bytes(embedded.pkcs7_content)
    # After the signature itself there is nothing but zeros, and the digits are all small or
    # all capital, so that there is only one way to write the same signature.
    padding = content[parser.peek(content) :]
    return (
        start == 0
        and resume + rest <= len(pdf)
        and gap in {b"<%b>" % digits for digits in (_hex(content), _hex(content).upper())}
        and not padding.strip(b"\0")
    )


def envelope_is_orderly(embedded: EmbeddedPdfSignature) -> bool:
    """Return whether the unsigned fields have the only values they can have.

    The rules are those of RFC 5652, 5.1 and 5.3; what the RFC leaves open is left open.
    """
    content = bytes(embedded.pkcs7_content)
    _, _, _, _, fields, _ = parser.parse(content[: parser.peek(content)], strict=True)
    kind = parser.peek(fields)
    _, _, _, _, explicit, _ = parser.parse(fields[kind:], strict=True)
    if parser.peek(explicit) != len(explicit):
        return False
    signed, signer = embedded.signed_data, embedded.signer_info
    listed = signed["digest_algorithms"]
    identity = signer["sid"].chosen
    return (
        all(_is_version(structure["version"]) for structure in (signed, signer))
        # Names are looked up without regard to case, but nobody writes them in two ways.
        and (
            not isinstance(identity, cms.IssuerAndSerialNumber)
            or identity["issuer"].native == embedded.signer_cert.issuer.native
        )
        and listed.dump()[0] == _SET
        and all(_is_digest(algorithm) for algorithm in (*listed, signer["digest_algorithm"]))
        and signer["digest_algorithm"]["algorithm"].native
        in {algorithm["algorithm"].native for algorithm in listed}
    )


def certificates_are_intact(
    embedded: EmbeddedPdfSignature, trusted: Iterable[x509.Certificate]
) -> bool:
    """Return whether each certificate that goes along is trusted or signed.

    Signed means: rightly, by another one of them or of `trusted`.
    """
    known = {certificate.dump() for certificate in trusted}
    bag = [choice.chosen for choice in embedded.signed_data["certificates"]]
    # The first byte counts unused bits; of a signature there are none.
    if any(certificate["signature_value"].contents[0] for certificate in bag):
        return False
    carried = {certificate.dump() for certificate in bag}
    issuers = [_loaded(content) for content in known | carried]
    for content in carried - known:
        certificate = _loaded(content)
        if not any(_issued(certificate, issuer) for issuer in issuers):
            return False
    return True


def _loaded(content: bytes) -> Certificate:
    try:
        return load_der_x509_certificate(content)
    except ValueError as error:
        raise PdfReadError("A certificate can't be read.") from error


def _issued(certificate: Certificate, issuer: Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_version(value: core.Integer) -> bool:
    return value.dump()[0] == _INTEGER and value.native in ("v1", "v3", "v4", "v5")


def _is_digest(value: cms.DigestAlgorithm) -> bool:
    return value.dump()[0] == _SEQUENCE and value["parameters"].dump() in (b"", _NULL)


def _hex(content: bytes) -> bytes:
    """Return `content` in hexadecimal digits."""
    return content.hex().encode("ascii")
