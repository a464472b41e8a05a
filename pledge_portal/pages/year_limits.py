"""Which years a day that somebody gives may lie in.

Days outside are slips of the keyboard, and later ones can't be reckoned with.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 1990, 2199


def year_fault(day: date) -> str:
    """Return what is wrong with a day's year, or ""."""
    return "" if FIRST_YEAR <= day.year <= LAST_YEAR else _("Året kan inte stämma.")
