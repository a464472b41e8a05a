"""Answer with what a digest tells apart.

Whoever has it already is told so, and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag


def unchanging(
    request: HttpRequest,
    digest: str,
    make: Callable[[], HttpResponseBase],
    at: datetime | None = None,
) -> HttpResponseBase:
    """Return what `make` gives, known by its digest and when it was written.

    Those who have it already get to know that, and nothing is made.
    """
    etag = quote_etag(digest)
    modified = int(at.timestamp()) if at is not None else None
    response: HttpResponseBase = (
        get_conditional_response(request, etag=etag, last_modified=modified) or make()
    )
    response.headers["ETag"] = etag
    if modified is not None:
        response.headers["Last-Modified"] = http_date(modified)
    return response


def whole(content: bytes | memoryview[int], content_type: str) -> HttpResponse:
    """Return bytes whose number the reader is told beforehand."""
    response = HttpResponse(bytes(content), content_type=content_type)
    response.headers["Content-Length"] = str(len(response.content))
    return response
