"""How long, until when, and how much over which time, in sentences."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledge_portal.pages.text import length_of_time
from pledges.presentation.validity import day
from pledges.progress import Closing, Cut, Mean, Verdict
from pledges.targets import Period, Target, period_phrase, whole_months


def time_text(first: date, last: date) -> str:
    """Return how long some days are, in months where they are whole."""
    if months := whole_months(first, last):
        return ngettext("%(n)s månad", "%(n)s månader", months) % {"n": months}
    return length_of_time((last - first).days + 1)


def ended_early(cut: Cut) -> str:
    """Return how much of its time a pledge had: after 18 of 36 months."""
    parts = {"done": cut.done, "of": cut.of}
    if cut.by_annulment:
        if cut.in_months:
            return _("Upphävdes efter %(done)s av %(of)s månader") % parts
        return _("Upphävdes efter %(done)s av %(of)s dagar") % parts
    if cut.by_revision:
        if cut.in_months:
            return _("Reviderades efter %(done)s av %(of)s månader") % parts
        return _("Reviderades efter %(done)s av %(of)s dagar") % parts
    if cut.in_months:
        return _("Ersattes efter %(done)s av %(of)s månader") % parts
    return _("Ersattes efter %(done)s av %(of)s dagar") % parts


def cut_text(cut: Cut | None, done: int, target: int, *, is_told: bool) -> str:
    """Return how much was done of a number that was cut short.

    Where nothing `is_told` that isn't known.
    """
    if cut is None:
        return _("Tiden avbröts och bedöms därför inte.")
    if not is_told:
        return _("%(ended)s; inget är redovisat.") % {"ended": ended_early(cut)}
    return _("%(ended)s; %(done)s av %(target)s gjorda.") % {
        "ended": ended_early(cut),
        "done": done,
        "target": target,
    }


def mean_sentence(verdict: Verdict, mean: Mean | None, target: Target, cut: Cut | None) -> str:
    """Return a mean with the time that it is about, or ""."""
    if mean is None:
        return ""
    per = _("per dygn") if target.period == Period.DAY else period_phrase(target.period)
    parts = {
        "average": mean_text(mean, target),
        "done": mean.done,
        "per": per,
        "days": _days_text(mean.first, mean.last),
        "reported": mean.days,
        "all": mean.of_days,
    }
    if mean.average is None:
        sentence = _("%(done)s redovisade, %(days)s (%(reported)s av %(all)s dygn redovisade).")
    elif mean.days < mean.of_days:
        sentence = _("%(average)s %(per)s, %(days)s (%(reported)s av %(all)s dygn redovisade).")
    else:
        sentence = _("%(average)s %(per)s, %(days)s (alla %(all)s dygn redovisade).")
    sentences = [sentence % parts, _promised_mean(target, per)]
    if mean.weeks is not None:
        reached, known = mean.weeks
        sentences.append(
            ngettext(
                "Målet nåddes %(reached)s av %(n)s vecka som är redovisad för sig.",
                "Målet nåddes %(reached)s av %(n)s veckor som är redovisade för sig.",
                known,
            )
            % {"reached": reached, "n": known}
        )
    if verdict == Verdict.MISSED:
        sentences.append(_("Målet nåddes inte."))
    if verdict == Verdict.CUT and cut is not None:
        sentences.append(f"{ended_early(cut)}.")
    return " ".join(sentences)


def _promised_mean(target: Target, per: str) -> str:
    parts = {"number": decimal_text(target.amount or Decimal(0)), "per": per}
    if target.at_most:
        return _("Lovat: högst %(number)s %(per)s.") % parts
    if target.at_least:
        return _("Lovat: minst %(number)s %(per)s.") % parts
    return _("Lovat: %(number)s %(per)s.") % parts


def _days_text(first: date, last: date) -> str:
    """Return "1 maj–31 december", with years where they differ."""
    if first == last:
        return date_format(first, "j F")
    if first.year == last.year:
        return f"{date_format(first, 'j F')}–{date_format(last, 'j F')}"
    return f"{day(first)}–{day(last)}"


def mean_time(mean: Mean) -> str:
    """Return the time that a mean is about, with its year.

    And how much of it is reported.
    """
    return _("%(days)s (%(reported)s av %(all)s dygn redovisade)") % {
        "days": f"{day(mean.first)}–{day(mean.last)}",
        "reported": mean.days,
        "all": mean.of_days,
    }


def mean_text(mean: Mean, target: Target) -> str:
    """Return a mean as text, or "" when nothing is reported."""
    average = rounded_mean(mean, target)
    return "" if average is None else decimal_text(average)


def rounded_mean(mean: Mean, target: Target) -> Decimal | None:
    """Return a mean in hundredths, never as a target that it is below."""
    promised = target.amount or Decimal(0)
    if mean.average is None:
        return None
    rounding = ROUND_FLOOR if mean.average < promised <= round(mean.average, 2) else ROUND_HALF_UP
    return mean.average.quantize(Decimal("0.01"), rounding)


def decimal_text(number: Decimal) -> str:
    """Return a number with as many of two decimals as it needs."""
    text = number_format(number, decimal_pos=2)
    return text.rstrip("0").rstrip(",.") if any(sign in text for sign in ",.") else text


def completed_text(closing: Closing | None) -> str:
    """Return that something changed after the closing, and how it stood then.

    Empty when nothing did.
    """
    if closing is None or not (closing.completed_on or closing.corrected_on):
        return ""
    if closing.corrected_on is None:
        sentence = _("Kompletterat den %(day)s. När redovisningen avslutades: %(verdict)s.")
    elif closing.completed_on is None:
        sentence = _("Rättat den %(corrected)s. När redovisningen avslutades: %(verdict)s.")
    else:
        sentence = _(
            "Kompletterat den %(day)s och rättat den %(corrected)s. När redovisningen avslutades: "
            "%(verdict)s."
        )
    return sentence % {
        "day": day(closing.completed_on) if closing.completed_on else "",
        "corrected": day(closing.corrected_on) if closing.corrected_on else "",
        "verdict": str(closing.verdict.label).lower(),
    }
