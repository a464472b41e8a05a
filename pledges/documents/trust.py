"""The authorities that an examination trusts, and the way from a certificate to one of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asn1crypto import crl, ocsp, pem, x509
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from .report import TrustedBy, TrustRoot

_ASK_FOR_THE_SIGNER = CertRevTrustPolicy(
    RevocationCheckingPolicy(
        ee_certificate_rule=RevocationCheckingRule.CRL_OR_OCSP_REQUIRED,
        intermediate_ca_cert_rule=RevocationCheckingRule.CHECK_IF_DECLARED_SOFT,
    )
)


@dataclass(frozen=True)
class Carried:
    """What a file carries for its own validation: certificates, revocation lists, OCSP answers."""

    certificates: list[x509.Certificate] = field(default_factory=list)
    lists: list[crl.CertificateList] = field(default_factory=list)
    answers: list[ocsp.OCSPResponse] = field(default_factory=list)


def carried_by(embedded: EmbeddedPdfSignature) -> Carried:
    """What the document's security store and the signature itself carry. May raise anything."""
    found = Carried()
    if "/DSS" in embedded.reader.root:
        store = DocumentSecurityStore.read_dss(embedded.reader)
        found.certificates.extend(store.load_certs())
        found.lists.extend(crl.CertificateList.load(ref.get_object().data) for ref in store.crls)
        found.answers.extend(ocsp.OCSPResponse.load(ref.get_object().data) for ref in store.ocsps)
    for attribute in embedded.signer_info["signed_attrs"]:
        if attribute["type"].native == "adobe_revocation_info_archival":
            for archived in attribute["values"]:
                found.lists.extend(archived["crl"] or [])
                found.answers.extend(archived["ocsp"] or [])
    return found


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

    def revocation_context(self, moment: datetime, carried: Carried) -> ValidationContext:
        """A context that looks the signer's certificate up in what the file carries.

        Without an answer there the signature counts as untrusted, but not as revoked.
        """
        return ValidationContext(
            trust_roots=self.certificates,
            other_certs=carried.certificates,
            crls=carried.lists,
            ocsps=carried.answers,
            allow_fetching=False,
            revinfo_policy=_ASK_FOR_THE_SIGNER,
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
