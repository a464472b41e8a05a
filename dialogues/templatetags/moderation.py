"""How long somebody waited for a moderator."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils import timezone

from pledge_portal.pages.text import waiting_time

register = template.Library()


@register.filter
def waited(time: timedelta | None) -> str:
    """Return a sum of how long people waited, in hours for two days."""
    return waiting_time(time, days_after=48)


@register.filter
def waited_since(since: datetime) -> str:
    """Return how long somebody has waited by now."""
    return waiting_time(timezone.now() - since)
