"""Make signatures provable for longer than their certificates last.

Others' words about the certificates (answers and lists of revocation) are put into the document,
and a timestamp over all of it (PAdES B-LT and B-LTA, ETSI EN 319 142-1). Before that timestamp
itself grows old, the same is done again: the new one vouches for the old. Each is an incremental
update.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from datetime import UTC, datetime

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature

from .errors import TimestampUnavailable
from .event_loops import run_without_loop
from .evidence import Evidence
from .report import Revocation
from .revocation import Material, RevocationError, gather
from .signing import TIMESTAMP_BYTES, Timestamper
from .trust import Carried, Trust, carried_by


class LastingError(Exception):
    """The document could not be made to last. Nothing was changed."""


@dataclass(frozen=True)
class LastingUpdate:
    """A document made to last.

    Its bytes, when its last timestamp was set, and until when that timestamp's certificate is
    valid.
    """

    content: bytes
    timestamped_at: datetime
    timestamp_valid_to: datetime


def make_lasting(pdf: bytes, *, trust: Trust, timestamp_url: str) -> LastingUpdate:
    """Add what validation needs to `pdf`, and a timestamp over it all.

    Every signature and every earlier timestamp has to lead to a trusted authority and not have been
    revoked when it was made; a later revocation is written down, and changes nothing. The result
    begins with `pdf`, byte for byte. Raises LastingError, a RevocationError or
    TimestampUnavailable.
    """
    try:
        return run_without_loop(lambda: _make_lasting(pdf, trust, timestamp_url))
    except (RevocationError, TimestampUnavailable, LastingError):
        raise
    except (PyHankoSigningError, PdfError, ValueError, KeyError, TypeError) as error:
        raise LastingError(f"The document cannot be made to last: {error}") from error


def current_revocation(pdf: bytes, field: str, trust: Trust) -> Revocation:
    """Ask the authority whether a signature's certificate is revoked.

    A revocation counts from before the signature unless a timestamp proves otherwise. Raises a
    RevocationError when it is revoked or nothing can be learnt. The file must be examined already.
    """

    def ask() -> Revocation:
        embedded = list(PdfFileReader(io.BytesIO(pdf), strict=True).embedded_signatures)
        (signed,) = (signature for signature in embedded if signature.field_name == field)
        evidence = Evidence(embedded, trust, carried_by(embedded))
        moment = evidence.proven_time(signed) or datetime.now(UTC)
        return gather(
            signed.signer_cert, signed.other_embedded_certs, trust, moment=moment, into=Material()
        )

    return run_without_loop(ask)


def _make_lasting(pdf: bytes, trust: Trust, timestamp_url: str) -> LastingUpdate:
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    embedded = list(reader.embedded_signatures)
    if not embedded:
        raise LastingError("The document has no signature.")
    material = Material()
    carried = carried_by(embedded)
    evidence = Evidence(embedded, trust, carried)
    for signature in embedded:
        # Of what is settled nobody is asked again: authorities forget certificates that are over.
        if not evidence.is_settled(signature):
            _gather_of(signature, evidence, carried, trust, material)
    timestamper = Timestamper(timestamp_url)
    # A first timestamp, of nothing, tells with which certificate the authority stamps.
    asyncio.run(timestamper.async_dummy_response("sha256"))
    now = datetime.now(UTC)
    for certificate in timestamper.certificates:
        gather(certificate, timestamper.other_certificates, trust, moment=now, into=material)

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=list(material.certificates.values()),
        ocsps=list(material.answers.values()),
        crls=list(material.lists.values()),
    )
    content: bytes = (
        PdfTimeStamper(timestamper)
        .timestamp_pdf(writer, "sha256", bytes_reserved=2 * TIMESTAMP_BYTES)
        .getvalue()
    )
    if not content.startswith(pdf):
        raise LastingError("Bytes that were signed before would have been changed.")
    return _finished_update(content, trust)


def _gather_of(
    embedded: EmbeddedPdfSignature,
    evidence: Evidence,
    carried: Carried,
    trust: Trust,
    material: Material,
) -> None:
    """Gather what proves one signature, and the timestamp within it."""
    others = [*embedded.other_embedded_certs, *carried.certificates]
    until = evidence.known_by(embedded)
    gather(
        embedded.signer_cert,
        others,
        trust,
        moment=evidence.proven_time(embedded) or until,
        into=material,
    )
    for certificate, its_others in evidence.own_timestamp_certificates(embedded):
        gather(
            certificate,
            [*its_others, *carried.certificates],
            trust,
            moment=until,
            into=material,
        )


def _finished_update(content: bytes, trust: Trust) -> LastingUpdate:
    """Return the update, once the timestamp in it proves to be trusted."""
    embedded = list(PdfFileReader(io.BytesIO(content), strict=True).embedded_signatures)
    last = embedded[-1]
    at = Evidence(embedded, trust, carried_by(embedded)).timestamp_time(last)
    if at is None:
        raise TimestampUnavailable("The authority's timestamp is not one to trust.")
    return LastingUpdate(content, at, last.signer_cert.not_valid_after)
