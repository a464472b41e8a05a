"""Comments as pages show them: threads of one level, a page at a time.

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
from pledge_portal.pages.text import Wording
from pledges import presentation
from pledges.consultation.presentation import subject_path_of as subject_path_of_round
from pledges.follow_ups.presentation import party_name
from pledges.models import Consultation, FollowUp, Municipality, Pledge
from pledges.writing.draft_presentation import commitment_of

A_PAGE = 20
_SHOWN = Q(state=Comment.State.PUBLISHED, thread_is_shown=True, removed_by="")
_MAX_REPLIES = 20


@dataclass(frozen=True)
class CommentView:
    """A comment as everyone sees it.

    `organisation` is empty unless it is an official answer. `number` is the commitment's, of a
    pledge or of a draft on consultation, `name_of_commitment` what it is called, and
    `meeting_on` the follow-up's that it is about, if any; `removed` says, of a mark, who removed
    the comment that stood there; it has no other words. `more_replies` says that the thread's own
    page shows more.
    """

    uid: UUID
    name: str
    organisation: str
    text: str
    language: str
    day: str
    was_changed: bool
    removed: str
    is_objection: bool
    is_demonstration: bool
    number: int | None
    name_of_commitment: Wording
    meeting_on: date | None
    meeting_day: str
    replies: list[CommentView]
    more_replies: bool


def with_replies(rows: CommentQuerySet, most_replies: int = _MAX_REPLIES) -> CommentQuerySet:
    """Fetch what a page shows of threads, in a fixed number of queries."""
    replies = (
        Comment.objects.public()
        .select_related("by_municipality", "by_police_area")
        .order_by("published_at", "pk")
    )
    return rows.select_related("commitment", "follow_up", "consultation").prefetch_related(
        Prefetch("replies", replies[: most_replies + 1], to_attr="shown_replies")
    )


def comment_view(comment: Comment, most_replies: int = _MAX_REPLIES) -> CommentView:
    """Return a comment in words, with the replies that `with_replies` fetched."""
    replies: list[Comment] = getattr(comment, "shown_replies", [])
    meeting_on = (
        comment.follow_up.meeting_on if comment.parent_id is None and comment.follow_up else None
    )
    return CommentView(
        uid=comment.uid,
        name=comment.name or _("Utan namn"),
        organisation=organisation_of(comment),
        text=comment.text,
        language=comment.language,
        day=presentation.day(timezone.localdate(comment.published_at or comment.submitted_at)),
        was_changed=comment.changed_at is not None,
        removed=_removed(comment),
        is_objection=comment.is_objection,
        is_demonstration=comment.is_demonstration,
        number=_number(comment),
        name_of_commitment=_name_of_commitment(comment),
        meeting_on=meeting_on,
        meeting_day=presentation.day(meeting_on) if meeting_on else "",
        replies=[comment_view(reply) for reply in replies[:most_replies]],
        more_replies=len(replies) > most_replies,
    )


def _removed(comment: Comment) -> str:
    if not comment.removed_by:
        return ""
    if comment.removed_by == Comment.RemovedBy.WRITER:
        return _("Den som skrev kommentaren har tagit tillbaka den.")
    return _("En moderator har dolt kommentaren.")


def _name_of_commitment(comment: Comment) -> Wording:
    """Return the name of the commitment that a comment is about."""
    commitment, number = comment.commitment, comment.consultation_commitment
    if comment.consultation is not None and number is not None and comment.parent_id is None:
        commitment = commitment_of(number, comment.consultation.contents["commitments"][number - 1])
    return presentation.commitment_name(commitment) if commitment else Wording("")


def _number(comment: Comment) -> int | None:
    if comment.parent_id is not None:
        return None
    return comment.commitment.number if comment.commitment else comment.consultation_commitment


def subject_path_of(comment: Comment) -> str:
    """Return the part of an address that names what a comment is about."""
    if comment.consultation is not None:
        return subject_path_of_round(comment.consultation)
    return comment.pledge.period


def organisation_of(comment: Comment) -> str:
    """Return for whom an official answer speaks; empty for a resident's."""
    party = comment.by_municipality or comment.by_police_area
    return party_name(party) if party else ""


def threads(
    municipality: Municipality,
    pledge: Pledge | int,
    *,
    commitment: int | None = None,
    follow_up: FollowUp | None = None,
) -> CommentQuerySet:
    """Return the threads that are shown of a pledge, or of a part of it."""
    rows = Comment.objects.public_with_marks().filter(parent=None)
    return rows.about(municipality, pledge, commitment=commitment, follow_up=follow_up)


def threads_on_draft(
    municipality: Municipality, consultation: int, *, commitment: int | None = None
) -> CommentQuerySet:
    """Return the threads that are shown of a round of consultation.

    `consultation` is the round's key, `commitment` the number of one in what the round shows.
    """
    rows = Comment.objects.public_with_marks().filter(parent=None)
    return rows.on_draft(municipality, consultation, commitment=commitment)


def numbers_by_commitment(consultation: Consultation) -> dict[int | None, tuple[int, int]]:
    """Return how many comments of a round are shown, and how many wait.

    By the number of the commitment, None for the whole draft. One query.
    """
    rows = Comment.objects.filter(
        consultation=consultation, by_municipality=None, by_police_area=None
    )
    counted = (
        rows.order_by()
        .values_list("consultation_commitment")
        .annotate(
            shown=Count("pk", filter=_SHOWN),
            waiting=Count("pk", filter=Q(state=Comment.State.PENDING)),
        )
    )
    return {number: (shown, waiting) for number, shown, waiting in counted}


@dataclass(frozen=True)
class Page:
    """Some threads; `next` is where the page after them begins, if any."""

    comments: list[CommentView]
    next: UUID | None


def page_of(rows: CommentQuerySet, *, after: UUID | None, oldest_first: bool) -> Page:
    """Return a page of threads, beginning after the one that `after` names."""
    order = ("published_at", "pk") if oldest_first else ("-published_at", "-pk")
    if after is not None and (last_shown := rows.filter(uid=after).first()) is not None:
        side = "gt" if oldest_first else "lt"
        of_that_moment: dict[str, Any] = {
            "published_at": last_shown.published_at,
            f"pk__{side}": last_shown.pk,
        }
        # The first part is what the index is read by; the second finds those of the same moment.
        rows = rows.filter(**{f"published_at__{side}e": last_shown.published_at}).filter(
            Q(**{f"published_at__{side}": last_shown.published_at}) | Q(**of_that_moment)
        )
    comments = list(with_replies(rows).order_by(*order)[: A_PAGE + 1])
    return Page(
        [comment_view(comment) for comment in comments[:A_PAGE]],
        comments[A_PAGE - 1].uid if len(comments) > A_PAGE else None,
    )


def latest(rows: CommentQuerySet, most: int) -> list[CommentView]:
    """Return the latest threads."""
    return [
        comment_view(comment)
        for comment in with_replies(rows).order_by("-published_at", "-pk")[:most]
    ]


def objections_by(
    rows: Iterable[CommentView],
) -> dict[tuple[int | None, date | None], list[CommentView]]:
    """Return objections by the commitment's number and the meeting's day.

    The meeting is the one whose assessment they object to.
    """
    by_assessment: dict[tuple[int | None, date | None], list[CommentView]] = {}
    for objection in rows:
        by_assessment.setdefault((objection.number, objection.meeting_on), []).append(objection)
    return by_assessment
