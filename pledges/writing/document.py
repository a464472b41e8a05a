"""Make a PDF of a draft, marked as a draft on every page.

It is the pledge's document as it would be. It has no signature fields and no data file, and is
never kept: nothing of it can be signed.
"""

from __future__ import annotations

import threading
from datetime import datetime

from pledges.documents.html_pdf import plain_pdf
from pledges.documents.pledge_html import html_of, is_long
from pledges.models import Pledge

# Laying out takes a second and much memory: one at a time in each process.
_one_at_a_time = threading.Lock()


def draft_pdf(pledge: Pledge, at: datetime) -> bytes:
    """Return a draft, in Swedish, as PDF; raises RenderingError."""
    html = html_of(pledge, at, is_draft=True)
    if is_long(html):
        html = html_of(pledge, at, is_draft=True, has_contents=True)
    with _one_at_a_time:
        return plain_pdf(html)
