"""What is done of what was promised, and if enough, in sentences.

Units come escaped; all else is ours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledges.presentation.amount_sentences import amounts_text
from pledges.presentation.period_sentences import (
    judged_periods_sentence,
    latest_period,
    span_label,
    unreported_periods_sentence,
)
from pledges.presentation.time_sentences import (
    completed_text,
    cut_text,
    ended_early,
    mean_sentence,
    time_text,
)
from pledges.presentation.units import Unit
from pledges.presentation.validity import day
from pledges.progress import UNREACHED, Cut, Progress, SpanProgress, Verdict
from pledges.targets import Period, Shape, Target, days_text, period_phrase


@dataclass(frozen=True)
class _Counted:
    """What is done of a number, and what the sentence of it needs.

    `is_told` says that something is reported, if only that it is nothing; `share` what was promised
    for a part of a period; `is_open` that the time is over, and the target still open.
    """

    verdict: Verdict
    done: int
    target: int
    unit: Unit
    label: str
    is_told: bool
    at_most: bool = False
    share: str = ""
    is_open: bool = False
    cut: Cut | None = None

    @property
    def parts(self) -> dict[str, object]:
        """What its sentences name; the unit is worded for the target."""
        unit = self.unit.of(self.target)
        return {"done": self.done, "target": self.target, "unit": unit, "label": self.label}


def span_sentence(period: SpanProgress, unit: Unit, target: Target) -> str:
    """Return how a period stands."""
    label = span_label(period)
    if period.verdict == Verdict.UPCOMING:
        return _("%(label)s har inte börjat.") % {"label": capfirst(label)}
    if period.verdict == Verdict.HIDDEN:
        return _("Redovisas när %(label)s är slut.") % {"label": label}
    if target.is_mean:
        mean = mean_sentence(period.verdict, period.mean, target, period.cut)
        if period.verdict == Verdict.CUT:
            return mean or cut_text(period.cut, 0, 0, is_told=False)
        return mean or _silence_of(period.verdict, label)
    if target.shape == Shape.DONE:
        return _year_sentence(period, label)
    if target.shape == Shape.COVERAGE:
        silence = "" if period.is_told else _silence_of(period.verdict, label)
        return silence or _covered(_counted_in(period, replace(unit, suffix=f", {label}"), target))
    counted = _counted_in(period, unit, target)
    if period.promised is not None and period.promised != period.target:
        counted = replace(counted, share=_share_text(period, target))
    return _counted_sentence(counted)


def _counted_in(period: SpanProgress, unit: Unit, target: Target) -> _Counted:
    return _Counted(
        period.verdict,
        period.done or 0,
        period.target,
        unit,
        span_label(period),
        period.is_told,
        target.at_most,
        cut=period.cut,
    )


def _year_sentence(period: SpanProgress, label: str) -> str:
    """Return how a year of what is to be done by a day every year stands."""
    if period.verdict == Verdict.CUT:
        return f"{ended_early(period.cut)}." if period.cut else ""
    if period.is_told and not period.done and (zero := _zero(period.verdict)):
        return zero
    if period.is_only_partly_done:
        return _partly_done(period.verdict, label)
    sentence = {
        Verdict.REACHED: _("Det är gjort för %(label)s."),
        Verdict.PARTLY: _("Det är gjort för %(label)s, men inte senast den %(day)s."),
        Verdict.REPORTED: _("Det är gjort för %(label)s, men inte senast den %(day)s."),
        Verdict.MISSED: _("Det var inte gjort den %(day)s. Målet nåddes inte."),
        Verdict.NOTHING_YET: _(
            "Inget är redovisat för %(label)s än. Det ska vara gjort senast den %(day)s."
        ),
    }.get(period.verdict)
    if sentence is None:
        return _silence_of(period.verdict, label)
    return sentence % {"label": label, "day": day(period.span.last)}


def _partly_done(verdict: Verdict, label: str) -> str:
    """Return that what is to be done is so in part, for a time or in all."""
    sentence = (
        _("Det är bara delvis gjort för %(label)s.") % {"label": label}
        if label
        else _("Det är bara delvis gjort.")
    )
    tail = _("Resten av redovisningen saknas.") if verdict == Verdict.UNREPORTED else ""
    return f"{sentence} {tail}".strip()


def _share_text(period: SpanProgress, target: Target) -> str:
    """Return what was promised for a whole period, and what a part makes."""
    return _("Det är lovat %(promised)s %(per)s; för %(time)s motsvarar det %(share)s.") % {
        "promised": _("högst %(n)s") % {"n": period.promised}
        if target.at_most
        else period.promised,
        "per": period_phrase(target.period),
        "time": time_text(period.span.first, period.span.last),
        "share": period.target,
    }


def _counted_sentence(counted: _Counted) -> str:
    """Return what is done of a number within a period, and what it means."""
    verdict, parts = counted.verdict, counted.parts
    promised = counted.share or _("Lovat: %(target)s %(unit)s.") % parts
    if counted.at_most and not counted.share:
        promised = _("Lovat: högst %(target)s %(unit)s.") % parts
    if not counted.is_told and (silence := _silence_of(verdict, counted.label)):
        return f"{silence} {promised}"
    if verdict == Verdict.CUT:
        return f"{_cut(counted)} {counted.share}".strip()
    if counted.at_most:
        sentence = _("%(done)s %(unit)s redovisade för %(label)s.")
        if counted.done == 1:
            sentence = _("Redovisat för %(label)s: 1 %(unit)s.")
        sentence %= {**parts, "unit": counted.unit.of(counted.done)}
        tail = {
            Verdict.MISSED: _("Målet nåddes inte."),
            Verdict.UNREPORTED: _("Resten av redovisningen saknas."),
        }.get(verdict, "")
        return f"{sentence} {promised} {tail}".strip()
    if verdict == Verdict.REPORTED:
        reported = _("%(done)s av %(target)s redovisade för %(label)s.") % parts
        running = _("Tiden är inte slut.")
        if counted.is_open:
            running = _("Målet är öppet så länge löftet gäller.")
        return f"{reported} {promised} {running}"
    if verdict == Verdict.UNREPORTED:
        reported = _(
            "%(done)s av %(target)s redovisade för %(label)s; resten av redovisningen saknas."
        )
        return f"{reported % parts} {promised}"
    if counted.share:
        sentence = _("%(done)s av %(target)s %(unit)s under %(label)s.")
    elif counted.target == 1:
        sentence = _("Gjort under %(label)s: %(done)s. Lovat: 1 %(unit)s.")
    else:
        sentence = _("%(done)s av %(target)s lovade %(unit)s under %(label)s.")
    tail = _("Målet nåddes inte.") if verdict == Verdict.MISSED else ""
    return " ".join(filter(None, [sentence % parts, counted.share, tail]))


def _cut(counted: _Counted) -> str:
    return cut_text(counted.cut, counted.done, counted.target, is_told=counted.is_told)


def _zero(verdict: Verdict) -> str:
    """Return that nothing was done, where that is reported, or "".

    It is never said in the words of silence, which is no report.
    """
    return {
        Verdict.REPORTED: _("0 redovisade under den tid som är färdigredovisad."),
        Verdict.UNREPORTED: _(
            "0 redovisade under den tid som är färdigredovisad. Resten av redovisningen saknas."
        ),
        Verdict.UNMEASURED: _("0 redovisade, och redovisningen är klar."),
    }.get(verdict, "")


def _silence_of(verdict: Verdict, label: str) -> str:
    """Return that nothing is reported for a period, or ""."""
    sentence = {
        Verdict.NOTHING_YET: _("Inget är redovisat för %(label)s än."),
        Verdict.UNREPORTED: _(
            "Inget är redovisat för %(label)s, och tiden är slut: redovisningen saknas."
        ),
    }.get(verdict, "")
    return sentence % {"label": label}


def progress_sentence(progress: Progress, unit: Unit) -> str:
    """Return in one line how a commitment stands today."""
    target = progress.target
    if progress.standing is not None and progress.standing.was_never_in_force:
        return _("Löftet gällde aldrig.")
    if progress.verdict == Verdict.UPCOMING and not progress.rows:
        return _("Löftet har inte börjat gälla.")
    if progress.verdict == Verdict.HIDDEN and not progress.rows:
        return _hidden_sentence(progress)
    if progress.rows:
        return _latest_sentence(progress, unit)
    if target.is_mean:
        mean = mean_sentence(progress.verdict, progress.mean, target, progress.cut)
        sentence = mean or _silence(progress)
    elif target.shape == Shape.COUNT and target.period == Period.MONTH:
        sentence = _months_sentence(progress)
    else:
        sentence = {
            Shape.COUNT: lambda: _whole_sentence(progress, unit),
            Shape.COVERAGE: lambda: _coverage_sentence(progress, unit),
            Shape.DONE: lambda: _once_sentence(progress),
            Shape.ON_DEMAND: lambda: _on_demand_sentence(progress),
            Shape.NONE: lambda: _unmeasured_sentence(progress, unit),
        }[target.shape]()
    return f"{sentence} {completed_text(progress.closing)}".strip()


def _hidden_sentence(progress: Progress) -> str:
    if progress.told_before is not None:
        return _(
            "Inget är redovisat före den %(day)s. Vad som är gjort sedan dess redovisas när "
            "terminen är slut."
        ) % {"day": day(progress.told_before)}
    if progress.target.is_over_the_whole:
        return _("Redovisas när löftesperioden är slut.")
    return _("Redovisas när terminen är slut.")


def _latest_sentence(progress: Progress, unit: Unit) -> str:
    """Say how many periods that are over reached the target.

    And how the latest period that is told of stands.
    """
    latest = latest_period(progress) or progress.rows[0]
    sentences = [judged_periods_sentence(progress), unreported_periods_sentence(progress)]
    if progress.mean is not None and latest.mean is not progress.mean:
        # The number that stands largest is of an earlier year, which is told beside.
        rows = [row for row in progress.rows if row.mean is progress.mean]
        sentences += [span_sentence(row, unit, progress.target) for row in rows]
    sentences += [span_sentence(latest, unit, progress.target), completed_text(latest.closing)]
    return " ".join(filter(None, sentences))


def _whole_sentence(progress: Progress, unit: Unit) -> str:
    return _counted_sentence(
        _Counted(
            progress.verdict,
            progress.done,
            progress.whole or 0,
            unit,
            _("hela löftesperioden"),
            progress.is_told,
            progress.target.at_most,
            is_open=progress.standing is not None and progress.standing.is_held_over,
            cut=progress.cut,
        )
    )


def _months_sentence(progress: Progress) -> str:
    over = progress.judged + progress.unreported
    if not over:
        return _("Ingen hel månad är slut än.")
    if progress.unreported == over:
        return ngettext(
            "Redovisningen saknas för %(n)s månad som är slut.",
            "Redovisningen saknas för %(n)s månader som är slut.",
            over,
        ) % {"n": over}
    reached = ngettext(
        "Målet nåddes %(reached)s månad av %(over)s",
        "Målet nåddes %(reached)s månader av %(over)s",
        progress.reached,
    ) % {"reached": progress.reached, "over": over}
    if not progress.unreported:
        return f"{reached}."
    return _("%(reached)s; för %(n)s saknas redovisningen.") % {
        "reached": reached,
        "n": progress.unreported,
    }


def _coverage_sentence(progress: Progress, unit: Unit) -> str:
    if not progress.is_told and (silence := _silence(progress)):
        return silence
    if progress.whole is None:
        sentence = _("%(done)s %(unit)s är nådda; hur många det finns är inte uppgivet.")
        if progress.done == 1:
            sentence = _("Nått: 1 %(unit)s; hur många det finns är inte uppgivet.")
        return sentence % {"done": progress.done, "unit": unit.of(progress.done)}
    return _covered(
        _Counted(
            progress.verdict,
            progress.done,
            progress.whole,
            unit,
            "",
            progress.is_told,
            cut=progress.cut,
        )
    )


def _covered(counted: _Counted) -> str:
    if counted.verdict == Verdict.CUT:
        return _cut(counted)
    tail = {
        Verdict.MISSED: _("Målet nåddes inte."),
        Verdict.UNREPORTED: _("Resten av redovisningen saknas."),
    }.get(counted.verdict, "")
    sentence = _("%(done)s av %(target)s %(unit)s är nådda.") % counted.parts
    return f"{sentence} {tail}".strip()


def _once_sentence(progress: Progress) -> str:
    last = {"day": day(progress.target.last)} if progress.target.last else None
    if progress.is_late and last is not None:
        return _("Det är gjort, men inte senast den %(day)s.") % last
    if progress.verdict == Verdict.CUT:
        ended = ended_early(progress.cut) if progress.cut else ""
        if progress.is_only_partly_done:
            in_part = _("Det var bara delvis gjort när löftet slutade gälla i förtid.")
            return f"{ended}. {in_part}" if ended else in_part
        nothing = _("Det var inte redovisat när löftet slutade gälla i förtid.")
        return f"{ended}. {nothing}" if ended else nothing
    if progress.is_only_partly_done:
        return _partly_done(progress.verdict, "")
    if progress.verdict == Verdict.MISSED and last is not None:
        return _("Det var inte gjort den %(day)s. Målet nåddes inte.") % last
    return {
        Verdict.REACHED: _("Det är gjort."),
        Verdict.MISSED: _("Det är inte gjort, och redovisningen är klar."),
    }.get(progress.verdict) or _silence(progress)


def _on_demand_sentence(progress: Progress) -> str:
    if not progress.requests:
        if progress.is_told:
            return _("Ingen begäran är redovisad under den tid som är färdigredovisad.")
        return _("Ingen begäran är redovisad.")
    parts = {"met": progress.done, "asked": progress.requests}
    sentence = _("%(met)s av %(asked)s som bad om det har fått det.") % parts
    if progress.target.within_days is not None:
        parts["days"] = days_text(progress.target.within_days)  # type: ignore[assignment]
        sentence = _("%(met)s av %(asked)s som bad om det fick det inom %(days)s.") % parts
    tail = _("Resten av redovisningen saknas.") if progress.verdict == Verdict.UNREPORTED else ""
    if progress.verdict in UNREACHED and progress.closing is None:
        tail = _(
            "Målet går inte längre att nå helt: tiden då någon inte fick det som är lovat är "
            "färdigredovisad."
        )
    if progress.verdict == Verdict.CUT and progress.cut is not None:
        tail = f"{ended_early(progress.cut)}."
    return f"{sentence} {tail}".strip()


def _unmeasured_sentence(progress: Progress, unit: Unit) -> str:
    """Return what is done as amounts: a number of entries says nothing."""
    no_target = _("Det finns inget mål att räkna mot.")
    if not progress.done:
        return f"{no_target} {_silence(progress)}".strip()
    amounts = _("Redovisat: %(amounts)s.") % {"amounts": amounts_text(progress, unit)}
    return f"{amounts} {no_target}"


def _silence(progress: Progress) -> str:
    """Return that nothing is reported, or that nothing was done, or ""."""
    if progress.is_told and (zero := _zero(progress.verdict)):
        return zero
    return {
        Verdict.NOTHING_YET: _("Inget är redovisat än."),
        Verdict.UNREPORTED: _("Inget är redovisat, och tiden är slut: redovisningen saknas."),
        Verdict.CUT: f"{ended_early(progress.cut)}." if progress.cut else "",
    }.get(progress.verdict, "")
