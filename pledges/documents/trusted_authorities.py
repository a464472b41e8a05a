"""Name whose signatures the portal trusts.

The operator's, and in a demonstration its own.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from pledges.documents.demo_authority import DemoAuthority, ensure_demo_authority
from pledges.documents.report import TrustRoot


def demo_authority() -> DemoAuthority:
    """Return the demonstration's authority, made in the data folder."""
    return ensure_demo_authority(settings.DATA_FOLDER / "demo-authority")


def trust_roots() -> tuple[TrustRoot, ...]:
    """Return the trusted authorities.

    They are the PEM files of the folder TRUSTED_CERTIFICATES, and while DEMONSTRATION is on the
    demonstration's own authority. Raises ImproperlyConfigured, naming the file, when one of them
    can't be read.
    """
    roots = _of_folder(settings.TRUSTED_CERTIFICATES) if settings.TRUSTED_CERTIFICATES else ()
    if settings.DEMONSTRATION:
        roots += _roots_in(demo_authority().certificate, is_demo=True)
    return roots


@cache
def _of_folder(folder: str) -> tuple[TrustRoot, ...]:
    """Return what the folder holds.

    It is read once, so a change of it needs a restart.
    """
    if not Path(folder).is_dir():
        raise ImproperlyConfigured(f"TRUSTED_CERTIFICATES: mappen {folder} finns inte.")
    files = sorted(Path(folder).glob("*.pem"))
    return tuple(root for file in files for root in _roots_in(file, is_demo=False))


@cache
def _roots_in(file: Path, *, is_demo: bool) -> tuple[TrustRoot, ...]:
    try:
        certificates = x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(
            f"TRUSTED_CERTIFICATES: {file} är inget läsbart PEM-certifikat ({error})."
        ) from error
    return tuple(
        TrustRoot(_name_of(certificate), certificate.public_bytes(Encoding.PEM), is_demo)
        for certificate in certificates
    )


def _name_of(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
