"""Logging in by the organisation's own OpenID Connect provider.

That is Entra ID, Freja or SITHS by way of a broker, when the operator's settings name one.

Nobody gets an account this way: only a person who has been invited is let in, known the first time
by an e-mail address that the provider vouches for, and by the provider's own number for them ever
after. A provider that is said to ask for a strong login takes the second factor's place.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

import requests
from allauth.account.signals import user_logged_in
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.invitations import accept, invited_address
from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import Refused

_logger = logging.getLogger(__name__)

# In the session: that this login was a strong one, at the provider.
STRONG = "strong_login"
# What is kept of what the provider tells: nothing that isn't needed to know the person again.
_STORED_CLAIMS = ("sub", "acr", "amr")
_MAX_NAME_LENGTH = 150  # as the account's own fields


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Lets in who has been invited, and nobody else."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody makes an account of their own accord."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find whom the login is for; answer with a page when it is nobody's."""
        claims = sociallogin.claims
        if not constant_time_compare(
            str(claims.get("nonce", "")), str(sociallogin.state.get("nonce", "-"))
        ):
            raise OAuth2Error("the token is for another login")
        if not sociallogin.is_existing:
            sociallogin.connect(request, self._invited(request, sociallogin, claims))
        setattr(request, STRONG, _is_strong(claims))

    def _invited(self, request: HttpRequest, sociallogin: SocialLogin, claims: dict) -> User:
        email = str(claims.get(settings.OIDC_EMAIL_CLAIM) or "")
        is_verified = claims.get("email_verified") is True or settings.OIDC_EMAIL_IS_VERIFIED
        if not email or not is_verified:
            raise _refused(
                request, _("Din organisation lämnade ingen bekräftad e-postadress för dig.")
            )
        if token := sociallogin.state.get("invitation"):
            _accept(request, token, email, claims)
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


def _accept(request: HttpRequest, token: str, email: str, claims: dict[str, Any]) -> None:
    """Accept the invitation that the login began with, if it is to them."""
    at = timezone.now()
    invited = invited_address(token, at)
    if invited and invited != email.lower():
        raise _refused(
            request,
            _("Inbjudan gäller %(invited)s, men du loggade in som %(email)s.")
            % {"invited": invited, "email": email},
        )
    try:
        accept(
            token,
            at,
            password=None,
            first_name=str(claims.get("given_name") or "")[:_MAX_NAME_LENGTH],
            last_name=str(claims.get("family_name") or "")[:_MAX_NAME_LENGTH],
        )
    except Refused:
        raise _refused(
            request, _("Inbjudan är använd, återkallad eller för gammal."), status=410
        ) from None


class _Protocol(OpenIDConnectOAuth2Adapter):
    """allauth's, trusting nothing that the provider hasn't signed."""

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Return the login that the provider's answer stands for.

        Its `claims` are what the answer says. Raises OAuth2Error when the answer holds no signed
        token, or one about somebody else than the rest of it (OpenID Connect Core 1.0, section
        5.3.2).
        """
        # allauth leaves the signature unread of a token that it has fetched itself.
        self.did_fetch_access_token = False
        login = super().complete_login(request, app, token, **kwargs)
        data = login.account.extra_data
        signed, userinfo = data.get("id_token"), data.get("userinfo", {})
        if not signed or (userinfo and userinfo.get("sub") != signed.get("sub")):
            raise OAuth2Error("no signed token, or not about the same person")
        login.claims = {**userinfo, **signed}
        login.account.extra_data = {
            key: login.claims[key] for key in _STORED_CLAIMS if key in login.claims
        }
        return login


def _is_strong(claims: dict[str, Any]) -> bool:
    methods = claims.get("amr") or []
    values = {str(claims.get("acr") or ""), *map(str, methods if isinstance(methods, list) else [])}
    return bool(values & set(settings.OIDC_SECOND_FACTOR_VALUES))


def _refused(request: HttpRequest, sentence: str, status: int = 403) -> ImmediateHttpResponse:
    return ImmediateHttpResponse(_refusal(request, sentence, status))


def _refusal(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "accounts/not_let_in.html", {"sentence": sentence}, status=status)


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor, unless the provider's login was strong."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Return allauth's answer, or none when the login was a strong one."""
        if getattr(self.request, STRONG, False):
            return None, True
        return super().handle()


@receiver(user_logged_in)
def _remember_strong_login(request: HttpRequest, **_options: Any) -> None:
    if getattr(request, STRONG, False):
        request.session[STRONG] = True


@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the organisation's login.

    `invitation` is the token of one that is accepted by logging in.
    """
    provider = _provider(request, provider_id)
    if request.method != "POST":
        return redirect("account_login")
    nonce = secrets.token_urlsafe()
    parameters = {"nonce": nonce}
    if settings.OIDC_ACR_VALUES:
        parameters["acr_values"] = settings.OIDC_ACR_VALUES
    return _answered(
        request,
        lambda: provider.redirect(
            request,
            AuthProcess.LOGIN,
            next_url=get_next_redirect_url(request),
            auth_params=parameters,
            nonce=nonce,
            invitation=request.POST.get("invitation", ""),
        ),
    )


@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take up what the organisation's login answers."""
    _provider(request, provider_id)
    view = OAuth2CallbackView.adapter_view(_Protocol(request, provider_id))
    return _answered(request, lambda: view(request))


def _provider(request: HttpRequest, provider_id: str) -> Any:
    try:
        return get_adapter().get_provider(request, provider_id)
    except SocialApp.DoesNotExist:
        raise Http404 from None


def _answered(request: HttpRequest, ask: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the answer, or a page that says that the provider has none."""
    try:
        return ask()
    except (requests.RequestException, OAuth2Error, KeyError, TypeError, ValueError):
        _logger.warning("single_sign_on.failed", exc_info=True)
        sentence = _("Din organisations inloggning svarar inte. Försök igen om en stund.")
        return _refusal(request, sentence, 502)
