"""What the frame of every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from pledge_portal.pages.addresses import ENGLISH_PREFIX, in_english, in_swedish


def layout(request: HttpRequest) -> dict[str, Any]:
    """Return the page's addresses in both languages and whether this is a demonstration.

    `swedish_path` and `english_path` keep the query, so that a search can change its language;
    `swedish_url` and `english_url` are whole addresses without it, for search engines.
    """
    swedish = in_swedish(request.path)
    english = in_english(request.path)
    query = request.META.get("QUERY_STRING", "")
    tail = f"?{query}" if query else ""
    return {
        "portal_is_demonstration": settings.DEMONSTRATION,
        "in_english": request.path.startswith(ENGLISH_PREFIX + "/"),
        "swedish_path": swedish + tail,
        "english_path": english + tail,
        "swedish_url": settings.SITE_URL + swedish,
        "english_url": settings.SITE_URL + english,
    }
