"""Comments as pages show them: threads of one level, the latest first, a page at a time.

A page begins after a comment that the reader has come to, and not at a number: finding it costs the
same whether a hundred or a hundred thousand stand before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.models import Comment
from dialogues.models.comment import CommentQuerySet
from pledges import presentation
from pledges.consultation.presentation import talk_of as talk_of_round
from pledges.follow_ups.presentation import party_name
from pledges.models import Consultation, FollowUp, Municipality, Pledge

A_PAGE = 20
_MOST_REPLIES = 20


@dataclass(frozen=True)
class CommentView:
    """A comment as everyone sees it; `organisation` is empty unless it is an official answer.

    `number` is the commitment's, of a pledge or of a draft on consultation, and `meeting_on` the
    follow-up's that it is about, if any; `more_replies` says that the thread's own page shows more.
    """

    uid: UUID
    name: str
    organisation: str
    text: str
    day: str
    was_changed: bool
    is_objection: bool
    is_demonstration: bool
    number: int | None
    meeting_on: date | None
    meeting_day: str
    replies: list[CommentView]
    more_replies: bool


def told(rows: CommentQuerySet, most_replies: int = _MOST_REPLIES) -> CommentQuerySet:
    """Add what a page shows of threads, in a fixed number of questions."""
    replies = (
        Comment.objects.public()
        .select_related("by_municipality", "by_police_area")
        .order_by("published_at", "pk")
    )
    return rows.select_related("commitment", "follow_up").prefetch_related(
        Prefetch("replies", replies[: most_replies + 1], to_attr="shown_replies")
    )


def comment_view(row: Comment, most_replies: int = _MOST_REPLIES) -> CommentView:
    """Return a comment in words, with the replies that `told` fetched."""
    replies: list[Comment] = getattr(row, "shown_replies", [])
    meeting_on = row.follow_up.meeting_on if row.parent_id is None and row.follow_up else None
    return CommentView(
        uid=row.uid,
        name=row.name or _("Utan namn"),
        organisation=organisation_of(row),
        text=row.text,
        day=presentation.day(timezone.localdate(row.published_at or row.submitted_at)),
        was_changed=row.changed_at is not None,
        is_objection=row.is_objection,
        is_demonstration=row.is_demonstration,
        number=_number(row),
        meeting_on=meeting_on,
        meeting_day=presentation.day(meeting_on) if meeting_on else "",
        replies=[comment_view(each) for each in replies[:most_replies]],
        more_replies=len(replies) > most_replies,
    )


def _number(row: Comment) -> int | None:
    if row.parent_id is not None:
        return None
    return row.commitment.number if row.commitment else row.consultation_commitment


def talk_of(row: Comment) -> str:
    """Return the part of an address that names the pledge or the round that a comment is about."""
    if row.consultation is not None:
        return talk_of_round(row.consultation)
    return row.pledge.period


def organisation_of(row: Comment) -> str:
    """Return for whom an official answer speaks, empty for a resident's comment."""
    party = row.by_municipality or row.by_police_area
    return party_name(party) if party else ""


def threads(
    municipality: Municipality,
    pledge: Pledge | int,
    *,
    commitment: int | None = None,
    follow_up: FollowUp | None = None,
) -> CommentQuerySet:
    """Return the threads that are shown of a pledge, or of a part of it."""
    rows = Comment.objects.public().filter(parent=None)
    return rows.of(municipality, pledge, commitment=commitment, follow_up=follow_up)


def threads_on_draft(
    municipality: Municipality, consultation: int, *, commitment: int | None = None
) -> CommentQuerySet:
    """Return the threads that are shown of a round of consultation, known by its key, or of the
    commitment with a number in what it shows."""
    rows = Comment.objects.public().filter(parent=None)
    return rows.on_draft(municipality, consultation, commitment=commitment)


def numbers_by_commitment(consultation: Consultation) -> dict[int | None, tuple[int, int]]:
    """Return how many comments a round has by the number of the commitment, None for the whole:
    those that are shown, and those that wait for a moderator. One query."""
    rows = Comment.objects.filter(
        consultation=consultation, by_municipality=None, by_police_area=None
    )
    counted = (
        rows.order_by()
        .values_list("consultation_commitment")
        .annotate(
            shown=Count("pk", filter=Q(state=Comment.State.PUBLISHED, thread_is_shown=True)),
            waiting=Count("pk", filter=Q(state=Comment.State.PENDING)),
        )
    )
    return {number: (shown, waiting) for number, shown, waiting in counted}


@dataclass(frozen=True)
class Page:
    """Some threads; `next` is where the page after them begins, None on the last."""

    comments: list[CommentView]
    next: UUID | None


def page_of(rows: CommentQuerySet, *, after: UUID | None, oldest_first: bool) -> Page:
    """Return a page of threads, beginning after the one that `after` names."""
    order = ("published_at", "pk") if oldest_first else ("-published_at", "-pk")
    if after is not None and (left := rows.filter(uid=after).first()) is not None:
        side = "gt" if oldest_first else "lt"
        same: dict[str, Any] = {"published_at": left.published_at, f"pk__{side}": left.pk}
        # The first part is what the index is read by; the second finds those of the same moment.
        rows = rows.filter(**{f"published_at__{side}e": left.published_at}).filter(
            Q(**{f"published_at__{side}": left.published_at}) | Q(**same)
        )
    found = list(told(rows).order_by(*order)[: A_PAGE + 1])
    return Page(
        [comment_view(row) for row in found[:A_PAGE]],
        found[A_PAGE - 1].uid if len(found) > A_PAGE else None,
    )


def latest(rows: CommentQuerySet, most: int) -> list[CommentView]:
    """Return the latest threads."""
    return [comment_view(row) for row in told(rows).order_by("-published_at", "-pk")[:most]]


def objections_by(
    rows: Iterable[CommentView],
) -> dict[tuple[int | None, date | None], list[CommentView]]:
    """Return objections by the commitment's number and the day of the meeting that judged it."""
    found: dict[tuple[int | None, date | None], list[CommentView]] = {}
    for row in rows:
        found.setdefault((row.number, row.meeting_on), []).append(row)
    return found
