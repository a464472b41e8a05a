"""Comments as a moderator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dialogues.comments.hiding_reasons import REASONS
from dialogues.comments.rules import sounds_official
from dialogues.models import Comment
from dialogues.tips import warnings_of
from pledge_portal.pages.personal_data import find_personal_data
from pledge_portal.pages.text import waiting_time
from pledges import presentation


@dataclass(frozen=True)
class ModeratedView:
    """A comment as a moderator sees it: whole, with what to look out for.

    `personal_data` are the pieces of it that seem to be; `reports` why others think it is wrong.
    """

    uid: UUID
    key: int
    awaits: str
    awaits_label: str
    state_label: str
    is_shown: bool
    is_withdrawn: bool
    waited: str
    name: str
    text: str
    language: str
    answers: str
    about: str
    is_objection: bool
    marks: list[str]
    personal_data: list[str]
    reports: list[tuple[str, str]]
    appeal: str


def moderated_view(comment: Comment, now: datetime) -> ModeratedView:
    """Return a comment for a moderator, with what `for_moderators` fetched."""
    whole = f"{comment.name} {comment.text}"
    sender = getattr(comment, "sender", None)
    return ModeratedView(
        uid=comment.uid,
        key=comment.pk,
        awaits=comment.awaits,
        awaits_label=capfirst(comment.get_awaits_display()) if comment.awaits else "",
        state_label=capfirst(comment.get_state_display()),
        is_shown=comment.is_shown,
        is_withdrawn=comment.state == Comment.State.WITHDRAWN,
        waited=waiting_time(now - comment.awaits_since) if comment.awaits_since else "",
        name=comment.name,
        text=comment.text,
        language=comment.language,
        answers=(comment.parent.stands_for or comment.parent).text if comment.parent else "",
        about=_about(comment),
        is_objection=comment.is_objection,
        marks=warnings_of(whole) + _marks_of_name(comment),
        personal_data=[finding.text for finding in find_personal_data(whole)],
        reports=[
            (str(REASONS[report.reason].name), report.text) for report in comment.reports.all()
        ],
        appeal=sender.appeal if sender and comment.awaits == Comment.Awaits.APPEAL else "",
    )


def _marks_of_name(comment: Comment) -> list[str]:
    if comment.is_official or not sounds_official(comment.name):
        return []
    return [_("Namnet kan tas för kommunens eller Polisens")]


def _about(comment: Comment) -> str:
    parts = [f"{comment.municipality}, {comment.pledge.period}"]
    if comment.consultation is not None:
        parts.append(_("samråd, omgång %(number)s") % {"number": comment.consultation.number})
    if comment.consultation_commitment is not None:
        parts.append(_("åtagande %(number)s") % {"number": comment.consultation_commitment})
    if comment.commitment is not None:
        parts.append(_("åtagande %(number)s") % {"number": comment.commitment.number})
    if comment.follow_up is not None:
        parts.append(
            _("uppföljningen den %(day)s") % {"day": presentation.day(comment.follow_up.meeting_on)}
        )
    return ", ".join(parts)
