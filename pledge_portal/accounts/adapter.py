"""How allauth behaves in this portal."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from pledge_portal.accounts.single_sign_on import SecondFactorStage


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come by invitation alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account of their own accord."""
        return False

    def get_login_stages(self) -> list[str]:
        """Return allauth's steps of logging in, with our own asking for the second factor."""
        ours = f"{SecondFactorStage.__module__}.{SecondFactorStage.__qualname__}"
        theirs = f"{AuthenticateStage.__module__}.{AuthenticateStage.__qualname__}"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link's address on the portal's own name, whatever name it was asked by."""
        uidb36, _dash, rest = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", args=[uidb36, rest])


class SecondFactorAdapter(DefaultMFAAdapter):
    """Names as they are shown in the person's app and browser."""

    def get_totp_issuer(self) -> str:
        """Return the name that the app lists the account under."""
        return _("Medborgarlöften")

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Return what a new security key is called until its owner names it."""
        return _("Min nyckel")
