"""How allauth behaves in this portal."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.guesses import WrongGuess, count_guess
from pledge_portal.accounts.sealing import open_seal, seal
from pledge_portal.accounts.single_sign_on import SecondFactorStage
from pledge_portal.pages.network_limits import network

_WRONG_CODE = gettext_lazy(
    "Koden stämmer inte. Appen byter kod var trettionde sekund, och varje kod gäller bara en gång."
)
# What the person is told and written about, by the name of allauth's own letter.
_CHANGES = {
    "account/email/password_changed": gettext_lazy("Lösenordet är bytt."),
    "account/email/password_set": gettext_lazy("Ett lösenord är valt."),
    "account/email/password_reset": gettext_lazy(
        "Ett nytt lösenord är valt, med en länk i ett mejl."
    ),
    "mfa/email/totp_activated": gettext_lazy("En app för engångskoder är tillagd."),
    "mfa/email/totp_deactivated": gettext_lazy("Appen för engångskoder är borttagen."),
    "mfa/email/recovery_codes_generated": gettext_lazy("Nya reservkoder är gjorda."),
    "mfa/email/webauthn_added": gettext_lazy("En nyckel är tillagd."),
    "mfa/email/webauthn_removed": gettext_lazy("En nyckel är borttagen."),
    "socialaccount/email/account_connected": gettext_lazy(
        "Kontot är kopplat till din organisations inloggning."
    ),
    "socialaccount/email/account_disconnected": gettext_lazy(
        "Kopplingen till din organisations inloggning är borttagen."
    ),
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come by invitation alone, and speak as the portal does."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("E-postadressen eller lösenordet stämmer inte."),
        "incorrect_code": _WRONG_CODE,
        "incorrect_password": gettext_lazy("Lösenordet stämmer inte."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account of their own accord."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether one may be led there after logging in.

        What is no address at all is none to be led to.
        """
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_login_stages(self) -> list[str]:
        """Return allauth's steps of logging in, with our own second factor."""
        ours = f"{SecondFactorStage.__module__}.{SecondFactorStage.__qualname__}"
        theirs = f"{AuthenticateStage.__module__}.{AuthenticateStage.__qualname__}"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return what wrong passwords are counted by.

        That is the address, from one network: a stranger's guesses from elsewhere lock nobody out.
        """
        key = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{network(request)}"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a wrong password, whatever network it came from."""
        count_guess(WrongGuess.PASSWORD, str(credentials.get("email", "")))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link's address on the portal's own name.

        Whatever name the request asked by.
        """
        uidb36, _dash, rest = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", args=[uidb36, rest])

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Say what was changed as the letter about it does."""
        letter = (message_template or "").removesuffix(".txt").replace("/messages/", "/email/")
        if (change := _CHANGES.get(letter)) is not None:
            kwargs["message"] = change
        super().add_message(request, level, message_template, *args, **kwargs)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Write to the person that the way into their account was changed."""
        change = _CHANGES[template_prefix]
        address = settings.SITE_URL + reverse("own_account")
        letter = {"change": change, "at": timezone.now(), "address": address}
        text = render_to_string("accounts/email/account_changed.txt", letter)
        send_mail(_("Ditt konto i Medborgarlöften är ändrat"), text, None, [user.email])


class SecondFactorAdapter(DefaultMFAAdapter):
    """Names as they are shown in the person's app and browser."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": _WRONG_CODE}

    def get_totp_issuer(self) -> str:
        """Return the name that the app lists the account under."""
        return _("Medborgarlöften")

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Return what a new security key is called until its owner names it."""
        return _("Min nyckel")

    def encrypt(self, text: str) -> str:
        """Seal a second factor's secret before it is kept."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return what was sealed."""
        return open_seal(encrypted_text)
