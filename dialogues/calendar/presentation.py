"""Dialogues in words, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.comments.rules import sounds_official
from dialogues.models import Comment, Dialogue, Submission
from dialogues.moderation.reasons import REASONS
from dialogues.tips import Concern, concern_of
from pledge_portal.pages.personal_data import find_personal_data
from pledge_portal.pages.text import Wording, wording
from pledges import presentation


class Stage(StrEnum):
    """Where a dialogue is on a day."""

    DRAFT = "draft"
    CALLED_OFF = "called_off"
    COMING = "coming"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True)
class DialogueView:
    """A dialogue as pages show it. `when` is empty when there is no meeting; `answering` says when
    one can answer here."""

    number: int | None
    stage: Stage
    stage_label: str
    kind: str
    title: Wording
    question: Wording
    audience: Wording
    when: str
    place: str
    answering: str
    called_off_because: str
    heard: Wording
    is_demonstration: bool


def stage_of(dialogue: Dialogue, on: date) -> Stage:
    """Return where a dialogue is: its meeting and its days of answering both count."""
    if not dialogue.is_announced:
        return Stage.DRAFT
    if dialogue.is_called_off:
        return Stage.CALLED_OFF
    if dialogue.is_open(on):
        return Stage.OPEN
    last = dialogue.ends_at or dialogue.begins_at
    is_over = on > dialogue.closes_on and (last is None or on > timezone.localdate(last))
    return Stage.OVER if is_over else Stage.COMING


def dialogue_view(dialogue: Dialogue, on: date) -> DialogueView:
    """Return a dialogue as it is on a day. What was heard is shown when it is published."""
    stage = stage_of(dialogue, on)
    heard = getattr(dialogue, "heard", None)
    return DialogueView(
        number=dialogue.number,
        stage=stage,
        stage_label=_stage_label(stage),
        kind=capfirst(dialogue.get_kind_display()),
        title=wording(dialogue, "title"),
        question=wording(dialogue, "question"),
        audience=wording(dialogue, "audience"),
        when=_when(dialogue.begins_at, dialogue.ends_at),
        place=dialogue.place,
        answering=_answering(dialogue, on),
        called_off_because=dialogue.called_off_because,
        heard=wording(heard, "text") if heard and heard.published_at else Wording(""),
        is_demonstration=dialogue.is_demonstration,
    )


def _stage_label(stage: Stage) -> str:
    return {
        Stage.DRAFT: _("Utkast"),
        Stage.CALLED_OFF: _("Inställd"),
        Stage.COMING: _("Kommer"),
        Stage.OPEN: _("Öppen för svar"),
        Stage.OVER: _("Avslutad"),
    }[stage]


def _when(begins: datetime | None, ends: datetime | None) -> str:
    if begins is None:
        return ""
    start = timezone.localtime(begins)
    said = _("%(day)s klockan %(time)s") % {
        "day": presentation.day(start.date()),
        "time": _clock(start),
    }
    if ends is None:
        return said
    end = timezone.localtime(ends)
    if end.date() == start.date():
        return f"{said}–{_clock(end)}"
    return _("%(start)s till %(day)s klockan %(time)s") % {
        "start": said,
        "day": presentation.day(end.date()),
        "time": _clock(end),
    }


def _clock(moment: datetime) -> str:
    return f"{moment:%H.%M}"


def _answering(dialogue: Dialogue, on: date) -> str:
    if dialogue.is_called_off:
        return ""
    opens, closes = presentation.day(dialogue.opens_on), presentation.day(dialogue.closes_on)
    if on < dialogue.opens_on:
        return _("Du kan svara här från den %(opens)s till den %(closes)s.") % {
            "opens": opens,
            "closes": closes,
        }
    if on <= dialogue.closes_on:
        return _("Du kan svara här till och med den %(closes)s.") % {"closes": closes}
    return _("Det gick att svara till och med den %(closes)s.") % {"closes": closes}


@dataclass(frozen=True)
class SubmissionView:
    """A submission as staff and its writer see it; `marks` say what to look out for in it."""

    uid: UUID
    text: str
    ranked: list[str]
    ticked: list[str]
    coded: list[str]
    group: str
    district: str
    source: str
    day: str
    may_quote: bool
    is_withdrawn: bool
    marks: list[str]


def submission_view(submission: Submission) -> SubmissionView:
    """Return a submission in words."""
    rows = list(submission.ranked.all())
    return SubmissionView(
        uid=submission.uid,
        text=submission.text,
        ranked=[wording(row.theme, "name").text for row in rows if row.rank is not None],
        ticked=[wording(row.theme, "name").text for row in rows if row.rank is None],
        coded=[wording(row.theme, "name").text for row in submission.coded.all()],
        group=submission.get_group_display(),
        district=submission.district.name if submission.district else "",
        source=submission.get_source_display(),
        day=presentation.day(timezone.localdate(submission.submitted_at)),
        may_quote=submission.may_quote,
        is_withdrawn=submission.withdrawn_at is not None,
        marks=_marks(submission.text),
    )


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
    answers: str
    about: str
    is_objection: bool
    marks: list[str]
    personal_data: list[str]
    reports: list[tuple[str, str]]
    appeal: str


def moderated_view(row: Comment, now: datetime) -> ModeratedView:
    """Return a comment for a moderator, with what `for_moderators` fetched."""
    whole = f"{row.name} {row.text}"
    sender = getattr(row, "sender", None)
    return ModeratedView(
        uid=row.uid,
        key=row.pk,
        awaits=row.awaits,
        awaits_label=capfirst(row.get_awaits_display()) if row.awaits else "",
        state_label=capfirst(row.get_state_display()),
        is_shown=row.is_shown,
        is_withdrawn=row.state == Comment.State.WITHDRAWN,
        waited=timesince(row.awaits_since, now, depth=1) if row.awaits_since else "",
        name=row.name,
        text=row.text,
        answers=row.parent.text if row.parent else "",
        about=_about(row),
        is_objection=row.is_objection,
        marks=_marks(whole) + _marks_of_name(row),
        personal_data=[each.text for each in find_personal_data(whole)],
        reports=[(str(REASONS[each.reason].name), each.text) for each in row.reports.all()],
        appeal=sender.appeal if sender and row.awaits == Comment.Awaits.APPEAL else "",
    )


def _marks_of_name(row: Comment) -> list[str]:
    if row.is_official or not sounds_official(row.name):
        return []
    return [_("Namnet kan tas för kommunens eller Polisens")]


def _about(row: Comment) -> str:
    parts = [f"{row.municipality}, {row.pledge.period}"]
    if row.consultation is not None:
        parts.append(_("samråd, omgång %(number)s") % {"number": row.consultation.number})
    if row.consultation_commitment is not None:
        parts.append(_("åtagande %(number)s") % {"number": row.consultation_commitment})
    if row.commitment is not None:
        parts.append(_("åtagande %(number)s") % {"number": row.commitment.number})
    if row.follow_up is not None:
        parts.append(
            _("uppföljningen den %(day)s") % {"day": presentation.day(row.follow_up.meeting_on)}
        )
    return ", ".join(parts)


def _marks(text: str) -> list[str]:
    found = [_("Kan innehålla personuppgifter")] if find_personal_data(text) else []
    concern = concern_of(text)
    if concern == Concern.EMERGENCY:
        found.append(_("Kan gälla en nödsituation"))
    elif concern == Concern.TIP:
        found.append(_("Kan vara ett tips om brott"))
    return found


def number_in_words(n: int) -> str:
    """Return how many submissions there are, in words."""
    return ngettext("%(n)s svar", "%(n)s svar", n) % {"n": n}
