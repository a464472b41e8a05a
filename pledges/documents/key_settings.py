"""Describe the keys that sign: what they do, what the operator writes.

Nothing in here needs a library that signs, so pages can import it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .errors import ServiceMisconfigured

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

_LOCAL = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Codes:
    """What a signatory types when signing. Never shown, logged or stored."""

    pin: str = field(default="", repr=False)
    otp: str = field(default="", repr=False)


@dataclass(frozen=True)
class Asks:
    """Which codes a key asks for, and whether the service sends one of them."""

    pin: bool = False
    otp: bool = False
    sends_otp: bool = False


@dataclass(frozen=True)
class Service:
    """A remote service and one key in it, as the operator has written them.

    `address` is what comes before "/csc/v1/". `secret` is the portal's own: a bearer token, or with
    `client_id` the secret that a token is asked for at `token_address` with (OAuth 2.0 client
    credentials). `seconds` is the longest that one answer may take: with a service that asks the
    signatory in an app, long enough for that. `certificate_sha256`, when given, is the only
    certificate that is taken, in hexadecimal.
    """

    address: str
    credential: str
    secret: str = field(repr=False)
    client_id: str = ""
    token_address: str = ""
    seconds: float = 60
    certificate_sha256: str = ""

    def __post_init__(self) -> None:
        """Raise ServiceMisconfigured for an address that gets no secrets."""
        for address in filter(None, (self.address, self.token_address)):
            parts = urlsplit(address)
            is_safe = parts.scheme == "https" or (
                parts.scheme == "http" and parts.hostname in _LOCAL
            )
            if not is_safe or not parts.hostname:
                raise ServiceMisconfigured(f"{address} does not begin with https://.")
        if not self.secret:
            raise ServiceMisconfigured("The portal's token or client secret is missing.")
        if not self.credential:
            raise ServiceMisconfigured("The credential's id is missing.")


@dataclass(frozen=True)
class Device:
    """A key on a device, as the operator has written it.

    `module` is the file of the device's PKCS#11 library, `token` the token's label, `certificate`
    the label of the certificate on it and `key` that of the key, the same one unless given.
    """

    module: str
    token: str
    certificate: str
    pin: str = field(repr=False)
    key: str = ""


class SigningBackend:
    """Whatever can sign: a key file, a smart card, a remote service."""

    def signer(self) -> Signer:
        """Return a pyHanko signer, with its certificate chain.

        Raises a SigningError.
        """
        raise NotImplementedError

    def asks(self) -> Asks:
        """Return what the key wants the signatory to type: nothing, mostly.

        Raises a SigningError.
        """
        return Asks()

    def send_code(self) -> None:
        """Let the signatory be sent a one-time code, where the key does so.

        Raises a SigningError.
        """
