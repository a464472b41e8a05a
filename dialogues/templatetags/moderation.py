"""How long somebody waited for a moderator."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def waited(time: timedelta | None) -> str:
    """Return how long somebody waited, in words: minutes, hours or days."""
    if time is None:
        return "–"
    minutes = int(time.total_seconds() // 60)
    if minutes < 120:
        return ngettext("%(n)s minut", "%(n)s minuter", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)s timme", "%(n)s timmar", minutes // 60) % {"n": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(n)s dag", "%(n)s dagar", days) % {"n": days}
