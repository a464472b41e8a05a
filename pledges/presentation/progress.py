"""Progress in words: what is done of what was promised, and if enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledge_portal.pages.text import Wording
from pledges.models import Commitment
from pledges.presentation.commitment import unit_text
from pledges.progress import Progress, SpanProgress, Verdict
from pledges.targets import Period, Shape

_FULL = 100


@dataclass(frozen=True)
class SpanView:
    """A period of the target.

    `number` is "1 av 2", empty when it isn't told; `percent` is how much of the bar is filled, at
    most 100, None when there is none; `reason` why it was missed.
    """

    label: str
    first: date
    last: date
    number: str
    sentence: SafeString
    verdict: Verdict
    verdict_label: str
    percent: int | None
    is_extra: bool
    reason: Wording


@dataclass(frozen=True)
class ProgressView:
    """A commitment's progress as pages show it.

    `sentence` says in one line how it stands today.
    """

    number: int
    text: Wording
    verdict: Verdict
    verdict_label: str
    figure: str
    percent: int | None
    sentence: SafeString
    spans: list[SpanView]
    reason: Wording
    is_missed: bool


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
    unit = SafeString(unit_text(commitment))
    span_views = [
        _span_view(period, unit, (reasons or {}).get(period.span.first, Wording("")))
        for period in progress.rows
    ]
    return ProgressView(
        number=commitment.number,
        text=text,
        verdict=progress.verdict,
        verdict_label=str(progress.verdict.label),
        figure=_figure(progress),
        percent=_whole_percent(progress),
        sentence=_sentence(progress, unit, span_views),
        spans=span_views,
        reason=reason or Wording(""),
        is_missed=progress.verdict in {Verdict.MISSED, Verdict.PARTLY, Verdict.BEHIND},
    )


def _span_view(period: SpanProgress, unit: SafeString, reason: Wording) -> SpanView:
    label = period.span.label or _("hela löftesperioden")
    is_known = period.done is not None and period.verdict != Verdict.UPCOMING
    return SpanView(
        label=capfirst(label),
        first=period.span.first,
        last=period.span.last,
        number=_of(period.done or 0, period.target) if is_known else "",
        sentence=_span_sentence(period, unit, label),
        verdict=period.verdict,
        verdict_label=str(period.verdict.label),
        percent=min(_FULL, round(period.share * _FULL)) if is_known else None,
        is_extra=period.span.is_extra,
        reason=reason,
    )


def _of(done: int, target: int) -> str:
    return _("%(done)s av %(target)s") % {"done": done, "target": target}


def _span_sentence(period: SpanProgress, unit: SafeString, label: str) -> SafeString:
    if period.verdict == Verdict.UPCOMING:
        return SafeString(_("%(label)s har inte börjat.") % {"label": capfirst(label)})
    if period.verdict == Verdict.HIDDEN:
        return SafeString(_("Redovisas när %(label)s är slut.") % {"label": label})
    parts = {"done": period.done, "target": period.target, "unit": unit, "label": label}
    if period.target == 1:
        sentence = _("Gjort under %(label)s: %(done)s. Lovat: 1 %(unit)s.")
    else:
        sentence = _("%(done)s av %(target)s lovade %(unit)s under %(label)s.")
    tail = {
        Verdict.MISSED: _("Målet nåddes inte."),
        Verdict.CUT: _("Tiden avbröts och bedöms därför inte."),
        Verdict.BEHIND: _("Det är efter plan: %(expected)s borde vara gjort nu.")
        % {"expected": period.expected},
        Verdict.ON_TRACK: _("Tiden är inte slut."),
    }.get(period.verdict, "")
    # The sentence and the label are ours; the unit comes escaped.
    return mark_safe(" ".join(filter(None, [sentence % parts, tail])))  # noqa: S308


def _sentence(progress: Progress, unit: SafeString, span_views: list[SpanView]) -> SafeString:
    if progress.verdict == Verdict.UPCOMING:
        return SafeString(_("Löftet har inte börjat gälla."))
    shape, period = progress.target.shape, progress.target.period
    if progress.rows:
        return _latest_told(progress, span_views)
    if shape == Shape.COUNT and period == Period.WHOLE:
        return _whole_sentence(progress, unit)
    text = {
        Shape.COUNT: lambda: _short_periods_sentence(progress),
        Shape.AVERAGE: lambda: _average_sentence(progress),
        Shape.COVERAGE: lambda: _coverage_sentence(progress, unit),
        Shape.DONE: lambda: _once_sentence(progress),
        Shape.ON_DEMAND: lambda: _on_demand_sentence(progress),
        Shape.NONE: lambda: _unmeasured_sentence(progress),
    }[shape]()
    return mark_safe(text)  # noqa: S308  (ours, with the unit escaped)


def _latest_told(progress: Progress, span_views: list[SpanView]) -> SafeString:
    """Say how many finished periods reached the target.

    And how the latest period that is told of stands.
    """
    known = [view for view in span_views if view.percent is not None]
    latest = known[-1] if known else span_views[0]
    if progress.judged < 2:
        return latest.sentence
    summary = _("Målet nåddes %(reached)s av %(judged)s avslutade perioder.") % {
        "reached": progress.reached,
        "judged": progress.judged,
    }
    return mark_safe(f"{summary} {latest.sentence}")  # noqa: S308  (ours, escaped within)


def _whole_sentence(progress: Progress, unit: SafeString) -> SafeString:
    if progress.is_secret and not progress.actions and progress.verdict == Verdict.ON_TRACK:
        return SafeString(_("Redovisas när löftesperioden är slut."))
    sentence = _("%(done)s av %(target)s lovade %(unit)s under hela löftesperioden.") % {
        "done": progress.done,
        "target": progress.whole,
        "unit": unit,
    }
    tail = {
        Verdict.MISSED: _("Målet nåddes inte."),
        Verdict.BEHIND: _("Det är efter plan."),
        Verdict.CUT: _("Tiden avbröts och bedöms därför inte."),
        Verdict.ON_TRACK: _("Tiden är inte slut."),
    }.get(progress.verdict, "")
    return mark_safe(" ".join(filter(None, [sentence, tail])))  # noqa: S308


def _short_periods_sentence(progress: Progress) -> str:
    if not progress.judged:
        return _("Ingen hel period är slut än.")
    return _("Målet nåddes %(reached)s av %(judged)s avslutade perioder.") % {
        "reached": progress.reached,
        "judged": progress.judged,
    }


def _average_sentence(progress: Progress) -> str:
    if progress.average is None:
        return _("Ingen hel period är slut än.")
    tail = {
        Verdict.MISSED: _("Målet nåddes inte."),
        Verdict.BEHIND: _("Det är under målet."),
    }.get(progress.verdict, "")
    sentence = _("I genomsnitt %(average)s, målet är %(target)s.") % {
        "average": _decimal(progress.average),
        "target": _decimal(progress.target.amount or Decimal(0)),
    }
    return f"{sentence} {tail}".strip()


def _decimal(number: Decimal) -> str:
    text = number_format(number, decimal_pos=2)
    return text.rstrip("0").rstrip(",.") if any(sign in text for sign in ",.") else text


def _coverage_sentence(progress: Progress, unit: SafeString) -> str:
    if progress.whole is None:
        return _("%(done)s %(unit)s är nådda. Hur många det finns är inte angivet.") % {
            "done": progress.done,
            "unit": unit,
        }
    sentence = _("%(done)s av %(target)s %(unit)s är nådda.") % {
        "done": progress.done,
        "target": progress.whole,
        "unit": unit,
    }
    tail = _("Målet nåddes inte.") if progress.verdict == Verdict.MISSED else ""
    return f"{sentence} {tail}".strip()


def _once_sentence(progress: Progress) -> str:
    return {
        Verdict.REACHED: _("Det är gjort."),
        Verdict.MISSED: _("Det är inte gjort, och löftets slutdatum har passerat."),
        Verdict.CUT: _("Det var inte gjort när löftet slutade gälla i förtid."),
    }.get(progress.verdict, _("Det är inte gjort än. Löftets slutdatum har inte passerat."))


def _on_demand_sentence(progress: Progress) -> str:
    if not progress.requests:
        return _("Ingen har bett om det.")
    return _("%(met)s av %(asked)s som bad om det har fått det.") % {
        "met": progress.done,
        "asked": progress.requests,
    }


def _unmeasured_sentence(progress: Progress) -> str:
    sentence = ngettext(
        "%(n)s insats är registrerad.", "%(n)s insatser är registrerade.", progress.actions
    ) % {"n": progress.actions}
    return f"{_('Det finns inget mål att räkna mot.')} {sentence}"


def _whole(progress: Progress) -> tuple[int, int] | None:
    """Return what the figure and the bar over the whole pledge compare.

    Periods that reached the target, what is done in the one that runs, or what is done in all; None
    when nothing can be compared.
    """
    if progress.judged and progress.average is None:
        return progress.reached, progress.judged
    known = [
        period
        for period in progress.rows
        if period.done is not None and period.verdict != Verdict.UPCOMING
    ]
    if known:
        return known[-1].done or 0, known[-1].target
    return (progress.done, progress.whole) if progress.whole else None


def _figure(progress: Progress) -> str:
    """Return the number that stands largest, empty when there is none to tell."""
    if whole := _whole(progress):
        return _of(*whole)
    return _decimal(progress.average) if progress.average is not None else ""


def _whole_percent(progress: Progress) -> int | None:
    whole = _whole(progress)
    return min(_FULL, round(whole[0] / whole[1] * _FULL)) if whole else None


def progress_summary(views: Iterable[ProgressView | Progress]) -> str:
    """Return how the commitments stand taken together, in one sentence."""
    counted = Counter(_group(view.verdict) for view in views)
    phrases = [
        (_reached(counted["reached"]), counted["reached"]),
        (_on_track(counted["on_track"]), counted["on_track"]),
        (_upcoming(counted["upcoming"]), counted["upcoming"]),
        (_behind(counted["behind"]), counted["behind"]),
        (_partly(counted["partly"]), counted["partly"]),
        (_missed(counted["missed"]), counted["missed"]),
        (_unmeasured(counted["unmeasured"]), counted["unmeasured"]),
    ]
    text = get_text_list([phrase for phrase, n in phrases if n], _("och"))
    total = sum(counted.values())
    head = ngettext("%(n)s åtagande", "%(n)s åtaganden", total) % {"n": total}
    return f"{head}: {text}." if text else f"{head}."


def _group(verdict: Verdict) -> str:
    return {
        Verdict.UPCOMING: "upcoming",
        Verdict.REACHED: "reached",
        Verdict.BEHIND: "behind",
        Verdict.MISSED: "missed",
        Verdict.PARTLY: "partly",
        Verdict.UNMEASURED: "unmeasured",
    }.get(verdict, "on_track")


def _reached(n: int) -> str:
    return ngettext("%(n)s har nått målet", "%(n)s har nått målet", n) % {"n": n}


def _on_track(n: int) -> str:
    return ngettext("%(n)s pågår", "%(n)s pågår", n) % {"n": n}


def _upcoming(n: int) -> str:
    return ngettext("%(n)s har inte börjat", "%(n)s har inte börjat", n) % {"n": n}


def _behind(n: int) -> str:
    return ngettext("%(n)s är efter plan", "%(n)s är efter plan", n) % {"n": n}


def _partly(n: int) -> str:
    return ngettext("%(n)s har delvis nått målet", "%(n)s har delvis nått målet", n) % {"n": n}


def _missed(n: int) -> str:
    return ngettext("%(n)s har inte nått målet", "%(n)s har inte nått målet", n) % {"n": n}


def _unmeasured(n: int) -> str:
    return ngettext(
        "%(n)s går inte att följa upp i siffror", "%(n)s går inte att följa upp i siffror", n
    ) % {"n": n}
