"""Ask for the council's newest word, and hold it beside what is reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils import translation
from django.utils.safestring import SafeString

from pledge_portal.pages.text import Wording, wording
from pledges import presentation
from pledges.actions.portal_counts import counting_itself, counts_follow_ups
from pledges.actions.tallies import Reported, reported_in_public
from pledges.closings.times import closed_by, published_assessments
from pledges.follow_ups.figures import (
    differs_from_figures,
    figures,
    is_begun,
    verdict_of_time,
)
from pledges.follow_ups.presentation import MARKS, assessed_period, verdict_label
from pledges.lifecycle import Standing, standing
from pledges.models import Assessment, Commitment, FollowUp, Pledge
from pledges.presentation.language import in_swedish_only
from pledges.presentation.validity import day
from pledges.presentation.voices import CommitmentVoices, CouncilAssessment


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
        period=assessed_period(follow_up),
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
    assessed = follow_up.assessments.given().values_list("commitment_id", flat=True)
    return _with(follow_up, reported_in_public([follow_up.pledge], on), assessed, on)


def figures_to_assess(
    follow_up: FollowUp, commitment: Commitment, reported: Reported, on: date
) -> SafeString:
    """Return what is `reported` of a follow-up's time, for those who assess.

    As it will stand beside what they say.
    """
    with_it = _with(follow_up, reported, [commitment.pk], on)
    days = (follow_up.first_day, follow_up.last_day)
    return figures(commitment, with_it, standing(follow_up.pledge, on), *days)


def _with(follow_up: FollowUp, reported: Reported, assessed: Iterable[int], on: date) -> Reported:
    """Return what is reported, and closed by what a follow-up assesses."""
    if not follow_up.is_published:
        for commitment in filter(counts_follow_ups, follow_up.pledge.commitments.all()):
            tallies = reported.tallies.get(commitment.pk, [])
            reported.tallies[commitment.pk] = counting_itself(follow_up, tallies)
    closed = closed_by(follow_up, on)
    if closed is not None:
        for commitment_id in assessed:
            reported.closed.setdefault(commitment_id, []).append(closed)
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
        if differs_from_figures(
            assessment.verdict, assessment.commitment, reported, standing_then, days
        )
    ]


def unexplained(follow_up: FollowUp, on: date) -> list[int]:
    """Return the numbers of commitments that aren't said to be begun, but are.

    By what is reported of the time; and nothing says why. Asks for it only when it has to.
    """
    not_begun = follow_up.assessments.filter(
        verdict=Assessment.Verdict.NOT_STARTED, reason="", difference=""
    )
    assessments = list(not_begun.select_related("commitment"))
    if not assessments:
        return []
    reported = reported_with(follow_up, on)
    days = (follow_up.first_day, follow_up.last_day)
    return [
        assessment.commitment.number
        for assessment in assessments
        if is_begun(assessment.commitment, reported, *days)
    ]


def write_figures(follow_up: FollowUp, on: date) -> None:
    """Write beside each assessment what is reported of its own time."""
    follow_up.pledge = Pledge.objects.with_standing().get(pk=follow_up.pledge_id)
    reported, standing_then = reported_with(follow_up, on), standing(follow_up.pledge, on)
    days = (follow_up.first_day, follow_up.last_day)
    for assessment in follow_up.assessments.given().select_related("commitment__pledge"):
        commitment = assessment.commitment
        verdict = verdict_of_time(commitment, reported, standing_then, *days)
        sentences = {}
        for language in ("sv", "en"):
            with translation.override(language):
                sentences[language] = str(figures(commitment, reported, standing_then, *days))
        assessment.figures = {
            **sentences,
            "verdict": str(verdict or ""),
            "is_begun": is_begun(commitment, reported, *days),
        }
        assessment.save(update_fields=["figures"])


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
    differs = newest is not None and differs_from_figures(
        newest.verdict, commitment, reported, standing, (newest.first, newest.last)
    )
    return CommitmentVoices(
        view,
        newest,
        differs,
        tuple(words),
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
