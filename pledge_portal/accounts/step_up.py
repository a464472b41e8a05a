"""Asking for the second factor once more, before what matters most."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from pledge_portal.accounts.single_sign_on import STRONG
from pledge_portal.pages.waiting_form import put_aside

View = Callable[..., HttpResponseBase]


def is_confirmed(request: HttpRequest) -> bool:
    """Return whether the second factor was given again lately.

    Within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds. Who has none here, since their organisation
    asks for it at its own login, must have logged in that lately.
    """
    records = _late_records(request)
    if _where(request) is None:
        return bool(request.session.get(STRONG) and records)
    return any(
        record.get("method") == "mfa" and record.get("reauthenticated") for record in records
    )


def _late_records(request: HttpRequest) -> list[dict[str, Any]]:
    """Return how the person has shown lately who they are."""
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return [record for record in records if record["at"] >= since]


def step_up_response(request: HttpRequest, *, back_to: str = "") -> HttpResponse | None:
    """Return the way to give the second factor again, None when it just was.

    From there a person is led to the address `back_to`, or back to the page, where what they sent
    waits for them.
    """
    if is_confirmed(request):
        return None
    where = _where(request)
    if where is None:
        return _to_log_in_again(request)
    page = put_aside(request) if request.method == "POST" else None
    return redirect(f"{where}?{urlencode({'next': back_to or page or request.path})}")


def factor_shown(view: View) -> View:
    """Let a view of one's second factors be reached by who has just shown one.

    The first one is set up after the password, which allauth asks for, or right after a login of
    somebody who has none.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        response = None
        is_first = _where(request) is None
        if request.session.get(STRONG) or not is_first:
            response = step_up_response(request)
        # What is set up is shown by GET alone, so a POST needs no second look at the clock.
        elif request.method != "POST" and not request.user.has_usable_password():
            response = None if _late_records(request) else _to_log_in_again(request)
        if response is not None:
            return response
        answer = view(request, *args, **kwargs)
        if is_first and _where(request) is not None:
            # Setting a factor up took a code of it, or the key.
            record_authentication(request, request.user, "mfa", reauthenticated=True)
        return answer

    return guarded


def _to_log_in_again(request: HttpRequest) -> HttpResponse:
    messages.error(
        request,
        _(
            "Logga ut och logga in igen genom din organisation, så att vi vet att det är du. "
            "Fortsätt sedan inom några minuter."
        ),
    )
    return redirect("account_logout")


def _where(request: HttpRequest) -> str | None:
    """Return the address where this person can confirm who they are, if any."""
    if _has(request, Authenticator.Type.TOTP):
        return reverse("mfa_reauthenticate")
    if _has(request, Authenticator.Type.WEBAUTHN):
        return reverse("mfa_reauthenticate_webauthn")
    return None


def _has(request: HttpRequest, kind: Authenticator.Type) -> bool:
    return bool(get_adapter().is_mfa_enabled(request.user, [kind]))
