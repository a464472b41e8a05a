"""The authorities that an examination trusts, and the way from a certificate to one of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import pem, x509
from pyhanko_certvalidator import ValidationContext

from .report import TrustedBy, TrustRoot


class Trust:
    """Trusted roots. Raises ValueError for one whose certificate cannot be read."""

    def __init__(self, roots: Sequence[TrustRoot]) -> None:
        self._roots = {
            certificate.sha256: (certificate, root)
            for root in roots
            for certificate in [_certificate(root.certificate)]
        }

    @property
    def certificates(self) -> list[x509.Certificate]:
        """The trusted roots' certificates."""
        return [certificate for certificate, _ in self._roots.values()]

    def context(self, moment: datetime | None) -> ValidationContext:
        """A validation context that fetches nothing; they are not to be used twice."""
        return ValidationContext(
            trust_roots=self.certificates,
            allow_fetching=False,
            revocation_mode="soft-fail",
            moment=moment,
        )

    def authority(self, status: Any) -> TrustedBy | None:
        """The root that makes a validated signature trusted."""
        if not status.trusted:
            return None
        anchor = status.validation_path.trust_anchor.authority.certificate
        _, root = self._roots[anchor.sha256]
        return TrustedBy(root.label, root.is_demo)


def _certificate(content: bytes) -> x509.Certificate:
    """A certificate in PEM or DER. Raises ValueError."""
    if pem.detect(content):
        _, _, content = pem.unarmor(content)
    return x509.Certificate.load(content, strict=True)
