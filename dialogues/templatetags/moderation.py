"""What the workspace's pages show of comments."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils.translation import ngettext

from dialogues.models import Comment
from dialogues.moderation.rules import Waiting, waiting
from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, may

register = template.Library()
_MOST_COUNTED = 99


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


@register.simple_tag
def comments_waiting(user: User) -> Waiting | None:
    """Return what waits for a person to moderate it, None if they don't."""
    return waiting(user) if may(user, Action.MODERATE) else None


@register.simple_tag
def comments_unanswered(user: User) -> int:
    """Return how many unanswered comments a person may answer, 100 at most."""
    if not may(user, Action.ANSWER_COMMENTS):
        return 0
    rows = Comment.objects.answered_by(user).unanswered()
    return rows[: _MOST_COUNTED + 1].count()
