"""The demonstration's accounts, plainly named so."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from pledge_portal.accounts.models import Membership, Role, User

DEMO_EMAIL = "demo-admin@example.se"
# The demonstration's accounts by address: their name and, but for the operator, their role.
DEMO_ACCOUNTS: dict[str, tuple[str, Role | None]] = {
    DEMO_EMAIL: ("Driftansvarig", None),
    "demo-administrator@example.se": ("Administratör", Role.ADMINISTRATOR),
    "demo-redaktor@example.se": ("Redaktör", Role.EDITOR),
    "demo-samordnare@example.se": ("BRÅ-samordnare", Role.COORDINATOR),
    "demo-moderator@example.se": ("Moderator", Role.MODERATOR),
    "demo-undertecknare@example.se": ("Undertecknare", Role.SIGNATORY),
    "demo-polis@example.se": ("Polis", Role.OFFICER),
    "demo-polischef@example.se": ("Polischef", Role.SIGNATORY),
    "demo-samordnare-lulea@example.se": ("BRÅ-samordnare i Luleå", Role.COORDINATOR),
    "demo-polis-lulea@example.se": ("Polis i Luleå", Role.OFFICER),
}
# Whose role is for the police area; the others' are for the municipality.
_OF_THE_POLICE = {
    "demo-polis@example.se",
    "demo-polischef@example.se",
    "demo-polis-lulea@example.se",
}
# Whose role is where the demonstration's second pledge holds.
_ELSEWHERE = {"demo-samordnare-lulea@example.se", "demo-polis-lulea@example.se"}


def demo_accounts() -> list[User]:
    """Return the demonstration's accounts that exist, in their order."""
    accounts = {user.email: user for user in User.objects.filter(email__in=DEMO_ACCOUNTS)}
    return [accounts[email] for email in DEMO_ACCOUNTS if email in accounts]


def ensure_demo_accounts(
    password: str, municipality: Any, police_area: Any, elsewhere: tuple[Any, Any] | None = None
) -> list[User]:
    """Return the demonstration's accounts, made or changed if need be.

    All get the password. `municipality` and `police_area` are rows of the pledges' models of these
    names, and `elsewhere` the two of the second pledge, without which its accounts are left out.
    """
    existing = {account.email: account for account in demo_accounts()}
    # One hash for all, since each takes a quarter of a second to make or to check.
    hashes = {account.password for account in existing.values()}
    known = next((hashed for hashed in hashes if check_password(password, hashed)), None)
    hashed = known or make_password(password)
    accounts = []
    for email, (name, role) in DEMO_ACCOUNTS.items():
        if email in _ELSEWHERE and elsewhere is None:
            continue
        place, area = (
            elsewhere if elsewhere and email in _ELSEWHERE else (municipality, police_area)
        )
        account = existing.get(email) or User(
            email=email,
            first_name="DEMO",
            last_name=name,
            is_staff=role is None,
            is_superuser=role is None,
        )
        if account.password != hashed:
            account.password = hashed
            account.save()
        if not Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists():
            _add_totp(account)
        if role is not None:
            is_police = email in _OF_THE_POLICE
            Membership.objects.get_or_create(
                person=account,
                role=role,
                municipality=None if is_police else place,
                police_area=area if is_police else None,
            )
        accounts.append(account)
    return accounts


def _add_totp(account: User) -> None:
    """Give an account an authenticator app that nobody has: 160 random bits."""
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    Authenticator.objects.create(
        user=account,
        type=Authenticator.Type.TOTP,
        data={"secret": get_adapter().encrypt(secret)},
    )


def is_demonstration_code(user: User, code: str) -> bool:
    """Return whether this is the demonstration's code, for its own account.

    Never in a portal in real use, even when the demonstration's accounts are left in its database.
    """
    return (
        settings.DEMONSTRATION
        and bool(settings.DEMONSTRATION_CODE)
        and code == settings.DEMONSTRATION_CODE
        and user.email in DEMO_ACCOUNTS
    )
