"""The mark that stands where a personal detail was taken away.

The database's function `erase_detail` writes it, in the language of the text. A sentence that has
one is seldom whole any more, so whoever publishes it is told where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

_MARK = re.compile(
    r"\[(?:personuppgift borttagen|personal detail removed) [0-9-]{10}, (?:beslut|decision)"
    r" [^\[\]]{1,80}\]|\[(?:borttaget|removed)\]"
)
_AROUND = 40


def erased_in(*texts: str | None) -> list[str]:
    """Return each mark of the texts with a little of what is around it."""
    excerpts = []
    for text in texts:
        for match in _MARK.finditer(text or ""):
            start, end = max(0, match.start() - _AROUND), match.end() + _AROUND
            excerpts.append(" ".join((text or "")[start:end].split()))
    return excerpts


def erasure_note(*texts: str | None) -> str:
    """Return what whoever publishes the texts is told of their marks, if any."""
    excerpts = erased_in(*texts)
    return erasure_question(excerpts) if excerpts else ""


def erasure_question(excerpts: Iterable[str]) -> str:
    """Return what is asked of whoever publishes texts with marks."""
    return _("En personuppgift är borttagen här: %(pieces)s. Går meningen att läsa ändå?") % {
        "pieces": ", ".join(f"”… {excerpt} …”" for excerpt in excerpts)
    }
