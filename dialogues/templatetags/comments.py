"""What pages of pledges show of residents' comments."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import template

from dialogues import conversation
from dialogues.conversation import CommentView
from dialogues.models import Comment
from pledges.models import FollowUp, Municipality
from pledges.presentation import PledgeView

register = template.Library()
_MOST = 3
_MOST_OBJECTIONS = 200

Objections = dict[tuple[int | None, date | None], list[CommentView]]


@register.inclusion_tag("comments/_latest.html")
def comments_on(
    municipality: Municipality,
    pledge: PledgeView,
    commitment: int | None = None,
    meeting_on: date | None = None,
) -> dict[str, Any]:
    """Show the latest comments on a pledge or a part of it, and lead to writing one."""
    query = {}
    rows = conversation.threads(municipality, pledge.key, commitment=commitment)
    if commitment is not None:
        query["atagande"] = str(commitment)
    if meeting_on is not None:
        query["uppfoljning"] = meeting_on.isoformat()
        one = FollowUp.objects.public().filter(pledge=pledge.key, meeting_on=meeting_on)
        rows = rows.filter(follow_up=one.order_by().values("pk")[:1])
    # Objections stand beside what they object to on the pages of their own.
    if query:
        rows = rows.filter(is_objection=False)
    return {
        "municipality": municipality,
        "pledge": pledge,
        "query": urlencode(query),
        "comments": conversation.latest(rows, _MOST),
    }


@register.simple_tag
def objections(
    municipality: Municipality, pledge: PledgeView, commitment: int | None = None
) -> Objections:
    """Return the objections to assessments of a pledge, or of a commitment of it."""
    rows = conversation.threads(municipality, pledge.key, commitment=commitment)
    return conversation.objections_by(
        conversation.latest(rows.filter(is_objection=True), _MOST_OBJECTIONS)
    )


@register.inclusion_tag("comments/_objections.html")
def objections_beside(
    found: Objections,
    municipality: Municipality,
    pledge: PledgeView,
    number: int,
    meeting_on: date,
) -> dict[str, Any]:
    """Show the latest of the objections to one assessment; asks the database nothing."""
    rows = found.get((number, meeting_on), [])
    return {
        "objections": rows[:_MOST],
        "has_more": len(rows) > _MOST,
        "municipality": municipality,
        "pledge": pledge,
        "number": number,
        "meeting_on": meeting_on,
    }


@register.inclusion_tag("comments/staff/_said.html")
def said_of(pledge: int, commitment: int) -> dict[str, Any]:
    """Show what the public has said of a commitment, for who assesses it."""
    rows = Comment.objects.public().filter(
        parent=None, pledge=pledge, commitment__number=commitment
    )
    return {"comments": conversation.latest(rows, _MOST * 2)}
