"""Progress as pages show it: words, figures and bars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from pledge_portal.pages.text import Wording
from pledges.models import Commitment
from pledges.presentation.amount_sentences import (
    kinds_sentence,
    partly_sentence,
    portal_sentence,
)
from pledges.presentation.commitment import given_name, whose_turn
from pledges.presentation.period_sentences import (
    judged_periods_sentence,
    latest_period,
    span_label,
    told_by,
    unreported_periods_sentence,
)
from pledges.presentation.progress_sentences import progress_sentence, span_sentence
from pledges.presentation.target_changes import (
    TargetChangeView,
    target_change_views,
)
from pledges.presentation.time_sentences import completed_text, decimal_text, mean_text
from pledges.presentation.units import Unit, unit_of
from pledges.presentation.validity import day
from pledges.progress import UNREACHED, Mean, Progress, SpanProgress, Verdict
from pledges.targets import Shape, Target, period_noun

_FULL = 100
_SAYS_ALL = frozenset({Verdict.NOTHING_YET, Verdict.HIDDEN, Verdict.UPCOMING})
# With the numbers beside it, such a verdict says all of a period that is counted.
_SAYS_ALL_BESIDE_NUMBERS = frozenset({Verdict.REACHED, Verdict.MISSED, Verdict.PARTLY})


@dataclass(frozen=True)
class SpanView:
    """A period of the target.

    `number` is "1 av 2", empty when it isn't told; `promised` and `done` are its two numbers in a
    table, and `note` what a table's row says besides; `percent` is how much of the bar is filled,
    at most 100, None when there is none; `reason` why it was missed.
    """

    label: str
    first: date
    last: date
    number: str
    promised: str
    done: str
    sentence: SafeString
    note: SafeString
    verdict: Verdict
    verdict_label: str
    percent: int | None
    is_extra: bool
    reason: Wording

    @property
    def is_calendar_year(self) -> bool:
        """Whether its label alone says its days."""
        days = ((self.first.month, self.first.day), (self.last.month, self.last.day))
        return days == ((1, 1), (12, 31)) and self.first.year == self.last.year


@dataclass(frozen=True)
class ProgressView:
    """A commitment's progress as pages show it.

    `name` is its short name, if it has one; `sentence` says in one line how it stands today, and
    `beside_periods` what of that a table of its periods doesn't say; `by_portal` how much of it the
    portal itself has published, and `is_told` that something is reported; `lacks_reason` that it
    was missed without a word of why; `reason_period` is what time the reason is about, where that
    isn't what was assessed last; `changes` how the target has changed beside what was signed.
    """

    number: int
    name: Wording
    text: Wording
    verdict: Verdict
    verdict_label: str
    figure: str
    percent: int | None
    sentence: SafeString
    beside_periods: SafeString
    spans: list[SpanView]
    reason: Wording
    lacks_reason: bool
    changes: list[TargetChangeView]
    by_portal: int = 0
    is_told: bool = False
    reason_period: str = ""

    @property
    def says_more(self) -> bool:
        """Whether the sentence says more than the verdict's own words."""
        says_all = self.verdict in _SAYS_ALL or self.sentence.rstrip(".") == self.verdict_label
        return not says_all


def progress_view(
    commitment: Commitment,
    text: Wording,
    progress: Progress,
    reason: Wording | None = None,
    reasons: dict[date, Wording] | None = None,
) -> ProgressView:
    """Return a commitment's progress in words.

    `reason` is what the parties have said of why the target is not reached, `reasons` the same by
    the first day of a period.
    """
    unit = unit_of(commitment.source_after(progress.changes))
    span_views = [
        _span_view(
            period, unit, progress.target, (reasons or {}).get(period.span.first, Wording(""))
        )
        for period in progress.rows
    ]
    details = [
        kinds_sentence(progress, unit),
        partly_sentence(progress),
        portal_sentence(commitment.kind, progress.by_portal),
    ]
    if progress.verdict == Verdict.UNREPORTED:
        details.append(whose_turn(commitment))
    of_periods = ["" if _counts_periods(progress) else judged_periods_sentence(progress)]
    if span_views:
        of_periods.append(unreported_periods_sentence(progress))
    is_missed = progress.verdict in UNREACHED
    return ProgressView(
        number=commitment.number,
        name=given_name(commitment),
        text=text,
        verdict=progress.verdict,
        verdict_label=_verdict_label(
            progress.verdict,
            progress.mean,
            is_late=progress.is_late,
            is_partly_done=progress.is_only_partly_done and progress.target.shape == Shape.DONE,
        ),
        figure=_figure(progress),
        percent=_whole_percent(progress),
        sentence=_joined(progress_sentence(progress, unit), *details),
        beside_periods=_joined(*of_periods, *details),
        spans=span_views,
        reason=reason or Wording(""),
        lacks_reason=is_missed and not reason and not any(view.reason for view in span_views),
        changes=target_change_views(commitment, progress.changes),
        by_portal=progress.by_portal,
        is_told=progress.is_told,
    )


def _joined(*sentences: str) -> SafeString:
    return mark_safe(" ".join(filter(None, sentences)))  # noqa: S308  (ours, the unit escaped)


def _span_view(period: SpanProgress, unit: Unit, target: Target, reason: Wording) -> SpanView:
    is_counted = _is_told(period) and target.shape != Shape.DONE
    sentence = span_sentence(period, unit, target)
    completed = completed_text(period.closing)
    return SpanView(
        label=capfirst(span_label(period)),
        first=period.span.first,
        last=period.span.last,
        number=_number(period, target) if is_counted else "",
        promised=_promised(period, target),
        done=_done(period, target) if is_counted else "",
        sentence=_joined(sentence, completed),
        note=_joined("" if _is_said_by_numbers(period, target) else sentence, completed),
        verdict=period.verdict,
        verdict_label=_verdict_label(
            period.verdict,
            period.mean,
            is_late=target.shape == Shape.DONE,
            is_partly_done=period.is_only_partly_done,
        ),
        percent=min(_FULL, round(period.share * _FULL))
        if is_counted and not target.is_mean
        else None,
        is_extra=period.span.is_extra,
        reason=reason,
    )


def _promised(period: SpanProgress, target: Target) -> str:
    """Return what was promised for a period, in a word or two."""
    if target.is_mean:
        number = decimal_text(target.amount or Decimal(0))
    elif target.shape == Shape.DONE:
        return _("Senast %(day)s") % {"day": day(period.span.last)}
    else:
        number = str(period.target)
    return _("Högst %(n)s") % {"n": number} if target.at_most else number


def _done(period: SpanProgress, target: Target) -> str:
    if period.mean is not None:
        return mean_text(period.mean, target)
    return str(period.done or 0)


def _is_said_by_numbers(period: SpanProgress, target: Target) -> bool:
    """Return whether a row's numbers and verdict say all of a period."""
    if period.verdict in {Verdict.UPCOMING, Verdict.HIDDEN}:
        return True
    if target.is_mean or target.shape == Shape.DONE or period.promised not in {None, period.target}:
        return False
    if not period.is_told:
        return period.verdict in {Verdict.NOTHING_YET, Verdict.UNREPORTED}
    return period.verdict in _SAYS_ALL_BESIDE_NUMBERS


def _verdict_label(
    verdict: Verdict, mean: Mean | None, *, is_late: bool, is_partly_done: bool
) -> str:
    """Return the verdict in words; what is reported in full isn't so in part."""
    if verdict == Verdict.REPORTED and is_partly_done:
        return _("Bara delvis gjort")
    is_all = is_late or (mean is not None and mean.days == mean.of_days)
    if verdict == Verdict.REPORTED and is_all:
        return _("Redovisat, men inte avslutat")
    return str(verdict.label)


def _number(period: SpanProgress, target: Target) -> str:
    if period.mean is not None:
        return mean_text(period.mean, target)
    return _of_text(period.done or 0, period.target)


def _is_told(period: SpanProgress) -> bool:
    """Return whether there is a number to show: silence is not zero."""
    return period.is_told and period.verdict not in {Verdict.UPCOMING, Verdict.HIDDEN}


def _compared(progress: Progress) -> tuple[int, int] | None:
    """Return what the figure and the bar over the whole pledge compare.

    Periods that reached the target, what is done in the latest that is told of, or what is done in
    all; None when nothing can be compared.
    """
    if progress.judged and not progress.unreported:
        return progress.reached, progress.judged
    if progress.target.shape == Shape.DONE:
        return None
    if progress.rows:
        latest = latest_period(progress)
        if latest is None or not _is_told(latest):
            return None
        if progress.verdict == Verdict.UNREPORTED != latest.verdict:
            # The report that is missing is of an earlier period, and this number isn't of it.
            return None
        return latest.done or 0, latest.target
    if progress.reached:
        return progress.reached, progress.judged + progress.unreported
    if progress.whole and progress.is_told:
        return progress.done, progress.whole
    return None


def _figure(progress: Progress) -> str:
    """Return the number that stands largest, empty when there is none to tell."""
    if progress.target.is_mean:
        return mean_text(progress.mean, progress.target) if progress.mean is not None else ""
    compared = _compared(progress)
    if compared is None:
        return ""
    if not _counts_periods(progress):
        return _of_text(*compared)
    return f"{_of_text(*compared)} {period_noun(told_by(progress.target), compared[1])}"


def _counts_periods(progress: Progress) -> bool:
    """Return whether what is compared is periods, not what was done in one."""
    is_all_judged = bool(progress.judged) and not progress.unreported
    return is_all_judged or (not progress.rows and progress.reached > 0)


def _whole_percent(progress: Progress) -> int | None:
    compared = None if progress.target.is_mean else _compared(progress)
    return min(_FULL, round(compared[0] / compared[1] * _FULL)) if compared else None


def _of_text(done: int, target: int) -> str:
    """Return "1 av 2"."""
    return _("%(done)s av %(target)s") % {"done": done, "target": target}
