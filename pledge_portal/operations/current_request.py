"""What the log may say of the request that a thread answers.

An id, and never its address: addresses hold private links, and whatever a stranger types. What is
said instead is the route, the pattern that the address matches, such as `/svar/<str:secret>/`.
"""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation

UNKNOWN = "-"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PROXYS_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class CurrentRequest:
    """A request as the log may tell of it."""

    id: str
    method: str
    path: str

    @classmethod
    def from_environ(cls, environ: dict[str, Any]) -> CurrentRequest:
        """Return the request of a WSGI environment, with the proxy's id if any."""
        method = environ.get("REQUEST_METHOD", "")
        request_id = environ.get("HTTP_X_REQUEST_ID", "") if settings.BEHIND_PROXY else ""
        return cls(
            request_id if _PROXYS_ID.fullmatch(request_id) else uuid.uuid4().hex,
            method if method in _METHODS else UNKNOWN,
            environ.get("PATH_INFO", ""),
        )

    @property
    def route(self) -> str:
        """Return the pattern that the address matches, `-` when there is none."""
        return _route_of(self.path)


# Each thread answers one request at a time.
current_request: ContextVar[CurrentRequest | None] = ContextVar("current_request", default=None)


@lru_cache(maxsize=1024)
def _route_of(path: str) -> str:
    if path.startswith(settings.STATIC_URL):
        return f"{settings.STATIC_URL}<path>"
    with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return f"/{resolve(path).route}"
        except Resolver404:
            return UNKNOWN
