"""Sign a prepared PDF with PAdES, visibly, one signatory at a time.

The first signature certifies the document and leaves only signing open; the later ones
are ordinary signatures. Each is an incremental update: every earlier byte stays as it is.
"""

import io
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from asn1crypto import pkcs12, x509
from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.stamp import StaticStampStyle

from .errors import (
    CertificateExpired,
    CertificateNotForSigning,
    CertificateNotYetValid,
    DocumentUnreadable,
    FieldAlreadySigned,
    FieldMissing,
    FirstSignatureMissing,
    KeyUnreadable,
    NotTheFirst,
    SigningError,
    TimestampUnavailable,
    WrongPassphrase,
)
from .event_loops import run_without_loop
from .key_settings import SigningBackend
from .stamp import Stamp, StampContent, draw

logger = logging.getLogger(__name__)

TIMESTAMP_SECONDS = 15
# Room for a signature without its certificates, and for a timestamp with its own; tokens
# of the large authorities are 3 to 7 kB.
SIGNATURE_BYTES = 2048
TIMESTAMP_BYTES = 16384


class Pkcs12Backend(SigningBackend):
    """Signs with a PKCS#12 file (.p12, .pfx), given by path or as bytes."""

    def __init__(self, source: Path | bytes, passphrase: bytes | None) -> None:
        self._source = source
        self._passphrase = passphrase

    def signer(self) -> signers.Signer:
        """Return the signer; raises KeyUnreadable or WrongPassphrase."""
        return self._signer

    @cached_property
    def _signer(self) -> signers.Signer:
        # Opening the key is slow by design, and one signing asks for it several times.
        try:
            content = self._source if isinstance(self._source, bytes) else self._source.read_bytes()
        except OSError as error:
            raise KeyUnreadable(str(error)) from error
        try:
            # The library answers a wrong passphrase and a broken file with one and the
            # same error, so look first whether the file has the form of PKCS#12.
            pkcs12.Pfx.load(content, strict=True)["auth_safe"]["content_type"].native  # noqa: B018
        except (ValueError, TypeError, KeyError) as error:
            raise KeyUnreadable("The file is not a PKCS#12 file.") from error
        try:
            return signers.SimpleSigner.load_pkcs12_data(
                content, other_certs=[], passphrase=self._passphrase
            )
        except ValueError as error:
            raise WrongPassphrase("The passphrase does not open the key file.") from error
        except (AttributeError, TypeError) as error:
            raise KeyUnreadable("The file lacks a private key or its certificate.") from error


def sign(
    pdf: bytes,
    *,
    field_name: str,
    backend: SigningBackend,
    first: bool,
    signer_name: str,
    reason: str,
    location: str | None,
    stamp: Stamp,
    timestamp_url: str | None = None,
    timestamp_may_fail: bool = False,
    signed_at: datetime | None = None,
) -> bytes:
    """Return `pdf` with a PAdES signature added.

    It is of level B-B (ETSI EN 319 142), or B-T with a timestamp. `field_name` is an empty
    signature field; `stamp` is drawn over it. `first` makes the signature certify the document and
    allow nothing but further signing (DocMDP 2). `timestamp_url` is the address of a timestamp
    authority (RFC 3161); `timestamp_may_fail`: without its answer the signature is made all the
    same (B-B). `signed_at` is an aware time, now by default; it is what the signatory's own clock
    is said to have shown.

    Raises a SigningError, or StampDoesNotFit. The result always begins with `pdf`, byte for byte.
    """
    moment = signed_at or datetime.now(UTC)
    signer = backend.signer()
    _check_certificate(signer.signing_cert, moment)
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        width, height = _checked_field(writer, field_name, first=first)
    except (PdfError, ValueError, KeyError, TypeError) as error:
        raise DocumentUnreadable(f"The PDF cannot be signed: {error}") from error
    drawn = draw(stamp, width, height)
    metadata = signers.PdfSignatureMetadata(
        field_name=field_name,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=first,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        name=signer_name,
        reason=reason,
        location=location,
    )
    pdf_signer = _PunctualSigner(
        metadata,
        signer,
        timestamper=(
            Timestamper(timestamp_url, may_fail=timestamp_may_fail) if timestamp_url else None
        ),
        stamp_style=_style(drawn),
        moment=moment,
    )
    reserved = _reserved(signer, timestamped=bool(timestamp_url))
    try:
        signed: bytes = run_without_loop(
            lambda: pdf_signer.sign_pdf(
                writer, existing_fields_only=True, bytes_reserved=reserved
            ).getvalue()
        )
    except (PyHankoSigningError, PdfError) as error:
        raise SigningError(str(error)) from error
    if not signed.startswith(pdf):
        raise SigningError("The signature would have changed bytes that were signed before.")
    return signed


class _PunctualSigner(signers.PdfSigner):
    """A signer whose time is the caller's, so that the stamp agrees."""

    def __init__(self, *args: Any, moment: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._moment = moment

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        """Return the signing session of pyHanko, at the given time."""
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._moment
        return session

    def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:
        """Declare PAdES, and no other version of PDF.

        PDF/A-3 is PDF 1.7 (ISO 19005-3, 5). For a curve or a hash that ISO/TS 32001 and 32002 name,
        pyHanko would call the file PDF 2.0; PAdES allows them in 1.7 as well (ETSI EN 319 142-1).
        """
        pdf_out.register_extension(ESIC_EXTENSION_1)


class Timestamper(HTTPTimeStamper):
    """A client of a timestamp authority that takes only a right timestamp."""

    def __init__(self, url: str, *, may_fail: bool = False) -> None:
        """Remember the authority.

        `may_fail`: without an answer there is no timestamp, and no error either.
        """
        super().__init__(url, timeout=TIMESTAMP_SECONDS)
        self._may_fail = may_fail

    @property
    def certificates(self) -> list[x509.Certificate]:
        """With what the authority has stamped, once it has."""
        return list(self._certs.values())

    @property
    def other_certificates(self) -> list[x509.Certificate]:
        """What the authority sent beside."""
        return list(self.cert_registry)

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        """Return a timestamp token over `message_digest`.

        Raises TimestampUnavailable.
        """
        try:
            return await self._stamped(message_digest, md_algorithm)
        except TimestampUnavailable as error:
            if not self._may_fail:
                raise
            logger.warning("signature.without_timestamp", exc_info=error)
            return None

    async def _stamped(self, message_digest: bytes, md_algorithm: str) -> Any:
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            stamped = token["content"]["encap_content_info"]["content"].parsed
            imprint = stamped["message_imprint"]["hashed_message"].native
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise TimestampUnavailable(f"{self.url}: {error}") from error
        if imprint != message_digest:
            raise TimestampUnavailable(f"{self.url} stamped something else than it was sent.")
        return token


def _checked_field(
    writer: IncrementalPdfFileWriter, name: str, *, first: bool
) -> tuple[float, float]:
    """Return width and height (points) of the empty field `name`.

    Raises a SigningError if it is unfit.
    """
    if writer.prev.encrypted:
        raise DocumentUnreadable("The PDF is encrypted.")
    signature_field: DictionaryObject | None = None
    filled = []
    for field_name, value, reference in enumerate_sig_fields(writer.prev):
        if value is not None:
            filled.append(field_name)
        if field_name == name:
            signature_field = reference.get_object()
    if signature_field is None:
        raise FieldMissing(f'The document has no signature field "{name}".')
    if name in filled:
        raise FieldAlreadySigned(f'The signature field "{name}" is already signed.')
    if first and filled:
        raise NotTheFirst(f"The document is already signed in {', '.join(filled)}.")
    if not first and not filled:
        raise FirstSignatureMissing("The first signatory has not signed yet.")
    left, bottom, right, top = (float(corner) for corner in signature_field["/Rect"])
    return abs(right - left), abs(top - bottom)


def _check_certificate(certificate: x509.Certificate, moment: datetime) -> None:
    """Raise a SigningError unless `certificate` may sign at `moment`."""
    if moment > certificate.not_valid_after:
        raise CertificateExpired(
            f"The certificate was valid until {certificate.not_valid_after:%Y-%m-%d}."
        )
    if moment < certificate.not_valid_before:
        raise CertificateNotYetValid(
            f"The certificate is valid from {certificate.not_valid_before:%Y-%m-%d}."
        )
    usage: Sequence[str] = certificate.key_usage_value.native if certificate.key_usage_value else ()
    if "non_repudiation" not in usage:
        raise CertificateNotForSigning("The certificate lacks the key usage nonRepudiation.")


def _reserved(signer: signers.Signer, *, timestamped: bool) -> int:
    """Return how many hexadecimal digits to keep free for the signature.

    Without this pyHanko signs (and asks the timestamp authority) twice, only to measure.
    """
    certificates = {signer.signing_cert, *signer.cert_registry}
    size = SIGNATURE_BYTES + sum(len(certificate.dump()) for certificate in certificates)
    return 2 * (size + (TIMESTAMP_BYTES if timestamped else 0))


def _style(drawn: StampContent) -> StaticStampStyle:
    """Return a stamp that is nothing but the drawing, at its own size."""
    return StaticStampStyle(
        background=drawn,
        border_width=0,
        background_opacity=1.0,
        background_layout=layout.SimpleBoxLayoutRule(
            x_align=layout.AxisAlignment.ALIGN_MID,
            y_align=layout.AxisAlignment.ALIGN_MID,
            margins=layout.Margins.uniform(0),
        ),
    )
