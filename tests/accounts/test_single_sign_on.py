"""Logging in by the organisation's own OpenID Connect provider."""

from __future__ import annotations

import html
import itertools
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from pledge_portal.accounts.models import Invitation, Role, User
from tests.accounts.openid_provider import CLIENT, STRANGERS_KEY, Provider, serving_provider
from tests.accounts.test_login import code_now
from tests.builders import a_municipality, a_person, a_police_area, give_role

pytestmark = pytest.mark.django_db

ADDRESS = "/logga-in/organisation/organisation/"
ANSWER = f"{ADDRESS}svar/"
EMAIL = "karin@example.se"
LINK = "/arbetsyta/konto/organisation/ta-bort/"
_STEPS = itertools.count()


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """Return a provider that says that Karin logged in, with its settings."""
    with serving_provider() as serving:
        settings.OIDC_SERVER_URL = serving.url
        settings.OIDC_NAME = "Älvsbyns kommun"
        settings.OIDC_EMAIL_DOMAINS = {"example.se": frozenset({"alvsbyn"})}
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


def log_in(client: Client, provider: Provider, **sent: str) -> HttpResponse:
    """Post `sent` to the portal, go to the provider, and come back."""
    provider_page = client.post(ADDRESS, sent)
    assert provider_page.status_code == 302, provider_page.content
    return client.get(way_back(provider_page, provider))


def way_back(provider_page: HttpResponse, provider: Provider) -> str:
    asked = parse_qs(urlsplit(provider_page.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    back = urlsplit(provider.log_in(provider_page.headers["Location"]))
    assert back.path == ANSWER
    return f"{back.path}?{back.query}"


def give_code(client: Client) -> None:
    """Show the second factor; each code works once, so the clock moves on."""
    with time_machine.travel(timezone.now() + timedelta(seconds=30 * next(_STEPS)), tick=False):
        answer = client.post("/logga-in/kod/", {"code": code_now()})
    assert answer.headers["Location"] == "/arbetsyta/"


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
    with time_machine.travel(timezone.now() + timedelta(seconds=30 * next(_STEPS)), tick=False):
        client.post(asked, {"code": code_now()})
        client.post(LINK)
    assert not SocialAccount.objects.exists()
    assert "Kopplingen till din organisations inloggning är borttagen." in mail.outbox[0].body
    assert "Kontot är kopplat" not in words(client.get("/arbetsyta/konto/"))


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
