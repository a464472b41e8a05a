"""Pages for faults, made from the address alone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils import translation

from pledge_portal.pages.addresses import in_english, language_of
from pledge_portal.pages.context import fixed_addresses
from pledge_portal.pages.decorators import is_same_site
from pledge_portal.pages.problems import is_for_machines, problem
from pledge_portal.pages.typed_text import OPENING_FIELDS

# In signs.
_MOST_GIVEN_BACK = 500_000


def fault_page(request: HttpRequest, status: int, context: dict[str, Any]) -> HttpResponse:
    """Render a page for a fault, from the address alone.

    It must work when nothing else does.
    """
    if is_for_machines(request):
        return problem(status)
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
    return _come_back(request, "busy", seconds=2)


def not_ready_yet(request: HttpRequest) -> HttpResponse:
    """Ask to come back when the queue has made what is asked for."""
    return _come_back(request, "not_ready_yet", seconds=10)


def database_away(request: HttpRequest) -> HttpResponse:
    """Ask to come back when the database can do its work again.

    Gives back what was typed, with a button that sends it again.
    """
    return _come_back(request, "away", seconds=30, **_typed(request))


def _typed(request: HttpRequest) -> dict[str, Any]:
    """Return the form that was sent, as far as it may be shown again."""
    if request.method != "POST" or not is_same_site(request):
        return {}
    try:
        fields, files = request.POST, request.FILES
    except (SuspiciousOperation, BadRequest, MultiPartParserError, OSError):
        return {}
    values = [
        (name, value)
        for name, values in fields.lists()
        if name not in OPENING_FIELDS
        for value in values
    ]
    if sum(len(value) for _name, value in values) > _MOST_GIVEN_BACK:
        return {}
    return {
        "address": request.get_full_path(),
        "hidden": [(name, value) for name, value in values if not _is_words(value)],
        "words": [(name, value) for name, value in values if _is_words(value)],
        "had_files": bool(files),
    }


def _is_words(value: str) -> bool:
    """Return whether somebody may have typed a value in words."""
    return len(value.split()) > 1


def _come_back(request: HttpRequest, reason: str, *, seconds: int, **context: Any) -> HttpResponse:
    response = fault_page(request, 503, {"reason": reason, **context})
    response.headers["Retry-After"] = str(seconds)
    return response
