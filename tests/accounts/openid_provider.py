"""A small OpenID Connect provider that the tests start: signs what it is told to say."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT = "portalen"


@dataclass
class Provider:
    """The provider: `person` is what it says of whoever logs in; `token` changes the ID token."""

    url: str
    person: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    is_broken: bool = False
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str) -> dict[str, Any]:
        """Return what an address of the provider answers."""
        self.asked.append(path)
        if path.startswith("/.well-known/openid-configuration"):
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
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
        said = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, **self.person}
        return jwt.encode({**said, **self.token}, KEY, algorithm="RS256", headers={"kid": "1"})


def _number(value: int) -> str:
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextmanager
def serving_provider() -> Iterator[Provider]:
    """Serve a provider on this machine's own address meanwhile."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(500 if provider.is_broken else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(provider.answer(self.path)).encode())

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
