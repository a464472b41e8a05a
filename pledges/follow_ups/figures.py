"""What is reported of some days, and of them alone.

It stands beside an assessment of the same time, and says whether the two differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from pledge_portal.pages.text import Wording
from pledges import presentation
from pledges.actions.tallies import Reported
from pledges.lifecycle import Standing, State
from pledges.models import Commitment
from pledges.presentation.validity import day, period_label
from pledges.presentation.voices import voices_differ
from pledges.progress import JUDGED, Progress, Tally, Verdict
from pledges.progress.closing import is_closed_in_part
from pledges.progress.verdicts import verdict_of_periods
from pledges.targets import Period, Shape


def differs_from_figures(
    word: str,
    commitment: Commitment,
    reported: Reported,
    standing: Standing,
    days: tuple[date, date],
) -> bool:
    """Return whether an assessment of some days differs from their figures."""
    verdict = verdict_of_time(commitment, reported, standing, *days)
    return voices_differ(word, verdict, is_begun=is_begun(commitment, reported, *days))


def is_begun(commitment: Commitment, reported: Reported, first: date, last: date) -> bool:
    """Return whether anything is reported as done in some days."""
    return any(tally.actions for tally in _within(commitment, reported, first, last))


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
    within = [span for span in whole.spans if first <= span.first and span.last <= last]
    sentences = [span.sentence for span in within]
    if not sentences:
        of_time = progress_of_time(commitment, reported, standing, first, last)
        sentences = [] if whole.spans else _of_time(commitment, of_time, standing, last)
    if not sentences:
        sentences = [_part_of_period(commitment, reported, so_far, of_time, (first, last))]
    if not within and not commitment.is_secret_kind:
        sentences += _partly_outside(commitment, reported, first, last)
    return mark_safe(" ".join([*sentences, *changed]))  # noqa: S308  (each is escaped)


def _partly_outside(
    commitment: Commitment, reported: Reported, first: date, last: date
) -> list[SafeString]:
    """Return what reported times lie only partly within the days.

    They aren't counted: how much was done within these days isn't known.
    """
    stretches = {
        (tally.first, tally.last)
        for tally in reported.tallies.get(commitment.pk, [])
        if tally.is_span
        and tally.first <= last
        and first <= tally.last
        and not (first <= tally.first and tally.last <= last)
    }
    if not stretches:
        return []
    times = get_text_list([period_label(*days) for days in sorted(stretches)], _("och"))
    sentence = _(
        "Det som är redovisat för %(time)s ligger bara delvis i tiden och är inte medräknat."
    )
    return [SafeString(sentence % {"time": times})]


def _of_time(
    commitment: Commitment, of_time: Progress, standing: Standing, last: date
) -> list[SafeString]:
    """Return what is reported of days that say something by themselves."""
    if of_time.amounts and of_time.target.shape == Shape.NONE:
        unit = presentation.unit_of(commitment.source_after(of_time.changes))
        return [SafeString(f"{presentation.amounts_text(of_time, unit)}.")]
    is_hidden = of_time.verdict == Verdict.HIDDEN
    # What is promised for all of the pledge's time isn't missed in a part of it.
    if is_hidden or _unless_too_short(of_time, last, standing) is not None:
        return [presentation.progress_view(commitment, Wording(""), of_time).sentence]
    return []


def _part_of_period(
    commitment: Commitment,
    reported: Reported,
    so_far: Progress,
    of_time: Progress,
    days: tuple[date, date],
) -> SafeString:
    """Return what is reported of days that hold no whole period."""
    first, last = days
    done = sum(tally.amount for tally in _within(commitment, reported, first, last))
    target = commitment.source_after(so_far.changes)
    unit = presentation.unit_of(target)
    done_in_words = f"{done} {unit.of(done)}"
    # What was counted in other units isn't called by the target's.
    if any(amount.unit for amount in of_time.amounts):
        done_in_words = presentation.amounts_text(of_time, unit)
    on = so_far.standing.on if so_far.standing is not None else last
    parts = {
        "done": done_in_words,
        "unit": unit.of(done),
        "period": period_label(first, last),
        "target": presentation.target_text(target),
    }
    if not done and is_closed_in_part(reported.closed.get(commitment.pk, []), first, last, on):
        sentence = _("0 %(unit)s redovisade för %(period)s. Lovat: %(target)s.")
    elif not done:
        sentence = _("Inget är redovisat för %(period)s. Lovat: %(target)s.")
    else:
        sentence = _("%(done)s under %(period)s. Lovat: %(target)s.")
    return SafeString(sentence % parts)


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
    together = verdict_of_periods(verdicts)
    return together if together in JUDGED else None


def _unless_too_short(of_time: Progress, last: date, standing: Standing) -> Verdict | None:
    """Return the verdict of some days, unless the target was for longer."""
    target = of_time.target
    is_of_the_whole = target.shape in {Shape.COVERAGE, Shape.DONE} or target.period == Period.WHOLE
    end = min(standing.last_day or standing.planned_end, standing.planned_end)
    if is_of_the_whole and of_time.verdict != Verdict.REACHED and last < end:
        return None
    return of_time.verdict
