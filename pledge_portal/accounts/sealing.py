"""Seals on secrets: a copy of the database alone lets nobody in.

Second factors are sealed, and letters that wait to be sent, each by seals of its own.

The seal is made of SECRET_KEY; SECRET_KEY_FALLBACKS hold the earlier ones while seals by them last.
"""

from __future__ import annotations

import base64
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"pledge_portal second factors"
# What every seal begins with, and no secret of allauth's (base32 in capitals, or hexadecimal).
_BEGINNING = "gAAAA"


def seal(text: str) -> str:
    """Return `text` sealed; what is sealed already is returned as it is."""
    return text if is_sealed(text) else seals(_PURPOSE).encrypt(text.encode()).decode()


def open_seal(sealed: str) -> str:
    """Return what was sealed.

    A seal by a key that is no longer there gives a secret of chance, which no code agrees with:
    the person is told that the code is wrong, and the operator can remove the app.
    """
    if not is_sealed(sealed):
        return sealed
    try:
        return seals(_PURPOSE).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return base64.b32encode(secrets.token_bytes(20)).decode()


def is_sealed(text: str) -> bool:
    """Return whether `text` is a seal, and no bare secret from before."""
    return text.startswith(_BEGINNING)


def seals(purpose: bytes) -> MultiFernet:
    """Return the seals of one purpose alone, the latest key's first."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(key, purpose)) for key in keys])


def _key(secret: str, purpose: bytes) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
