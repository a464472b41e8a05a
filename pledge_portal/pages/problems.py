"""Answers of what is for machines: open to every site.

Faults are problem+json (RFC 9457). Each is told in Swedish and in English, since the address says
no language.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

# What lies below is for machines alone.
MACHINES = "/api/"
PROBLEM_TYPE = "application/problem+json"
_TITLES: dict[int, str | Promise] = {
    400: _("Frågan går inte att förstå"),
    403: _("Det här får inte visas"),
    404: _("Det finns inget på den här adressen"),
    405: _("Här går det bara att läsa"),
    500: _("Något gick fel hos oss"),
    503: _("Försök igen om en stund"),
}
_ANY_FAULT = _("Det gick inte")


def is_for_machines(request: HttpRequest) -> bool:
    """Return whether an address is read by programs, not by people."""
    return request.path_info.startswith(MACHINES)


def problem(status: int, detail: str | Promise = "", **members: str) -> JsonResponse:
    """Return a fault as problem+json, with further members."""
    title = _TITLES.get(status, _ANY_FAULT)
    said: dict[str, Any] = {"type": "about:blank", "status": status}
    for language, ending in (("sv", ""), ("en", "_en")):
        with translation.override(language):
            said[f"title{ending}"] = str(title)
            if detail:
                said[f"detail{ending}"] = str(detail)
    response = JsonResponse(
        {**said, **members},
        status=status,
        content_type=PROBLEM_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    response.headers["Cache-Control"] = "no-store"
    return _opened(response)


def open_to_all(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let pages of any site read what a view answers to GET, and nothing else.

    It sets no cookie and looks at none, so there is nothing to protect by a token.
    """

    @functools.wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            response = problem(405)
            response.headers["Allow"] = "GET, HEAD"
            return response
        return _opened(view(request, *args, **kwargs))

    return csrf_exempt(opened)


def _opened(response: Any) -> Any:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
