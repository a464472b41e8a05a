"""Certificate authorities for the tests.

They are strangers, look-alikes, and ones whose clocks went wrong.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
)

from pledges.documents.report import TrustRoot
from pledges.documents.signing import Pkcs12Backend

PASSPHRASE = b"hemligt"
YEAR = timedelta(days=365)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass
class Authority:
    """A root certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def trust_root(self) -> TrustRoot:
        """Return the root as something to trust."""
        return TrustRoot("Provets utfärdare", self.certificate.public_bytes(Encoding.DER))

    def issue(
        self,
        name: str,
        *,
        valid_from: datetime | None = None,
        valid_to: datetime | None = None,
        non_repudiation: bool = True,
        timestamping: bool = False,
        answering: bool = False,
        ocsp_url: str = "",
        crl_url: str = "",
    ) -> tuple[x509.Certificate, Key]:
        """Return a certificate with its key, for one of three uses.

        The uses are signing, timestamping and answering (OCSP). The addresses are where it says
        that one can ask whether it is revoked.
        """
        key: Key = (
            # pyHanko's timestamp authority for tests knows nothing else.
            rsa.generate_private_key(65537, 2048)
            if timestamping
            else ec.generate_private_key(ec.SECP256R1())
        )
        now = datetime.now(UTC)
        builder = (
            _builder(name, self.certificate.subject, key)
            .not_valid_before(valid_from or now - YEAR)
            .not_valid_after(valid_to or now + YEAR)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(content_commitment=non_repudiation), critical=True)
        )
        if timestamping:
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
        if answering:
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False
            ).add_extension(x509.OCSPNoCheck(), critical=False)
        if ocsp_url:
            where = x509.UniformResourceIdentifier(ocsp_url)
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)
            builder = builder.add_extension(
                x509.AuthorityInformationAccess([access]), critical=False
            )
        if crl_url:
            name = x509.UniformResourceIdentifier(crl_url)
            point = x509.DistributionPoint([name], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        return builder.sign(self.key, hashes.SHA256()), key

    def certify(self, name: str, key: Key) -> x509.Certificate:
        """Return a certificate for signing with a key that somebody else holds."""
        now = datetime.now(UTC)
        return (
            _builder(name, self.certificate.subject, key)
            .not_valid_before(now - YEAR)
            .not_valid_after(now + YEAR)
            .add_extension(_usage(content_commitment=True), critical=True)
            .sign(self.key, hashes.SHA256())
        )

    def backend(self, name: str, **options: datetime | bool | str | None) -> Pkcs12Backend:
        """Return a signing backend with a new certificate of this authority."""
        return self.backend_of(*self.issue(name, **options))  # type: ignore[arg-type]

    def backend_of(self, certificate: x509.Certificate, key: Key) -> Pkcs12Backend:
        """Return a signing backend with a certificate that is there already."""
        content = pkcs12.serialize_key_and_certificates(
            b"key", key, certificate, [self.certificate], BestAvailableEncryption(PASSPHRASE)
        )
        return Pkcs12Backend(content, PASSPHRASE)


def authority(name: str = "Provets utfärdare") -> Authority:
    """Return a new authority, unknown to everybody."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    certificate = (
        _builder(name, _name(name), key)
        .not_valid_before(now - 10 * YEAR)
        .not_valid_after(now + 10 * YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate, key)


def for_pyhanko(
    certificate: x509.Certificate, key: Key
) -> tuple[asn1_x509.Certificate, asn1_keys.PrivateKeyInfo]:
    """Return a certificate and its key in the types that pyHanko takes."""
    return (
        asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(name: str, issuer: x509.Name, key: Key) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
    )


def _usage(**what: bool) -> x509.KeyUsage:
    usages = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(digital_signature=True, **{**usages, **what})
