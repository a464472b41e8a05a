"""What is done of what was promised, and if enough, in sentences.

Units come escaped; all else is ours.
"""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledges.models import Commitment
from pledges.presentation.language import in_swedish_only
from pledges.presentation.validity import day
from pledges.progress import Amount, Closing, Progress, SpanProgress, Verdict
from pledges.targets import Period, Shape


def span_label(period: SpanProgress) -> str:
    """Return the name of a period within a sentence."""
    return period.span.label or _("hela löftesperioden")


def span_sentence(period: SpanProgress, unit: SafeString) -> str:
    """Return how a period stands."""
    label = span_label(period)
    if period.verdict == Verdict.UPCOMING:
        return _("%(label)s har inte börjat.") % {"label": capfirst(label)}
    if period.verdict == Verdict.HIDDEN:
        return _("Redovisas när %(label)s är slut.") % {"label": label}
    return _counted_sentence(period.verdict, period.done or 0, period.target, unit, label)


def _counted_sentence(
    verdict: Verdict, done: int, target: int, unit: SafeString, label: str, *, is_open: bool = False
) -> str:
    """Return what is done of a number within a period, and what it means.

    `is_open` says that the period is over, and that the target is still open.
    """
    parts = {"done": done, "target": target, "unit": unit, "label": label}
    promised = _("Lovat: %(target)s %(unit)s.") % parts
    if verdict == Verdict.NOTHING_YET:
        nothing = _("Inget är redovisat för %(label)s än.") % parts
        return f"{nothing} {promised}"
    if verdict == Verdict.REPORTED:
        reported = _("%(done)s av %(target)s redovisade för %(label)s.") % parts
        running = (
            _("Målet är öppet så länge löftet gäller.") if is_open else _("Tiden är inte slut.")
        )
        return f"{reported} {promised} {running}"
    if verdict == Verdict.UNREPORTED:
        return f"{_unreported_sentence(done, target, label)} {promised}"
    if target == 1:
        sentence = _("Gjort under %(label)s: %(done)s. Lovat: 1 %(unit)s.")
    else:
        sentence = _("%(done)s av %(target)s lovade %(unit)s under %(label)s.")
    tail = {
        Verdict.MISSED: _("Målet nåddes inte."),
        Verdict.CUT: _("Tiden avbröts och bedöms därför inte."),
    }.get(verdict, "")
    return f"{sentence % parts} {tail}".strip()


def _unreported_sentence(done: int, target: int, label: str) -> str:
    if not done:
        return _("Inget är redovisat för %(label)s, och tiden är slut: redovisningen saknas.") % {
            "label": label
        }
    return _("%(done)s av %(target)s redovisade för %(label)s; resten av redovisningen saknas.") % {
        "done": done,
        "target": target,
        "label": label,
    }


def completed_text(closing: Closing | None) -> str:
    """Return that something came after the closing, and how it stood then.

    Empty when nothing did.
    """
    if closing is None or closing.completed_on is None:
        return ""
    return _("Kompletterat den %(day)s. När redovisningen avslutades: %(verdict)s.") % {
        "day": day(closing.completed_on),
        "verdict": str(closing.verdict.label).lower(),
    }


def progress_sentence(progress: Progress, unit: SafeString) -> str:
    """Return in one line how a commitment stands today."""
    if progress.verdict == Verdict.UPCOMING:
        return _("Löftet har inte börjat gälla.")
    if progress.verdict == Verdict.HIDDEN and not progress.rows:
        return _hidden_sentence(progress)
    shape, period = progress.target.shape, progress.target.period
    if progress.rows:
        return _latest_sentence(progress, unit)
    if shape == Shape.COUNT and period == Period.WHOLE:
        sentence = _whole_sentence(progress, unit)
    else:
        sentence = {
            Shape.COUNT: lambda: _months_sentence(progress),
            Shape.AVERAGE: lambda: _average_sentence(progress),
            Shape.COVERAGE: lambda: _coverage_sentence(progress, unit),
            Shape.DONE: lambda: _once_sentence(progress),
            Shape.ON_DEMAND: lambda: _on_demand_sentence(progress),
            Shape.NONE: lambda: _unmeasured_sentence(progress, unit),
        }[shape]()
    return f"{sentence} {completed_text(progress.closing)}".strip()


def _hidden_sentence(progress: Progress) -> str:
    is_by_terms = progress.target.shape == Shape.NONE or progress.target.period not in {
        None,
        Period.WHOLE,
    }
    if is_by_terms:
        return _("Redovisas när terminen är slut.")
    return _("Redovisas när löftesperioden är slut.")


def _latest_sentence(progress: Progress, unit: SafeString) -> str:
    """Say how many periods that are over reached the target.

    And how the latest period that is told of stands.
    """
    told = [
        period
        for period in progress.rows
        if period.verdict not in {Verdict.UPCOMING, Verdict.HIDDEN}
    ]
    latest = told[-1] if told else progress.rows[0]
    sentences = []
    if progress.judged > 1:
        sentences.append(
            _("Målet nåddes %(reached)s av %(judged)s avslutade perioder.")
            % {"reached": progress.reached, "judged": progress.judged}
        )
    earlier = progress.unreported - (latest.verdict == Verdict.UNREPORTED)
    if earlier > 0:
        sentences.append(
            ngettext(
                "För %(n)s tidigare period saknas redovisningen.",
                "För %(n)s tidigare perioder saknas redovisningen.",
                earlier,
            )
            % {"n": earlier}
        )
    sentences += [span_sentence(latest, unit), completed_text(latest.closing)]
    return " ".join(filter(None, sentences))


def _whole_sentence(progress: Progress, unit: SafeString) -> str:
    return _counted_sentence(
        progress.verdict,
        progress.done,
        progress.whole or 0,
        unit,
        _("hela löftesperioden"),
        is_open=progress.standing is not None and progress.standing.is_held_over,
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


def _average_sentence(progress: Progress) -> str:
    if progress.average is None:
        return _("Ingen hel period är slut än.")
    tail = {
        Verdict.MISSED: _("Målet nåddes inte."),
        Verdict.UNREPORTED: _("Resten av redovisningen saknas."),
    }.get(progress.verdict, "")
    sentence = _("I genomsnitt %(average)s, målet är %(target)s.") % {
        "average": decimal_text(progress.average),
        "target": decimal_text(progress.target.amount or Decimal(0)),
    }
    return f"{sentence} {tail}".strip()


def decimal_text(number: Decimal) -> str:
    """Return a number with as many of two decimals as it needs."""
    text = number_format(number, decimal_pos=2)
    return text.rstrip("0").rstrip(",.") if any(sign in text for sign in ",.") else text


def of_text(done: int, target: int) -> str:
    """Return "1 av 2"."""
    return _("%(done)s av %(target)s") % {"done": done, "target": target}


def _coverage_sentence(progress: Progress, unit: SafeString) -> str:
    parts = {"done": progress.done, "target": progress.whole, "unit": unit}
    if not progress.done and (silence := _silence(progress)):
        return silence
    if progress.whole is None:
        return _("%(done)s %(unit)s besökta; hur många det finns är inte uppgivet.") % parts
    tail = {
        Verdict.MISSED: _("Målet nåddes inte."),
        Verdict.UNREPORTED: _("Resten av redovisningen saknas."),
        Verdict.CUT: _("Tiden avbröts och bedöms därför inte."),
    }.get(progress.verdict, "")
    sentence = _("%(done)s av %(target)s %(unit)s är nådda.") % parts
    return f"{sentence} {tail}".strip()


def _once_sentence(progress: Progress) -> str:
    return {
        Verdict.REACHED: _("Det är gjort."),
        Verdict.MISSED: _("Det är inte gjort, och löftets slutdatum har passerat."),
        Verdict.CUT: _("Det var inte redovisat när löftet slutade gälla i förtid."),
    }.get(progress.verdict) or _silence(progress)


def _on_demand_sentence(progress: Progress) -> str:
    if not progress.requests:
        return _("Ingen begäran är redovisad.")
    sentence = _("%(met)s av %(asked)s som bad om det har fått det.") % {
        "met": progress.done,
        "asked": progress.requests,
    }
    if progress.verdict == Verdict.UNREPORTED:
        tail = _("Resten av redovisningen saknas.")
        return f"{sentence} {tail}"
    return sentence


def _unmeasured_sentence(progress: Progress, unit: SafeString) -> str:
    """Return what is done as amounts: a number of entries says nothing."""
    head = _("Det finns inget mål att räkna mot.")
    if not progress.done:
        nothing = _silence(progress) or _("Inget är gjort.")
        return f"{head} {nothing}"
    if progress.target.unit or any(amount.unit for amount in progress.amounts):
        sentence = _("Redovisat: %(amounts)s.") % {"amounts": amounts_text(progress, unit)}
    else:
        sentence = ngettext(
            "%(n)s insats är registrerad.", "%(n)s insatser är registrerade.", progress.done
        ) % {"n": progress.done}
    return f"{head} {sentence}"


def amounts_text(progress: Progress, unit: SafeString) -> str:
    """Return how much of what: "303 trafikkontroller, 1 mopedinsats".

    In HTML, with the words of the actions marked as the Swedish that they are.
    """
    return ", ".join(
        f"{amount.amount} {_unit_of(amount, progress, unit)}" for amount in progress.amounts
    )


def _unit_of(amount: Amount, progress: Progress, unit: SafeString) -> str:
    if amount.unit:
        return in_swedish_only(amount.unit).html
    return unit if progress.target.unit else ngettext("insats", "insatser", amount.amount)


def kinds_sentence(progress: Progress, unit: SafeString) -> str:
    """Return how what counts towards a target is split on several kinds.

    Empty where it is of one, or where there is no target.
    """
    if progress.target.shape == Shape.NONE or len(progress.amounts) < 2:
        return ""
    return _("Sammanlagt: %(amounts)s.") % {"amounts": amounts_text(progress, unit)}


def portal_sentence(kind: str, number: int) -> str:
    """Return how much of what is done the portal has published; or ""."""
    if not number:
        return ""
    if kind == Commitment.Kind.FOLLOW_UP:
        sentence = ngettext(
            "%(n)s uppföljning är publicerad här och räknas in.",
            "%(n)s uppföljningar är publicerade här och räknas in.",
            number,
        )
    else:
        sentence = ngettext(
            "%(n)s drogvaneundersökning är publicerad här och räknas in.",
            "%(n)s drogvaneundersökningar är publicerade här och räknas in.",
            number,
        )
    return sentence % {"n": number}


def _silence(progress: Progress) -> str:
    """Return that nothing is reported, or ""."""
    return {
        Verdict.NOTHING_YET: _("Inget är redovisat än."),
        Verdict.UNREPORTED: _("Inget är redovisat, och tiden är slut: redovisningen saknas."),
    }.get(progress.verdict, "")
