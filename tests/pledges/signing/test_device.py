"""Signing with a key on a device, played by SoftHSM.

What is on it, and what can be wrong.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils import timezone
from pkcs11 import Attribute, CertificateType, ObjectClass
from pytest_django.fixtures import Settings

from pledge_portal.pages.refusals import Refused
from pledges.documents.store import sign_document
from pledges.documents.verify import examine
from pledges.models import Signature
from pledges.signing.keys import backend_of, key_names
from tests.pledges.documents.certificates import Authority, Key, authority
from tests.pledges.signing.conftest import Adopted

pytestmark = pytest.mark.django_db

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "874512"
ROOT = authority("Enhetens utfärdare")


def put(session: Any, label: str, certificate: x509.Certificate, key: Key, scratch: Path) -> None:
    """Put a certificate and its key on the device, under one label."""
    session.create_object(
        {
            Attribute.CLASS: ObjectClass.CERTIFICATE,
            Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
            Attribute.LABEL: label,
            Attribute.SUBJECT: certificate.subject.public_bytes(),
            Attribute.VALUE: certificate.public_bytes(Encoding.DER),
            Attribute.TOKEN: True,
        }
    )
    file = scratch / "key.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    number = f"{abs(hash(label)) % 0xFFFF:04x}"
    _util("--import", str(file), "--token", "Prov", "--label", label, "--id", number, "--pin", PIN)
    file.unlink()


def _util(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give a device with a key of each kind.

    One more key is under another key's certificate.
    """
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    # The library reads it when it is first loaded in a process, and never again.
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    _util("--init-token", "--free", "--label", "Prov", "--pin", PIN, "--so-pin", "12345678")
    curve = ROOT.issue("Johan Dahlqvist")
    long = rsa.generate_private_key(65537, 2048)
    with pkcs11.lib(MODULE).get_token(token_label="Prov").open(rw=True, user_pin=PIN) as session:
        put(session, "kurva", *curve, folder)
        put(session, "rsa", ROOT.certify("Johan Dahlqvist", long), long, folder)
        put(session, "fel", ROOT.issue("Johan Dahlqvist")[0], curve[1], folder)
    return ROOT


@pytest.fixture
def write(settings: Settings, tmp_path: Path, device: Authority) -> Callable[..., None]:
    """Write the operator's file about the mayor's key."""

    def writing(pin: str = PIN, **lines: str) -> None:
        options = {"module": MODULE, "token": "Prov", "certificate": "kurva", **lines}
        (tmp_path / "alvsbyn").mkdir(exist_ok=True)
        (tmp_path / "alvsbyn" / "kort.pkcs11.toml").write_text(
            "".join(f"{name} = {value!r}\n" for name, value in options.items())
        )
        settings.SIGNING_KEYS = str(tmp_path)
        settings.SIGNING_KEY_PASSPHRASES = {"ALVSBYN_KORT": pin}

    return writing


@pytest.mark.parametrize("label", ["kurva", "rsa"])
def test_the_device_signs(
    adopted: Adopted, write: Callable[..., None], device: Authority, label: str
) -> None:
    write(certificate=label)
    assert "kort" in key_names(adopted.mayor)
    assert "kort" not in key_names(adopted.chief)
    sign_document(adopted.mayor, backend_of(adopted.mayor, "kort"), timezone.now())
    content = bytes(Signature.objects.get().document.content)
    (signature,) = examine(content, trust_roots=[device.trust_root]).signatures
    assert signature.is_genuine
    assert signature.signer is not None
    assert signature.signer.common_name == "Johan Dahlqvist"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ({"pin": "000000"}, "pinkod stämmer inte"),
        ({"certificate": "fel"}, "lämnade en underskrift som inte stämmer"),
        ({"certificate": "finns inte"}, "är inte rätt inställd"),
        ({"token": "finns inte"}, "är inte rätt inställd"),
        ({"module": "/finns/inte.so"}, "är inte rätt inställd"),
        ({"okand": "rad"}, "är inte rätt inställd"),
    ],
)
def test_what_is_wrong_is_told_and_changes_nothing(
    adopted: Adopted, write: Callable[..., None], lines: dict[str, str], sentence: str
) -> None:
    write(**lines)
    with pytest.raises(Refused, match=sentence):
        sign_document(adopted.mayor, backend_of(adopted.mayor, "kort"), timezone.now())
    assert not Signature.objects.exists()
    # The device is free again for the next one.
    write()
    assert backend_of(adopted.mayor, "kort").signer().signing_cert is not None
