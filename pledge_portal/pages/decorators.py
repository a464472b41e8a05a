"""Decorators of views: of forms for anyone and of private pages.

Forms sent without logging in carry no token, since there is no session to bind one to.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

# A form that its sender's own browser may keep, so that Back shows what was typed.
KEPT_BY_THE_SENDER = "private, no-cache"


def is_same_site(request: HttpRequest) -> bool:
    """Return whether a browser says that a request comes from this site.

    Or says nothing at all. Browsers since 2020 send Sec-Fetch-Site, older ones Origin with a POST.
    A client that sends neither is no browser that another site could misuse.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    try:
        return origin is None or urlsplit(origin).netloc == request.get_host()
    except ValueError:  # no browser writes it so
        return False


def anonymous_form(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view take forms without cookie and token, from our own pages only.

    Raises PermissionDenied for a POST that another site sent. Its answers are kept by nobody, but
    for a form of which it says otherwise, until what it asked for has come in.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not is_same_site(request):
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            if response.headers.get("Cache-Control") != KEPT_BY_THE_SENDER:
                response.headers["Cache-Control"] = "no-store"
            if response.status_code == 302:
                # The form as it was refused goes from the sender's browser.
                response.headers["Clear-Site-Data"] = '"cache"'
        return response

    return csrf_exempt(guarded)


def private_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let nobody keep a page that a secret address opens, nor find it.

    Search engines are told not to list it. The portal's referrer policy tells its address to no
    other site.
    """

    @functools.wraps(view)
    def private(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return private
