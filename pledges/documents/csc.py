"""Sign with a key that a remote signing service holds.

The service speaks the Cloud Signature Consortium's API 1.0.4. Only the digest of what is signed
leaves the portal. What the service gives back is checked against its certificate before it is
believed. The signatory's PIN and one-time code go to the service and are kept nowhere.
"""

from __future__ import annotations

import base64
import json
import re
from functools import cached_property
from typing import Any

from asn1crypto import algos, x509
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.signers.csc_signer import (
    CSCAuthorizationInfo,
    CSCAuthorizationManager,
    CSCCredentialInfo,
    CSCServiceSessionInfo,
    CSCSigner,
    base64_digest,
)
from pyhanko_certvalidator.sig_validate import DEFAULT_SIGNATURE_VALIDATOR

from .errors import (
    AuthorizationExpired,
    CredentialMismatch,
    CredentialUnusable,
    ServiceMisconfigured,
    ServiceRefused,
    ServiceUnavailable,
    SigningError,
    WrongCode,
    WrongSignature,
)
from .fetching import NotFetched, fetch
from .key_settings import Asks, Codes, Service, SigningBackend

# The longest answer is a certificate with its chain.
MAX_BYTES = 256 * 1024
# Some services name the kind of key instead of the algorithm: by name, or by number where the
# library knows none (id-ecPublicKey).
_OF_KIND = {"rsassa_pkcs1v15": "sha256_rsa", "1.2.840.10045.2.1": "sha256_ecdsa"}


class CscBackend(SigningBackend):
    """Signs with a key of a remote service.

    `codes` are what the signatory typed.
    """

    def __init__(self, service: Service, codes: Codes | None = None) -> None:
        self._service = service
        self._codes = codes or Codes()

    def signer(self) -> CSCSigner:
        """Return the signer, with the service's certificates.

        Raises a SigningError.
        """
        return self._signer

    @cached_property
    def _signer(self) -> CSCSigner:
        info = self._credential
        manager = _Authorizer(self._session, info, self._ask, self._codes)
        return _RemoteSigner(manager, self._ask)

    def asks(self) -> Asks:
        """Return what the service wants the signatory to type.

        Raises a SigningError.
        """
        credential = self._credential.response_data
        if str(credential.get("authMode", "explicit")) == "implicit":
            return Asks()
        otp = _dict(credential.get("OTP"))
        wants_otp = _is_present(otp)
        return Asks(
            pin=_is_present(_dict(credential.get("PIN"))),
            otp=wants_otp,
            sends_otp=wants_otp and otp.get("type") == "online",
        )

    def send_code(self) -> None:
        """Let the service send the signatory a one-time code.

        Raises a SigningError.
        """
        self._ask("credentials/sendOTP", {"credentialID": self._service.credential})

    @cached_property
    def _session(self) -> CSCServiceSessionInfo:
        return CSCServiceSessionInfo(
            self._service.address.rstrip("/"),
            self._service.credential,
            oauth_token=self._fetch_token(),
        )

    @cached_property
    def _credential(self) -> CSCCredentialInfo:
        asked = {
            "credentialID": self._service.credential,
            "certificates": "chain",
            "certInfo": False,
            "authInfo": True,
        }
        response = self._ask("credentials/info", asked)
        try:
            info = _credential_info(response)
        except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
            raise ServiceUnavailable(f"The answer about the key cannot be read: {error}") from error
        key, certificate = _dict(response.get("key")), _dict(response.get("cert"))
        if key.get("status", "enabled") != "enabled" or certificate.get("status", "valid") not in (
            "valid",
            "",
        ):
            raise CredentialUnusable(f"{key.get('status')}, {certificate.get('status')}")
        if response.get("authMode") == "oauth2code":
            raise ServiceMisconfigured("The key wants its owner sent to the service's own login.")
        expected_sha256 = re.sub("[^0-9a-f]", "", self._service.certificate_sha256.lower())
        if expected_sha256 and info.signing_cert.sha256.hex() != expected_sha256:
            raise CredentialMismatch(info.signing_cert.subject.human_friendly)
        return info

    def _fetch_token(self) -> str:
        service = self._service
        if not service.client_id:
            return service.secret
        response = _answer(
            service.token_address or f"{service.address.rstrip('/')}/oauth2/token",
            service.seconds,
            data={"grant_type": "client_credentials", "scope": "service"},
            auth=(service.client_id, service.secret),
        )
        token = response.get("access_token")
        if not isinstance(token, str) or not token:
            raise ServiceUnavailable("The service gave no token.")
        return token

    def _ask(self, endpoint: str, asked: dict[str, Any]) -> dict[str, Any]:
        return _answer(
            self._session.endpoint_url(endpoint),
            self._service.seconds,
            json=asked,
            headers=self._session.auth_headers,
        )


class _Authorizer(CSCAuthorizationManager):
    """Asks for the yes to one signature, tied to its digest."""

    def __init__(
        self,
        session: CSCServiceSessionInfo,
        info: CSCCredentialInfo,
        ask: Any,
        codes: Codes,
    ) -> None:
        super().__init__(session, info)
        self._ask, self._codes = ask, codes

    async def authorize_signature(self, hash_b64s: list[str]) -> CSCAuthorizationInfo:
        """Return the service's yes to signing these digests.

        Raises a SigningError.
        """
        asked = self.format_csc_auth_request(
            pin=self._codes.pin or None, otp=self._codes.otp or None, hash_b64s=hash_b64s
        )
        response = self._ask("credentials/authorize", asked)
        if not isinstance(response.get("SAD"), str):
            raise ServiceUnavailable("The service gave no authorization.")
        return CSCAuthorizationInfo(sad=response["SAD"])


class _RemoteSigner(CSCSigner):
    """A signer that asks one question at a time, and tries each signature."""

    def __init__(self, manager: _Authorizer, ask: Any) -> None:
        super().__init__(None, manager, embed_roots=False)  # type: ignore[arg-type]
        self._ask = ask

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Return the signature of `data` by the remote key.

        Raises a SigningError.
        """
        if dry_run:
            return bytes(self.est_raw_signature_size)
        digest = base64_digest(data, digest_algorithm)
        asked = await self.format_csc_signing_req([digest], digest_algorithm)
        signatures = self._ask("signatures/signHash", asked).get("signatures")
        if (
            not isinstance(signatures, list)
            or len(signatures) != 1
            or not isinstance(signatures[0], str)
        ):
            raise WrongSignature("The service gave another number of signatures than one.")
        certificate = self.signing_cert
        assert certificate is not None  # noqa: S101  (the service has named it)
        try:
            signature = base64.b64decode(signatures[0], validate=True)
            DEFAULT_SIGNATURE_VALIDATOR.validate_signature(
                signature,
                data,
                certificate.public_key,
                self.get_signature_mechanism_for_digest(digest_algorithm),
            )
        except (InvalidSignature, ValueError, TypeError, AssertionError) as error:
            raise WrongSignature("The signature is not that of the certificate's key.") from error
        return signature


def _credential_info(response: dict[str, Any]) -> CSCCredentialInfo:
    """Read what the service says of the key.

    Raises KeyError, ValueError or TypeError.
    """
    certificates = [
        x509.Certificate.load(base64.b64decode(certificate, validate=True), strict=True)
        for certificate in response["cert"]["certificates"]
    ]
    mechanisms: set[str] = set()
    for oid in response["key"]["algo"]:
        name = algos.SignedDigestAlgorithmId(oid).native
        mechanisms.update((name, _OF_KIND.get(name, name)))
    return CSCCredentialInfo(
        signing_cert=certificates[0],
        chain=certificates[1:],
        supported_mechanisms=frozenset(mechanisms),
        max_batch_size=1,
        hash_pinning_required=str(response.get("SCAL", "1")) == "2",
        response_data=response,
    )


def _answer(url: str, seconds: float, **request: Any) -> dict[str, Any]:
    """Return the service's answer to a POST; raises a SigningError."""
    try:
        status, content = fetch("POST", url, seconds=seconds, max_bytes=MAX_BYTES, **request)
    except NotFetched as error:
        raise ServiceUnavailable(str(error)) from error
    try:
        response = json.loads(content) if content else {}
    except ValueError:
        response = None
    if 400 <= status < 500:
        raise _refusal(status, _dict(response))
    if status not in (200, 201, 204) or not isinstance(response, dict):
        raise ServiceUnavailable(f"{url}: {status}")
    return response


def _refusal(status: int, response: dict[str, Any]) -> SigningError:
    """Return the error that the service's no means.

    It goes by the words of the standard, as far as services keep to it.
    """
    error, more = str(response.get("error", "")), str(response.get("error_description", ""))
    text = f"{status} {error}: {more}"[:300]
    words = set(re.findall("[a-z0-9]+", f"{error} {more}".lower()))
    if status in (401, 403) and not words & {"pin", "otp", "sad"}:
        return ServiceMisconfigured(text)
    if words & {"otp", "pin"}:
        return WrongCode(text)
    if "sad" in words:
        return AuthorizationExpired(text)
    if "credentialid" in words or words & {"disabled", "revoked", "suspended"}:
        return CredentialUnusable(text)
    return ServiceRefused(text)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_present(code: dict[str, Any]) -> bool:
    """Return whether a code is asked for, or may be.

    Some services write a truth value, others a word.
    """
    return str(code.get("presence", "false")).lower() in ("true", "optional")
