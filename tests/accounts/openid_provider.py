"""A small OpenID Connect provider that the tests start.

It signs what it is told to say. Whoever comes to its login page is let in at once and sent back.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.answering import Answer, answering

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGERS_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT = "portalen"


@dataclass
class Provider:
    """The provider.

    `person` is what it says of whoever logs in; `token` changes the ID token.
    """

    url: str
    person: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    is_broken: bool = False
    promises_issuer: bool = False
    nonce: str = ""
    key: rsa.RSAPrivateKey = KEY

    def log_in(self, asked: str) -> str:
        """Log in whoever came by the address `asked`; return where they go back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
        self.nonce = query["nonce"]
        return f"{query['redirect_uri']}?{urlencode({'code': 'c', 'state': query['state']})}"

    def answer(self, path: str) -> dict[str, Any]:
        """Return what an address of the provider answers."""
        if path.startswith("/.well-known/openid-configuration"):
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
                "authorization_response_iss_parameter_supported": self.promises_issuer,
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            }
        if path.startswith("/token"):
            return {"access_token": "a", "token_type": "Bearer", "id_token": self._id_token()}
        if path.startswith("/userinfo"):
            return self.person
        numbers = KEY.public_key().public_numbers()
        return {
            "keys": [{"kty": "RSA", "kid": "1", "n": _number(numbers.n), "e": _number(numbers.e)}]
        }

    def _id_token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60}
        claims |= {"nonce": self.nonce, **self.person, **self.token}
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "1"})


def _number(value: int) -> str:
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextmanager
def serving_provider() -> Iterator[Provider]:
    """Serve a provider on this machine's own address meanwhile."""

    def answer(path: str, _body: bytes, _headers: object) -> Answer:
        if path.startswith("/authorize"):
            return Answer(302, "text/plain", b"", provider.log_in(path))
        status = 500 if provider.is_broken else 200
        return Answer(status, "application/json", json.dumps(provider.answer(path)).encode())

    with answering(answer) as address:
        provider = Provider(address)
        yield provider
