"""Logging in by the organisation's own OpenID Connect provider."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from pledge_portal.accounts.models import Role, User
from tests.accounts.openid_provider import CLIENT, Provider, serving_provider
from tests.builders import a_municipality, a_person

pytestmark = pytest.mark.django_db

ADDRESS = "/logga-in/organisation/organisation/"
ANSWER = f"{ADDRESS}svar/"
EMAIL = "karin@example.se"


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """A provider that says that Karin logged in, and settings that lead to it."""
    with serving_provider() as serving:
        settings.OIDC_SERVER_URL = serving.url
        settings.OIDC_NAME = "Älvsbyns kommun"
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "OAUTH_PKCE_ENABLED": True,
                "APPS": [
                    {
                        "provider_id": "organisation",
                        "name": "Älvsbyns kommun",
                        "client_id": CLIENT,
                        "secret": "hemligt",
                        "settings": {"server_url": serving.url},
                    }
                ],
            }
        }
        serving.person = {"sub": "karin-1", "email": EMAIL, "email_verified": True}
        yield serving


@pytest.fixture
def karin() -> User:
    return a_person(EMAIL, Role.EDITOR, a_municipality())


def words(response: HttpResponse) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def log_in(client: Client, state: str | None = None) -> HttpResponse:
    """Go to the provider and back; `state` is given back in place of the right one."""
    there = client.post(ADDRESS)
    assert there.status_code == 302, there.content
    asked = parse_qs(urlsplit(there.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    return client.get(ANSWER, {"code": "c", "state": state or asked["state"][0]})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_nothing_of_it_is_there_without_settings(client: Client) -> None:
    assert client.post(ADDRESS).status_code == 404
    assert client.get(ANSWER).status_code == 404
    assert "Logga in med" not in words(client.get("/logga-in/"))


def test_the_login_page_leads_to_the_organisations_own(client: Client, provider: Provider) -> None:
    assert "Logga in med Älvsbyns kommun" in words(client.get("/logga-in/"))


def test_the_second_factor_is_asked_for_as_always(
    client: Client, provider: Provider, karin: User
) -> None:
    response = log_in(client)
    assert response.headers["Location"] == "/logga-in/kod/"
    assert not is_in(client)


def test_a_strong_login_takes_the_second_factors_place(
    client: Client, provider: Provider, karin: User, settings: Settings
) -> None:
    settings.OIDC_SECOND_FACTOR_VALUES = ["mfa"]
    provider.person["amr"] = ["pwd", "mfa"]
    assert log_in(client).headers["Location"] == "/arbetsyta/"
    assert client.get("/arbetsyta/").status_code == 200
    client.post("/arbetsyta/logga-ut/")
    provider.person["amr"] = ["pwd"]
    assert log_in(client).headers["Location"] == "/logga-in/kod/"


def test_who_has_no_factor_here_is_let_in_by_a_strong_login_alone(
    client: Client, provider: Provider, settings: Settings
) -> None:
    a_person(EMAIL, Role.EDITOR, a_municipality(), second_factor=False)
    log_in(client)
    assert client.get("/arbetsyta/").headers["Location"].endswith("/tva-steg/borja/")
    client.post("/arbetsyta/logga-ut/")
    settings.OIDC_SECOND_FACTOR_VALUES = ["loa3"]
    provider.person["acr"] = "loa3"
    log_in(client)
    assert client.get("/arbetsyta/").status_code == 200


def test_the_case_of_the_address_does_not_matter_and_little_is_kept(
    client: Client, provider: Provider, karin: User
) -> None:
    provider.person |= {"email": EMAIL.upper(), "personalIdentityNumber": "191212121212"}
    log_in(client)
    account = SocialAccount.objects.get()
    assert account.user == karin
    assert account.extra_data == {"sub": "karin-1"}


def test_the_provider_knows_the_person_again_whatever_their_address(
    client: Client, provider: Provider, karin: User
) -> None:
    log_in(client)
    provider.person["email"] = "gift@example.se"
    assert log_in(client).headers["Location"] == "/logga-in/kod/"
    assert SocialAccount.objects.get().user == karin


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "okand@example.se"}, "Det finns inget konto för okand@example.se."),
        ({"email_verified": False}, "ingen bekräftad e-postadress"),
        ({"email_verified": "true"}, "ingen bekräftad e-postadress"),
        ({"email": ""}, "ingen bekräftad e-postadress"),
    ],
)
def test_who_is_not_invited_is_told_whom_to_ask(
    client: Client, provider: Provider, karin: User, changes: dict[str, Any], sentence: str
) -> None:
    provider.person |= changes
    response = log_in(client)
    assert response.status_code == 403
    assert sentence in words(response)
    assert not is_in(client)
    assert User.objects.count() == 1


def test_a_provider_whose_addresses_can_be_relied_on_needs_not_say_so(
    client: Client, provider: Provider, karin: User, settings: Settings
) -> None:
    settings.OIDC_EMAIL_IS_VERIFIED = True
    settings.OIDC_EMAIL_CLAIM = "preferred_username"
    provider.person = {"sub": "karin-1", "preferred_username": EMAIL}
    assert log_in(client).headers["Location"] == "/logga-in/kod/"


def test_two_at_the_provider_can_not_share_an_account(
    client: Client, provider: Provider, karin: User
) -> None:
    log_in(client)
    provider.person["sub"] = "annan-2"
    assert "hör redan till en annan inloggning" in words(log_in(Client()))


def test_one_who_was_shut_out_stays_out(client: Client, provider: Provider, karin: User) -> None:
    log_in(client)
    User.objects.update(is_active=False)
    for visitor in (Client(), client):
        log_in(visitor)
        assert not is_in(visitor)


@pytest.mark.parametrize(
    "token",
    [
        {"aud": "en-annan"},
        {"iss": "https://annan.example.se"},
        {"exp": int(time.time()) - 600},
    ],
)
def test_a_token_for_somebody_else_is_refused(
    client: Client, provider: Provider, karin: User, token: dict[str, Any]
) -> None:
    provider.token = token
    response = log_in(client)
    assert response.status_code in {403, 502}
    assert "Du kunde inte loggas in" in words(response)
    assert not is_in(client)


def test_an_answer_that_nobody_asked_for_is_refused(
    client: Client, provider: Provider, karin: User
) -> None:
    assert log_in(client, state="paahittat").status_code == 403
    assert client.get(ANSWER, {"code": "c"}).status_code == 403
    assert client.get(ANSWER, {"error": "access_denied"}).status_code == 403
    assert not is_in(client)


def test_a_provider_that_does_not_answer_gives_a_plain_page(
    client: Client, provider: Provider, karin: User
) -> None:
    provider.is_broken = True
    response = client.post(ADDRESS)
    assert response.status_code in {403, 502}
    assert "Tillbaka till inloggningen" in words(response)


def test_the_way_back_leads_nowhere_else(client: Client, provider: Provider, karin: User) -> None:
    there = client.post(ADDRESS, {"next": "https://ond.example.com/"})
    state = parse_qs(urlsplit(there.headers["Location"]).query)["state"][0]
    back = client.get(ANSWER, {"code": "c", "state": state}, follow=True)
    assert all("ond.example.com" not in address for address, _status in back.redirect_chain)
