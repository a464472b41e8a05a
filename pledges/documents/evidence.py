"""What a file itself proves about when its signatures were made, and about their certificates.

A timestamp is judged as of the time when the next one was set over it: so a chain of them outlasts
the certificates of its members (PAdES B-LTA). Nothing is fetched.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from asn1crypto import cms, x509
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    validate_pdf_timestamp,
)
from pyhanko.sign.validation.generic_cms import collect_timing_info, extract_certs_for_validation
from pyhanko_certvalidator.errors import InsufficientRevinfoError

from .report import Level, Revocation
from .trust import Carried, Trust, revocation_of

_TOKEN = "signature_time_stamp_token"  # noqa: S105  (an attribute's name, not a password)

# What covers less proves nothing of what is left out.
_WHOLE = (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)


class Evidence:
    """The trusted timestamps of a file and what they prove. May raise anything."""

    def __init__(
        self, embedded: Sequence[EmbeddedPdfSignature], trust: Trust, carried: Carried
    ) -> None:
        """`embedded` are all signatures of the file, `carried` is what it has for validation."""
        self._trust, self.carried = trust, carried
        self._now = datetime.now(UTC)
        # Of each trusted document timestamp: the revision that it covers, and its time.
        self._stamps: list[tuple[EmbeddedPdfSignature, datetime]] = []
        self._own: dict[str, datetime | None] = {}
        stamps = [each for each in embedded if each.sig_object_type == "/DocTimeStamp"]
        for each in sorted(stamps, key=lambda stamp: stamp.signed_revision, reverse=True):
            context = trust.context(self.known_by(each), carried)
            status = validate_pdf_timestamp(each, context, skip_diff=True)
            is_whole = status.coverage in _WHOLE and status.intact and status.valid
            if is_whole and status.trusted:
                self._stamps.append((each, aware(status.timestamp)))

    def timestamp_time(self, embedded: EmbeddedPdfSignature) -> datetime | None:
        """When a document timestamp was set, None when it proves nothing."""
        return next((at for stamp, at in self._stamps if stamp is embedded), None)

    def known_by(self, embedded: EmbeddedPdfSignature) -> datetime:
        """The earliest time at which a signature is known to have been there: now at the latest."""
        return min((at for _stamp, at in self._over(embedded)), default=self._now)

    def proven_time(self, embedded: EmbeddedPdfSignature) -> datetime | None:
        """The time by which a signature was made, as somebody else than the signatory says."""
        own = self.own_time(embedded)
        if own is not None:
            return own
        return min((at for _stamp, at in self._over(embedded)), default=None)

    def own_time(self, embedded: EmbeddedPdfSignature) -> datetime | None:
        """The time in the signature's own timestamp, when that one is to be trusted."""
        name = str(embedded.field_name)
        if name not in self._own:
            context = self._trust.context(self.known_by(embedded), self.carried)
            timing = asyncio.run(
                collect_timing_info(
                    embedded.signer_info, context, raw_digest=embedded.compute_digest
                )
            )
            found = timing.get("timestamp_validity")
            is_good = found is not None and found.trusted and found.intact and found.valid
            self._own[name] = aware(found.timestamp) if is_good else None
        return self._own[name]

    def own_timestamp_certificates(
        self, embedded: EmbeddedPdfSignature
    ) -> Iterator[tuple[x509.Certificate, list[x509.Certificate]]]:
        """Who set the timestamps within a signature, each with the certificates beside it."""
        attributes = embedded.signer_info["unsigned_attrs"]
        for attribute in attributes if isinstance(attributes, cms.CMSAttributes) else ():
            if attribute["type"].native == _TOKEN:
                for token in attribute["values"]:
                    found = extract_certs_for_validation(token["content"])
                    yield found.signer_cert, list(found.other_certs)

    def revocation(self, embedded: EmbeddedPdfSignature) -> Revocation:
        """What the file carries about whether the signatory's certificate is revoked."""
        certificate = embedded.signer_cert
        said_at = self.carried.said_at(certificate)
        if not said_at:
            return Revocation.UNKNOWN
        try:
            return revocation_of(
                certificate,
                embedded.other_embedded_certs,
                lambda at: self._trust.revocation_context(at, self.carried),
                moment=self.proven_time(embedded) or self._now,
                said_at=said_at,
            )
        except InsufficientRevinfoError:
            return Revocation.UNKNOWN

    def is_settled(self, embedded: EmbeddedPdfSignature) -> bool:
        """Whether all that its validation needs is in the file, and a timestamp over that."""
        return any(self._covers_material(stamp) for stamp, _at in self._over(embedded)) and (
            embedded.sig_object_type == "/DocTimeStamp"
            or self.revocation(embedded) is not Revocation.UNKNOWN
        )

    def level(
        self, embedded: EmbeddedPdfSignature, revocation: Revocation
    ) -> tuple[Level, datetime | None]:
        """How lasting a trusted signature is, and until when it can be proven by what is there."""
        over = self._over(embedded)
        ends = [stamp.signer_cert.not_valid_after for stamp, _at in over]
        own = self.own_time(embedded)
        if own is not None:
            ends += [cert.not_valid_after for cert, _ in self.own_timestamp_certificates(embedded)]
        if own is None and not over:
            return Level.B, embedded.signer_cert.not_valid_after
        if revocation not in (Revocation.GOOD, Revocation.REVOKED_LATER):
            return Level.T, max(ends)
        if not any(self._covers_material(stamp) for stamp, _at in over):
            return Level.LT, max(ends)
        return Level.LTA, max(ends)

    def _over(self, embedded: EmbeddedPdfSignature) -> list[tuple[EmbeddedPdfSignature, datetime]]:
        """The trusted timestamps that cover a signature."""
        return [each for each in self._stamps if each[0].signed_revision > embedded.signed_revision]

    def _covers_material(self, stamp: EmbeddedPdfSignature) -> bool:
        return "/DSS" in stamp.reader.get_historical_root(stamp.signed_revision)


def aware(moment: datetime) -> datetime:
    """`moment` with a time zone; a time without one is taken for UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
