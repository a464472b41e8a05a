"""Protection for forms that anyone may send without logging in, and so without a token."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt


def from_our_own_pages(request: HttpRequest) -> bool:
    """Whether a browser says that the request comes from this site, or says nothing at all.

    Browsers since 2020 send Sec-Fetch-Site, older ones Origin with a POST. A client that sends
    neither is no browser that another site could misuse.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


def anonymous_form(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view take forms without cookie and token, from our own pages only.

    Raises PermissionDenied for a POST that another site sent. Its answers are kept by nobody.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not from_our_own_pages(request):
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            response.headers["Cache-Control"] = "no-store"
        return response

    return csrf_exempt(guarded)


def private_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a page that a secret address opens be kept by nobody and found by no search engine. The
    portal's referrer policy tells its address to no other site."""

    @functools.wraps(view)
    def private(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return private
