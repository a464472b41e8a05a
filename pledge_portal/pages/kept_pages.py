"""Public pages kept whole, in memory and in a cache that is shared.

Each server process has a memory of its own; the cache is for all of them. Both know a
page by its address and what it is kept under (see page_versions).
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags

_logger = logging.getLogger(__name__)

# The alias of the shared cache, which is there when the setting CACHE_URL is.
SHARED = "public_pages"
# What a page takes beside its bytes, about.
_OVERHEAD = 2000
# No page takes more than this part of its store.
_LARGEST = 8
_A_DAY = 24 * 60 * 60
# The beginnings of the types of content that are worth compressing.
_TEXTS = ("text/", "application/json", "application/rdf+xml", "application/vnd.oai.openapi+json")
# So long a shared cache that doesn't answer isn't asked again.
_LEFT_ALONE = 10
# Settings in which the machines of one portal may differ; pages show none of them.
_OF_THE_MACHINE = {"HOST", "PORT", "DATA_FOLDER", "STATIC_ROOT", "DATABASES"}
# Where a page's own content begins.
_MAIN = re.compile(rb"(<main\b[^>]*>)")
_OF_THE_PAGE_ITSELF = {"ETag", "Last-Modified", "Cache-Control"}
_NOT_IN_304 = {"Content-Type", "Content-Language", "Content-Disposition"}


@dataclass(frozen=True)
class KeptPage:
    """A page as it goes out.

    `bodies` are by their encoding, the best first. A text is kept compressed alone, all else as it
    is.
    """

    etag: str
    headers: tuple[tuple[str, str], ...]
    bodies: tuple[tuple[str, bytes], ...]

    @classmethod
    def from_response(cls, response: HttpResponse) -> KeptPage:
        """Return a finished answer's page, a text compressed for everyone."""
        body = response.content
        is_text = response.headers.get("Content-Type", "").startswith(_TEXTS)
        if is_text:
            patch_vary_headers(response, ["Accept-Encoding"])
        if not is_text and "ETag" in response.headers:
            etag = response.headers["ETag"]
        else:
            etag = response.headers["ETag"] = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = tuple(
            (name, value) for name, value in response.items() if name != "Content-Length"
        )
        if not is_text:
            return cls(etag, headers, (("", body),))
        compressed = brotli.compress(body, quality=6), gzip.compress(body, 6)
        return cls(etag, headers, tuple(zip(("br", "gzip"), compressed, strict=True)))

    @property
    def size(self) -> int:
        """How many bytes it takes in memory, about."""
        header_bytes = sum(len(name) + len(value) for name, value in self.headers)
        return _OVERHEAD + header_bytes + sum(len(body) for _encoding, body in self.bodies)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Return the page as the browser accepts it, or 304 when it has it."""
        # Read where the server put them: `request.headers` would first copy every one of them.
        sent = request.META
        if_none_match = sent.get("HTTP_IF_NONE_MATCH")
        if if_none_match and (
            if_none_match == self.etag
            or self.etag in parse_etags(if_none_match)
            or "*" in parse_etags(if_none_match)
        ):
            unchanged = HttpResponseNotModified()
            for name, value in self.headers:
                if name not in _NOT_IN_304:
                    unchanged.headers[name] = value
            return unchanged
        encoding, body = self._body(sent.get("HTTP_ACCEPT_ENCODING", ""))
        response = HttpResponse(b"" if request.method == "HEAD" else body)
        for name, value in self.headers:
            response.headers[name] = value
        response.headers["Content-Length"] = str(len(body))
        if encoding:
            response.headers["Content-Encoding"] = encoding
        return response

    def answer_while_away(self, line: str) -> HttpResponse | None:
        """Return the page with a line of HTML first in it, for this time only.

        None for what has no room for a line.
        """
        compressed = dict(self.bodies).get("gzip")
        begun, main, rest = _MAIN.split(gzip.decompress(compressed), 1) if compressed else [b""] * 3
        if not main:
            return None
        response = HttpResponse(b"".join([begun, main, line.encode(), rest]))
        for name, value in self.headers:
            if name not in _OF_THE_PAGE_ITSELF:
                response.headers[name] = value
        response.headers["Cache-Control"] = "no-store"
        return response

    def _body(self, accepted: str) -> tuple[str, bytes]:
        for encoding, body in self.bodies:
            if not encoding or (encoding in accepted and not _refuses(accepted, encoding)):
                return encoding, body
        return "", gzip.decompress(dict(self.bodies)["gzip"])

    def to_bytes(self) -> bytes:
        """Return the page for a store outside of the process."""
        front = {
            "etag": self.etag,
            "headers": self.headers,
            "bodies": [(encoding, len(body)) for encoding, body in self.bodies],
        }
        parts = [json.dumps(front).encode(), *(body for _encoding, body in self.bodies)]
        return b"\n".join([parts[0], b"".join(parts[1:])])

    @classmethod
    def from_bytes(cls, content: bytes) -> KeptPage:
        """Return the page that `to_bytes` gave."""
        first_line, _end, rest = content.partition(b"\n")
        front = json.loads(first_line)
        bodies = []
        for encoding, size in front["bodies"]:
            bodies.append((encoding, rest[:size]))
            rest = rest[size:]
        headers = tuple((name, value) for name, value in front["headers"])
        return cls(front["etag"], headers, tuple(bodies))


def _refuses(accepted: str, encoding: str) -> bool:
    """Whether Accept-Encoding names the encoding to refuse it (q=0)."""
    for part in accepted.split(","):
        name, _, weight = part.partition(";")
        if name.strip() == encoding:
            weight = weight.strip().removeprefix("q=")
            return bool(weight) and not weight.strip("0.")
    return True


@dataclass
class StoredPage:
    """A page and what it is kept under.

    `current_at` is when that last was what held, in monotonic seconds.
    """

    page: KeptPage
    under: tuple[Any, ...]
    current_at: float


class PageStore:
    """The pages in one server process's memory.

    The longest unused are thrown out first.
    """

    def __init__(self, max_bytes: float) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self._entries: OrderedDict[Hashable, StoredPage] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> StoredPage | None:
        """Return the page kept by a key, an old one too, or None."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def keep(self, key: Hashable, entry: StoredPage) -> None:
        """Keep a page instead of an older one, unless it takes too much."""
        with self._lock:
            before = self._entries.get(key)
            if before is not None and before.current_at > entry.current_at:
                return
            if entry.page.size * _LARGEST > self._max_bytes:
                return
            if before is not None:
                self._size -= self._entries.pop(key).page.size
            self._entries[key] = entry
            self._size += entry.page.size
            while self._size > self._max_bytes:
                _key, oldest = self._entries.popitem(last=False)
                self._size -= oldest.page.size


class SharedPages:
    """The pages in the cache that several server processes share.

    Each is sealed with the portal's secret key, together with the address and the versions that it
    is kept under and with the code that made it: what somebody else put there is no page. When the
    cache doesn't answer, the portal goes on without.
    """

    def __init__(self) -> None:
        from redis.exceptions import RedisError

        self._faults = (RedisError, OSError)
        self._left_alone_until = 0.0
        self._made_by = _fingerprint_of_code()

    def get(self, key: Hashable, under: tuple[Any, ...]) -> KeptPage | None:
        """Return the page kept by a key under the same versions, or None."""
        name = self._name(key, under)
        content = self._ask("get", name)
        if content is None or not hmac.compare_digest(content[:32], _seal(name, content[32:])):
            return None
        return KeptPage.from_bytes(content[32:])

    def keep(self, key: Hashable, under: tuple[Any, ...], page: KeptPage) -> None:
        """Keep a page for a day: then it is another day's anyway."""
        name, content = self._name(key, under), page.to_bytes()
        self._ask("set", name, _seal(name, content) + content, _A_DAY)

    def _name(self, key: Hashable, under: tuple[Any, ...]) -> str:
        named = repr((self._made_by, key, under))
        return hashlib.sha256(named.encode()).hexdigest()

    def _ask(self, method: str, *arguments: Any) -> Any:
        if time.monotonic() < self._left_alone_until:
            return None
        try:
            return getattr(caches[SHARED], method)(*arguments)
        except self._faults:
            self._left_alone_until = time.monotonic() + _LEFT_ALONE
            _logger.warning("shared_cache.not_answering", exc_info=True)
            return None


def shared_pages() -> SharedPages | None:
    """Return the pages in the shared cache, or None without one."""
    return SharedPages() if SHARED in settings.CACHES else None


def _seal(name: str, content: bytes) -> bytes:
    return salted_hmac(name, content, algorithm="sha256").digest()


def _fingerprint_of_code() -> str:
    """Return a digest of the code, texts and settings of pages."""
    digest = hashlib.sha256()
    base = Path(settings.BASE_DIR)
    for folder in (
        "pledge_portal",
        "pledges",
        "dialogues",
        "news",
        "templates",
        "static",
        "locale",
    ):
        for file in sorted((base / folder).rglob("*")):
            if file.suffix != ".pyc" and file.is_file():
                digest.update(str(file.relative_to(base)).encode() + file.read_bytes())
    named = {
        name: getattr(settings, name)
        for name in dir(settings)
        if name.isupper() and name not in _OF_THE_MACHINE
    }
    # What isn't a plain value, such as a pattern, is told by the code.
    digest.update(json.dumps(named, default=lambda _value: None, sort_keys=True).encode())
    return digest.hexdigest()
