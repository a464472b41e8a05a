"""Serve marks and pictures to anyone.

A file's address is its SHA-256, so what is there never changes.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from pledge_portal.pages.page_versions import public_file
from pledge_portal.pages.unchanging import unchanging, whole
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
    response = unchanging(request, sha256, lambda: whole(file.content, file.content_type))
    response.headers["Cache-Control"] = FOREVER
    return response
