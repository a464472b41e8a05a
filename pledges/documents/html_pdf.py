"""Turn HTML into PDF, with libraries that only this needs.

They take a second and 60 MB to load, so they are loaded at the first call: no page has to wait for
them, and no process that makes no documents holds them.
"""

from __future__ import annotations

from django.conf import settings

_STATIC = settings.BASE_DIR / "static"


def accessible_pdf(html: str, identifier: bytes) -> bytes:
    """Return `html` as PDF/A-3a and PDF/UA-1; raises RenderingError.

    `identifier` (16 bytes) becomes the file's own id (ISO 32000-1, 14.4).
    """
    from .prepare import prepare
    from .render import render

    return prepare(render(html, base_folder=_STATIC, identifier=identifier), [])


def plain_pdf(html: str) -> bytes:
    """Return `html` as PDF/A-3a with an id of its own; raises RenderingError."""
    from .render import render

    return render(html, base_folder=_STATIC).pdf
