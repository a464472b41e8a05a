"""Turn HTML into PDF, with libraries that only this needs.

They take a second and 60 MB to load, so they are loaded at the first call: no page has to wait for
them, and no process that makes no documents holds them.
"""

from __future__ import annotations

import logging

from django.conf import settings

from .printable import printable_html

_logger = logging.getLogger(__name__)
_STATIC = settings.BASE_DIR / "static"


def accessible_pdf(html: str, identifier: bytes) -> bytes:
    """Return `html` as PDF/A-3a and PDF/UA-1; raises RenderingError.

    A sign that no font has is replaced by its name, and the log tells which. `identifier` (16
    bytes) becomes the file's own id (ISO 32000-1, 14.4).
    """
    from .prepare import prepare
    from .render import render

    html, signs = printable_html(html)
    if signs:
        codes = " ".join(f"U+{ord(sign):04X}" for sign in signs)
        _logger.warning("document.signs_replaced", extra={"signs": codes})
    return prepare(render(html, base_folder=_STATIC, identifier=identifier), [])


def plain_pdf(html: str) -> bytes:
    """Return `html` as PDF/A-3a with an id of its own; raises RenderingError."""
    from .render import render

    return render(html, base_folder=_STATIC).pdf
