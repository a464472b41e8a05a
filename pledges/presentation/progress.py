"""Progress in words: what is done of what was promised, and whether that was enough."""

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
    """A period of the target. `number` is "1 av 2", empty when it isn't told; `percent` is how much
    of the bar is filled, at most 100, None when there is none; `reason` why it was missed."""

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
    """A commitment's progress as pages show it. `sentence` says in one line how it stands today."""

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
    found: Progress,
    reason: Wording | None = None,
    reasons: dict[date, Wording] | None = None,
) -> ProgressView:
    """Return a commitment's progress in words.

    `reason` is what the parties have said of why the target is not reached, `reasons` the same by
    the first day of a period.
    """
    unit = SafeString(unit_text(commitment))
    listed = [
        _span_view(row, unit, (reasons or {}).get(row.span.first, Wording("")))
        for row in found.rows
    ]
    return ProgressView(
        number=commitment.number,
        text=text,
        verdict=found.verdict,
        verdict_label=str(found.verdict.label),
        figure=_figure(found),
        percent=_whole_percent(found),
        sentence=_sentence(found, unit, listed),
        spans=listed,
        reason=reason or Wording(""),
        is_missed=found.verdict in {Verdict.MISSED, Verdict.PARTLY, Verdict.BEHIND},
    )


def _span_view(row: SpanProgress, unit: SafeString, reason: Wording) -> SpanView:
    label = row.span.label or _("hela löftesperioden")
    told = row.done is not None and row.verdict != Verdict.UPCOMING
    return SpanView(
        label=capfirst(label),
        first=row.span.first,
        last=row.span.last,
        number=_of(row.done or 0, row.target) if told else "",
        sentence=_span_sentence(row, unit, label),
        verdict=row.verdict,
        verdict_label=str(row.verdict.label),
        percent=min(_FULL, round(row.share * _FULL)) if told else None,
        is_extra=row.span.is_extra,
        reason=reason,
    )


def _of(done: int, target: int) -> str:
    return _("%(done)s av %(target)s") % {"done": done, "target": target}


def _span_sentence(row: SpanProgress, unit: SafeString, label: str) -> SafeString:
    if row.verdict == Verdict.UPCOMING:
        return SafeString(_("%(label)s har inte börjat.") % {"label": capfirst(label)})
    if row.verdict == Verdict.HIDDEN:
        return SafeString(_("Redovisas när %(label)s är slut.") % {"label": label})
    parts = {"done": row.done, "target": row.target, "unit": unit, "label": label}
    if row.target == 1:
        said = _("Gjort under %(label)s: %(done)s. Lovat: 1 %(unit)s.")
    else:
        said = _("%(done)s av %(target)s lovade %(unit)s under %(label)s.")
    tail = {
        Verdict.MISSED: _("Målet nåddes inte."),
        Verdict.CUT: _("Tiden avbröts och bedöms därför inte."),
        Verdict.BEHIND: _("Det är efter plan: %(expected)s borde vara gjort nu.")
        % {"expected": row.expected},
        Verdict.ON_TRACK: _("Tiden är inte slut."),
    }.get(row.verdict, "")
    # The sentence and the label are ours; the unit comes escaped.
    return mark_safe(" ".join(filter(None, [said % parts, tail])))  # noqa: S308


def _sentence(found: Progress, unit: SafeString, listed: list[SpanView]) -> SafeString:
    if found.verdict == Verdict.UPCOMING:
        return SafeString(_("Löftet har inte börjat gälla."))
    shape, period = found.target.shape, found.target.period
    if found.rows:
        return _latest_told(found, listed)
    if shape == Shape.COUNT and period == Period.WHOLE:
        return _whole_sentence(found, unit)
    text = {
        Shape.COUNT: lambda: _short_periods_sentence(found),
        Shape.AVERAGE: lambda: _average_sentence(found),
        Shape.COVERAGE: lambda: _coverage_sentence(found, unit),
        Shape.DONE: lambda: _once_sentence(found),
        Shape.ON_DEMAND: lambda: _on_demand_sentence(found),
        Shape.NONE: lambda: _unmeasured_sentence(found),
    }[shape]()
    return mark_safe(text)  # noqa: S308  (ours, with the unit escaped)


def _latest_told(found: Progress, listed: list[SpanView]) -> SafeString:
    """Say how many finished periods reached the target, and how the latest told of stands."""
    told = [view for view in listed if view.percent is not None]
    latest = told[-1] if told else listed[0]
    if found.judged < 2:
        return latest.sentence
    summed = _("Målet nåddes %(reached)s av %(judged)s avslutade perioder.") % {
        "reached": found.reached,
        "judged": found.judged,
    }
    return mark_safe(f"{summed} {latest.sentence}")  # noqa: S308  (ours, escaped within)


def _whole_sentence(found: Progress, unit: SafeString) -> SafeString:
    if found.is_secret and not found.actions and found.verdict == Verdict.ON_TRACK:
        return SafeString(_("Redovisas när löftesperioden är slut."))
    said = _("%(done)s av %(target)s lovade %(unit)s under hela löftesperioden.") % {
        "done": found.done,
        "target": found.whole,
        "unit": unit,
    }
    tail = {
        Verdict.MISSED: _("Målet nåddes inte."),
        Verdict.BEHIND: _("Det är efter plan."),
        Verdict.CUT: _("Tiden avbröts och bedöms därför inte."),
        Verdict.ON_TRACK: _("Tiden är inte slut."),
    }.get(found.verdict, "")
    return mark_safe(" ".join(filter(None, [said, tail])))  # noqa: S308


def _short_periods_sentence(found: Progress) -> str:
    if not found.judged:
        return _("Ingen hel period är slut än.")
    return _("Målet nåddes %(reached)s av %(judged)s avslutade perioder.") % {
        "reached": found.reached,
        "judged": found.judged,
    }


def _average_sentence(found: Progress) -> str:
    if found.average is None:
        return _("Ingen hel period är slut än.")
    tail = {
        Verdict.MISSED: _("Målet nåddes inte."),
        Verdict.BEHIND: _("Det är under målet."),
    }.get(found.verdict, "")
    said = _("I genomsnitt %(average)s, målet är %(target)s.") % {
        "average": _decimal(found.average),
        "target": _decimal(found.target.amount or Decimal(0)),
    }
    return f"{said} {tail}".strip()


def _decimal(number: Decimal) -> str:
    text = number_format(number, decimal_pos=2)
    return text.rstrip("0").rstrip(",.") if any(sign in text for sign in ",.") else text


def _coverage_sentence(found: Progress, unit: SafeString) -> str:
    if found.whole is None:
        return _("%(done)s %(unit)s är nådda. Hur många det finns är inte angivet.") % {
            "done": found.done,
            "unit": unit,
        }
    said = _("%(done)s av %(target)s %(unit)s är nådda.") % {
        "done": found.done,
        "target": found.whole,
        "unit": unit,
    }
    tail = _("Målet nåddes inte.") if found.verdict == Verdict.MISSED else ""
    return f"{said} {tail}".strip()


def _once_sentence(found: Progress) -> str:
    return {
        Verdict.REACHED: _("Det är gjort."),
        Verdict.MISSED: _("Det är inte gjort, och löftets slutdatum har passerat."),
        Verdict.CUT: _("Det var inte gjort när löftet slutade gälla i förtid."),
    }.get(found.verdict, _("Det är inte gjort än. Löftets slutdatum har inte passerat."))


def _on_demand_sentence(found: Progress) -> str:
    if not found.requests:
        return _("Ingen har bett om det.")
    return _("%(met)s av %(asked)s som bad om det har fått det.") % {
        "met": found.done,
        "asked": found.requests,
    }


def _unmeasured_sentence(found: Progress) -> str:
    said = ngettext(
        "%(n)s insats är registrerad.", "%(n)s insatser är registrerade.", found.actions
    ) % {"n": found.actions}
    return f"{_('Det finns inget mål att räkna mot.')} {said}"


def _whole(found: Progress) -> tuple[int, int] | None:
    """Return what the figure and the bar over the whole pledge compare, None when nothing can be:
    periods that reached the target, what is done in the one that runs, or what is done in all."""
    if found.judged and found.average is None:
        return found.reached, found.judged
    told = [row for row in found.rows if row.done is not None and row.verdict != Verdict.UPCOMING]
    if told:
        return told[-1].done or 0, told[-1].target
    return (found.done, found.whole) if found.whole else None


def _figure(found: Progress) -> str:
    """Return the number that stands largest, empty when there is none to tell."""
    if whole := _whole(found):
        return _of(*whole)
    return _decimal(found.average) if found.average is not None else ""


def _whole_percent(found: Progress) -> int | None:
    whole = _whole(found)
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
    said = get_text_list([phrase for phrase, n in phrases if n], _("och"))
    total = sum(counted.values())
    head = ngettext("%(n)s åtagande", "%(n)s åtaganden", total) % {"n": total}
    return f"{head}: {said}." if said else f"{head}."


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
