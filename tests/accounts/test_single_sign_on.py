"""Logging in by the organisation's own OpenID Connect provider."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from pledge_portal.accounts.models import Invitation, Role, User
from tests.accounts.openid_provider import STRANGERS_KEY, Provider
from tests.accounts.organisation_login import (
    ADDRESS,
    ANSWER,
    EMAIL,
    give_code,
    is_in,
    log_in,
    way_back,
    words,
)
from tests.builders import a_municipality, a_person

pytestmark = pytest.mark.django_db


def test_nothing_of_it_is_there_without_settings(client: Client) -> None:
    assert client.post(ADDRESS).status_code == 404
    assert client.get(ANSWER).status_code == 404
    assert "Logga in med" not in words(client.get("/logga-in/"))


def test_the_login_page_leads_to_the_organisations_own(client: Client, provider: Provider) -> None:
    assert "Logga in med Älvsbyns kommun" in words(client.get("/logga-in/"))


def test_the_second_factor_is_asked_for_as_always(
    client: Client, provider: Provider, karin: User
) -> None:
    response = log_in(client, provider)
    assert response.headers["Location"] == "/logga-in/kod/"
    assert not is_in(client)


def test_a_strong_login_takes_the_second_factors_place(
    client: Client, provider: Provider, karin: User, settings: Settings
) -> None:
    settings.OIDC_SECOND_FACTOR_AMR = ["mfa"]
    provider.person["amr"] = ["pwd", "mfa"]
    assert log_in(client, provider).headers["Location"] == "/arbetsyta/"
    assert client.get("/arbetsyta/").status_code == 200
    client.post("/arbetsyta/logga-ut/")
    provider.person["amr"] = ["pwd"]
    assert log_in(client, provider).headers["Location"] == "/logga-in/kod/"


def test_who_has_no_factor_here_is_let_in_by_a_strong_login_alone(
    client: Client, provider: Provider, settings: Settings
) -> None:
    a_person(EMAIL, Role.EDITOR, a_municipality(), second_factor=False)
    log_in(client, provider)
    assert client.get("/arbetsyta/").headers["Location"].endswith("/tva-steg/borja/")
    client.post("/arbetsyta/logga-ut/")
    settings.OIDC_SECOND_FACTOR_ACR = ["loa3"]
    provider.person["acr"] = "loa3"
    log_in(client, provider)
    assert client.get("/arbetsyta/").status_code == 200


def test_the_case_of_the_address_does_not_matter_and_little_is_kept(
    client: Client, provider: Provider, karin: User
) -> None:
    provider.person |= {"email": EMAIL.upper(), "personalIdentityNumber": "191212121212"}
    log_in(client, provider)
    give_code(client)
    account = SocialAccount.objects.get()
    assert account.user == karin
    assert account.extra_data == {"sub": "karin-1"}


def test_the_provider_knows_the_person_again_whatever_their_address(
    client: Client, provider: Provider, karin: User
) -> None:
    log_in(client, provider)
    give_code(client)
    provider.person |= {"email": "gift@example.se", "personalIdentityNumber": "191212121212"}
    assert log_in(client, provider).headers["Location"] == "/logga-in/kod/"
    account = SocialAccount.objects.get()
    assert account.user == karin
    assert account.extra_data == {"sub": "karin-1"}


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
    response = log_in(client, provider)
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
    assert log_in(client, provider).headers["Location"] == "/logga-in/kod/"


@pytest.mark.parametrize(
    "token",
    [
        {"aud": "en-annan"},
        {"iss": "https://annan.example.se"},
        {"exp": int(time.time()) - 600},
        {"nonce": "for-en-annan-inloggning"},
        {"nonce": None},
        {"sub": "nagon-annan"},
    ],
)
def test_a_token_for_somebody_else_is_refused(
    client: Client, provider: Provider, karin: User, token: dict[str, Any]
) -> None:
    provider.token = token
    response = log_in(client, provider)
    assert response.status_code in {403, 502}
    assert "Du kunde inte loggas in" in words(response)
    assert not is_in(client)


def test_a_token_that_the_provider_has_not_signed_is_refused(
    client: Client, provider: Provider, karin: User
) -> None:
    provider.key = STRANGERS_KEY
    response = log_in(client, provider)
    assert "Du kunde inte loggas in" in words(response)
    assert not is_in(client)


def test_an_answer_that_nobody_asked_for_is_refused(
    client: Client, provider: Provider, karin: User
) -> None:
    client.post(ADDRESS)
    for answer in ({"code": "c", "state": "paahittat"}, {"code": "c"}, {"error": "access_denied"}):
        assert client.get(ANSWER, answer).status_code == 403
    assert not is_in(client)


def test_an_answer_holds_in_the_browser_that_asked_and_once(
    client: Client, provider: Provider, karin: User
) -> None:
    back = way_back(client.post(ADDRESS), provider)
    assert Client().get(back).status_code == 403
    assert client.get(back).headers["Location"] == "/logga-in/kod/"
    assert client.get(back).status_code == 403


@pytest.mark.parametrize("process", ["connect", "redirect", "hittepa"])
def test_it_can_be_used_for_nothing_but_logging_in(
    client: Client, provider: Provider, karin: User, process: str
) -> None:
    provider_page = client.post(f"{ADDRESS}?process={process}&scope=allt", {"process": process})
    assert "allt" not in provider_page.headers["Location"]
    assert client.get(way_back(provider_page, provider)).headers["Location"] == "/logga-in/kod/"
    assert client.get(ADDRESS).headers["Location"] == "/logga-in/"


def test_the_kind_of_login_that_is_wished_for_is_asked_for(
    client: Client, provider: Provider, settings: Settings
) -> None:
    settings.OIDC_ACR_VALUES = "http://id.sambi.se/loa/loa3"
    asked = parse_qs(urlsplit(client.post(ADDRESS).headers["Location"]).query)
    assert asked["acr_values"] == ["http://id.sambi.se/loa/loa3"]


def invited(email: str = "ny@example.se") -> str:
    place = a_municipality()
    by = a_person("admin@example.se", Role.ADMINISTRATOR, place)
    _invitation, token = Invitation.new(email, Role.EDITOR, place, by, timezone.now())
    return token


def test_an_invitation_is_accepted_by_the_organisations_login(
    client: Client, provider: Provider, settings: Settings
) -> None:
    settings.OIDC_SECOND_FACTOR_AMR = ["mfa"]
    provider.person |= {"email": "Ny@example.se", "given_name": "Nils", "amr": ["mfa"]}
    token = invited()
    assert "Tacka ja och logga in med Älvsbyns kommun" in words(
        client.get(f"/logga-in/inbjudan/{token}/")
    )
    assert log_in(client, provider, invitation=token).headers["Location"] == "/arbetsyta/"
    person = User.objects.get(email="ny@example.se")
    assert person.first_name == "Nils"
    assert not person.has_usable_password()
    assert [held.role for held in person.memberships.all()] == [Role.EDITOR]


def test_an_invitation_to_another_is_not_accepted(client: Client, provider: Provider) -> None:
    token = invited()
    response = log_in(client, provider, invitation=token)
    assert response.status_code == 403
    assert f"Inbjudan gäller ny@example.se, men du loggade in som {EMAIL}." in words(response)
    assert Invitation.objects.open(timezone.now()).count() == 1
    assert log_in(client, provider, invitation="paahittad").status_code == 410
    assert not is_in(client)


def test_a_provider_that_does_not_answer_gives_a_plain_page(
    client: Client, provider: Provider, karin: User
) -> None:
    provider.is_broken = True
    response = client.post(ADDRESS)
    assert response.status_code in {403, 502}
    assert "Tillbaka till inloggningen" in words(response)


def test_the_way_back_leads_nowhere_else(client: Client, provider: Provider, karin: User) -> None:
    provider_page = client.post(ADDRESS, {"next": "https://ond.example.com/"})
    back = client.get(way_back(provider_page, provider), follow=True)
    assert all("ond.example.com" not in address for address, _status in back.redirect_chain)
