"""What pages of pledges have in their slots of residents' comments."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from dialogues.comments import presentation as comment_presentation
from dialogues.comments import rules
from dialogues.comments.presentation import CommentView
from dialogues.models import Comment
from pledge_portal.pages.slots import fills, provides
from pledge_portal.pages.text import Wording
from pledges.consultation.presentation import ConsultationView, subject_path_of
from pledges.models import Consultation, FollowUp, Municipality
from pledges.presentation import PledgeView

_MAX_COMMENTS = 2
_MAX_OBJECTIONS = 200
_MAX_ON_DRAFT = 10
_MAX_BESIDE_COMMITMENT = 10

Objections = dict[tuple[int | None, date | None], list[CommentView]]


@fills("pledge", "comments/_latest.html")
@fills("commitment", "comments/_latest.html")
@fills("follow_up", "comments/_latest.html")
def comments_on(
    municipality: Municipality,
    pledge: PledgeView,
    commitment: int | None = None,
    meeting_on: date | None = None,
) -> dict[str, Any]:
    """Show the latest comments on a pledge or a part, and a link to write."""
    query = {}
    rows = comment_presentation.threads(municipality, pledge.key, commitment=commitment)
    if commitment is not None:
        query["atagande"] = str(commitment)
    if meeting_on is not None:
        query["uppfoljning"] = meeting_on.isoformat()
        follow_ups = FollowUp.objects.public().filter(pledge=pledge.key, meeting_on=meeting_on)
        rows = rows.filter(follow_up=follow_ups.order_by().values("pk")[:1])
    # Objections stand beside what they object to on the pages of their own.
    if query:
        rows = rows.filter(is_objection=False)
    return {
        "municipality": municipality,
        "subject_path": pledge.period,
        "query": urlencode(query),
        "comments": comment_presentation.latest(rows, _MAX_COMMENTS),
        "can_write": not rules.is_over_for_long(pledge.standing),
        "beside": commitment is not None,
        "is_listed": True,
    }


@fills("consultation", "comments/_latest.html")
def comments_on_consultation(
    municipality: Municipality, consultation: ConsultationView
) -> dict[str, Any]:
    """Show the latest comments on a draft.

    Leads to writing one while it can be commented on.
    """
    rows = comment_presentation.threads_on_draft(municipality, consultation.key)
    return {
        "municipality": municipality,
        "subject_path": consultation.subject_path,
        "query": "",
        "comments": comment_presentation.latest(rows, _MAX_ON_DRAFT),
        "can_write": consultation.is_open,
    }


@fills("draft.commitment", "comments/staff/_consulted.html")
def consulted_on(pledge: int, commitment: int) -> dict[str, Any]:
    """Show residents' views of a commitment in the latest consultation.

    It is for who writes the draft: `commitment` is its key in the draft, `pledge` the draft's.
    """
    latest = Consultation.objects.public().filter(pledge=pledge).order_by("-number").first()
    number = latest.commitment_numbers().get(commitment) if latest else None
    rows = Comment.objects.public().filter(
        parent=None, consultation=latest, consultation_commitment=number
    )
    comments = (
        comment_presentation.latest(rows, _MAX_BESIDE_COMMITMENT + 1) if latest and number else []
    )
    return {
        "consultation": latest,
        "municipality": latest.municipalities.first() if latest and comments else None,
        "subject_path": subject_path_of(latest) if latest else "",
        "commitment": commitment,
        "number": number,
        "comments": comments[:_MAX_BESIDE_COMMITMENT],
        "has_more": len(comments) > _MAX_BESIDE_COMMITMENT,
    }


@fills("consultation.work", "comments/staff/_counts.html")
def counts_of_consultation(
    consultation: Consultation, municipality: Municipality
) -> dict[str, Any]:
    """Show how many comments a draft and each of its commitments have.

    Of each the number (None for the whole draft) and the text, how many are shown and how many wait
    for a moderator.
    """
    counted = comment_presentation.numbers_by_commitment(consultation)
    commitments = enumerate(consultation.contents["commitments"], 1)
    named: list[tuple[int | None, str]] = [
        (None, ""),
        *((number, commitment["text_sv"]) for number, commitment in commitments),
    ]
    return {
        "municipality": municipality,
        "subject_path": subject_path_of(consultation),
        "counts": [(number, text, *counted.get(number, (0, 0))) for number, text in named],
    }


@provides("objections")
def objections(
    municipality: Municipality, pledge: PledgeView, commitment: int | None = None
) -> Objections:
    """Return the objections to assessments of a pledge, or of a commitment."""
    rows = comment_presentation.threads(municipality, pledge.key, commitment=commitment)
    return comment_presentation.objections_by(
        comment_presentation.latest(rows.filter(is_objection=True), _MAX_OBJECTIONS)
    )


@fills("assessment", "comments/_objections.html")
def objections_beside(
    objections: Objections,
    municipality: Municipality,
    pledge: PledgeView,
    number: int,
    meeting_on: date,
    name: Wording,
) -> dict[str, Any]:
    """Show the latest objections to one assessment; no query."""
    rows = objections.get((number, meeting_on), [])
    return {
        "objections": rows[:_MAX_COMMENTS],
        "has_more": len(rows) > _MAX_COMMENTS,
        "municipality": municipality,
        "subject_path": pledge.period,
        "number": number,
        "name": name,
        "meeting_on": meeting_on,
        "can_write": not rules.is_over_for_long(pledge.standing),
    }


@fills("assess", "comments/staff/_public_comments.html")
def public_comments(pledge: int, commitment: int) -> dict[str, Any]:
    """Show what the public has said of a commitment, for who assesses it."""
    rows = Comment.objects.public().filter(
        parent=None, pledge=pledge, commitment__number=commitment
    )
    return {"comments": comment_presentation.latest(rows, _MAX_COMMENTS * 2)}
