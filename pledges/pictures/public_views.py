"""Serve marks and pictures to anyone.

A file's address is its SHA-256, so what is there never changes.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from pledge_portal.pages.page_versions import public_file
from pledges.models import PictureFile

FOREVER = "public, max-age=31536000, immutable"


@require_safe
@public_file
def picture_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve a mark or a picture by its SHA-256 and the end of its name."""
    sha256, _dot, kind = name.partition(".")
    file = (
        PictureFile.objects.public()
        .filter(sha256=sha256, content_type=f"image/{kind}")
        .defer("content")
        .first()
    )
    if file is None:
        raise Http404
    etag = quote_etag(sha256)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        content = bytes(file.content)
        response = HttpResponse(content, content_type=file.content_type)
        response.headers["Content-Length"] = str(len(content))
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = FOREVER
    return response
