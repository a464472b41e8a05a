"""What holds for every page that somebody logs in to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from pledge_portal.accounts.permissions import cache_roles
from pledge_portal.accounts.single_sign_on import STRONG
from pledge_portal.pages.waiting_form import take_out

Handler = Callable[[HttpRequest], HttpResponse]

WORKSPACE = "/arbetsyta/"
ENTRANCE = "/logga-in/"
# What a person without a second factor may reach: setting one up, confirming who they are on the
# way there, and leaving.
_REACHED_WITHOUT = frozenset(
    {
        "second_factor_needed",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "account_logout",
    }
)


def has_second_factor(user: Any) -> bool:
    """Return whether a person has an authenticator app or a security key.

    Recovery codes are neither.
    """
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return get_adapter().is_mfa_enabled(user, kinds)


class SecondFactorRequired:
    """Leads who logged in with a password alone to set up a second factor.

    allauth itself asks for the factor at login once there is one. The administration lies within
    the workspace and is guarded by the same.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and see that nobody keeps a page that was made for one person."""
        response = self.get_response(request)
        if request.path_info.startswith((WORKSPACE, ENTRANCE)):
            response.headers["Cache-Control"] = "no-store, private"
        match = request.resolver_match
        if match is not None and match.view_name == "account_logout" and request.method == "POST":
            # What was typed and not sent leaves the browser, other tabs too.
            response.headers["Clear-Site-Data"] = '"storage"'
        return response

    def process_view(
        self, request: HttpRequest, view: Handler, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Answer in the view's stead when the second factor is missing."""
        if not request.path_info.startswith(WORKSPACE) or not request.user.is_authenticated:
            return None
        cache_roles(request.user)
        match = request.resolver_match
        if match is not None and match.view_name in _REACHED_WITHOUT:
            return None
        if request.session.get(STRONG) or has_second_factor(request.user):
            take_out(request)
            return None
        return redirect("second_factor_needed")
