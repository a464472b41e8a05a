"""Tell what a file itself proves about its signatures' times.

And about their certificates. A timestamp is judged as of the time when the next one was set over
it: so a chain of them outlasts the certificates of its members (PAdES B-LTA). Nothing is fetched.
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
    """The trusted timestamps of a file and what they prove.

    Each method may raise what the libraries raise for a broken file.
    """

    def __init__(
        self, embedded: Sequence[EmbeddedPdfSignature], trust: Trust, carried: Carried
    ) -> None:
        """Find the trusted timestamps among all signatures of a file.

        `carried` is what the file has for validation.
        """
        self._trust, self.carried = trust, carried
        self._now = datetime.now(UTC)
        # Of each trusted document timestamp: the revision that it covers, and its time.
        self._stamps: list[tuple[EmbeddedPdfSignature, datetime]] = []
        self._own: dict[str, datetime | None] = {}
        stamps = [
            signature for signature in embedded if signature.sig_object_type == "/DocTimeStamp"
        ]
        for stamp in sorted(stamps, key=lambda stamp: stamp.signed_revision, reverse=True):
            context = trust.context(self.known_by(stamp), carried)
            status = validate_pdf_timestamp(stamp, context, skip_diff=True)
            is_whole = status.coverage in _WHOLE and status.intact and status.valid
            if is_whole and status.trusted:
                self._stamps.append((stamp, aware(status.timestamp)))

    def timestamp_time(self, embedded: EmbeddedPdfSignature) -> datetime | None:
        """Return when a document timestamp was set; None when it proves nothing."""
        return next((at for stamp, at in self._stamps if stamp is embedded), None)

    def known_by(self, embedded: EmbeddedPdfSignature) -> datetime:
        """Return the earliest time at which a signature is known to exist.

        That is now at the latest.
        """
        return min((at for _stamp, at in self._timestamps_over(embedded)), default=self._now)

    def proven_time(self, embedded: EmbeddedPdfSignature) -> datetime | None:
        """Return the time by which others say that a signature was made."""
        own = self.own_time(embedded)
        if own is not None:
            return own
        return min((at for _stamp, at in self._timestamps_over(embedded)), default=None)

    def own_time(self, embedded: EmbeddedPdfSignature) -> datetime | None:
        """Return the time in the signature's own timestamp, if it is trusted."""
        name = str(embedded.field_name)
        if name not in self._own:
            context = self._trust.context(self.known_by(embedded), self.carried)
            timing = asyncio.run(
                collect_timing_info(
                    embedded.signer_info, context, raw_digest=embedded.compute_digest
                )
            )
            timestamp = timing.get("timestamp_validity")
            is_good = (
                timestamp is not None and timestamp.trusted and timestamp.intact and timestamp.valid
            )
            self._own[name] = aware(timestamp.timestamp) if is_good else None
        return self._own[name]

    def own_timestamp_certificates(
        self, embedded: EmbeddedPdfSignature
    ) -> Iterator[tuple[x509.Certificate, list[x509.Certificate]]]:
        """Yield who set the timestamps within a signature.

        Each comes with the certificates beside it.
        """
        attributes = embedded.signer_info["unsigned_attrs"]
        for attribute in attributes if isinstance(attributes, cms.CMSAttributes) else ():
            if attribute["type"].native == _TOKEN:
                for token in attribute["values"]:
                    certificates = extract_certs_for_validation(token["content"])
                    yield certificates.signer_cert, list(certificates.other_certs)

    def revocation(self, embedded: EmbeddedPdfSignature) -> Revocation:
        """Return what the file carries about revocation of the certificate."""
        certificate = embedded.signer_cert
        stated_at = self.carried.stated_at(certificate)
        if not stated_at:
            return Revocation.UNKNOWN
        try:
            return revocation_of(
                certificate,
                embedded.other_embedded_certs,
                lambda at: self._trust.revocation_context(at, self.carried),
                moment=self.proven_time(embedded) or self._now,
                stated_at=stated_at,
            )
        except InsufficientRevinfoError:
            return Revocation.UNKNOWN

    def is_settled(self, embedded: EmbeddedPdfSignature) -> bool:
        """Return whether all for its validation is there, under a timestamp."""
        return any(
            self._covers_material(stamp) for stamp, _at in self._timestamps_over(embedded)
        ) and (
            embedded.sig_object_type == "/DocTimeStamp"
            or self.revocation(embedded) is not Revocation.UNKNOWN
        )

    def level(
        self, embedded: EmbeddedPdfSignature, revocation: Revocation
    ) -> tuple[Level, datetime | None]:
        """Return how lasting a trusted signature is, and until when.

        It lasts until it can no longer be proven by what is in the file.
        """
        over = self._timestamps_over(embedded)
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

    def _timestamps_over(
        self, embedded: EmbeddedPdfSignature
    ) -> list[tuple[EmbeddedPdfSignature, datetime]]:
        """Return the trusted timestamps that cover a signature."""
        return [
            stamp for stamp in self._stamps if stamp[0].signed_revision > embedded.signed_revision
        ]

    def _covers_material(self, stamp: EmbeddedPdfSignature) -> bool:
        return "/DSS" in stamp.reader.get_historical_root(stamp.signed_revision)


def aware(moment: datetime) -> datetime:
    """Return `moment` with a time zone: UTC when it has none."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
