"""Ask for the council's newest word, and hold it beside what is reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from pledge_portal.pages.text import Wording, wording
from pledges import presentation
from pledges.actions.portal_counts import counting_itself, counts_follow_ups
from pledges.actions.tallies import Reported, reported_in_public
from pledges.closings.times import closed_by, published_assessments
from pledges.follow_ups.presentation import MARKS, verdict_label
from pledges.lifecycle import Standing, State, standing
from pledges.models import Assessment, Commitment, FollowUp, Pledge
from pledges.presentation.language import in_swedish_only
from pledges.presentation.validity import day, period_label
from pledges.presentation.voices import CommitmentVoices, CouncilAssessment, voices_differ
from pledges.progress import Progress, Tally, Verdict
from pledges.progress.closing import is_closed_in_part
from pledges.targets import Period, Shape


def council_words(
    assessments: Iterable[Assessment], *, is_over: bool = False
) -> list[CouncilAssessment]:
    """Return what was said of a commitment, of a pledge that `is_over` or not.

    `assessments` are its own. What wasn't assessed at a meeting isn't there, so that the earlier
    word stands.
    """
    given = (assessment for assessment in assessments if assessment.is_given)
    return [council_word(assessment, is_over=is_over) for assessment in given]


def council_word(assessment: Assessment, *, is_over: bool = False) -> CouncilAssessment:
    """Return an assessment as the council's word.

    Its follow-up and its commitment are fetched. In a pledge that `is_over` nothing is under way.
    """
    follow_up = assessment.follow_up
    return CouncilAssessment(
        number=assessment.commitment.number,
        verdict=assessment.verdict,
        label=verdict_label(assessment, is_over=is_over),
        mark=MARKS[Assessment.Verdict(assessment.verdict)],
        meeting_on=follow_up.meeting_on,
        meeting_day=day(follow_up.meeting_on),
        first=follow_up.first_day,
        last=follow_up.last_day,
        period=period_label(follow_up.first_day, follow_up.last_day),
        by=follow_up.assessed_by,
        reason=in_swedish_only(assessment.reason),
        difference=in_swedish_only(assessment.difference),
    )


def words_of(pledges: Iterable[Pledge], on: date) -> dict[int, list[CouncilAssessment]]:
    """Return by commitment what had been said of it by a day; one query.

    The newest first.
    """
    words: dict[int, list[CouncilAssessment]] = defaultdict(list)
    for assessment in published_assessments(pledges, on):
        if assessment.is_given:
            words[assessment.commitment_id].append(council_word(assessment))
    return words


def word_of_time(
    words: Iterable[CouncilAssessment], first: date, last: date
) -> CouncilAssessment | None:
    """Return the newest word about a time that holds the days; else None."""
    return next((word for word in words if word.first <= first and last <= word.last), None)


@dataclass(frozen=True)
class Difference:
    """That an assessment differs from what is reported of its own time.

    `figures` is what is reported; `is_explained` whether the assessment says why.
    """

    number: int
    label: str
    figures: SafeString
    is_explained: bool


def reported_with(follow_up: FollowUp, on: date) -> Reported:
    """Return what is reported in public of a follow-up's pledge, and closed.

    As if the follow-up were published on a day: what it assesses it closes, and it counts itself
    where follow-ups are promised.
    """
    reported = reported_in_public([follow_up.pledge], on)
    if not follow_up.is_published:
        for commitment in filter(counts_follow_ups, follow_up.pledge.commitments.all()):
            tallies = reported.tallies.get(commitment.pk, [])
            reported.tallies[commitment.pk] = counting_itself(follow_up, tallies)
    closed = closed_by(follow_up, on)
    if closed is not None:
        for assessment in follow_up.assessments.given():
            reported.closed.setdefault(assessment.commitment_id, []).append(closed)
    return reported


def differences(follow_up: FollowUp, on: date) -> list[Difference]:
    """Return which assessments differ from what is reported of their time.

    The follow-up's pledge comes from `with_standing()`.
    """
    reported, standing_then = reported_with(follow_up, on), standing(follow_up.pledge, on)
    days = (follow_up.first_day, follow_up.last_day)
    return [
        Difference(
            assessment.commitment.number,
            str(assessment.get_verdict_display()),
            figures(assessment.commitment, reported, standing_then, *days),
            bool(assessment.difference),
        )
        for assessment in follow_up.assessments.given().select_related("commitment__pledge")
        if voices_differ(
            assessment.verdict,
            verdict_of_time(assessment.commitment, reported, standing_then, *days),
        )
    ]


def figures(
    commitment: Commitment, reported: Reported, standing: Standing, first: date, last: date
) -> SafeString:
    """Return in words what is reported of some days, and of them alone.

    With how the target has changed beside what was signed.
    """
    text = Wording("")
    so_far = reported.progress(commitment, standing)
    whole = presentation.progress_view(commitment, text, so_far)
    changed = [f"{day(change.on)}: {change.sentence}" for change in whole.changes]
    if not whole.spans:
        sentences = _of_time(commitment, reported, standing, first, last)
    else:
        within = [span for span in whole.spans if first <= span.first and span.last <= last]
        sentences = [span.sentence for span in within]
    if not sentences:
        sentences = [_part_of_period(commitment, reported, so_far, first, last)]
    return mark_safe(" ".join([*sentences, *changed]))  # noqa: S308  (each is escaped)


def _of_time(
    commitment: Commitment, reported: Reported, standing: Standing, first: date, last: date
) -> list[SafeString]:
    """Return what is reported of days that say something by themselves."""
    of_time = progress_of_time(commitment, reported, standing, first, last)
    if of_time.amounts and of_time.target.shape == Shape.NONE:
        unit = presentation.unit_text(commitment.source_after(of_time.changes))
        return [SafeString(f"{presentation.amounts_text(of_time, unit)}.")]
    is_hidden = of_time.verdict == Verdict.HIDDEN
    # What is promised for all of the pledge's time isn't missed in a part of it.
    if is_hidden or _unless_too_short(of_time, last, standing) is not None:
        return [presentation.progress_view(commitment, Wording(""), of_time).sentence]
    return []


def _part_of_period(
    commitment: Commitment, reported: Reported, so_far: Progress, first: date, last: date
) -> SafeString:
    """Return what is reported of days that hold no whole period."""
    done = sum(tally.amount for tally in _within(commitment, reported, first, last))
    target = commitment.source_after(so_far.changes)
    on = so_far.standing.on if so_far.standing is not None else last
    parts = {
        "n": done,
        "unit": presentation.unit_text(target),
        "period": period_label(first, last),
        "target": presentation.target_text(target),
    }
    if not done and is_closed_in_part(reported.closed.get(commitment.pk, []), first, last, on):
        sentence = _("0 %(unit)s redovisade för %(period)s. Lovat: %(target)s.")
    elif not done:
        sentence = _("Inget är redovisat för %(period)s. Lovat: %(target)s.")
    else:
        sentence = _("%(n)s %(unit)s under %(period)s. Lovat: %(target)s.")
    return SafeString(sentence % parts)


def promises(pledge: Pledge, standing: Standing) -> dict[int, CommitmentVoices]:
    """Return each commitment in both voices by its key, in order.

    Costs four queries for what is reported and assessed, and one for the commitments unless they
    are prefetched.
    """
    return promises_of([pledge], {pledge.pk: standing}, standing.on)


def promises_of(
    pledges: Iterable[Pledge], standings: dict[int, Standing], on: date
) -> dict[int, CommitmentVoices]:
    """Return what `promises` does, of several pledges with their commitments."""
    pledges = list(pledges)
    reported = reported_in_public(pledges, on)
    return {
        commitment.pk: promise(commitment, reported, standings[pledge.pk])
        for pledge in pledges
        for commitment in pledge.commitments.all()
    }


def promise(commitment: Commitment, reported: Reported, standing: Standing) -> CommitmentVoices:
    """Return a commitment in both voices."""
    assessments = reported.assessments.get(commitment.pk, [])
    words = council_words(assessments, is_over=standing.is_over)
    newest = words[0] if words else None
    so_far = reported.progress(commitment, standing)
    reasons = {row.span.first: _reason(words, row.span.first, row.span.last) for row in so_far.rows}
    given = next((word for word in words if word.reason), None)
    # Where a target's periods are told, each has its reason; else the latest that was given stands.
    explaining = newest if newest is None or newest.reason or any(reasons.values()) else given
    view = presentation.progress_view(
        commitment,
        wording(commitment, "text"),
        so_far,
        explaining.reason if explaining else None,
        {first: reason for first, reason in reasons.items() if reason},
    )
    if explaining is not newest and explaining is not None:
        view = replace(view, reason_period=explaining.period)
    differs = newest is not None and voices_differ(
        newest.verdict, verdict_of_time(commitment, reported, standing, newest.first, newest.last)
    )
    return CommitmentVoices(
        view,
        newest,
        differs,
        tuple((word.first, word.last) for word in words),
        left_on=_left_on(commitment, assessments) if newest is None else "",
        is_over=standing.is_over,
        by=_assessor(newest, assessments),
    )


def _assessor(newest: CouncilAssessment | None, assessments: Sequence[Assessment]) -> str:
    """Return who has assessed, or looked at, a commitment; "" a council."""
    if newest is not None:
        return newest.by
    return assessments[0].follow_up.assessed_by if assessments else ""


def _left_on(commitment: Commitment, assessments: Sequence[Assessment]) -> str:
    """Return the day of the latest meeting that left a commitment, or "".

    A secret kind is always left while its own period runs: it isn't assessed yet.
    """
    if commitment.is_secret_kind or not assessments:
        return ""
    return day(assessments[0].follow_up.meeting_on)


def _reason(words: Sequence[CouncilAssessment], first: date, last: date) -> Wording:
    """Return the newest reason given for some of the days from first to last."""
    given = (word.reason for word in words if word.first <= last and first <= word.last)
    return next((reason for reason in given if reason), Wording(""))


def progress_of_time(
    commitment: Commitment, reported: Reported, standing: Standing, first: date, last: date
) -> Progress:
    """Return what was reported of some days, and of them alone."""
    within = _within(commitment, reported, first, last)
    begins = max(first, standing.valid_from)
    of_time = replace(
        standing,
        valid_from=begins,
        planned_end=last,
        last_day=last,
        state=State.IN_FORCE if standing.on <= last else State.ENDED,
    )
    earlier = _only_within(reported.earlier.get(commitment.pk, []), first, last)
    of_time_only = replace(
        reported, tallies={commitment.pk: within}, earlier={commitment.pk: earlier}
    )
    return of_time_only.progress_of_time(commitment, of_time)


def _within(commitment: Commitment, reported: Reported, first: date, last: date) -> list[Tally]:
    return _only_within(reported.tallies.get(commitment.pk, []), first, last)


def _only_within(tallies: Iterable[Tally], first: date, last: date) -> list[Tally]:
    return [tally for tally in tallies if first <= tally.first and tally.last <= last]


def verdict_of_time(
    commitment: Commitment, reported: Reported, standing: Standing, first: date, last: date
) -> Verdict | None:
    """Return how a commitment stands by what is reported of some days.

    None when those days say nothing of whether it is kept: half a year's period tells of no year
    that isn't reached already.
    """
    whole = reported.progress(commitment, standing)
    target = whole.target
    if target.shape == Shape.NONE:
        return None
    if not whole.rows:
        of_time = progress_of_time(commitment, reported, standing, first, last)
        return _unless_too_short(of_time, last, standing)
    verdicts = [
        row.verdict for row in whole.rows if first <= row.span.first and row.span.last <= last
    ]
    if not verdicts:
        done = sum(tally.amount for tally in _within(commitment, reported, first, last))
        is_enough = not target.at_most and done >= (target.amount or 0)
        return Verdict.REACHED if is_enough else None
    if set(verdicts) <= {Verdict.REACHED}:
        return Verdict.REACHED
    if Verdict.MISSED not in verdicts:
        return None
    return Verdict.PARTLY if Verdict.REACHED in verdicts else Verdict.MISSED


def _unless_too_short(of_time: Progress, last: date, standing: Standing) -> Verdict | None:
    """Return the verdict of some days, unless the target was for longer."""
    target = of_time.target
    is_of_the_whole = target.shape in {Shape.COVERAGE, Shape.DONE} or target.period == Period.WHOLE
    end = min(standing.last_day or standing.planned_end, standing.planned_end)
    if is_of_the_whole and of_time.verdict != Verdict.REACHED and last < end:
        return None
    return of_time.verdict
