"""What the login page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def single_sign_on(request: HttpRequest) -> dict[str, Any]:
    """Return what the organisation's own login is called; empty without one."""
    return {"single_sign_on": settings.OIDC_NAME if settings.OIDC_SERVER_URL else ""}
