"""Sign with a key that never leaves an HSM or a card (PKCS#11).

The device is the operator's. It is opened for as long as one signature takes. A process has one
login on a device at a time, so signatures by devices wait for one another.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.sig_validate import DEFAULT_SIGNATURE_VALIDATOR

from .errors import (
    DeviceMisconfigured,
    DevicePinWrong,
    DeviceSignatureWrong,
    DeviceUnavailable,
)
from .key_settings import Device, SigningBackend

_one_at_a_time = threading.Lock()
_WAIT_SECONDS = 30


class Pkcs11Backend(SigningBackend):
    """Signs with a key on a device."""

    def __init__(self, device: Device) -> None:
        self._device = device

    def signer(self) -> Signer:
        """Return the signer, with the certificates on the device.

        Raises a SigningError.
        """
        return self._signer

    @cached_property
    def _signer(self) -> Signer:
        with _opened(self._device) as session:
            inner = _inner(session, self._device)
            return _DeviceSigner(self._device, inner.signing_cert, list(inner.cert_registry))


class _DeviceSigner(Signer):
    """A signer that opens the device for each signature, and tries it."""

    def __init__(
        self, device: Device, certificate: x509.Certificate, others: list[x509.Certificate]
    ) -> None:
        registry = SimpleCertificateStore()
        registry.register_multiple([certificate, *others])
        super().__init__(signing_cert=certificate, cert_registry=registry, embed_roots=False)
        self._device = device

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Return the signature of `data` by the key on the device.

        Raises a SigningError.
        """
        if dry_run:
            return bytes(512)
        with _opened(self._device) as session:
            inner = _inner(session, self._device)
            signature: bytes = await inner.async_sign_raw(data, digest_algorithm)
        certificate = self.signing_cert
        assert certificate is not None  # noqa: S101  (it was read from the device)
        try:
            DEFAULT_SIGNATURE_VALIDATOR.validate_signature(
                signature,
                data,
                certificate.public_key,
                self.get_signature_mechanism_for_digest(digest_algorithm),
            )
        except (InvalidSignature, ValueError, TypeError, AssertionError) as error:
            raise DeviceSignatureWrong("The key is not the certificate's.") from error
        return signature


def _inner(session: Any, device: Device) -> Any:
    """Return pyHanko's own signer, on an open device."""
    from pyhanko.sign.pkcs11 import PKCS11Signer

    signer = PKCS11Signer(
        session,
        cert_label=device.certificate,
        key_label=device.key or device.certificate,
        other_certs_to_pull=None,
    )
    # Few devices make the digest themselves for keys on elliptic curves.
    signer.use_raw_mechanism = signer.signing_cert.public_key.algorithm == "ec"
    return signer


@contextmanager
def _opened(device: Device) -> Iterator[Any]:
    """Open a session on the device.

    Raises a SigningError for whatever goes wrong until it is closed.
    """
    try:
        import pkcs11
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import open_pkcs11_session
    except ImportError as error:
        raise DeviceMisconfigured("The package python-pkcs11 is not installed.") from error
    if not _one_at_a_time.acquire(timeout=_WAIT_SECONDS):
        raise DeviceUnavailable("Somebody else has the device open.")
    try:
        session = open_pkcs11_session(
            device.module,
            token_criteria=TokenCriteria(label=device.token),
            user_pin=device.pin,
        )
        try:
            yield session
        finally:
            session.close()
    except (
        pkcs11.exceptions.PinIncorrect,
        pkcs11.exceptions.PinInvalid,
        pkcs11.exceptions.PinLenRange,
        pkcs11.exceptions.PinLocked,
        pkcs11.exceptions.PinExpired,
    ) as error:
        raise DevicePinWrong(type(error).__name__) from error
    except (
        pkcs11.exceptions.DeviceError,
        pkcs11.exceptions.DeviceRemoved,
        pkcs11.exceptions.TokenNotPresent,
        pkcs11.exceptions.SessionHandleInvalid,
        pkcs11.exceptions.FunctionFailed,
    ) as error:
        raise DeviceUnavailable(type(error).__name__) from error
    except (pkcs11.exceptions.PKCS11Error, OSError) as error:
        # A token, key or certificate that isn't there is told so by pyHanko in words.
        raise DeviceMisconfigured(f"{type(error).__name__}: {error}") from error
    finally:
        _one_at_a_time.release()
