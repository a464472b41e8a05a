"""What happens to every request before and after its view."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from pledge_portal.database.acting import as_public, streamed_as_public
from pledge_portal.pages.addresses import STAFF_DOORS, language_of
from pledge_portal.pages.freshness import (
    KeptPage,
    KeptPages,
    count_of_changes,
    day_and_count,
    may_be_kept,
)

Handler = Callable[[HttpRequest], HttpResponse]


class PublicDatabaseRole:
    """Lets every request read the database as the public may, but for those at the staff's doors.

    Staff who read a public page see what everyone sees. Addresses that nobody thought of are
    public. At the doors the portal must know who there is before anyone is let in, so what lies
    behind them is guarded by its permissions alone.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the role that the address asks for."""
        if request.path_info.startswith(STAFF_DOORS):
            return self.get_response(request)
        with as_public():
            response = self.get_response(request)
        if response.streaming:
            response.streaming_content = streamed_as_public(response.streaming_content)  # type: ignore[attr-defined]
        return response


class PublicPageCache:
    """Answers with a kept public page when nothing has changed since it was made.

    Stands first of all, so that a kept page costs nothing but finding it. Addresses with a query
    are always made anew: they could be endlessly many.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.pages = KeptPages(settings.PUBLIC_PAGES_KEPT)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the kept page, or have it made and keep it."""
        # Read where the server put them: `request.headers` would first copy every one of them.
        sent = request.META
        if (
            not settings.PUBLIC_PAGES_KEPT
            or request.method not in {"GET", "HEAD"}
            or sent.get("QUERY_STRING")
            or "HTTP_HX_REQUEST" in sent
        ):
            return self.get_response(request)
        try:
            key = (request.path_info, request.get_host(), request.is_secure())
            under = day_and_count(count_of_changes)
        except (DisallowedHost, DatabaseError):
            return self.get_response(request)
        page = self.pages.find(key, under)
        if page is None:
            response = self.get_response(request)
            if request.method != "GET" or not may_be_kept(response):
                return response
            page = KeptPage.of(response)
            self.pages.keep(key, under, page)
        return page.answer(request)


class LanguageFromAddress:
    """Sets the language by the address alone: /en/ is English, everything else Swedish.

    Django's own LocaleMiddleware would make answers vary by the browser's settings, and so each
    address would have to be kept in several forms.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language that the address asks for."""
        language = language_of(request.path_info)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class PermissionsPolicy:
    """Tells the browser that the portal uses none of its sensors and gives nobody its pages."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers."""
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
