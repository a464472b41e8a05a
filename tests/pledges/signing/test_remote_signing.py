"""Signing with a key in a remote service.

What is asked of whom, and every way it can fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from pledges.documents.verify import examine
from pledges.models import Pledge, PledgeDocument, Signature, Way
from pledges.signing import ways
from pledges.signing.keys import key_names
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.documents.certificates import authority
from tests.pledges.signing.conftest import Adopted, logged_in
from tests.pledges.signing.remote_service import OTP, PIN, TOKEN, RemoteService, remote_service
from tests.pledges.signing.test_signing_pages import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Iterator[RemoteService]:
    with remote_service() as running:
        yield running


@pytest.fixture
def write(settings: Settings, tmp_path: Path, service: RemoteService) -> Callable[..., None]:
    """Write the operator's file about the mayor's key."""

    def writing(secret: str = TOKEN, **lines: Any) -> None:
        settings_lines = {
            "address": service.address,
            "credential": "johan-1",
            "seconds": 2,
            **lines,
        }
        (tmp_path / "alvsbyn").mkdir(exist_ok=True)
        (tmp_path / "alvsbyn" / "kommunalrad.csc.toml").write_text(
            "".join(f"{name} = {value!r}\n" for name, value in settings_lines.items())
        )
        settings.SIGNING_KEYS = str(tmp_path)
        settings.SIGNING_KEY_PASSPHRASES = {"ALVSBYN_KOMMUNALRAD": secret}

    return writing


@pytest.fixture
def signer(adopted: Adopted, write: Callable[..., None]) -> Client:
    """Give the browser of the mayor.

    The key in the service is chosen for them.
    """
    write()
    ways.set_way(
        adopted.mayor,
        way=Way.KEY,
        key_name="kommunalrad",
        person=adopted.signer,
        by=adopted.coordinator,
        at=timezone.now(),
    )
    return logged_in(adopted.signer)


def sign(client: Client, adopted: Adopted, **codes: str) -> str:
    data = {"document_sha256": adopted.sha256(), "has_read": "on", "pin": PIN, "otp": OTP, **codes}
    return words(client.post(page_of(adopted.mayor, "underteckna/"), data, follow=True))


def ask_for_code(client: Client, adopted: Adopted) -> str:
    return words(client.post(page_of(adopted.mayor, "underteckna/kod/"), follow=True))


def test_only_the_partys_own_signatories_can_be_given_the_key(
    adopted: Adopted, signer: Client
) -> None:
    assert "kommunalrad" in key_names(adopted.mayor)
    assert "kommunalrad" not in key_names(adopted.chief)


def test_the_signatory_gives_pin_and_code_and_the_service_signs(
    adopted: Adopted, signer: Client, service: RemoteService
) -> None:
    page = signer.get(page_of(adopted.mayor, "underteckna/")).content.decode()
    assert "Din pinkod hos underskriftstjänsten" in page
    assert "Engångskod" in page
    assert "har skickat en kod till dig" in ask_for_code(signer, adopted)
    before = adopted.document()
    pasted = f"\u00a0{OTP[:3]}\u202f{OTP[3:]}"
    assert "Johan Dahlqvist har undertecknat." in sign(signer, adopted, otp=pasted)
    signature = Signature.objects.get()
    content = bytes(signature.document.content)
    assert content.startswith(before)
    assert (signature.certificate_name, signature.certificate_issuer) == (
        "Johan Dahlqvist",
        "Tjänstens utfärdare",
    )
    report = examine(content, trust_roots=[service.root.trust_root])
    assert report.signatures[0].is_genuine
    # One digest was sent, the same to both questions, and nothing of the document.
    (asked,), (signed,) = service.named("authorize"), service.named("signHash")
    assert asked["hash"] == signed["hash"]
    assert set(signed) == {"credentialID", "SAD", "hash", "hashAlgo", "signAlgo"}


def test_a_key_of_the_other_kind_and_a_yes_given_in_an_app(
    adopted: Adopted, signer: Client, service: RemoteService
) -> None:
    key = rsa.generate_private_key(65537, 2048)
    service.use_key(service.root.certify("Johan Dahlqvist", key), key)
    service.mode = "implicit"
    page = signer.get(page_of(adopted.mayor, "underteckna/")).content.decode()
    assert "pinkod" not in page
    assert "Johan Dahlqvist har undertecknat." in sign(signer, adopted)
    assert "PIN" not in service.named("authorize")[0]


def test_a_token_is_asked_for_with_the_clients_secret(
    adopted: Adopted, signer: Client, service: RemoteService, write: Callable[..., None]
) -> None:
    write(secret="klientens hemlighet", client_id="portalen")
    service.mode = "implicit"
    assert "Johan Dahlqvist har undertecknat." in sign(signer, adopted)
    assert "client_credentials" in service.named("token")[0]["form"]


def wrong_pin(_service: RemoteService) -> dict[str, str]:
    return {"pin": "0000"}


def wrong_otp(_service: RemoteService) -> dict[str, str]:
    return {"otp": "000000"}


def expired(service: RemoteService) -> None:
    reply = {"error": "invalid_request", "error_description": "The SAD is expired"}
    service.instead["signHash"] = (400, reply)


def down_from_the_start(service: RemoteService) -> None:
    service.instead["info"] = (503, {})


def slow(service: RemoteService) -> None:
    service.slow["signHash"] = 3


def of_another_key(service: RemoteService) -> None:
    # The certificate stays; what signs is something else.
    service.key = authority().issue("Johan Dahlqvist")[1]


def rubbish(service: RemoteService) -> None:
    service.instead["signHash"] = (200, {"signatures": ["AAAA"]})


def disabled(service: RemoteService) -> None:
    status, reply = service._info({})
    service.instead["info"] = (status, {**reply, "key": {**reply["key"], "status": "disabled"}})


def unknown_key(service: RemoteService) -> None:
    reply = {"error": "invalid_request", "error_description": "Invalid parameter credentialID"}
    service.instead["info"] = (400, reply)


def no_certificate(service: RemoteService) -> None:
    status, reply = service._info({})
    service.instead["info"] = (status, {**reply, "cert": {"certificates": ["AAAA"]}})


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (wrong_pin, "Pinkoden eller engångskoden är fel"),
        (wrong_otp, "Pinkoden eller engångskoden är fel"),
        (expired, "Koden hann bli för gammal"),
        (down_from_the_start, "Underskriftstjänsten svarar inte. Inget är undertecknat"),
        (slow, "Underskriftstjänsten svarar inte. Inget är undertecknat"),
        (of_another_key, "lämnade en underskrift som inte stämmer"),
        (rubbish, "lämnade en underskrift som inte stämmer"),
        (disabled, "går inte att använda"),
        (unknown_key, "går inte att använda"),
        (no_certificate, "Underskriftstjänsten svarar inte"),
    ],
)
def test_what_fails_is_told_changes_nothing_and_can_be_tried_again(
    adopted: Adopted,
    signer: Client,
    service: RemoteService,
    fault: Callable[[RemoteService], dict[str, str] | None],
    sentence: str,
) -> None:
    ask_for_code(signer, adopted)
    codes = fault(service) or {}
    assert sentence in sign(signer, adopted, **codes)
    assert not Signature.objects.exists()
    assert PledgeDocument.objects.filter(pledge=adopted.pledge).count() == 1
    if fault not in (wrong_otp, slow):
        return
    service.slow.clear()
    ask_for_code(signer, adopted)
    assert "Johan Dahlqvist har undertecknat." in sign(signer, adopted)


def test_codes_are_asked_for_and_shown_to_nobody(adopted: Adopted, signer: Client) -> None:
    data = {"document_sha256": adopted.sha256(), "has_read": "on", "pin": "98765", "otp": ""}
    response = signer.post(page_of(adopted.mayor, "underteckna/"), data)
    assert response.status_code == 422
    assert "Skriv engångskoden." in words(response)
    assert "98765" not in response.content.decode()


def test_what_the_operator_has_written_wrongly_is_told_and_sends_no_secret(
    adopted: Adopted, signer: Client, service: RemoteService, write: Callable[..., None]
) -> None:
    other = service.root.certificate.fingerprint(hashes.SHA256()).hex()
    for lines, sentence in (
        ({"certificate_sha256": other}, "har ett annat certifikat än det som är bestämt"),
        ({"secret": "fel"}, "är inte rätt inställd"),
        ({"secret": ""}, "är inte rätt inställd"),
        ({"address": "http://tjanst.example.se"}, "är inte rätt inställd"),
        ({"okand": "rad"}, "är inte rätt inställd"),
    ):
        write(**lines)  # type: ignore[arg-type]
        assert sentence in words(signer.get(page_of(adopted.mayor, "underteckna/"), follow=True))
    right = service.certificate.fingerprint(hashes.SHA256()).hex(":")
    write(certificate_sha256=right)
    ask_for_code(signer, adopted)
    assert "Johan Dahlqvist har undertecknat." in sign(signer, adopted)
    assert not Pledge.objects.public().exists()
