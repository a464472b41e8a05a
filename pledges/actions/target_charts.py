"""What is done of a pledge against its targets, as a chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from html import unescape

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from pledge_portal.pages.text import Wording, wording
from pledges.actions.tallies import Reported
from pledges.charts.kinds import (
    Chart,
    Standing,
    TargetChart,
    TargetRow,
)
from pledges.charts.values import HIDDEN, Value
from pledges.lifecycle import standing
from pledges.models import Commitment, Municipality, Pledge
from pledges.presentation.amount_sentences import amounts_text
from pledges.presentation.commitment import numbered_name
from pledges.presentation.period_sentences import judged_periods_sentence, told_by
from pledges.presentation.progress_summary import progress_summary
from pledges.presentation.time_sentences import mean_time, rounded_mean
from pledges.presentation.units import unit_of
from pledges.progress import JUDGED, UNREACHED, Progress, SpanProgress, Verdict
from pledges.targets import Shape, period_noun

# How a verdict of `progress` is drawn; what waits for its period to end is drawn as yet to come.
_MARKS = {
    Verdict.HIDDEN: "upcoming",
    Verdict.NOTHING_YET: "upcoming",
    Verdict.REPORTED: "on_track",
    Verdict.NO_REQUEST: "unmeasured",
    Verdict.CUT: "unmeasured",
}


def target_chart(
    pledge: Pledge,
    rows: Iterable[tuple[Commitment, Wording, Progress]],
    council: Mapping[int, Standing],
    council_heading: str = "",
) -> Chart:
    """Return done against target, and what the council says.

    Of a target by periods the bar is the sum of the periods that are judged, so that one that isn't
    reported doesn't look like a failure.
    """
    promises = list(rows)
    return TargetChart(
        key="mal",
        title=_("Gjort mot mål"),
        finding=progress_summary(progress for _commitment, _text, progress in promises),
        heading=_("Åtagande"),
        rows=[replace(_target_row(*row), council=council.get(row[0].pk)) for row in promises],
        council_heading=council_heading,
        is_demonstration=pledge.is_demonstration,
    )


def _target_row(commitment: Commitment, text: Wording, progress: Progress) -> TargetRow:
    done, target = _amounts(progress)
    verdict = progress.verdict
    label = judged_periods_sentence(progress).rstrip(".") or str(verdict.label)
    if missing := _unreported_periods(progress):
        # A bar is of the periods that are reported, and the others stand beside it.
        label = (
            missing
            if verdict == Verdict.UNREPORTED and not progress.judged
            else f"{label}; {missing}"
        )
    if progress.mean is not None:
        label = f"{label}, {mean_time(progress.mean)}"
    drawn = _drawn(progress)
    if drawn is not None and any((row.done or 0) > row.target for row in progress.rows):
        # "4 av 4" beside a target that was missed would be quoted alone.
        label = f"{label}; {_('fler än lovat i en period räknas inte för en annan')}"
    return TargetRow(
        name=numbered_name(commitment, text),
        done=done,
        target=target,
        standing=Standing(_MARKS.get(verdict, str(verdict)), label),
        amounts=_kinds(commitment, progress),
        drawn=drawn,
    )


def _unreported_periods(progress: Progress) -> str:
    """Return of how many periods the report is missing, or ""."""
    if not progress.rows or not progress.unreported:
        return ""
    return _("för %(n)s %(periods)s saknas redovisningen") % {
        "n": progress.unreported,
        "periods": period_noun(told_by(progress.target), progress.unreported),
    }


def _kinds(commitment: Commitment, progress: Progress) -> str:
    """Return how much of each kind is done, where there are several."""
    if progress.target.shape != Shape.NONE or len(progress.amounts) < 2:
        return ""
    unit = unit_of(commitment.source_after(progress.changes))
    return unescape(strip_tags(amounts_text(progress, unit)))


def _amounts(progress: Progress) -> tuple[Value, float | None]:
    """Return what is done and what was promised, over the same time."""
    if progress.target.shape == Shape.NONE:
        # Of different things there is no sum.
        is_of_one_kind = len(progress.amounts) == 1
        return progress.done if is_of_one_kind else None, None
    if progress.target.is_mean:
        mean, target = progress.mean, progress.target
        average = rounded_mean(mean, target) if mean is not None else None
        return None if average is None else float(average), float(progress.target.amount or 1)
    if progress.rows:
        return _amounts_of_periods(progress)
    if progress.verdict == Verdict.HIDDEN:
        return HIDDEN, float(progress.target.amount or 1)
    if progress.target.shape == Shape.DONE:
        return progress.actions - progress.partly or _zero(progress), 1.0
    if progress.whole:
        return progress.done or _zero(progress), float(progress.whole)
    if progress.judged:
        return progress.reached, float(progress.judged + progress.unreported)
    return progress.done or None, None


def _amounts_of_periods(progress: Progress) -> tuple[Value, float]:
    judged = [row for row in progress.rows if row.verdict in JUDGED]
    if not judged:
        latest = [row for row in progress.rows if row.verdict != Verdict.UPCOMING][-1]
        done = HIDDEN if latest.done is None else latest.done or _zero(latest)
        return done, float(latest.target)
    promised = float(sum(row.target for row in judged))
    # What was done, and no less: that more in one period doesn't make up for less in another, the
    # verdict beside it says.
    return sum(row.done or 0 for row in judged), promised


def _drawn(progress: Progress) -> float | None:
    """Return how long the bar is, where it can't be as long as what is done.

    A bar that is full says that the target is reached.
    """
    if not progress.rows or progress.verdict not in UNREACHED:
        return None
    if progress.target.is_mean or progress.target.at_most:
        return None
    judged = [row for row in progress.rows if row.verdict in JUDGED]
    in_time = [row for row in judged if row.verdict != Verdict.PARTLY]
    return float(sum(min(row.done or 0, row.target) for row in in_time))


def _zero(told: Progress | SpanProgress) -> Value:
    """Return what nothing done is drawn as: silence is not zero."""
    return 0 if told.is_told else None


def targets_of(
    pledge: Pledge,
    municipality: Municipality | None,
    on: date,
    reported: Reported,
    council: Mapping[int, Standing],
    council_heading: str = "",
) -> Chart | None:
    """Return done against target as the public may know it on a day.

    `council` is what the council says of each commitment, by its key. None of a pledge without
    commitments.
    """
    standing_then = standing(pledge, on, municipality)
    rows = [
        (commitment, wording(commitment, "text"), reported.progress(commitment, standing_then))
        for commitment in pledge.commitments.order_by("number")
    ]
    return target_chart(pledge, rows, council, council_heading) if rows else None
