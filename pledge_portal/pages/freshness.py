"""Public pages kept whole in memory, and thrown away the moment anything they show has changed.

Triggers count every committed change of public content (PublicChange). A page is kept under that
count and the day, since what a pledge's dates mean changes at midnight. The count is read before
the page is made: a page may be newer than the count it is kept under, never older.
"""

from __future__ import annotations

import functools
import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import brotli
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from pledge_portal.pages.models import PublicChange

# A browser may keep the page but asks each time whether it still holds: what is taken back is gone
# at once, and what has not changed costs no bytes.
CACHE_CONTROL = "public, no-cache"
_MARK = "is_public_page"


def public_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Mark a view's good answers as the same for everyone, so that they can be kept.

    Such a view must not look at who asks: no user, session, cookie or CSRF token.
    """

    @functools.wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", CACHE_CONTROL)
        if response.status_code == 200:
            setattr(response, _MARK, True)
        return response

    return marked


def may_be_kept(response: HttpResponse) -> bool:
    """Whether a finished answer is a public page that holds nothing meant for one visitor."""
    return (
        getattr(response, _MARK, False)
        and not response.streaming
        and not response.cookies
        and "cookie" not in response.headers.get("Vary", "").lower()
        and response.headers.get("Content-Type", "").startswith("text/html")
    )


class ChangeCount:
    """The count of changes, read from the database at most every so often.

    A change is thus seen by every server process within `PUBLIC_PAGE_CHECK_SECONDS`, and at once
    where `read_anew` is called.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._count = 0

    def __call__(self) -> int:
        """Return the count; raises a database error when the database can't be asked."""
        if time.monotonic() - self._read_at < settings.PUBLIC_PAGE_CHECK_SECONDS:
            return self._count
        with self._lock:
            if time.monotonic() - self._read_at >= settings.PUBLIC_PAGE_CHECK_SECONDS:
                self._ask()
            return self._count

    def read_anew(self) -> None:
        """Ask the database now; raises a database error when it can't be asked."""
        with self._lock:
            self._ask()

    def _ask(self) -> None:
        # The moment is taken before the question, so that the answer is never trusted longer than
        # the setting says.
        asked_at = time.monotonic()
        self._count = PublicChange.objects.aggregate(sum=Sum("count"))["sum"] or 0
        self._read_at = asked_at


@dataclass(frozen=True)
class KeptPage:
    """A page as it goes out: its headers and its body, plain and compressed."""

    etag: str
    headers: tuple[tuple[str, str], ...]
    plain: bytes
    gzipped: bytes
    brotlied: bytes

    @classmethod
    def of(cls, response: HttpResponse) -> KeptPage:
        """Take up a finished answer, compressing its body once for everyone to come."""
        patch_vary_headers(response, ["Accept-Encoding"])
        etag = f'W/"{sha256(response.content).hexdigest()[:32]}"'
        response.headers["ETag"] = etag
        headers = tuple(
            (name, value) for name, value in response.items() if name != "Content-Length"
        )
        body = response.content
        return cls(etag, headers, body, gzip.compress(body, 6), brotli.compress(body, quality=6))

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Return the page, compressed as the browser accepts it, or 304 when it has it already."""
        # Read where the server put them: `request.headers` would first copy every one of them.
        sent = request.META
        had = sent.get("HTTP_IF_NONE_MATCH")
        if had and (had == self.etag or self.etag in parse_etags(had) or "*" in parse_etags(had)):
            unchanged = HttpResponseNotModified()
            for name, value in self.headers:
                if name not in {"Content-Type", "Content-Language"}:
                    unchanged.headers[name] = value
            return unchanged
        accepted = sent.get("HTTP_ACCEPT_ENCODING", "")
        if "br" in accepted and not _refuses(accepted, "br"):
            body, encoding = self.brotlied, "br"
        elif "gzip" in accepted and not _refuses(accepted, "gzip"):
            body, encoding = self.gzipped, "gzip"
        else:
            body, encoding = self.plain, ""
        response = HttpResponse(b"" if request.method == "HEAD" else body)
        for name, value in self.headers:
            response.headers[name] = value
        response.headers["Content-Length"] = str(len(body))
        if encoding:
            response.headers["Content-Encoding"] = encoding
        return response


def _refuses(accepted: str, encoding: str) -> bool:
    """Whether an Accept-Encoding header names the encoding only to refuse it (q=0)."""
    for part in accepted.split(","):
        name, _, weight = part.partition(";")
        if name.strip() == encoding:
            weight = weight.strip().removeprefix("q=")
            return bool(weight) and not weight.strip("0.")
    return True


class KeptPages:
    """The pages kept by one server process, the longest unused thrown out first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pages: OrderedDict[Hashable, KeptPage] = OrderedDict()
        self._lock = threading.Lock()
        self._under: tuple[int, date] | None = None

    def find(self, key: Hashable, under: tuple[int, date]) -> KeptPage | None:
        """Return the page kept under the count and day, None if there is none."""
        with self._lock:
            self._turn_to(under)
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def keep(self, key: Hashable, under: tuple[int, date], page: KeptPage) -> None:
        """Keep a page, unless the count has moved on since it was asked for."""
        with self._lock:
            if under != self._under:
                return
            self._pages[key] = page
            if len(self._pages) > self._most:
                self._pages.popitem(last=False)

    def _turn_to(self, under: tuple[int, date]) -> None:
        if under != self._under:
            self._pages.clear()
            self._under = under


count_of_changes = ChangeCount()


def until_changed(most: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Keep what a function of hashable arguments returns, for the `most` latest of them, until
    anything public changes or the day turns: for sums that several public pages show."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.lru_cache(maxsize=most)
        def kept(_under: tuple[int, date], *args: Hashable) -> Any:
            return function(*args)

        @functools.wraps(function)
        def asked(*args: Hashable) -> Any:
            if not settings.PUBLIC_PAGES_KEPT:
                return function(*args)
            return kept(day_and_count(count_of_changes), *args)

        return asked

    return decorate


def day_and_count(count: ChangeCount) -> tuple[int, date]:
    """Return what pages are kept under now."""
    return count(), timezone.localdate()
