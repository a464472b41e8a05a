"""Answer with a PDF, to be shown in the browser."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from pledge_portal.pages.unchanging import unchanging


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

    def whole_pdf() -> HttpResponse:
        response = pdf_response(row.content, name)
        response.headers["Content-Length"] = str(len(response.content))
        return response

    return unchanging(request, row.sha256, whole_pdf, at)
