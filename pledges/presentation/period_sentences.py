"""A target's periods taken together, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _

from pledges.progress import Progress, SpanProgress, Verdict
from pledges.targets import Period, Target, period_noun


def span_label(period: SpanProgress) -> str:
    """Return the name of a period within a sentence."""
    return period.span.label or _("hela löftesperioden")


def latest_period(progress: Progress) -> SpanProgress | None:
    """Return the latest period that has begun and is told of."""
    silent = {Verdict.UPCOMING, Verdict.HIDDEN}
    periods = [period for period in progress.rows if period.verdict not in silent]
    return periods[-1] if periods else None


def told_by(target: Target) -> Period | None:
    """Return by what periods a target is told.

    Means are told year by year, and so are days that come every year.
    """
    return Period.YEAR if target.is_mean or target.every_year else target.period


def judged_periods_sentence(progress: Progress) -> str:
    """Say in how many of the periods that are judged the target was reached.

    "" where none is, and where the latest period is the one that is.
    """
    if progress.judged > 1:
        return _("Målet nåddes %(reached)s %(reached_periods)s av %(judged)s.") % {
            "reached": progress.reached,
            "reached_periods": period_noun(told_by(progress.target), progress.reached),
            "judged": progress.judged,
        }
    if not progress.rows:
        return ""
    judged = _only_judged(progress, latest_period(progress) or progress.rows[0])
    if judged is None:
        return ""
    # Otherwise the latest period stands beside a verdict that isn't its own.
    sentence = (
        _("Målet nåddes under %(label)s.")
        if judged.verdict == Verdict.REACHED
        else _("Målet nåddes inte under %(label)s.")
    )
    return sentence % {"label": span_label(judged)}


def _only_judged(progress: Progress, latest: SpanProgress) -> SpanProgress | None:
    """Return the one period that is judged, when it is an earlier one."""
    if progress.judged != 1:
        return None
    judged = {Verdict.REACHED, Verdict.MISSED}
    earlier = progress.rows[: progress.rows.index(latest)]
    return next((period for period in earlier if period.verdict in judged), None)


def unreported_periods_sentence(progress: Progress) -> str:
    """Say for how many periods before the latest the report is missing."""
    latest = latest_period(progress) or progress.rows[0]
    earlier = progress.unreported - (latest.verdict == Verdict.UNREPORTED)
    if earlier <= 0:
        return ""
    return _("För %(n)s tidigare %(periods)s saknas redovisningen.") % {
        "n": earlier,
        "periods": period_noun(told_by(progress.target), earlier),
    }
