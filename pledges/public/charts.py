"""A pledge's own charts: done against target, and its follow-ups."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledge_portal.pages.text import Wording, wording
from pledges.charts.kinds import (
    MOST_COLUMNS,
    Chart,
    MatrixChart,
    MatrixRow,
    Standing,
    TargetChart,
    TargetRow,
)
from pledges.charts.values import HIDDEN, Value
from pledges.follow_ups.presentation import matrix
from pledges.lifecycle import standing
from pledges.models import Assessment, Commitment, FollowUp, Municipality, Pledge
from pledges.presentation.progress import progress_summary
from pledges.progress import Progress, Verdict
from pledges.tallies import progress_in_public, public_tallies
from pledges.targets import Shape

# How a verdict of `progress` is drawn; what waits for its period to end is drawn as yet to come.
_MARKS = {
    Verdict.HIDDEN: "upcoming",
    Verdict.CUT: "unmeasured",
}


def target_chart(pledge: Pledge, rows: Iterable[tuple[Commitment, Wording, Progress]]) -> Chart:
    """Return done against target for every commitment.

    Of a target by periods the bar is the sum of the periods that are over, so that a year that has
    just begun doesn't look like a failure.
    """
    promises = list(rows)
    return TargetChart(
        key="mal",
        title=_("Gjort mot mål"),
        finding=progress_summary(found for _commitment, _text, found in promises),
        heading=_("Åtagande"),
        rows=[_target_row(*row) for row in promises],
        is_demonstration=pledge.is_demonstration,
    )


def _target_row(commitment: Commitment, text: Wording, progress: Progress) -> TargetRow:
    done, target = _amounts(progress)
    verdict = progress.verdict
    return TargetRow(
        name=Wording(f"{commitment.number}. {text.text}", text.lang),
        done=done,
        target=target,
        standing=Standing(_MARKS.get(verdict, str(verdict)), str(verdict.label)),
    )


def _amounts(progress: Progress) -> tuple[Value, float | None]:
    """Return what is done and what was promised, over the same time."""
    if progress.target.shape == Shape.NONE:
        return progress.done, None
    if progress.rows:
        finished = [
            row for row in progress.rows if row.verdict in {Verdict.REACHED, Verdict.MISSED}
        ]
        counted = finished or [row for row in progress.rows if row.done is not None and row.target]
        if not counted or (not finished and progress.is_secret):
            return HIDDEN, float(progress.rows[0].target)
        promised = float(sum(row.target for row in counted))
        if all((row.done or 0) >= row.target for row in counted):
            return sum(row.done or 0 for row in counted), promised
        # More in one period doesn't make up for less in another.
        return sum(min(row.done or 0, row.target) for row in counted), promised
    if progress.target.shape == Shape.AVERAGE:
        average = float(progress.average) if progress.average is not None else HIDDEN
        return average, float(progress.target.amount or 1)
    if progress.target.shape == Shape.DONE:
        return min(progress.actions, 1), 1.0
    if progress.whole:
        return progress.done, float(progress.whole)
    if progress.judged:
        return progress.reached, float(progress.judged)
    return progress.done, None


def matrix_chart(pledge: Pledge, follow_ups: list[FollowUp]) -> Chart | None:
    """Return the assessments of every commitment at every follow-up.

    As many of the latest as there is room for; None when nothing has been published. Their
    assessments are prefetched.
    """
    if not follow_ups:
        return None
    latest = sorted(follow_ups, key=lambda follow_up: follow_up.meeting_on)[-MOST_COLUMNS:]
    overview = matrix(pledge, latest)
    rows = [
        MatrixRow(
            Wording(f"{number}. {text.text}", text.lang),
            [Standing(mark, label) for mark, label in cells],
        )
        for number, text, cells in overview.rows
    ]
    reached = sum(row.cells[-1].mark == "reached" for row in rows)
    return MatrixChart(
        key="uppfoljningar",
        title=_("Bedömning av varje åtagande vid varje uppföljning"),
        finding=ngettext(
            "Vid den senaste uppföljningen bedömdes %(kept)s av %(n)s åtagande som hållet.",
            "Vid den senaste uppföljningen bedömdes %(kept)s av %(n)s åtaganden som hållna.",
            len(rows),
        )
        % {"kept": reached, "n": len(rows)},
        heading=_("Åtagande"),
        columns=[words for _day, words in overview.meetings],
        rows=rows,
        is_demonstration=pledge.is_demonstration,
    )


def targets_of(pledge: Pledge, municipality: Municipality | None, on: date) -> Chart:
    """Return done against target as the public may know it on a day.

    Two queries.
    """
    standing_then = standing(pledge, on, municipality)
    tallies = public_tallies(pledge, on)
    return target_chart(
        pledge,
        [
            (
                commitment,
                wording(commitment, "text"),
                progress_in_public(commitment, tallies, standing_then),
            )
            for commitment in pledge.commitments.order_by("number")
        ],
    )


def matrix_of(pledge: Pledge, _place: Municipality | None, on: date) -> Chart | None:
    """Return the commitments by follow-ups from meetings until a day."""
    held = [follow_up for follow_up in published_follow_ups(pledge) if follow_up.meeting_on <= on]
    return matrix_chart(pledge, held)


def published_follow_ups(pledge: Pledge) -> list[FollowUp]:
    """Return a pledge's published follow-ups, the latest first.

    With their assessments.
    """
    assessments = Prefetch("assessments", Assessment.objects.all())
    follow_ups = FollowUp.objects.public().filter(pledge=pledge).latest_first()
    return list(follow_ups.prefetch_related(assessments))
