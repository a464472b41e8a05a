"""Follow-ups in words: assessments, the matrix, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pledge_portal.pages.text import Wording, proper_name, wording
from pledges.follow_ups.due import Due
from pledges.models import Assessment, Commitment, FollowUp, FollowUpPlan, Pledge
from pledges.presentation.commitment import commitment_name, given_name
from pledges.presentation.corrections import CorrectionView
from pledges.presentation.language import in_swedish_only
from pledges.presentation.validity import day, period_label
from pledges.presentation.voices import BesideFigures, verdicts_text, voices_differ


@dataclass(frozen=True)
class AssessmentView(BesideFigures):
    """What a follow-up says of a commitment.

    `name` is the commitment's short name, if it has one, and `commitment` its text. `mark` is the
    verdict's shape and colour, as progress has them; `figures` is what was reported of its own time
    in public the day that it was published, and `differs` that they differ; `by` who assessed, ""
    for a council.
    """

    number: int
    name: Wording
    commitment: Wording
    verdict: str
    verdict_label: str
    mark: str
    reason: Wording
    difference: Wording
    output_text: Wording
    process_text: Wording
    effect_text: Wording
    decision: Wording
    figures: SafeString
    differs: bool
    by: str

    @property
    def what(self) -> Wording:
        """What the commitment is called."""
        return self.name or self.commitment


@dataclass(frozen=True)
class FollowUpView:
    """A published follow-up as pages and the document show it.

    `assessed_by` names who assesses where there is no council.
    """

    meeting_on: date
    meeting_day: str
    period: str
    assessed_by: str
    introduction: Wording
    assessments: list[AssessmentView]
    corrections: list[CorrectionView]
    approved: list[tuple[SafeString, datetime]]
    published_at: datetime | None
    is_demonstration: bool

    @property
    def verdicts(self) -> str:
        """How many commitments were assessed as what, in a sentence."""
        verdicts = [assessment.verdict for assessment in self.assessments]
        return _verdicts_sentence(self.meeting_day, self.assessed_by, verdicts, is_over=False)


MARKS = {
    Assessment.Verdict.KEPT: "reached",
    Assessment.Verdict.PARTLY_KEPT: "partly",
    Assessment.Verdict.NOT_KEPT: "missed",
    Assessment.Verdict.UNDER_WAY: "on_track",
    Assessment.Verdict.NOT_STARTED: "upcoming",
    Assessment.Verdict.NOT_ASSESSED: "unmeasured",
}


def follow_up_view(follow_up: FollowUp) -> FollowUpView:
    """Return a follow-up in words, in a fixed number of queries."""
    assessments = follow_up.assessments.select_related("commitment").order_by("commitment__number")
    corrections = follow_up.corrections.select_related("commitment")
    approvals = follow_up.approvals.select_related("municipality", "police_area")
    return FollowUpView(
        meeting_on=follow_up.meeting_on,
        meeting_day=day(follow_up.meeting_on),
        period=assessed_period(follow_up),
        assessed_by=follow_up.assessed_by,
        introduction=in_swedish_only(follow_up.introduction),
        assessments=[assessment_view(assessment) for assessment in assessments],
        corrections=[
            CorrectionView(
                correction.corrected_at,
                wording(correction, "text"),
                commitment_name(correction.commitment) if correction.commitment else None,
            )
            for correction in corrections
        ],
        approved=[(party_name(approval.party), approval.approved_at) for approval in approvals],
        published_at=follow_up.published_at,
        is_demonstration=follow_up.is_demonstration,
    )


def assessed_period(follow_up: FollowUp) -> str:
    """Return the time that a follow-up is about, and if it wasn't over.

    The council can't have known all of it then.
    """
    period = period_label(follow_up.first_day, follow_up.last_day)
    if follow_up.meeting_on >= follow_up.last_day:
        return period
    return _("%(period)s (vid mötet var perioden inte slut)") % {"period": period}


def verdict_label(assessment: Assessment, *, is_over: bool) -> str:
    """Return what was assessed.

    Nothing is under way in a pledge that `is_over`.
    """
    if is_over and assessment.verdict == Assessment.Verdict.UNDER_WAY:
        return _("Pågick då")
    return str(assessment.get_verdict_display())


def assessment_view(assessment: Assessment, *, is_over: bool = False) -> AssessmentView:
    """Return an assessment in words; its commitment and follow-up are fetched.

    As it was said then, or as it is told of a pledge that `is_over`.
    """
    language = (get_language() or "sv")[:2]
    figures = (assessment.figures or {}).get(language, "")
    reported = (assessment.figures or {}).get("verdict") or None
    return AssessmentView(
        number=assessment.commitment.number,
        name=given_name(assessment.commitment),
        commitment=wording(assessment.commitment, "text"),
        verdict=assessment.verdict,
        verdict_label=verdict_label(assessment, is_over=is_over) or _("Ej bedömt"),
        mark=MARKS.get(Assessment.Verdict(assessment.verdict), "upcoming")
        if assessment.verdict
        else "unmeasured",
        reason=in_swedish_only(assessment.reason),
        difference=in_swedish_only(assessment.difference),
        output_text=in_swedish_only(assessment.output_text),
        process_text=in_swedish_only(assessment.process_text),
        effect_text=in_swedish_only(assessment.effect_text),
        decision=in_swedish_only(assessment.decision),
        # Written by `rules.publish` from our own sentences, with what staff wrote escaped.
        figures=mark_safe(figures),  # noqa: S308
        differs=voices_differ(
            assessment.verdict,
            reported,
            is_begun=bool((assessment.figures or {}).get("is_begun")),
        ),
        by=assessment.follow_up.assessed_by,
    )


def party_name(party: Any) -> SafeString:
    """Return a party's name: a municipality's, or the police with their area."""
    name = getattr(party, "official_name", None)
    return proper_name(name or f"Polisen, {party}")


def due_text(
    due: Due | None, plan: FollowUpPlan, *, is_over: bool = False, assessed_by: str = ""
) -> str:
    """Return when the next follow-up is due, and plainly when it is late.

    Of a pledge that `is_over` what is missing is told in the past tense. `assessed_by` is who did
    the latest, "" a council.
    """
    if due is None:
        return _("Uppföljningarna sträcker sig till löftets sista dag.")
    period = period_label(due.first_day, due.last_day)
    if due.is_late and is_over:
        return _("%(period)s följdes inte upp. Det skulle ha varit gjort %(day)s.") % {
            "period": capfirst(period),
            "day": day(due.due_on),
        }
    if due.is_late:
        return _("Uppföljningen av %(period)s är försenad. Den skulle ha varit klar %(day)s.") % {
            "period": period,
            "day": day(due.due_on),
        }
    text = _("Nästa uppföljning gäller %(period)s och ska vara klar senast %(day)s.") % {
        "period": period,
        "day": day(due.due_on),
    }
    if plan.next_meeting_on is None:
        return text
    meeting = _("Nästa möte är %(day)s.") if assessed_by else _("Rådets nästa möte är %(day)s.")
    meeting %= {"day": day(plan.next_meeting_on)}
    return f"{text} {meeting}"


def due_in_public(
    due: Due | None, plan: FollowUpPlan, *, is_over: bool, assessed_by: str
) -> tuple[str, bool]:
    """Return what the public is told of the next follow-up, and if late.

    Of a pledge whose parties have set no plan nothing is late: nobody has said when, and it may
    have been followed up elsewhere.
    """
    is_set_by_them = plan.pk is not None
    if due is None or is_set_by_them:
        text = due_text(due, plan, is_over=is_over, assessed_by=assessed_by)
        return text, bool(due and due.is_late and not is_over)
    if is_over:
        without = _("Ingen uppföljning av tiden från %(day)s är publicerad här.")
        return without % {"day": day(due.first_day)}, False
    return _("Det är inte angett här när löftet ska följas upp nästa gång."), False


@dataclass(frozen=True)
class Matrix:
    """The whole pledge at a glance: commitments by follow-ups, latest first."""

    meetings: list[tuple[date, str]]
    rows: list[tuple[int, Wording, list[tuple[str, str]]]]


def matrix(pledge: Pledge, follow_ups: list[FollowUp], *, is_over: bool) -> Matrix:
    """Return the matrix of published follow-ups.

    Their assessments are prefetched. In a pledge that `is_over` nothing is under way.
    """
    ordered = sorted(follow_ups, key=lambda follow_up: follow_up.meeting_on, reverse=True)
    assessments: dict[tuple[int, int], Assessment] = {}
    for follow_up in ordered:
        for assessment in follow_up.assessments.all():
            assessments[follow_up.pk, assessment.commitment_id] = assessment
    rows = []
    for commitment in pledge.commitments.all():
        cells = []
        for follow_up in ordered:
            at_meeting = assessments.get((follow_up.pk, commitment.pk))
            if at_meeting is None or not at_meeting.verdict:
                cells.append(("unmeasured", _("Ej bedömt")))
            else:
                verdict = Assessment.Verdict(at_meeting.verdict)
                cells.append((MARKS[verdict], verdict_label(at_meeting, is_over=is_over)))
        name = given_name(commitment) or wording(commitment, "text")
        rows.append((commitment.number, name, cells))
    return Matrix(
        [(follow_up.meeting_on, day(follow_up.meeting_on)) for follow_up in ordered], rows
    )


def newest_verdicts(follow_ups: list[FollowUp], *, is_over: bool) -> str:
    """Return what the newest of published follow-ups said in all, or "".

    Their assessments are prefetched.
    """
    if not follow_ups:
        return ""
    newest = max(follow_ups, key=lambda follow_up: follow_up.meeting_on)
    verdicts = [assessment.verdict for assessment in newest.assessments.all()]
    meeting = day(newest.meeting_on)
    return _verdicts_sentence(meeting, newest.assessed_by, verdicts, is_over=is_over)


def _verdicts_sentence(meeting: str, by: str, verdicts: list[str], *, is_over: bool) -> str:
    given = [v for v in verdicts if v and v != Assessment.Verdict.NOT_ASSESSED]
    return _("%(who)s den %(last)s: %(verdicts)s.") % {
        "who": capfirst(by) or _("Rådet"),
        "last": meeting,
        "verdicts": verdicts_text(given, len(verdicts), is_over=is_over),
    }


@dataclass(frozen=True)
class AssessedAt:
    """An assessment in a commitment's own history.

    `is_given` is False when it wasn't assessed then, so that the one before it stands.
    """

    meeting_on: date
    meeting_day: str
    period: str
    is_given: bool
    view: AssessmentView


def history(commitment: Commitment, *, is_over: bool = False) -> list[AssessedAt]:
    """Return what follow-ups have said of a commitment, the latest first.

    Published ones, in one query.
    """
    assessments = (
        Assessment.objects.filter(commitment=commitment, follow_up__in=FollowUp.objects.public())
        .select_related("commitment", "follow_up")
        .order_by("-follow_up__meeting_on")
    )
    return [
        AssessedAt(
            assessment.follow_up.meeting_on,
            day(assessment.follow_up.meeting_on),
            assessed_period(assessment.follow_up),
            assessment.is_given,
            assessment_view(assessment, is_over=is_over),
        )
        for assessment in assessments
    ]
