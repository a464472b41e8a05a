"""What is counted, for a page: worded for the number before it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from pledge_portal.pages.text import Wording, wording
from pledges.models.has_target import HasTarget
from pledges.targets.units import unit_for


@dataclass(frozen=True)
class Unit:
    """What is counted, as it was written; times where nothing was.

    `suffix` follows it, in HTML.
    """

    written: Wording
    suffix: str = ""

    def of(self, number: int | Decimal) -> SafeString:
        """Return it in HTML as it is said of a number."""
        if not self.written:
            word = escape(ngettext("gång", "gånger", int(number)))
        else:
            word = worded(self.written, number).html
        return SafeString(f"{word}{self.suffix}")


def worded(written: Wording, number: int | Decimal) -> Wording:
    """Return what is counted as it is said of a number, in its own language."""
    language = written.lang or get_language() or settings.LANGUAGE_CODE
    return Wording(unit_for(number, written.text, language), written.lang)


def unit_of(source: HasTarget) -> Unit:
    """Return what a target counts."""
    return Unit(wording(source, "target_unit"))
