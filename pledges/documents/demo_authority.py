"""Issue certificates for demonstrations, which nobody else trusts.

The authority is made on the spot. It lets a new installation show real signatures before anyone has
bought a certificate. Everything that it issues says DEMO in its name.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

ROOT_NAME = "DEMO pledge_portal – demonstrationsutfärdare (ej äkta)"
NAME_PREFIX = "DEMO "
# Recommended by ETSI TS 119 312; checked by pyHanko, poppler and Acrobat, and fifty times
# faster to load than RSA of the same strength.
CURVE = ec.SECP256R1()
YEAR = timedelta(days=365.25)
# The first citizen pledges are from then: the demonstration's are signed on days long past.
ROOT_VALID_FROM = datetime(2015, 1, 1, tzinfo=UTC)
ROOT_VALIDITY = 20 * YEAR
CERTIFICATE_VALIDITY = 10 * YEAR
# Bytes; RFC 5280, appendix A, says 64 characters (ub-common-name, ub-organization-name),
# and the library counts bytes.
MAX_NAME_BYTES = 64
# The passphrase is random, so stretching it would only make signing slower.
KEY_DERIVATION_ROUNDS = 2048

_CERTIFICATE = "certificate.pem"
_KEY = "key.pem"
_PASSPHRASE = "passphrase"  # noqa: S105 - a file name


class DemoAuthorityDamaged(Exception):
    """The folder holds something else than a whole demonstration authority."""


@dataclass(frozen=True)
class IssuedKey:
    """A signatory's PKCS#12 file: where it lies and what opens it."""

    pkcs12: bytes
    path: Path
    passphrase: bytes


@dataclass(frozen=True)
class DemoAuthority:
    """A demonstration authority in a folder of its own."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """Return the path of the root certificate (PEM).

        It is to be trusted by whoever checks demonstration signatures.
        """
        return self.folder / _CERTIFICATE

    def issue(
        self, common_name: str, organisation: str, valid_from: datetime | None = None
    ) -> IssuedKey:
        """Return a signatory's signing key, made at the first call.

        The certificate is named "DEMO <common_name>", is meant for signing only (key usage
        digitalSignature and nonRepudiation) and names no revocation list. It is valid from when it
        is made, or from `valid_from`: the demonstration's own pledges were signed long ago.
        """
        passphrase = (self.folder / _PASSPHRASE).read_bytes()
        digest = hashlib.sha256(f"{common_name}\n{organisation}".encode()).hexdigest()
        path = self.folder / f"signatory-{digest[:32]}.p12"
        if not path.exists():
            with _exclusive_lock(self.folder):
                if not path.exists():
                    content = self._new_key(common_name, organisation, passphrase, valid_from)
                    _write_atomically(path, content)
        return IssuedKey(path.read_bytes(), path, passphrase)

    def _new_key(
        self,
        common_name: str,
        organisation: str,
        passphrase: bytes,
        valid_from: datetime | None,
    ) -> bytes:
        """Return a new key and certificate, with the root's, as PKCS#12."""
        root = x509.load_pem_x509_certificate(self.certificate.read_bytes())
        root_key = serialization.load_pem_private_key(
            (self.folder / _KEY).read_bytes(), password=None
        )
        if not isinstance(root_key, ec.EllipticCurvePrivateKey):
            raise DemoAuthorityDamaged(f"{self.folder / _KEY} is no key on an elliptic curve.")
        key = ec.generate_private_key(CURVE)
        now = datetime.now(UTC)
        subject = _name(NAME_PREFIX + common_name, organisation)
        certificate = (
            _builder(subject, root.subject, key, valid_from or now)
            .not_valid_after(min(now + CERTIFICATE_VALIDITY, root.not_valid_after_utc))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signing=True), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
                critical=False,
            )
            .sign(root_key, hashes.SHA256())
        )
        return pkcs12.serialize_key_and_certificates(
            name=subject.rfc4514_string().encode(),
            key=key,
            cert=certificate,
            cas=[root],
            encryption_algorithm=PrivateFormat.PKCS12.encryption_builder()
            .kdf_rounds(KEY_DERIVATION_ROUNDS)
            .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
            .hmac_hash(hashes.SHA256())
            .build(passphrase),
        )


def ensure_demo_authority(folder: Path) -> DemoAuthority:
    """Return the demonstration authority in `folder`, made if need be.

    It is made beside the folder and moved into place, so that a process that is killed midway
    leaves nothing; two processes at once agree on one. The folder is readable by its owner only.
    Raises DemoAuthorityDamaged when the folder holds other things.
    """
    folder = folder.absolute()
    authority = DemoAuthority(folder)
    if not _is_complete(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _exclusive_lock(folder):
            if not _is_complete(folder):
                _make(folder)
    return authority


def _is_complete(folder: Path) -> bool:
    """Return whether the authority is there.

    Raises DemoAuthorityDamaged when it is there in part.
    """
    if not folder.exists() or not any(folder.iterdir()):
        return False
    missing = [name for name in (_CERTIFICATE, _KEY, _PASSPHRASE) if not (folder / name).is_file()]
    if missing:
        raise DemoAuthorityDamaged(
            f"{folder} lacks {', '.join(missing)}; move it away to get a new authority."
        )
    return True


def _make(folder: Path) -> None:
    """Make a new authority and move it to `folder`, which is absent or empty."""
    prefix = f".{folder.name}.new-"
    for leftover in folder.parent.glob(f"{prefix}*"):
        # Of a process that was killed: no living one can be here, for we hold the lock.
        shutil.rmtree(leftover, ignore_errors=True)
    # mkdtemp gives mode 0700.
    draft = Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))
    key = ec.generate_private_key(CURVE)
    name = _name(ROOT_NAME, "DEMO pledge_portal")
    now = datetime.now(UTC)
    certificate = (
        _builder(name, name, key, ROOT_VALID_FROM)
        .not_valid_after(now + ROOT_VALIDITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signing=False), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_atomically(
        draft / _KEY,
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )
    _write_atomically(draft / _CERTIFICATE, certificate.public_bytes(Encoding.PEM))
    _write_atomically(draft / _PASSPHRASE, secrets.token_hex(32).encode())
    draft.rename(folder)
    _flush_folder(folder.parent)


def _name(common_name: str, organisation: str) -> x509.Name:
    """Return a Swedish subject name, cut off where X.509 allows no more."""
    parts = {NameOID.ORGANIZATION_NAME: organisation, NameOID.COMMON_NAME: common_name}
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "SE"),
            *(
                x509.NameAttribute(kind, text.encode()[:MAX_NAME_BYTES].decode(errors="ignore"))
                for kind, text in parts.items()
                if text
            ),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, valid_from: datetime
) -> x509.CertificateBuilder:
    """Return what root and signatories' certificates have in common."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Clocks that go after are common; a certificate from the future would be refused.
        .not_valid_before(valid_from - timedelta(days=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signing: bool) -> x509.KeyUsage:
    """Key usage of a signatory (`signing`) or of the authority."""
    return x509.KeyUsage(
        digital_signature=signing,
        content_commitment=signing,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signing,
        crl_sign=not signing,
        encipher_only=False,
        decipher_only=False,
    )


def _write_atomically(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 whole or not at all, also after a crash."""
    draft = path.with_name(path.name + ".part")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    """Have the names in `folder` on the disk, not only in memory."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _exclusive_lock(folder: Path) -> Iterator[None]:
    """Keep other processes out; a process that dies loses its lock."""
    descriptor = os.open(folder.parent / f".{folder.name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
