"""Objections to assessments: answered before the next is published."""

from __future__ import annotations

from django.utils.translation import ngettext

from dialogues.models import Comment
from pledges.models import FollowUp


def unanswered_objections(follow_up: FollowUp) -> list[str]:
    """Return a sentence when objections to earlier follow-ups are unanswered.

    Those that no moderator has looked at count too: else they could be left lying.
    """
    waiting = Comment.objects.objections().filter(pledge=follow_up.pledge_id).count()
    if not waiting:
        return []
    return [
        ngettext(
            "%(n)s invändning mot en tidigare bedömning väntar på svar.",
            "%(n)s invändningar mot tidigare bedömningar väntar på svar.",
            waiting,
        )
        % {"n": waiting}
    ]
