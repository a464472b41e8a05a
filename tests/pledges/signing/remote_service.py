"""A remote signing service for the tests (CSC API 1.0.4).

It can be told what to do wrong.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding

from tests.answering import Answer, answering
from tests.pledges.documents.certificates import Authority, Key, authority

TOKEN = "portalens-token"
PIN, OTP = "4711", "123456"
_MECHANISMS = {
    ec.EllipticCurvePrivateKey: "1.2.840.10045.4.3.2",
    rsa.RSAPrivateKey: "1.2.840.113549.1.1.1",
}


class RemoteService:
    """One key in a service.

    `asked` are the questions, by the last part of the address.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.root: Authority = authority("Tjänstens utfärdare")
        self.certificate: x509.Certificate
        self.certificate, self.key = self.root.issue("Johan Dahlqvist")
        self.mode, self.otp_type = "explicit", "online"
        self.asked: list[tuple[str, dict[str, Any]]] = []
        # What goes wrong, by the last part of the address: an answer, or seconds to wait.
        self.instead: dict[str, tuple[int, dict[str, Any]]] = {}
        self.slow: dict[str, float] = {}
        self.code = ""
        self._given: dict[str, list[str]] = {}

    def use_key(self, certificate: x509.Certificate, key: Key) -> None:
        """Hold another key."""
        self.certificate, self.key = certificate, key

    def named(self, what: str) -> list[dict[str, Any]]:
        """Return the questions of one kind."""
        return [question for name, question in self.asked if name == what]

    def answer(self, path: str, question: dict[str, Any], token: str) -> tuple[int, dict[str, Any]]:
        """Return what the service answers: status and body."""
        what = path.rsplit("/", 1)[-1]
        self.asked.append((what, question))
        time.sleep(self.slow.get(what, 0))
        if what in self.instead:
            return self.instead[what]
        if what == "token":
            return 200, {"access_token": TOKEN, "token_type": "Bearer"}
        if token != f"Bearer {TOKEN}":
            return 401, {"error": "invalid_token"}
        return getattr(self, f"_{what}")(question)  # type: ignore[no-any-return]

    def _info(self, _said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        chain = [self.certificate, self.root.certificate]
        oid = next(oid for kind, oid in _MECHANISMS.items() if isinstance(self.key, kind))
        return 200, {
            "key": {"status": "enabled", "algo": [oid], "len": 256},
            "cert": {
                "status": "valid",
                "certificates": [
                    base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
                    for certificate in chain
                ],
            },
            "authMode": self.mode,
            "SCAL": "2",
            "PIN": {"presence": "true", "format": "N"},
            "OTP": {"presence": "true", "type": self.otp_type},
            "multisign": 1,
        }

    def _sendOTP(self, _said: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802
        self.code = OTP
        return 204, {}

    def _authorize(self, question: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.mode == "explicit":
            if question.get("PIN") != PIN:
                return 400, {"error": "invalid_pin", "error_description": "The PIN is invalid"}
            if not self.code or question.get("OTP") != self.code:
                return 400, {"error": "invalid_otp", "error_description": "The OTP is invalid"}
            self.code = ""
        sad = f"sad-{len(self.asked)}"
        self._given[sad] = question["hash"]
        return 200, {"SAD": sad, "expiresIn": 60}

    def _signHash(self, question: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802
        if self._given.pop(question["SAD"], None) != question["hash"]:
            return 400, {"error": "invalid_request", "error_description": "Invalid parameter SAD"}
        digest = base64.b64decode(question["hash"][0])
        prehashed = utils.Prehashed(hashes.SHA256())
        if isinstance(self.key, rsa.RSAPrivateKey):
            signature = self.key.sign(digest, PKCS1v15(), prehashed)
        else:
            signature = self.key.sign(digest, ec.ECDSA(prehashed))
        return 200, {"signatures": [base64.b64encode(signature).decode()]}


@contextmanager
def remote_service() -> Iterator[RemoteService]:
    """Run a service that answers until the end."""

    def answer(path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        question = json.loads(body) if body.startswith(b"{") else {"form": body.decode()}
        status, reply = service.answer(path, question, headers.get("Authorization", ""))
        content = b"" if status == 204 else json.dumps(reply).encode()
        return Answer(status, "application/json", content)

    with answering(answer) as address:
        service = RemoteService(address)
        yield service
