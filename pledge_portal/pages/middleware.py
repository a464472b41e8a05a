"""What happens to every request before and after its view."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date

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

    Whoever is logged in may have saved something this very moment, in another server process. The
    page is the same for them as for everyone, but they always get one as new as their own change:
    for them the count of changes is asked for each time.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.pages = KeptPages(settings.PUBLIC_PAGES_KEPT)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the kept page, or have it made and keep it."""
        found = self._key_and_count(request)
        if found is None:
            return self.get_response(request)
        key, under = found
        page = self.pages.find(key, under)
        if page is None:
            response = self.get_response(request)
            if request.method != "GET" or not may_be_kept(response):
                return response
            page = KeptPage.of(response)
            self.pages.keep(key, under, page)
        return page.answer(request)

    def _key_and_count(self, request: HttpRequest) -> tuple[Hashable, tuple[int, date]] | None:
        """Return by what a page is known and under what it is kept; None where none is kept."""
        if (
            not settings.PUBLIC_PAGES_KEPT
            or request.method not in {"GET", "HEAD"}
            or request.path_info.startswith(STAFF_DOORS)
        ):
            return None
        # Read where the server put them: `request.headers` would first copy every one of them.
        sent = request.META
        try:
            if "HTTP_COOKIE" in sent and settings.SESSION_COOKIE_NAME in request.COOKIES:
                # Also before a page that isn't kept: sums that are go into it.
                count_of_changes.read_anew()
            if sent.get("QUERY_STRING") or "HTTP_HX_REQUEST" in sent:
                return None
            key = (request.path_info, request.get_host(), request.is_secure())
            return key, day_and_count(count_of_changes)
        except (DisallowedHost, DatabaseError):
            return None


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
