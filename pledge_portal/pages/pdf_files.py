"""Answer with a PDF, to be shown in the browser."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag


class StoredBytes(Protocol):
    """A row with bytes that never change, and their SHA-256."""

    sha256: str
    content: bytes | memoryview[int]


def pdf_response(
    content: bytes | memoryview[int], name: str, *, is_saved: bool = False
) -> HttpResponse:
    """Return a PDF by its file name, shown or (`is_saved`) kept as a file."""
    response = HttpResponse(bytes(content), content_type="application/pdf")
    how = "attachment" if is_saved else "inline"
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return response


def unchanging_pdf(
    request: HttpRequest, row: StoredBytes, name: str, at: datetime | None = None
) -> HttpResponseBase:
    """Return bytes that never change, written `at`.

    Those who have them already get to know that, and the bytes aren't read.
    """
    etag = quote_etag(row.sha256)
    modified = int(at.timestamp()) if at is not None else None
    response = get_conditional_response(request, etag=etag, last_modified=modified)
    if response is None:
        response = pdf_response(row.content, name)
        response.headers["Content-Length"] = str(len(response.content))
    response.headers["ETag"] = etag
    if modified is not None:
        response.headers["Last-Modified"] = http_date(modified)
    return response
