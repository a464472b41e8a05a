"""What pages of pledges show of residents' comments."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from dialogues.comments import presentation as comment_presentation
from dialogues.comments.presentation import CommentView
from dialogues.models import Comment
from dialogues.urls.converters import round_in
from pledges.consultation.presentation import ConsultationView, talk_of
from pledges.models import Consultation, FollowUp, Municipality
from pledges.presentation import PledgeView

register = template.Library()
_MOST = 3
_MOST_OBJECTIONS = 200
_MOST_ON_DRAFT = 10
_MOST_BESIDE = 10

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
    rows = comment_presentation.threads(municipality, pledge.key, commitment=commitment)
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
        "talk": pledge.period,
        "query": urlencode(query),
        "comments": comment_presentation.latest(rows, _MOST),
        "can_write": True,
    }


@register.inclusion_tag("comments/_latest.html")
def comments_on_consultation(
    municipality: Municipality, consultation: ConsultationView
) -> dict[str, Any]:
    """Show the latest comments on a draft, and lead to writing one while it can be commented on."""
    rows = comment_presentation.threads_on_draft(municipality, consultation.key)
    return {
        "municipality": municipality,
        "talk": consultation.talk,
        "query": "",
        "comments": comment_presentation.latest(rows, _MOST_ON_DRAFT),
        "can_write": consultation.is_open,
    }


@register.simple_tag
def address_of_commitment(municipality: Municipality, talk: str, number: int) -> str:
    """Return where a commitment of a pledge, or of a draft on consultation, is read."""
    period, round_ = round_in(talk)
    if round_ is None:
        return reverse("commitment", args=[municipality.slug, period, number])
    whole = reverse("consultation_round", args=[municipality.slug, period, round_])
    return f"{whole}#atagande-{number}"


@register.inclusion_tag("comments/staff/_consulted.html")
def consulted_on(pledge: int, commitment: int) -> dict[str, Any]:
    """Show what residents said of a commitment in the latest consultation on its draft, for who
    writes it. `commitment` is its key in the draft, `pledge` the draft's."""
    latest = Consultation.objects.public().filter(pledge=pledge).order_by("-number").first()
    number = latest.commitment_numbers().get(commitment) if latest else None
    rows = Comment.objects.public().filter(
        parent=None, consultation=latest, consultation_commitment=number
    )
    found = comment_presentation.latest(rows, _MOST_BESIDE + 1) if latest and number else []
    return {
        "consultation": latest,
        "municipality": latest.municipalities.first() if latest and found else None,
        "talk": talk_of(latest) if latest else "",
        "commitment": commitment,
        "number": number,
        "comments": found[:_MOST_BESIDE],
        "has_more": len(found) > _MOST_BESIDE,
    }


@register.simple_tag
def counts_of_consultation(consultation: Consultation) -> list[tuple[int | None, str, int, int]]:
    """Return, for the whole draft (None) and each commitment, its number and text, how many
    comments are shown and how many wait for a moderator."""
    counted = comment_presentation.numbers_by_commitment(consultation)
    rows = enumerate(consultation.contents["commitments"], 1)
    named: list[tuple[int | None, str]] = [(None, ""), *((n, row["text_sv"]) for n, row in rows)]
    return [(number, text, *counted.get(number, (0, 0))) for number, text in named]


@register.simple_tag
def objections(
    municipality: Municipality, pledge: PledgeView, commitment: int | None = None
) -> Objections:
    """Return the objections to assessments of a pledge, or of a commitment of it."""
    rows = comment_presentation.threads(municipality, pledge.key, commitment=commitment)
    return comment_presentation.objections_by(
        comment_presentation.latest(rows.filter(is_objection=True), _MOST_OBJECTIONS)
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
        "talk": pledge.period,
        "number": number,
        "meeting_on": meeting_on,
    }


@register.inclusion_tag("comments/staff/_said.html")
def said_of(pledge: int, commitment: int) -> dict[str, Any]:
    """Show what the public has said of a commitment, for who assesses it."""
    rows = Comment.objects.public().filter(
        parent=None, pledge=pledge, commitment__number=commitment
    )
    return {"comments": comment_presentation.latest(rows, _MOST * 2)}
