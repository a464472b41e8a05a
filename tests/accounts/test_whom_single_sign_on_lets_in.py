"""Whom the organisation's own login lets in, and what is kept of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from pledge_portal.accounts.models import Invitation, Role, User
from tests.accounts.openid_provider import Provider
from tests.accounts.organisation_login import (
    ADDRESS,
    EMAIL,
    give_code,
    is_in,
    log_in,
    way_back,
    words,
)
from tests.builders import a_municipality, a_person, a_police_area, give_role

pytestmark = pytest.mark.django_db

LINK = "/arbetsyta/konto/organisation/ta-bort/"


def test_two_at_the_provider_can_not_share_an_account(
    client: Client, provider: Provider, karin: User
) -> None:
    log_in(client, provider)
    give_code(client)
    provider.person["sub"] = "annan-2"
    assert "hör redan till en annan inloggning" in words(log_in(Client(), provider))


def test_one_who_was_shut_out_stays_out(client: Client, provider: Provider, karin: User) -> None:
    log_in(client, provider)
    give_code(client)
    client.post("/arbetsyta/logga-ut/")
    User.objects.update(is_active=False)
    for visitor in (Client(), client):
        log_in(visitor, provider)
        assert not is_in(visitor)


@pytest.mark.parametrize("email", ["karin@annan.example.se", "karin@alvsbyn.se", "karin"])
def test_only_addresses_of_its_own_domains_are_believed(
    client: Client, provider: Provider, email: str
) -> None:
    a_person(email, Role.EDITOR, a_municipality())
    provider.person["email"] = email
    assert "loggar inte in den här vägen" in words(log_in(client, provider))
    assert not is_in(client)


@pytest.mark.parametrize("is_bound", [False, True])
@pytest.mark.parametrize("whose", ["operator", "staff", "police", "both", "other municipality"])
def test_who_has_more_than_the_parties_roles_never_comes_in_by_its_provider(
    client: Client, provider: Provider, settings: Settings, whose: str, is_bound: bool
) -> None:
    person = a_person(EMAIL, is_superuser=whose == "operator", is_staff=whose == "staff")
    if whose == "both":
        give_role(person, Role.EDITOR, a_municipality())
    if whose in {"police", "both"}:
        give_role(person, Role.OFFICER, a_police_area())
    if whose == "other municipality":
        give_role(person, Role.EDITOR, a_municipality("Piteå"))
    if is_bound:
        SocialAccount.objects.create(user=person, provider="organisation", uid="karin-1")
    settings.OIDC_SECOND_FACTOR_AMR = ["mfa"]
    provider.person["amr"] = ["mfa"]
    assert "loggar in med lösenord och kod" in words(log_in(client, provider))
    assert not is_in(client)
    assert SocialAccount.objects.exists() is is_bound


def test_the_police_come_in_by_their_own_domain(
    client: Client, provider: Provider, settings: Settings
) -> None:
    settings.OIDC_EMAIL_DOMAINS["polisen.example.se"] = frozenset({"polisen-pitea-alvdal"})
    officer = a_person("per@polisen.example.se", Role.OFFICER, a_police_area())
    provider.person["email"] = officer.email
    assert log_in(client, provider).headers["Location"] == "/logga-in/kod/"


def test_what_is_said_not_to_be_verified_never_is(
    client: Client, provider: Provider, karin: User, settings: Settings
) -> None:
    settings.OIDC_EMAIL_IS_VERIFIED = True
    provider.person["email_verified"] = False
    assert "ingen bekräftad e-postadress" in words(log_in(client, provider))
    SocialAccount.objects.create(user=karin, provider="organisation", uid="karin-1")
    assert "ingen bekräftad e-postadress" in words(log_in(client, provider))
    provider.person["email_verified"] = True
    provider.token = {"email_verified": False}
    assert log_in(client, provider).status_code == 403
    assert not is_in(client)


def test_an_address_that_is_alike_only_when_its_case_is_folded_is_another(
    client: Client, provider: Provider, karin: User
) -> None:
    provider.person["email"] = EMAIL.replace("k", "\u212a")
    assert "ingen bekräftad e-postadress" in words(log_in(client, provider))


def test_a_login_that_stops_at_the_code_leaves_nothing(
    client: Client, provider: Provider, karin: User
) -> None:
    stopped = Client()
    provider.person["sub"] = "annan-2"
    assert log_in(stopped, provider).headers["Location"] == "/logga-in/kod/"
    stopped.post("/logga-in/kod/", {"code": "000000"})
    assert not SocialAccount.objects.exists()
    assert not mail.outbox
    provider.person["sub"] = "karin-1"
    log_in(client, provider)
    give_code(client)
    assert SocialAccount.objects.get().uid == "karin-1"
    assert "kopplat till din organisations inloggning" in mail.outbox[0].body
    assert mail.outbox[0].to == [EMAIL]
    # Nor does one that stops there change what is kept.
    seen = SocialAccount.objects.values().get()
    log_in(Client(), provider)
    assert SocialAccount.objects.values().get() == seen


def test_two_who_stop_at_the_code_at_once_can_not_both_be_bound(
    client: Client, provider: Provider, karin: User
) -> None:
    other = Client()
    log_in(client, provider)
    provider.person["sub"] = "annan-2"
    log_in(other, provider)
    give_code(client)
    give_code(other)
    assert SocialAccount.objects.get().uid == "karin-1"


def test_one_without_a_second_factor_is_bound_to_nobody_yet(
    client: Client, provider: Provider
) -> None:
    a_person(EMAIL, Role.EDITOR, a_municipality(), second_factor=False)
    log_in(client, provider)
    assert is_in(client)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    ("claims", "location"),
    [
        ({"acr": "loa3"}, "/arbetsyta/"),
        ({"amr": ["pwd", "mfa"]}, "/arbetsyta/"),
        ({"acr": "mfa"}, "/logga-in/kod/"),
        ({"amr": ["loa3"]}, "/logga-in/kod/"),
        ({"amr": "mfa"}, "/logga-in/kod/"),
    ],
)
def test_acr_and_amr_have_values_of_their_own(
    client: Client,
    provider: Provider,
    karin: User,
    settings: Settings,
    claims: dict[str, Any],
    location: str,
) -> None:
    settings.OIDC_SECOND_FACTOR_ACR, settings.OIDC_SECOND_FACTOR_AMR = ["loa3"], ["mfa"]
    provider.token = claims
    assert log_in(client, provider).headers["Location"] == location


def test_a_strong_login_that_is_not_signed_is_none(
    client: Client, provider: Provider, karin: User, settings: Settings
) -> None:
    settings.OIDC_SECOND_FACTOR_ACR = ["loa3"]
    provider.person["acr"] = "loa3"
    provider.token = {"acr": None}
    assert log_in(client, provider).headers["Location"] == "/logga-in/kod/"


@pytest.mark.parametrize(
    ("is_promised", "issuer", "is_taken"),
    [
        (True, "own", True),
        (True, None, False),
        (True, "https://annan.example.se", False),
        (False, None, True),
        (False, "https://annan.example.se", False),
    ],
)
def test_the_answer_says_which_provider_it_is_from(
    client: Client,
    provider: Provider,
    karin: User,
    is_promised: bool,
    issuer: str | None,
    is_taken: bool,
) -> None:
    provider.promises_issuer = is_promised
    back = way_back(client.post(ADDRESS), provider)
    if issuer is not None:
        back += "&" + urlencode({"iss": provider.url if issuer == "own" else issuer})
    response = client.get(back)
    assert response.status_code == (302 if is_taken else 403)
    assert is_taken or "Du kunde inte loggas in" in words(response)


def test_the_account_page_shows_the_link_and_cuts_it_after_a_code(
    client: Client, provider: Provider, karin: User
) -> None:
    log_in(client, provider)
    give_code(client)
    assert "Kontot är kopplat till inloggningen" in words(client.get("/arbetsyta/konto/"))
    mail.outbox.clear()
    asked = client.post(LINK).headers["Location"]
    assert asked == "/arbetsyta/konto/bekrafta/kod/?next=%2Farbetsyta%2Fkonto%2F"
    assert SocialAccount.objects.exists()
    give_code(client, asked)
    client.post(LINK)
    assert not SocialAccount.objects.exists()
    assert "Kopplingen till din organisations inloggning är borttagen." in mail.outbox[0].body
    assert "Kontot är kopplat" not in words(client.get("/arbetsyta/konto/"))


def test_an_invitation_to_another_partys_role_is_not_accepted_by_this_provider(
    client: Client, provider: Provider
) -> None:
    by = a_person("admin@example.se", Role.ADMINISTRATOR, a_municipality())
    _invitation, token = Invitation.new(EMAIL, Role.OFFICER, a_police_area(), by, timezone.now())
    response = log_in(client, provider, invitation=token)
    assert "Rollen hör till en annan organisation." in words(response)
    assert Invitation.objects.open(timezone.now()).exists()
    assert not User.objects.filter(email=EMAIL).exists()


def test_one_who_is_known_there_accepts_one_more_role(
    client: Client, provider: Provider, karin: User
) -> None:
    SocialAccount.objects.create(user=karin, provider="organisation", uid="karin-1")
    place = karin.memberships.get().place
    by = a_person("admin@example.se", Role.ADMINISTRATOR, place)
    _invitation, token = Invitation.new(EMAIL, Role.MODERATOR, place, by, timezone.now())
    log_in(client, provider, invitation=token)
    assert karin.memberships.filter(role=Role.MODERATOR).exists()
