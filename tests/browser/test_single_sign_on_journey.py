"""Logging in by the organisation's own provider, in a real browser.

The browser minds the page's policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.accounts.openid_provider import CLIENT, serving_provider
from tests.browser.test_account_journeys import CODE, PHONE, press
from tests.browsing import NewPage, looked_over
from tests.served import ServedPortal, free_port, serving

EMAIL = "demo-redaktor@example.se"


@pytest.fixture
def portal(served: ServedPortal, tmp_path: Path) -> Iterator[ServedPortal]:
    """Serve the portal once more, with a provider that knows the editor.

    Its settings lead to that provider.
    """
    port = str(free_port())
    with serving_provider() as provider:
        provider.person = {"sub": "demo-1", "email": EMAIL, "email_verified": True}
        environment = {
            **served.environment,
            "PORT": port,
            "OIDC_SERVER_URL": provider.url,
            "OIDC_CLIENT_ID": CLIENT,
            "OIDC_CLIENT_SECRET": "hemligt",
            "OIDC_NAME": "Älvsbyns kommun",
            "OIDC_EMAIL_DOMAINS": "example.se=alvsbyn",
        }
        with serving(environment, tmp_path / "log", "--workers", "1"):
            yield replace(served, url=f"http://127.0.0.1:{port}", environment=environment)


@pytest.mark.parametrize("javascript", [True, False])
def test_one_press_leads_to_the_second_factor_and_in(
    portal: ServedPortal, new_page: NewPage, javascript: bool
) -> None:
    page = new_page(PHONE, javascript=javascript)
    page.goto(f"{portal.url}/arbetsyta/insatser/")
    looked_over(page, javascript)
    press(page, "Logga in med Älvsbyns kommun")
    page.get_by_label("Kod").fill(CODE)
    press(page, "Fortsätt")
    expect(page).to_have_url(f"{portal.url}/arbetsyta/insatser/")
    page.goto(f"{portal.url}/arbetsyta/konto/")
    expect(page.locator("main")).to_contain_text(EMAIL)
