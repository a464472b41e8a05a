"""Asking for the second factor once more, before what matters most."""

from __future__ import annotations

import time

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from pledge_portal.accounts.single_sign_on import STRONG


def is_confirmed(request: HttpRequest) -> bool:
    """Return whether the second factor was given again lately.

    Within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds. Who has none here, since their organisation
    asks for it at its own login, must have logged in that lately.
    """
    records = get_authentication_records(request, request.user)
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    has_own = _has(request, Authenticator.Type.TOTP) or _has(request, Authenticator.Type.WEBAUTHN)
    if not has_own:
        return bool(request.session.get(STRONG)) and any(
            record["at"] >= since for record in records
        )
    return any(
        record.get("method") == "mfa" and record.get("reauthenticated") and record["at"] >= since
        for record in records
    )


def step_up_response(request: HttpRequest, *, back_to: str = "") -> HttpResponse | None:
    """Return the way to give the second factor again, None when it just was.

    From there a person is led to the address `back_to`, or back to the page by GET, whatever they
    sent.
    """
    if is_confirmed(request):
        return None
    where = _where(request)
    if where is None:
        messages.error(
            request,
            _(
                "Logga ut och logga in igen genom din organisation, så att vi vet att det är du. "
                "Fortsätt sedan inom några minuter."
            ),
        )
        return redirect("account_logout")
    return redirect(f"{where}?{urlencode({'next': back_to or request.path})}")


def _where(request: HttpRequest) -> str | None:
    """Return the address where this person can confirm who they are, if any."""
    if _has(request, Authenticator.Type.TOTP):
        return reverse("mfa_reauthenticate")
    if _has(request, Authenticator.Type.WEBAUTHN):
        return reverse("mfa_reauthenticate_webauthn")
    return None


def _has(request: HttpRequest, kind: Authenticator.Type) -> bool:
    return bool(get_adapter().is_mfa_enabled(request.user, [kind]))
