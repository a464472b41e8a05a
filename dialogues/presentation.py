"""Dialogues and answers in words, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dialogues.models import Dialogue, Submission
from dialogues.tips import warnings_of
from pledge_portal.pages.text import Wording, wording
from pledges import presentation
from pledges.presentation import in_swedish_only


class Stage(StrEnum):
    """Where a dialogue is on a day."""

    DRAFT = "draft"
    CALLED_OFF = "called_off"
    COMING = "coming"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True)
class DialogueView:
    """A dialogue as pages show it.

    `when` is empty when there is no meeting; `answering` says when one can answer here.
    """

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
    called_off_because: Wording
    heard: Wording
    is_demonstration: bool


def stage_of(dialogue: Dialogue, on: date) -> Stage:
    """Return where a dialogue is on a day.

    Its meeting and its days of answering both count.
    """
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
    """Return a dialogue as it is on a day; what was heard once published."""
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
        called_off_because=in_swedish_only(dialogue.called_off_because),
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
    start_text = _("%(day)s klockan %(time)s") % {
        "day": presentation.day(start.date()),
        "time": _clock(start),
    }
    if ends is None:
        return start_text
    end = timezone.localtime(ends)
    if end.date() == start.date():
        return f"{start_text}–{_clock(end)}"
    return _("%(start)s till %(day)s klockan %(time)s") % {
        "start": start_text,
        "day": presentation.day(end.date()),
        "time": _clock(end),
    }


def occasion(dialogue: Dialogue, on: date) -> str:
    """Return what a coming or open dialogue is and when, in a few words."""
    kind = capfirst(dialogue.get_kind_display())
    if dialogue.begins_at is not None and timezone.localdate(dialogue.begins_at) >= on:
        when = _when(dialogue.begins_at, dialogue.ends_at)
    elif on < dialogue.opens_on:
        when = _("svara från den %(day)s") % {"day": presentation.day(dialogue.opens_on)}
    else:
        when = _("svara till och med den %(day)s") % {"day": presentation.day(dialogue.closes_on)}
    return f"{kind}, {when}"


def _clock(moment: datetime) -> str:
    return f"{moment:%H.%M}"


def _answering(dialogue: Dialogue, on: date) -> str:
    if dialogue.is_called_off:
        return ""
    opens, closes = presentation.day(dialogue.opens_on), presentation.day(dialogue.closes_on)
    if on < dialogue.opens_on and opens == closes:
        return _("Du kan svara här den %(day)s.") % {"day": opens}
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
    """A submission as staff and its writer see it.

    `marks` say what staff should look out for in it.
    """

    uid: UUID
    text: str
    language: str
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
    themes = list(submission.ranked.all())
    return SubmissionView(
        uid=submission.uid,
        text=submission.text,
        language=submission.language,
        ranked=[wording(theme.theme, "name").text for theme in themes if theme.rank is not None],
        ticked=[wording(theme.theme, "name").text for theme in themes if theme.rank is None],
        coded=[wording(theme.theme, "name").text for theme in submission.coded.all()],
        group=submission.get_group_display(),
        district=submission.district.name if submission.district else "",
        source=submission.get_source_display(),
        day=presentation.day(timezone.localdate(submission.submitted_at)),
        may_quote=submission.may_quote,
        is_withdrawn=submission.withdrawn_at is not None,
        marks=warnings_of(submission.text),
    )
