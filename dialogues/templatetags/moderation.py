"""How long somebody waited for a moderator."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone

from dialogues.moderation.presentation import waiting_time

register = template.Library()


register.filter("waited", waiting_time)


@register.filter
def waited_since(since: datetime) -> str:
    """Return how long somebody has waited by now."""
    return waiting_time(timezone.now() - since)
