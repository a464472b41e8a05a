"""Know the trusted authorities, and the way to them from a certificate."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asn1crypto import crl, ocsp, pem, x509
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import InsufficientRevinfoError, RevokedError
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from .report import Revocation, TrustedBy, TrustRoot

# Each signatory and each timestamp needs a handful.
MAX_CARRIED = 500

_ASK_FOR_THE_SIGNER = CertRevTrustPolicy(
    RevocationCheckingPolicy(
        ee_certificate_rule=RevocationCheckingRule.CRL_OR_OCSP_REQUIRED,
        intermediate_ca_cert_rule=RevocationCheckingRule.CHECK_IF_DECLARED_SOFT,
    ),
    # Said later, it holds for then too: who is not revoked now was not revoked before.
    retroactive_revinfo=True,
)


@dataclass(frozen=True)
class Carried:
    """What a file carries for its own validation.

    Certificates, revocation lists, OCSP answers.
    """

    certificates: list[x509.Certificate] = field(default_factory=list)
    lists: list[crl.CertificateList] = field(default_factory=list)
    answers: list[ocsp.OCSPResponse] = field(default_factory=list)

    def stated_at(self, certificate: x509.Certificate) -> list[datetime]:
        """Return when each list and answer about a certificate was made."""
        lists = [
            revocation_list["tbs_cert_list"]
            for revocation_list in self.lists
            if revocation_list.issuer == certificate.issuer
        ]
        times = [contents["this_update"].native for contents in lists]
        for answer in self.answers:
            for single in answer.basic_ocsp_response["tbs_response_data"]["responses"]:
                if single["cert_id"]["serial_number"].native == certificate.serial_number:
                    times.append(single["this_update"].native)
        return times


def clamp_to_validity(certificate: x509.Certificate, moment: datetime) -> datetime:
    """Return the time closest to `moment` at which a certificate was valid."""
    return min(max(moment, certificate.not_valid_before), certificate.not_valid_after)


def revocation_of(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    context: Callable[[datetime], ValidationContext],
    *,
    moment: datetime,
    stated_at: Sequence[datetime],
) -> Revocation:
    """Tell whether a certificate was revoked at `moment`, or later.

    It goes by what the contexts know: `context` makes one for a time; `stated_at` is when what they
    know about the certificate was said. Raises InsufficientRevinfoError when that is too little,
    and PathValidationError or PathBuildingError when the certificate is not one to trust.
    """

    def check(at: datetime) -> None:
        validator = CertificateValidator(
            certificate, intermediate_certs=others, validation_context=context(at)
        )
        asyncio.run(_validate_path(validator))

    missing: InsufficientRevinfoError | None = None
    try:
        check(clamp_to_validity(certificate, moment))
    except RevokedError:
        return Revocation.REVOKED
    except InsufficientRevinfoError as error:
        # An answer that tells of a later revocation says nothing of then, to the library.
        missing = error
    try:
        check(clamp_to_validity(certificate, max([moment, *stated_at])))
    except RevokedError as error:
        is_later = error.revocation_dt > moment
        return Revocation.REVOKED_LATER if is_later else Revocation.REVOKED
    except InsufficientRevinfoError:
        if missing is not None:
            raise missing from None
    return Revocation.GOOD


async def _validate_path(validator: CertificateValidator) -> None:
    await validator.async_validate_path()


def carried_by(signatures: Sequence[EmbeddedPdfSignature]) -> Carried:
    """Return what a file and its signatures carry for their validation.

    `signatures` are of one file, which has a security store too. Of what nobody needs so much of,
    nothing is taken. May raise what the libraries raise for a broken file.
    """
    carried = Carried()
    if not signatures:
        return carried
    reader = signatures[0].reader
    if "/DSS" in reader.root:
        store = DocumentSecurityStore.read_dss(reader)
        carried.certificates.extend(store.load_certs())
        carried.lists.extend(crl.CertificateList.load(ref.get_object().data) for ref in store.crls)
        carried.answers.extend(ocsp.OCSPResponse.load(ref.get_object().data) for ref in store.ocsps)
    for embedded in signatures:
        for attribute in embedded.signer_info["signed_attrs"]:
            if attribute["type"].native == "adobe_revocation_info_archival":
                for archived in attribute["values"]:
                    carried.lists.extend(archived["crl"] or [])
                    carried.answers.extend(archived["ocsp"] or [])
    if max(len(carried.certificates), len(carried.lists), len(carried.answers)) > MAX_CARRIED:
        return Carried()
    return carried


class Trust:
    """Trusted roots.

    Raises ValueError for one whose certificate cannot be read.
    """

    def __init__(self, roots: Sequence[TrustRoot]) -> None:
        self._roots = {
            certificate.sha256: (certificate, root)
            for root in roots
            for certificate in [_certificate(root.certificate)]
        }

    @property
    def certificates(self) -> list[x509.Certificate]:
        """Return the trusted roots' certificates."""
        return [certificate for certificate, _ in self._roots.values()]

    def context(self, moment: datetime | None, carried: Carried | None = None) -> ValidationContext:
        """Return a validation context that fetches nothing, for one use.

        Of what a file carries it knows the certificates, not what is said of revocation.
        """
        return ValidationContext(
            trust_roots=self.certificates,
            other_certs=carried.certificates if carried else None,
            allow_fetching=False,
            revocation_mode="soft-fail",
            moment=moment,
        )

    def revocation_context(self, moment: datetime, carried: Carried) -> ValidationContext:
        """Return a context that looks the certificate up in what is carried.

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

    def full_context(self, moment: datetime, carried: Carried) -> ValidationContext:
        """Return a context that demands answers about all certificates.

        That is, about each that says whom to ask.
        """
        return ValidationContext(
            trust_roots=self.certificates,
            other_certs=carried.certificates,
            crls=carried.lists,
            ocsps=carried.answers,
            allow_fetching=False,
            revocation_mode="hard-fail",
            retroactive_revinfo=True,
            moment=moment,
        )

    def authority(self, status: Any) -> TrustedBy | None:
        """Return the root that makes a validated signature trusted."""
        if not status.trusted:
            return None
        anchor = status.validation_path.trust_anchor.authority.certificate
        _, root = self._roots[anchor.sha256]
        return TrustedBy(root.label, root.is_demo)


def _certificate(content: bytes) -> x509.Certificate:
    """Read a certificate in PEM or DER. Raises ValueError."""
    if pem.detect(content):
        _, _, content = pem.unarmor(content)
    return x509.Certificate.load(content, strict=True)
