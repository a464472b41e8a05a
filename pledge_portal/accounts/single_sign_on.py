"""Logging in by the organisation's own OpenID Connect provider.

That is Entra ID, Freja or SITHS by way of a broker, when the operator's settings name one.

Nobody gets an account this way: only a person who has been invited is let in, known the first time
by an e-mail address that the provider vouches for, and by the provider's own number for them once
they have shown their second factor after such a login: nothing is kept of one that stops before.
OIDC_EMAIL_DOMAINS says for which parties a provider's addresses are good. Whoever holds a role for
another party, and every operator, logs in by password. A provider that is said to ask for a strong
login takes the second factor's place.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

import requests
from allauth.account.authentication import get_authentication_records
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
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.invitations import accept
from pledge_portal.accounts.models import Invitation, User
from pledge_portal.accounts.permissions import memberships
from pledge_portal.pages.refusals import Refused

_logger = logging.getLogger(__name__)

# In the session: that this login was a strong one, at the provider.
STRONG = "strong_login"
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
        known = sociallogin.user if sociallogin.is_existing else None
        email = known.email if known else _vouched_address(request, claims)
        if claims.get("email_verified", True) is not True:
            raise _refused(request, _no_address())
        domain = email.rpartition("@")[2].lower()
        parties = settings.OIDC_EMAIL_DOMAINS.get(domain, frozenset())
        if not parties:
            raise _refused(
                request,
                _("Adresser på %(domain)s loggar inte in den här vägen.") % {"domain": domain},
            )
        person = known or User.objects.filter(email__iexact=email, is_active=True).first()
        if person and not _may_come_from(person, parties):
            raise _refused(
                request,
                _("Det här kontot loggar in med lösenord och kod, inte genom din organisation."),
            )
        if token := sociallogin.state.get("invitation"):
            person = _accept(request, token, email, claims, parties)
        if person is None:
            raise _refused(
                request,
                _("Det finns inget konto för %(email)s. Be en administratör om en inbjudan.")
                % {"email": email},
            )
        if (
            not known
            and SocialAccount.objects.filter(
                user=person, provider=sociallogin.account.provider
            ).exists()
        ):
            raise _refused(
                request,
                _("Kontot hör redan till en annan inloggning hos din organisation."),
            )
        sociallogin.user = person
        setattr(request, STRONG, _is_strong(sociallogin.signed))

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Say plainly that the provider's answer couldn't be used."""
        raise _refused(request, _failure())


def _vouched_address(request: HttpRequest, claims: dict[str, Any]) -> str:
    """Return the address that the provider vouches for.

    It is in plain letters, so that it is alike to no other when its case is folded.
    """
    email = str(claims.get(settings.OIDC_EMAIL_CLAIM) or "")
    is_vouched = "email_verified" in claims or settings.OIDC_EMAIL_IS_VERIFIED
    if not (email and email.isascii() and is_vouched):
        raise _refused(request, _no_address())
    return email


def _no_address() -> str:
    return _("Din organisation lämnade ingen bekräftad e-postadress för dig.")


def _failure() -> str:
    return _("Inloggningen hos din organisation avbröts eller misslyckades.")


def _may_come_from(person: User, parties: frozenset[str]) -> bool:
    """Return whether somebody is no operator and holds these roles alone."""
    is_operator = person.is_superuser or person.is_staff
    return not is_operator and all(role.party_key in parties for role in memberships(person))


def _accept(
    request: HttpRequest, token: str, email: str, claims: dict[str, Any], parties: frozenset[str]
) -> User:
    """Accept the invitation that the login began with, if it is theirs."""
    at = timezone.now()
    invitation = Invitation.objects.open(at).by_token(token).first()
    if invitation and invitation.email.lower() != email.lower():
        raise _refused(
            request,
            _("Inbjudan gäller %(invited)s, men du loggade in som %(email)s.")
            % {"invited": invitation.email.lower(), "email": email},
        )
    if invitation and invitation.party_key not in parties:
        raise _refused(
            request,
            _("Rollen hör till en annan organisation. Tacka ja med ett lösenord i stället."),
        )
    try:
        return accept(
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


class _Login(SocialLogin):
    """allauth's, which writes nothing down while it looks."""

    account: SocialAccount
    claims: dict[str, Any]
    signed: dict[str, Any]

    def lookup(self) -> None:
        """Find the person that the provider's number is known to be."""
        self._did_authenticate_by_email = None
        account = (
            SocialAccount.objects.filter(provider=self.account.provider, uid=self.account.uid)
            .select_related("user")
            .first()
        )
        if account is not None:
            self.account, self.user = account, account.user


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
        allauths = super().complete_login(request, app, token, **kwargs)
        data = allauths.account.extra_data
        signed, userinfo = data.get("id_token"), data.get("userinfo", {})
        if not signed or (userinfo and userinfo.get("sub") != signed.get("sub")):
            raise OAuth2Error("no signed token, or not about the same person")
        for claim in ("email_verified", settings.OIDC_EMAIL_CLAIM):
            if signed.get(claim, userinfo.get(claim)) != userinfo.get(claim, signed.get(claim)):
                raise OAuth2Error("two answers about the address")
        login = _Login(provider=allauths.provider, account=allauths.account, user=allauths.user)
        login.claims, login.signed = {**userinfo, **signed}, signed
        # Nothing is kept that isn't needed to know the person again.
        login.account.extra_data = {"sub": signed["sub"]}
        return login

    def is_issuer_of(self, answer: QueryDict) -> bool:
        """Return whether an answer is this provider's own (RFC 9207)."""
        issuer = self.openid_config["issuer"]
        if "iss" not in answer:
            return not self.openid_config.get("authorization_response_iss_parameter_supported")
        return answer.getlist("iss") == [issuer]


def _is_strong(signed: dict[str, Any]) -> bool:
    """Return whether what the provider has signed tells of a strong login."""
    methods = signed.get("amr")
    return signed.get("acr") in settings.OIDC_SECOND_FACTOR_ACR or any(
        method in settings.OIDC_SECOND_FACTOR_AMR
        for method in (methods if isinstance(methods, list) else [])
    )


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

    def is_resumable(self, request: HttpRequest) -> bool:
        """Return whether there still is a factor to ask for.

        Without one the login begins anew, instead of being led to and fro for ever.
        """
        return self._should_handle(request)


@receiver(user_logged_in)
def _remember_login(
    request: HttpRequest, user: User, sociallogin: SocialLogin | None = None, **_options: Any
) -> None:
    """Keep that a login was strong, and whose, once a factor was shown."""
    is_strong = getattr(request, STRONG, False)
    if is_strong:
        request.session[STRONG] = True
    records = get_authentication_records(request, user)
    if sociallogin and (is_strong or any(record["method"] == "mfa" for record in records)):
        _bind(sociallogin.account, user)


def _bind(account: SocialAccount, user: User) -> None:
    """Keep that the provider's number is this person's, and since when."""
    bound = SocialAccount.objects.filter(user=user, provider=account.provider).first()
    if bound is None:
        bound, is_new = SocialAccount.objects.get_or_create(
            provider=account.provider,
            uid=account.uid,
            defaults={"user": user, "extra_data": account.extra_data},
        )
        if is_new:
            get_adapter().send_notification_mail("socialaccount/email/account_connected", user)
    elif bound.uid == account.uid:
        bound.save(update_fields=["last_login"])


def organisation_account(user: User) -> SocialAccount | None:
    """Return what an account is bound to at the organisation's login."""
    return SocialAccount.objects.filter(user=user).first()


def unbind(user: User) -> bool:
    """Take away the link and write to its owner; False without one."""
    number_deleted, _by_model = SocialAccount.objects.filter(user=user).delete()
    if number_deleted:
        get_adapter().send_notification_mail("socialaccount/email/account_disconnected", user)
    return bool(number_deleted)


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
    protocol = _Protocol(request, provider_id)
    view = OAuth2CallbackView.adapter_view(protocol)

    def answer() -> HttpResponse:
        if not protocol.is_issuer_of(request.GET):
            return _refusal(request, _failure(), 403)
        return view(request)

    return _answered(request, answer)


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
