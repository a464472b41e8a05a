"""What the frame of every page needs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from pledge_portal.pages.addresses import (
    ENGLISH_PREFIX,
    can_be_named,
    in_english,
    in_swedish,
)

FIXED_PAGES = (
    *("start", "about", "accessibility", "privacy", "verify", "workspace", "report_page"),
    "open_data",
)


def fixed_addresses() -> dict[str, str]:
    """Return the addresses of the portal's own pages by name.

    In the language in use.
    """
    return _fixed_addresses(get_language())


@lru_cache(maxsize=8)
def _fixed_addresses(_language: str | None) -> dict[str, str]:
    # What `reverse` gives depends on the language in use, so that is what it is kept under.
    return {name: reverse(name) for name in FIXED_PAGES}


def layout(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of a page needs to know of the request.

    `to` holds the addresses of the portal's own pages; `swedish_path` and `english_path` keep the
    query, so that a search can change its language; `swedish_url` and `english_url` are whole
    addresses without it, for search engines; `reported_path` is what the page is called when
    something is wrong on it, empty when its address is a secret or nobody's.
    """
    swedish = in_swedish(request.path)
    english = in_english(request.path)
    query = request.META.get("QUERY_STRING", "")
    tail = f"?{query}" if query else ""
    return {
        "site_url": settings.SITE_URL,
        "to": fixed_addresses(),
        "portal_is_demonstration": settings.DEMONSTRATION,
        "reported_path": request.path_info if can_be_named(request.resolver_match) else "",
        "in_english": request.path.startswith(ENGLISH_PREFIX + "/"),
        "swedish_path": swedish + tail,
        "english_path": english + tail,
        "swedish_url": settings.SITE_URL + swedish,
        "english_url": settings.SITE_URL + english,
    }
