"""What a kept public page is known by, and until when it holds.

A view says of what its page is made (`Shows`) and which parameters of the address change it; no
other parameter reaches it. Triggers give each municipality, and what all share, a new version when
something changes that the public sees (PublicChange). A page is kept under the versions of what it
shows and the day, since what a pledge's dates mean changes at midnight. Versions are read before
the page is made: a page may be newer than the versions it is kept under, never older.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, overload
from urllib.parse import urlencode

from django.conf import settings
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation

from pledge_portal.database.patience import SHORT_SECONDS, is_away, waiting_briefly
from pledge_portal.pages.addresses import language_of
from pledge_portal.pages.models import PublicChange

View = Callable[..., HttpResponseBase]

# A browser may keep the page but asks each time whether it still holds: what is taken back is gone
# at once, and what has not changed costs no bytes.
CACHE_CONTROL = "public, no-cache"
_MARK = "is_public_page"
# An address or parameters longer than this, in signs, are no page's that is worth keeping.
_MAX_ADDRESS_LENGTH = 300
_MAX_ADDRESSES = 8192
# So long a database that didn't answer isn't asked again.
_LEFT_ALONE = 1.0


class Shows(Enum):
    """Of what a page is made, and so which changes make it old."""

    # Of anything that is public: any change makes it old.
    EVERYTHING = "everything"
    # Of the municipality that `slug` in its address names, and of what all share.
    MUNICIPALITY = "municipality"
    # Of what all share alone.
    SHARED = "shared"


@dataclass(frozen=True)
class PublicPage:
    """What a view says of its page.

    `parameters` are those of the address that the page depends on; None when the view doesn't say,
    and then no page with any is kept. `keeps` is the content type of what is kept.
    """

    shows: Shows
    parameters: tuple[str, ...] | None
    keeps: str


@overload
def public_page(view: View, /) -> View: ...
@overload
def public_page(
    *,
    shows: Shows = Shows.EVERYTHING,
    parameters: tuple[str, ...] = (),
    keeps: str = "text/html",
) -> Callable[[View], View]: ...
def public_page(
    view: View | None = None,
    *,
    shows: Shows = Shows.EVERYTHING,
    parameters: tuple[str, ...] | None = None,
    keeps: str = "text/html",
) -> Any:
    """Mark a view's good answers as the same for everyone, fit to keep.

    Such a view must not look at who asks: no user, session, cookie or CSRF token. Parameters of the
    address that it doesn't name are taken away before it is asked, as if nobody had sent them.
    """
    if view is not None:
        return _marked(view, PublicPage(shows, None, keeps))
    page = PublicPage(shows, parameters or (), keeps)
    return functools.partial(_marked, page=page)


def public_file(view: View) -> View:
    """Mark a view's answers as the same for everyone, but not to be kept here."""

    @functools.wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", CACHE_CONTROL)
        return response

    return marked


def _marked(view: View, page: PublicPage) -> View:
    @functools.wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if page.parameters is not None:
            _leave_only(request, page.parameters)
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", CACHE_CONTROL)
        if response.status_code == 200:
            setattr(response, _MARK, page)
        return response

    marked.public_page = page  # type: ignore[attr-defined]
    return marked


def _leave_only(request: HttpRequest, names: tuple[str, ...]) -> None:
    """Take away the parameters that are not named.

    Of a name that is given several times, the earlier ones go too.
    """
    if request.META.get("QUERY_STRING"):
        query = urlencode({name: request.GET[name] for name in names if name in request.GET})
        request.META["QUERY_STRING"] = query
        request.GET = QueryDict(query)


def may_be_kept(response: HttpResponse) -> bool:
    """Return whether a finished answer is a public page that may be kept.

    Such a page holds nothing meant for one visitor.
    """
    page: PublicPage | None = getattr(response, _MARK, None)
    return (
        page is not None
        and not response.streaming
        and not response.cookies
        and "cookie" not in response.headers.get("Vary", "").lower()
        and response.headers.get("Content-Type", "").startswith(page.keeps)
    )


@functools.lru_cache(maxsize=_MAX_ADDRESSES)
def _page_at(path: str, urlconf: Any) -> tuple[PublicPage, str] | None:
    """Return what the view of an address says of its page.

    Beside it stands the municipality that the address names. None when no such view is there.
    """
    with translation.override(language_of(path)):
        try:
            match = resolve(path, urlconf)
        except Resolver404:
            return None
    page: PublicPage | None = getattr(match.func, "public_page", None)
    return (page, str(match.kwargs.get("slug", ""))) if page else None


@dataclass(frozen=True)
class PageAddress:
    """A page that may be kept.

    `key` is what it is known by, whatever else is in the request.
    """

    key: tuple[Any, ...]
    shows: Shows
    municipality: str
    has_parameters: bool

    def under(self, versions: Versions, on: date) -> tuple[Any, ...]:
        """Return what the page is kept under: alike as long as the page is."""
        match self.shows:
            case Shows.MUNICIPALITY if self.municipality:
                return on, versions.shared, versions.of_municipality(self.municipality)
            case Shows.SHARED:
                return on, versions.shared
        return on, versions.of_everything


def page_address(request: HttpRequest) -> PageAddress | None:
    """Return which page a request is for, None when no such page is kept.

    Raises DisallowedHost.
    """
    # Read where the server put them: `request.headers` would first copy every one of them.
    sent = request.META
    path = request.path_info
    # Fragments are small, and their addresses those of whole pages.
    if len(request.path) > _MAX_ADDRESS_LENGTH or "HTTP_HX_REQUEST" in sent:
        return None
    declared = _page_at(path, settings.ROOT_URLCONF)
    if declared is None:
        return None
    page, municipality = declared
    parameters: tuple[tuple[str, str], ...] = ()
    if sent.get("QUERY_STRING"):
        if page.parameters is None:
            return None
        query = request.GET
        parameters = tuple((name, query[name]) for name in page.parameters if name in query)
        if sum(len(value) for _name, value in parameters) > _MAX_ADDRESS_LENGTH:
            return None
    # The path with what the server is mounted under, which links begin with.
    key = (path, request.path, request.get_host(), request.is_secure(), parameters)
    return PageAddress(key, page.shows, municipality, bool(parameters))


@dataclass(frozen=True)
class Versions:
    """The versions of what the public sees, as they were at `read_at`.

    `read_at` is when they were read, in monotonic seconds.
    """

    read_at: float
    topics: Mapping[str, int]
    of_everything: int

    @property
    def shared(self) -> int:
        """The version of what all municipalities share."""
        return self.topics.get("", 0)

    def of_municipality(self, slug: str) -> int:
        """Return the version of what is told of one municipality alone."""
        return self.topics.get(slug, 0)


class VersionReader:
    """Reads versions from the database at most every so often.

    It does so for all threads of the process. A change is thus seen by every server process within
    `PUBLIC_PAGE_CHECK_SECONDS`, and at once where `read_anew` is called. Within that time nobody
    waits: when half of it has passed one thread reads them anew and the others go on with those at
    hand.
    """

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._latest = Versions(float("-inf"), {}, 0)
        self._is_away = False
        self._left_alone_until = float("-inf")

    @property
    def latest(self) -> Versions:
        """The last versions that were read, however long ago."""
        return self._latest

    def __call__(self) -> Versions:
        """Return the versions.

        Raises a database error when they are too old and can't be read.
        """
        versions, longest = self._latest, settings.PUBLIC_PAGE_CHECK_SECONDS
        age = time.monotonic() - versions.read_at
        if age < longest / 2:
            return versions
        if age >= longest:
            return self._read_by_one(longest)
        if self._reading.acquire(blocking=False):
            try:
                return self.read_anew()
            except DatabaseError:
                pass
            finally:
                self._reading.release()
        return versions

    def _read_by_one(self, longest: float) -> Versions:
        """Return versions that aren't too old: those who wait share one answer.

        While the database is away one asks it at a time, and nobody waits for that one.
        """
        if time.monotonic() < self._left_alone_until:
            raise OperationalError("the database did not answer a moment ago")
        patience = 0 if self._is_away else 2 * SHORT_SECONDS
        if not self._reading.acquire(timeout=patience):
            raise OperationalError("the database does not answer")
        try:
            if time.monotonic() - self._latest.read_at < longest:
                return self._latest
            versions = self.read_anew()
        except DatabaseError as error:
            if is_away(error):
                self._is_away = True
                self._left_alone_until = time.monotonic() + _LEFT_ALONE
            raise
        else:
            self._is_away = False
            return versions
        finally:
            self._reading.release()

    def read_anew(self) -> Versions:
        """Ask the database now.

        Raises a database error when it can't be asked.
        """
        # The moment is taken before the question, so that the answer is never trusted longer than
        # the setting says.
        read_at = time.monotonic()
        topics: dict[str, int] = {}
        everything = 0
        # Tokens are drawn by lot: no two together make up for two others.
        with waiting_briefly():
            tokens = list(PublicChange.objects.values_list("topic", "token"))
        for topic, token in tokens:
            topics[topic] = topics.get(topic, 0) ^ token.int
            everything ^= token.int
        versions = Versions(read_at, topics, everything)
        if read_at >= self._latest.read_at:
            self._latest = versions
        return versions


current_versions = VersionReader()
