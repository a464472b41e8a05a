"""What is done of a pledge against its targets, as a chart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from pledge_portal.pages.text import Wording, wording
from pledges.actions.tallies import reported_in_public
from pledges.charts.kinds import (
    Chart,
    Standing,
    TargetChart,
    TargetRow,
)
from pledges.charts.values import HIDDEN, Value
from pledges.lifecycle import standing
from pledges.models import Commitment, Municipality, Pledge
from pledges.presentation.progress import progress_summary
from pledges.progress import Progress, Verdict
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
        finding=progress_summary(progress for _commitment, _text, progress in promises),
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


def targets_of(pledge: Pledge, municipality: Municipality | None, on: date) -> Chart:
    """Return done against target as the public may know it on a day.

    Three queries.
    """
    standing_then = standing(pledge, on, municipality)
    reported = reported_in_public([pledge], on)
    return target_chart(
        pledge,
        [
            (
                commitment,
                wording(commitment, "text"),
                reported.progress(commitment, standing_then),
            )
            for commitment in pledge.commitments.order_by("number")
        ],
    )
