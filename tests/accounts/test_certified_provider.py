"""Logging in by a certified OpenID Connect provider: npm's oidc-provider."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from pledge_portal.accounts.models import User
from tests.accounts.openid_provider import CLIENT
from tests.accounts.organisation_login import (
    ADDRESS,
    ANSWER,
    EMAIL,
    give_code,
    is_in,
    use_provider,
    words,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("npm") is None, reason="needs Node.js and npm"),
]

FOLDER = Path(__file__).parent / "certified_provider"
PORTAL = "http://testserver"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Run the provider meanwhile; `tools/setup test` has installed it."""
    with subprocess.Popen(
        ["node", "provider.js", CLIENT, "hemligt", f"{PORTAL}{ANSWER}"],
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@pytest.fixture
def certified(issuer: str, settings: Settings) -> str:
    use_provider(settings, issuer)
    return issuer


def way_back(client: Client, issuer: str, **person: Any) -> str:
    """Log in there as a person; return the address that leads back."""
    person = {"sub": "karin-1", "email": EMAIL, "email_verified": True} | person
    requests.post(f"{issuer}/person", json=person, timeout=10).raise_for_status()
    address = client.post(ADDRESS).headers["Location"]
    with requests.Session() as browser:
        while not address.startswith(PORTAL):
            response = browser.get(address, allow_redirects=False, timeout=10)
            assert response.is_redirect, response.text
            address = requests.compat.urljoin(address, response.headers["Location"])
    return address.removeprefix(PORTAL)


def log_in(client: Client, issuer: str, **person: Any) -> HttpResponse:
    return client.get(way_back(client, issuer, **person))


def test_the_code_is_asked_for_and_binds_the_account(
    client: Client, certified: str, karin: User
) -> None:
    assert log_in(client, certified).headers["Location"] == "/logga-in/kod/"
    assert not SocialAccount.objects.exists()
    give_code(client)
    assert SocialAccount.objects.get().uid == "karin-1"
    assert log_in(Client(), certified, email="gift@example.se").status_code == 302


@pytest.mark.parametrize("claims", [{"acr": "loa3"}, {"amr": ["pwd", "mfa"]}])
def test_its_strong_login_takes_the_second_factors_place(
    client: Client, certified: str, karin: User, settings: Settings, claims: dict[str, Any]
) -> None:
    settings.OIDC_ACR_VALUES = "loa3"
    settings.OIDC_SECOND_FACTOR_ACR, settings.OIDC_SECOND_FACTOR_AMR = ["loa3"], ["mfa"]
    assert log_in(Client(), certified, acr="loa2").headers["Location"] == "/logga-in/kod/"
    assert log_in(client, certified, **claims).headers["Location"] == "/arbetsyta/"
    assert is_in(client)


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        ({"email_verified": False}, "ingen bekräftad e-postadress"),
        ({"email": "karin@annan.example.se"}, "loggar inte in den här vägen"),
        ({"email": "okand@example.se"}, "Det finns inget konto"),
    ],
)
def test_who_is_not_let_in_is_told_why(
    client: Client, certified: str, karin: User, person: dict[str, Any], sentence: str
) -> None:
    assert sentence in words(log_in(client, certified, **person))
    assert not is_in(client)


@pytest.mark.parametrize("issuer_told", ["", "&iss=https%3A%2F%2Fannan.example.se"])
def test_its_answer_is_held_to_who_it_says_it_is_from(
    client: Client, certified: str, karin: User, issuer_told: str
) -> None:
    answer, _sign, issuer = way_back(client, certified).partition("&iss=")
    assert issuer
    assert "Du kunde inte loggas in" in words(client.get(answer + issuer_told))
    assert not is_in(client)
