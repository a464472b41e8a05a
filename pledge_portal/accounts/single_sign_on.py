"""Logging in by the organisation's own OpenID Connect provider (Entra ID, Freja or SITHS by way of
a broker), when the operator's settings name one.

Nobody gets an account this way: only a person who has been invited is let in, known the first time
by an e-mail address that the provider vouches for, and by the provider's own number for them ever
after. A provider that is said to ask for a strong login takes the second factor's place.
"""

from __future__ import annotations

import logging
from typing import Any

import requests
from allauth.account.signals import user_logged_in
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.models import User

_logger = logging.getLogger(__name__)

# In the session: that this login was a strong one, at the provider.
STRONG = "strong_login"
# What is kept of what the provider tells: nothing that isn't needed to know the person again.
_KEPT = ("sub", "acr", "amr")


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Lets in who has been invited, and nobody else."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody makes an account of their own accord."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find whom the login is for; answer with a page in its stead when it is nobody's."""
        told = _told(sociallogin)
        sociallogin.account.extra_data = {key: told[key] for key in _KEPT if key in told}
        if not sociallogin.is_existing:
            sociallogin.connect(request, self._invited(request, sociallogin, told))
        setattr(request, STRONG, _is_strong(told))

    def _invited(self, request: HttpRequest, sociallogin: SocialLogin, told: dict) -> User:
        email = str(told.get(settings.OIDC_EMAIL_CLAIM) or "")
        is_verified = told.get("email_verified") is True or settings.OIDC_EMAIL_IS_VERIFIED
        if not email or not is_verified:
            raise _refused(
                request, _("Din organisation lämnade ingen bekräftad e-postadress för dig.")
            )
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise _refused(
                request,
                _("Det finns inget konto för %(email)s. Be en administratör om en inbjudan.")
                % {"email": email},
            )
        others = SocialAccount.objects.filter(
            user=person, provider=sociallogin.account.provider
        ).exclude(uid=sociallogin.account.uid)
        if others.exists():
            raise _refused(
                request,
                _("Kontot hör redan till en annan inloggning hos din organisation."),
            )
        return person

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Say plainly that the provider's answer couldn't be used."""
        raise _refused(request, _("Inloggningen hos din organisation avbröts eller misslyckades."))


def _told(sociallogin: SocialLogin) -> dict[str, Any]:
    """Return what the provider tells: the signed token's words before the rest."""
    data = sociallogin.account.extra_data or {}
    return {**data.get("userinfo", {}), **data.get("id_token", {})} or data


def _is_strong(told: dict[str, Any]) -> bool:
    methods = told.get("amr") or []
    said = {str(told.get("acr") or ""), *map(str, methods if isinstance(methods, list) else [])}
    return bool(said & set(settings.OIDC_SECOND_FACTOR_VALUES))


def _refused(request: HttpRequest, sentence: str, status: int = 403) -> ImmediateHttpResponse:
    return ImmediateHttpResponse(_refusal(request, sentence, status))


def _refusal(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "accounts/not_let_in.html", {"sentence": sentence}, status=status)


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor, unless the organisation's own login was a strong one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not getattr(request, STRONG, False) and super()._should_handle(request)


@receiver(user_logged_in)
def _remember_strong_login(request: HttpRequest, **_options: Any) -> None:
    if getattr(request, STRONG, False):
        request.session[STRONG] = True


@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the organisation's login."""
    return _answered(request, lambda: openid_connect.login(request, provider_id))


@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take up what the organisation's login answers."""
    return _answered(request, lambda: openid_connect.callback(request, provider_id))


def _answered(request: HttpRequest, ask: Any) -> HttpResponse:
    """Return the answer, or a page that says that the organisation's login doesn't answer."""
    try:
        return ask()
    except (requests.RequestException, OAuth2Error, KeyError, ValueError):
        _logger.warning("the organisation's login did not answer as it should", exc_info=True)
        sentence = _("Din organisations inloggning svarar inte. Försök igen om en stund.")
        return _refusal(request, sentence, 502)
