"""Pages for faults, made from the address alone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from pledge_portal.pages.addresses import in_english, language_of
from pledge_portal.pages.context import fixed_addresses


def fault_page(request: HttpRequest, status: int, context: dict[str, Any]) -> HttpResponse:
    """Render a page for a fault, from the address alone.

    It must work when nothing else does.
    """
    language = language_of(request.path_info)
    with translation.override(language):
        html = render_to_string(
            f"{status}.html",
            {
                "to": fixed_addresses(),
                "in_english": language == "en",
                "swedish_path": "/",
                "english_path": in_english("/"),
                "portal_is_demonstration": settings.DEMONSTRATION,
                **context,
            },
        )
    response = HttpResponse(html, status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language
    return response


def too_busy(request: HttpRequest) -> HttpResponse:
    """Ask to come back in a moment: too many ask for what takes long."""
    response = fault_page(request, 503, {})
    response.headers["Retry-After"] = "2"
    return response
