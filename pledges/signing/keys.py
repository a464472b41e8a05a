"""Find the operator's keys that signatories sign with.

There is a folder for each party. Of the folder SIGNING_KEYS/alvsbyn can be chosen for Älvsbyn's
signatories, and for nobody else's:

    kommunalrad.p12             a key in a file (PKCS#12)
    kommunalrad.pkcs11.toml     a key on a device (PKCS#11)
    kommunalrad.csc.toml        a key in a remote service (Cloud Signature Consortium API)

What opens one is in the environment, as SIGNING_KEY_PASSPHRASE_ALVSBYN_KOMMUNALRAD: a passphrase,
the device's PIN, or the token or client secret that the portal shows the service.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from pledge_portal.pages.refusals import Refused
from pledges.documents.errors import (
    DeviceMisconfigured,
    ServiceMisconfigured,
    SigningError,
    sentence_of,
)
from pledges.documents.key_settings import Asks, Codes, Device, Service, SigningBackend
from pledges.documents.pledge_html import party_name
from pledges.documents.trusted_authorities import demo_authority
from pledges.models import Signatory

# The demonstration's own key has no file of the operator's.
DEMONSTRATION_KEY = ""
Written = TypeVar("Written", Service, Device)
_ENDINGS = (".p12", ".pkcs11.toml", ".csc.toml")


def folder_name(signatory: Signatory) -> str:
    """Return the name of a party's folder: "alvsbyn", "polisen-pitea-alvdal"."""
    party = signatory.municipality or signatory.police_area or signatory.pledge.police_area
    return party.party_key


def key_names(signatory: Signatory) -> list[str]:
    """Return the names of the keys that a signatory can be given, in order."""
    if signatory.third_party:
        return []
    names = [DEMONSTRATION_KEY] if settings.DEMONSTRATION else []
    return [*names, *sorted(_files(signatory))]


def backend_of(signatory: Signatory, key_name: str, codes: Codes | None = None) -> SigningBackend:
    """Return what signs for a signatory, with the codes that they typed.

    Raises Refused when their key isn't there, or isn't written as it should be.
    """
    # What signs takes a second to load, and no other page needs it.
    from pledges.documents.csc import CscBackend
    from pledges.documents.device import Pkcs11Backend
    from pledges.documents.signing import Pkcs12Backend

    if key_name == DEMONSTRATION_KEY and settings.DEMONSTRATION:
        key = demo_authority().issue(signatory.name, party_name(signatory))
        return Pkcs12Backend(key.path, key.passphrase)
    file = _files(signatory).get(key_name)
    if file is None:
        raise Refused(_("Nyckeln finns inte längre. Be den som sköter portalen om hjälp."))
    variable = re.sub(r"[^A-Z0-9]", "_", f"{folder_name(signatory)}_{key_name}".upper())
    secret = settings.SIGNING_KEY_PASSPHRASES.get(variable, "")
    try:
        if file.name.endswith(".csc.toml"):
            return CscBackend(_read_settings(Service, file, secret=secret), codes)
        if file.name.endswith(".pkcs11.toml"):
            return Pkcs11Backend(_read_settings(Device, file, pin=secret))
    except SigningError as error:
        raise Refused(sentence_of(error)) from error
    return Pkcs12Backend(file, secret.encode() if secret else None)


def asks_of(backend: SigningBackend) -> Asks:
    """Return which codes a key asks its signatory for.

    Raises Refused when its service doesn't say.
    """
    try:
        return backend.asks()
    except SigningError as error:
        raise Refused(sentence_of(error)) from error


def send_code(backend: SigningBackend) -> None:
    """Let the key's service send its signatory a code; raises Refused."""
    try:
        backend.send_code()
    except SigningError as error:
        raise Refused(sentence_of(error)) from error


def _files(signatory: Signatory) -> dict[str, Path]:
    """Return the files of a party's keys by the keys' names.

    Of two with one name, the first kind.
    """
    files: dict[str, Path] = {}
    if settings.SIGNING_KEYS:
        folder = Path(settings.SIGNING_KEYS) / folder_name(signatory)
        for ending in _ENDINGS:
            for file in folder.glob(f"*{ending}"):
                files.setdefault(file.name.removesuffix(ending), file)
    return files


def _read_settings(kind: type[Written], file: Path, **secret: str) -> Written:
    """Read what the operator has written in a file.

    Raises a SigningError when it isn't right.
    """
    try:
        written: dict[str, Any] = {**tomllib.loads(file.read_text("utf-8")), **secret}
        return kind(**written)
    except (OSError, ValueError, TypeError) as error:
        misconfigured = ServiceMisconfigured if kind is Service else DeviceMisconfigured
        raise misconfigured(f"{file}: {error}") from error
