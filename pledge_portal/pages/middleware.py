"""What happens to every request before and after its view."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from pledge_portal.database.acting import as_public, streamed_as_public
from pledge_portal.database.patience import is_away
from pledge_portal.pages.addresses import STAFF_DOORS, language_of
from pledge_portal.pages.fault_pages import database_away, too_busy
from pledge_portal.pages.kept_pages import KeptPage, PageStore, StoredPage, shared_pages
from pledge_portal.pages.page_versions import (
    PageAddress,
    current_versions,
    may_be_kept,
    page_address,
)

Handler = Callable[[HttpRequest], HttpResponse]
# The part of the store that pages with parameters get.
_FOR_PARAMETERS = 0.25
# So long one waits for another to make a page, or for a place among those who make pages. Whoever
# waits longer keeps others from being answered.
_MAX_WAIT_SECONDS = 1.0
# So long kept pages are shown while the database can't be asked whether they still hold.
_MAX_AWAY_SECONDS = 600
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


class PublicDatabaseRole:
    """Lets every request read the database only as the public may.

    Those at the staff's doors are excepted. Staff who read a public page see what everyone sees.
    Addresses that nobody thought of are public. At the doors the portal must know who there is
    before anyone is let in, so what lies behind them is guarded by its permissions alone.
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
    """Answers with a kept public page if nothing it shows has changed since.

    Stands first of all, so that a kept page costs nothing but finding it. Of those who ask for a
    page that isn't kept one makes it; the others get the page of the last second, or wait for the
    one who makes it. No page is older than `PUBLIC_PAGE_CHECK_SECONDS`.

    Whoever is logged in may have saved something this very moment, in another server process. The
    page is the same for them as for everyone, but they always get one as new as their own change:
    for them the versions are asked for each time.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        most = settings.PUBLIC_PAGES_MB * 1_000_000
        self._pages = PageStore(most * (1 - _FOR_PARAMETERS))
        # Whoever asks for many parameters pushes no other pages out.
        self._with_parameters = PageStore(most * _FOR_PARAMETERS)
        self._shared = shared_pages()
        self._making: dict[Hashable, _Making] = {}
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the kept page, or have it made and keep it."""
        if (
            not settings.PUBLIC_PAGES_MB
            or request.method not in {"GET", "HEAD"}
            or request.path_info.startswith(STAFF_DOORS)
        ):
            return self.get_response(request)
        sent = request.META
        is_logged_in = "HTTP_COOKIE" in sent and settings.SESSION_COOKIE_NAME in request.COOKIES
        address = None
        try:
            address = page_address(request)
            if address is None:
                return self.get_response(request)
            versions = current_versions.read_anew() if is_logged_in else current_versions()
        except DatabaseError as error:
            if address is None or not is_away(error):
                return self.get_response(request)
            return self._while_away(request, address, is_logged_in=is_logged_in)
        except DisallowedHost:
            return self.get_response(request)
        store = self._store_of(address)
        under = address.under(versions, timezone.localdate())
        entry = store.get(address.key)
        if entry is not None and entry.under == under:
            entry.current_at = max(entry.current_at, versions.read_at)
            return entry.page.answer(request)
        if request.method == "HEAD":
            return self.get_response(request)
        making, is_maker = self._begin(address.key, under)
        if is_maker:
            try:
                return self._make(request, store, address.key, under, versions.read_at, making)
            finally:
                self._end(address.key, under, making)
        if entry is not None and not is_logged_in and _is_of_the_last_second(entry, under):
            return entry.page.answer(request)
        if not making.done.wait(_MAX_WAIT_SECONDS):
            request.waited_in_vain = True  # type: ignore[attr-defined]
        return making.page.answer(request) if making.page else self.get_response(request)

    def _store_of(self, address: PageAddress) -> PageStore:
        return self._with_parameters if address.has_parameters else self._pages

    def _while_away(
        self, request: HttpRequest, address: PageAddress, *, is_logged_in: bool
    ) -> HttpResponse:
        """Return the kept page as it last held, or ask to come back.

        It held when the database was last asked: whatever this process had heard of by then is in
        it. That is at most ten minutes ago, and said in its first line.
        """
        latest = current_versions.latest
        age = time.monotonic() - latest.read_at
        entry = self._store_of(address).get(address.key)
        under = address.under(latest, timezone.localdate())
        if is_logged_in or entry is None or entry.under != under or age > _MAX_AWAY_SECONDS:
            return database_away(request)
        as_of = timezone.now() - timedelta(seconds=age)
        with translation.override(language_of(request.path_info)):
            line = render_to_string("components/as_of.html", {"as_of": as_of})
        return entry.page.answer_while_away(line) or database_away(request)

    def _begin(self, key: Hashable, under: tuple[Any, ...]) -> tuple[_Making, bool]:
        """Return the making of a page, and whether the caller is to make it."""
        with self._lock:
            making = self._making.get((key, under))
            if making is not None:
                return making, False
            making = self._making[key, under] = _Making()
            return making, True

    def _end(self, key: Hashable, under: tuple[Any, ...], making: _Making) -> None:
        with self._lock:
            del self._making[key, under]
        making.done.set()

    def _make(
        self,
        request: HttpRequest,
        store: PageStore,
        key: Hashable,
        under: tuple[Any, ...],
        read_at: float,
        making: _Making,
    ) -> HttpResponse:
        """Return the answer, and keep it if it is a page for everyone."""
        # Another may have made it just before, in this process or another.
        entry = store.get(key)
        page = entry.page if entry is not None and entry.under == under else None
        if page is None and self._shared:
            page = self._shared.get(key, under)
        if page is None:
            response = _full_response(self.get_response, request)
            if not may_be_kept(response):
                return response
            page = KeptPage.from_response(response)
            if self._shared:
                self._shared.keep(key, under, page)
        store.keep(key, StoredPage(page, under, read_at))
        making.page = page
        return page.answer(request)


class _Making:
    """The fact that somebody makes a page.

    `page` is set when it is done, unless the page can't be kept.
    """

    def __init__(self) -> None:
        self.done = threading.Event()
        self.page: KeptPage | None = None


def _full_response(get_response: Handler, request: HttpRequest) -> HttpResponse:
    """Return an answer for everyone.

    It is whole, though this browser may have it already.
    """
    names = [name for name in _CONDITIONS if name in request.META]
    conditions = {name: request.META.pop(name) for name in names}
    try:
        return get_response(request)
    finally:
        request.META.update(conditions)


def _is_of_the_last_second(entry: StoredPage, under: tuple[Any, ...]) -> bool:
    """Return whether a page was current recently enough, on the same day.

    Recently enough is within `PUBLIC_PAGE_CHECK_SECONDS`.
    """
    age = time.monotonic() - entry.current_at
    return entry.under[0] == under[0] and age < settings.PUBLIC_PAGE_CHECK_SECONDS


class LimitedMakers:
    """Leaves a thread to answer with kept pages, whatever strangers ask for.

    All threads but one make public pages. Who finds no place in a moment, or has waited a moment
    for the page that another makes, is asked to come back: what takes long is made once, however
    many ask for it.

    Stands last of all: the answer has all headers, and static files don't count.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self._places = threading.BoundedSemaphore(max(1, settings.WEB_THREADS - 1))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Have the page made, or ask to come back."""
        if request.method not in {"GET", "HEAD"} or request.path_info.startswith(STAFF_DOORS):
            return self.get_response(request)
        has_waited = getattr(request, "waited_in_vain", False)
        if has_waited or not self._places.acquire(timeout=_MAX_WAIT_SECONDS):
            return too_busy(request)
        try:
            return self.get_response(request)
        finally:
            self._places.release()


class LanguageFromAddress:
    """Sets the language by the address alone.

    /en/ is English, everything else Swedish. Django's own LocaleMiddleware would make answers vary
    by the browser's settings, and so each address would have to be kept in several forms.
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
    """Tells the browser that the portal uses none of its sensors.

    It also tells that the portal gives nobody its pages.
    """

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
