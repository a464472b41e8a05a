"""Logging in by the organisation's own provider, as a browser does."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from tests.accounts.openid_provider import CLIENT, Provider
from tests.accounts.test_login import code_now

ADDRESS = "/logga-in/organisation/organisation/"
ANSWER = f"{ADDRESS}svar/"
EMAIL = "karin@example.se"


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


def give_code(client: Client, address: str = "/logga-in/kod/") -> HttpResponse:
    """Show the second factor, as if the last code were of another half-minute."""
    cache.clear()
    answer = client.post(address, {"code": code_now()})
    assert answer.status_code == 302
    return answer


def use_provider(settings: Settings, address: str) -> None:
    """Let the portal's settings name a provider for Älvsbyn's addresses."""
    settings.OIDC_SERVER_URL = address
    settings.OIDC_NAME = "Älvsbyns kommun"
    settings.OIDC_EMAIL_DOMAINS = {"example.se": frozenset({"alvsbyn"})}
    named: dict[str, object] = {
        "provider_id": "organisation",
        "name": "Älvsbyns kommun",
        "client_id": CLIENT,
    }
    named |= {"secret": "hemligt", "settings": {"server_url": address}}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [named]}
    }


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
