"""A pledge's own charts: done against target, and its commitments by follow-ups."""

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
    listed = list(rows)
    return TargetChart(
        key="mal",
        title=_("Gjort mot mål"),
        finding=progress_summary(found for _commitment, _text, found in listed),
        heading=_("Åtagande"),
        rows=[_target_row(*row) for row in listed],
        is_demonstration=pledge.is_demonstration,
    )


def _target_row(commitment: Commitment, text: Wording, found: Progress) -> TargetRow:
    done, target = _amounts(found)
    verdict = found.verdict
    return TargetRow(
        name=Wording(f"{commitment.number}. {text.text}", text.lang),
        done=done,
        target=target,
        standing=Standing(_MARKS.get(verdict, str(verdict)), str(verdict.label)),
    )


def _amounts(found: Progress) -> tuple[Value, float | None]:
    """Return what is done and what was promised, over the same time."""
    if found.target.shape == Shape.NONE:
        return found.done, None
    if found.rows:
        over = [row for row in found.rows if row.verdict in {Verdict.REACHED, Verdict.MISSED}]
        told = over or [row for row in found.rows if row.done is not None and row.target]
        if not told or (not over and found.is_secret):
            return HIDDEN, float(found.rows[0].target)
        promised = float(sum(row.target for row in told))
        if all((row.done or 0) >= row.target for row in told):
            return sum(row.done or 0 for row in told), promised
        # More in one period doesn't make up for less in another.
        return sum(min(row.done or 0, row.target) for row in told), promised
    if found.target.shape == Shape.AVERAGE:
        average = float(found.average) if found.average is not None else HIDDEN
        return average, float(found.target.amount or 1)
    if found.target.shape == Shape.DONE:
        return min(found.actions, 1), 1.0
    if found.whole:
        return found.done, float(found.whole)
    if found.judged:
        return found.reached, float(found.judged)
    return found.done, None


def matrix_chart(pledge: Pledge, follow_ups: list[FollowUp]) -> Chart | None:
    """Return the assessments of every commitment at every follow-up, as many of the latest as there
    is room for; None when nothing has been published. Their assessments are prefetched."""
    if not follow_ups:
        return None
    latest = sorted(follow_ups, key=lambda each: each.meeting_on)[-MOST_COLUMNS:]
    found = matrix(pledge, latest)
    rows = [
        MatrixRow(
            Wording(f"{number}. {text.text}", text.lang),
            [Standing(mark, label) for mark, label in cells],
        )
        for number, text, cells in found.rows
    ]
    kept = sum(row.cells[-1].mark == "reached" for row in rows)
    return MatrixChart(
        key="uppfoljningar",
        title=_("Bedömning av varje åtagande vid varje uppföljning"),
        finding=ngettext(
            "Vid den senaste uppföljningen bedömdes %(kept)s av %(n)s åtagande som hållet.",
            "Vid den senaste uppföljningen bedömdes %(kept)s av %(n)s åtaganden som hållna.",
            len(rows),
        )
        % {"kept": kept, "n": len(rows)},
        heading=_("Åtagande"),
        columns=[words for _day, words in found.meetings],
        rows=rows,
        is_demonstration=pledge.is_demonstration,
    )


def targets_of(pledge: Pledge, place: Municipality | None, on: date) -> Chart:
    """Return done against target as the public may know it on a day; two questions."""
    stands = standing(pledge, on, place)
    tallies = public_tallies(pledge, on)
    return target_chart(
        pledge,
        [
            (each, wording(each, "text"), progress_in_public(each, tallies, stands))
            for each in pledge.commitments.order_by("number")
        ],
    )


def matrix_of(pledge: Pledge, _place: Municipality | None, on: date) -> Chart | None:
    """Return the commitments by the follow-ups published from meetings until a day."""
    held = [each for each in published_follow_ups(pledge) if each.meeting_on <= on]
    return matrix_chart(pledge, held)


def published_follow_ups(pledge: Pledge) -> list[FollowUp]:
    """Return a pledge's published follow-ups with their assessments, the latest first."""
    assessments = Prefetch("assessments", Assessment.objects.all())
    found = FollowUp.objects.public().filter(pledge=pledge).latest_first()
    return list(found.prefetch_related(assessments))
