"""Texts that look like a tip or an emergency, and need another channel.

The portal is read on weekdays by municipal staff; emergencies go to 112, tips to 114 14 or to the
police's own pages (polisen.se). The words err on the side of saying so once too often: nothing is
stopped by it.
"""

from __future__ import annotations

import re
from enum import Enum

from django.utils.translation import gettext as _

from pledge_portal.pages.personal_data import find_personal_data
from pledge_portal.pages.pointing import find_pointers


class Concern(Enum):
    """What a text seems to be about."""

    EMERGENCY = "emergency"
    TIP = "tip"


_EMERGENCY = re.compile(
    r"\b(?:pågår (?:just )?nu|händer (?:just )?nu|just nu (?:slåss|skjuter|brinner|hotar|säljer)"
    r"|hjälp mig|ring (?:polisen|112)|akut hjälp|är i fara|knivhugg\w*|skjuter|blir misshandlad"
    r"|slår mig|hotar mig|vill (?:inte leva|ta livet)|happening now|help me|in danger)\b",
    re.IGNORECASE,
)
_DEED = (
    r"(?:langa\w*|sälj\w+ (?:knark|droger|narkotika|hasch|cannabis|amfetamin|kokain|alkohol)"
    r"|knarka\w*|dealar|stjäl\w*|stulit|stöldgods|misshandla\w*|slår sina?|slår henne|slår barn\w*"
    r"|rattfull\w*|kör\w* full\w*|vapen hemma|gömmer|hembränn\w*|sells? drugs|dealing drugs)"
)
_SOMEBODY = (
    r"(?:jag såg|jag vet vem|jag vet att|min granne|grannen|han som|hon som|killen|tjejen|mannen"
    r"|kvinnan|de som bor|familjen|en elev|eleven|läraren|bor på|i lägenhet\w*|min man|min sambo"
    r"|i saw|i know who|my neighbou?r)"
)
_TIP = re.compile(
    rf"\b{_SOMEBODY}\b.{{0,120}}\b{_DEED}|\b{_DEED}\b.{{0,120}}\b{_SOMEBODY}\b",
    re.IGNORECASE | re.DOTALL,
)


def concern_of(text: str) -> Concern | None:
    """Return what the text seems to be, None for most."""
    if _EMERGENCY.search(text):
        return Concern.EMERGENCY
    return Concern.TIP if _TIP.search(text) else None


def warnings_of(text: str) -> list[str]:
    """Return what staff who read a text should look out for in it."""
    warnings = [_("Kan innehålla personuppgifter")] if find_personal_data(text) else []
    if find_pointers(text):
        warnings.append(_("Kan peka ut en elev eller en misstänkt"))
    concern = concern_of(text)
    if concern == Concern.EMERGENCY:
        warnings.append(_("Kan gälla en nödsituation"))
    elif concern == Concern.TIP:
        warnings.append(_("Kan vara ett tips om brott"))
    return warnings
