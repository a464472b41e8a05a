"""A certificate authority with its services, on this machine.

The services are timestamps, OCSP and a CRL. Each service can be told to be away or to lie. A clock
of its own says what time a timestamp shows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from pledges.documents.signing import Pkcs12Backend
from tests.answering import Answer, answering
from tests.pledges.documents.certificates import Authority, Key, authority, for_pyhanko

HOUR = timedelta(hours=1)


class Services:
    """An authority that others can ask; what it does wrong is set on it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.root: Authority = authority("Provets utfärdare")
        # Each service by the last part of its address: "tsa", "ocsp", "crl".
        self.away: set[str] = set()
        self.asked: list[str] = []
        self.revoked: dict[int, datetime] = {}
        # How long before now an answer was made; it holds for an hour.
        self.age = timedelta(0)
        self.answers_for: x509.Certificate | None = None
        self.answers_by: tuple[x509.Certificate, Key] | None = None
        self.clock: datetime | None = None
        self._issued: dict[int, x509.Certificate] = {}
        self.new_stamper()

    @property
    def tsa(self) -> str:
        """Return the address of the timestamp authority."""
        return self.address + "tsa"

    def new_stamper(
        self, *, valid_from: datetime | None = None, valid_to: datetime | None = None
    ) -> None:
        """Let timestamps be made with a new certificate from now on."""
        certificate, key = self.root.issue(
            "Tidsstämplare",
            timestamping=True,
            valid_from=valid_from,
            valid_to=valid_to,
            crl_url=self.address + "crl",
        )
        self.stamper = for_pyhanko(certificate, key)

    def issued(self, name: str, *, by_list: bool = False) -> tuple[x509.Certificate, Key]:
        """Return a certificate for a signatory.

        The signatory is asked about by OCSP, or in the list.
        """
        where = {
            "crl_url" if by_list else "ocsp_url": self.address + ("crl" if by_list else "ocsp")
        }
        certificate, key = self.root.issue(name, **where)  # type: ignore[arg-type]
        self._issued[certificate.serial_number] = certificate
        return certificate, key

    def backend(self, name: str, *, by_list: bool = False) -> Pkcs12Backend:
        """Return what signs with such a certificate."""
        return self.root.backend_of(*self.issued(name, by_list=by_list))

    def answer(self, service: str, body: bytes) -> tuple[int, str, bytes]:
        """Return what a service answers: status, media type and body."""
        self.asked.append(service)
        if service in self.away:
            return 503, "text/plain", b"away"
        return getattr(self, f"_{service}")(body)  # type: ignore[no-any-return]

    def _tsa(self, body: bytes) -> tuple[int, str, bytes]:
        certificates = SimpleCertificateStore()
        certificates.register(for_pyhanko(self.root.certificate, self.root.key)[0])
        dummy = DummyTimeStamper(*self.stamper, certs_to_embed=certificates, fixed_dt=self.clock)
        response = asyncio.run(dummy.async_request_tsa_response(tsp.TimeStampReq.load(body)))
        return 200, "application/timestamp-reply", response.dump()

    def _ocsp(self, body: bytes) -> tuple[int, str, bytes]:
        asked = ocsp.load_der_ocsp_request(body).serial_number
        about = self.answers_for or self._issued[asked]
        revoked_at = self.revoked.get(asked)
        by, key = self.answers_by or (self.root.certificate, self.root.key)
        made = datetime.now(UTC) - self.age
        answer = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=about,
                issuer=self.root.certificate,
                algorithm=hashes.SHA1(),  # noqa: S303  (names the certificate, proves nothing)
                cert_status=(
                    ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD
                ),
                this_update=made,
                next_update=made + HOUR,
                revocation_time=revoked_at,
                revocation_reason=x509.ReasonFlags.key_compromise if revoked_at else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, by)
            .certificates([by])
            .sign(key, hashes.SHA256())  # type: ignore[arg-type]
        )
        return 200, "application/ocsp-response", answer.public_bytes(Encoding.DER)

    def _crl(self, _body: bytes) -> tuple[int, str, bytes]:
        made = datetime.now(UTC) - self.age
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.certificate.subject)
            .last_update(made)
            .next_update(made + HOUR)
            .add_extension(x509.CRLNumber(len(self.asked)), critical=False)
        )
        for serial, at in self.revoked.items():
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
            )
        signed = builder.sign(self.root.key, hashes.SHA256())
        return 200, "application/pkix-crl", signed.public_bytes(Encoding.DER)


@contextmanager
def services() -> Iterator[Services]:
    """Run services that answer until the end."""

    def answer(path: str, body: bytes, _headers: object) -> Answer:
        return Answer(*authority_services.answer(path.strip("/"), body))

    with answering(answer) as address:
        authority_services = Services(f"{address}/")
        yield authority_services
