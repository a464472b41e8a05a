"""What the settings of running it do."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from pledge_portal.operations.web_server import needs_proxy
from tests.served import ROOT


def hsts(**environment: str) -> list[str]:
    """Return seconds, subdomains and preloading, or the refusal to start."""
    names = ("SECONDS", "INCLUDE_SUBDOMAINS", "PRELOAD")
    shown = ", ".join(f"settings.SECURE_HSTS_{name}" for name in names)
    done = subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; print({shown})"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "pledge_portal.settings",
            "SECRET_KEY": "s" * 60,
            "SITE_URL": "https://medborgarlofte.example.se",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.split() or done.stderr.strip().splitlines()[-1:]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ["3600", "False", "False"]),
        ({"HSTS_SECONDS": "86400"}, ["86400", "False", "False"]),
        ({"HSTS_SUBDOMAINS": "1"}, ["3600", "True", "False"]),
        ({"SITE_URL": "http://127.0.0.1"}, ["0", "False", "False"]),
        (
            {"HSTS_SECONDS": "31536000", "HSTS_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"},
            ["31536000", "True", "True"],
        ),
    ],
)
def test_https_is_insisted_on_for_as_long_as_is_set(
    environment: dict[str, str], expected: list[str]
) -> None:
    assert hsts(**environment) == expected


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"HSTS_PRELOAD": "1"}, "HSTS_PRELOAD=1 kräver HSTS_SUBDOMAINS=1"),
        ({"OIDC_SERVER_URL": "https://login.example.se"}, "OIDC_EMAIL_DOMAINS saknas"),
        ({"OIDC_SECOND_FACTOR_VALUES": "mfa"}, "OIDC_SECOND_FACTOR_VALUES gäller inte längre"),
    ],
)
def test_settings_that_are_not_whole_are_refused_with_a_sentence(
    environment: dict[str, str], sentence: str
) -> None:
    (refusal,) = hsts(**environment)
    assert sentence in refusal


@pytest.mark.parametrize(
    ("host", "demonstration", "behind_proxy", "needed"),
    [
        ("0.0.0.0", False, False, True),  # noqa: S104  (compared, not bound)
        ("192.0.2.7", False, False, True),
        ("::", False, False, True),
        ("0.0.0.0", False, True, False),  # noqa: S104
        ("0.0.0.0", True, False, False),  # noqa: S104
        ("127.0.0.1", False, False, False),
        ("::1", False, False, False),
        ("localhost", False, False, False),
    ],
)
def test_a_proxy_is_asked_for_where_strangers_reach_a_real_portal(
    settings: Any, host: str, demonstration: bool, behind_proxy: bool, needed: bool
) -> None:
    settings.HOST = host
    settings.DEMONSTRATION = demonstration
    settings.BEHIND_PROXY = behind_proxy
    assert needs_proxy() is needed
