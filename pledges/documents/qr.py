"""Draw QR codes (ISO/IEC 18004), which a telephone's camera can read."""

from __future__ import annotations

from itertools import groupby

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString
from qrcode.constants import ERROR_CORRECT_M

# The empty border that readers need to find the code, in modules (ISO/IEC 18004, 5.3.8).
QUIET_ZONE = 4


def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the code's squares row by row, True for dark, without border.

    A seventh of them may be unreadable (level M): paper gets folded and stained. The same text
    gives the same squares.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(map(bool, row)) for row in code.get_matrix())


def qr_svg(text: str, label: str) -> SafeString:
    """Return the code as an `<svg>` element, dark on white with its border.

    `label` is what stands for it in words.
    """
    rows = modules(text)
    size = len(rows) + 2 * QUIET_ZONE
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="qr" role="img"'
        ' aria-labelledby="qr-title" viewBox="0 0 {size} {size}">'
        '<title id="qr-title">{label}</title><path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/>'
        '<path fill="#000" d="{path}"/></svg>',
        size=size,
        label=label,
        path=_path(rows),
    )


def _path(rows: tuple[tuple[bool, ...], ...]) -> str:
    """Return an outline of the dark squares, those beside each other in one."""
    parts = []
    for y, row in enumerate(rows, start=QUIET_ZONE):
        x = QUIET_ZONE
        for is_dark, run in groupby(row):
            width = len(list(run))
            if is_dark:
                parts.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return "".join(parts)
