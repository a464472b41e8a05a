"""Ask about amounts far beyond what is promised, or of other things.

100,000 patrols in four months are most likely a slip of a finger, and would be told to everybody;
two meetings count towards a number of inspections only where somebody means that they do. Whoever
writes it is asked, in the form, at a correction and at an import.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil

from django.db.models import Max
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from pledges.actions.recording import Entry
from pledges.actions.rows import ReadRow
from pledges.models import CompletedAction, Pledge
from pledges.targets import Period
from pledges.targets.units import unit_for

# How many times as much is asked about, and from how many on.
_TIMES = 10
_FEW = 20
# What is asked about when nothing is promised in numbers, and nothing was reported before.
_MANY = 1000
_DAYS = {
    Period.DAY: 1,
    Period.WEEK: 7,
    Period.MONTH: 30,
    Period.SEASON: 91,
    Period.TERM: 182,
    Period.HALF_YEAR: 182,
    Period.SCHOOL_YEAR: 365,
    Period.YEAR: 365,
    Period.CALENDAR_YEAR: 365,
}


def amount_question(entry: Entry, action: CompletedAction | None = None) -> str:
    """Return the question whether an amount can be right, or "".

    `action` is the one that is corrected: what it says already isn't asked about again.
    """
    if action is not None and action.amount == entry.amount and action.requests == entry.requests:
        return ""
    earlier = CompletedAction.objects.counted().filter(
        commitment=entry.commitment, unit__iexact=entry.unit
    )
    if action is not None:
        earlier = earlier.exclude(pk=action.pk)
    sums = earlier.aggregate(Max("amount"), Max("requests"))
    return _question(entry, max(sums["amount__max"] or 0, sums["requests__max"] or 0))


def ask_about_amounts(rows: Iterable[ReadRow], pledge: Pledge) -> None:
    """Ask about the rows of a file whose amounts are so large; one query."""
    asked = [(row, row.entry) for row in rows if row.entry is not None]
    largest: dict[tuple[int, str], int] = {}
    if asked:
        for commitment, unit, amount, requests in (
            CompletedAction.objects.counted()
            .filter(commitment__pledge=pledge)
            .order_by()
            .values_list("commitment", "unit")
            .annotate(Max("amount"), Max("requests"))
        ):
            key = (commitment, unit.casefold())
            largest[key] = max(largest.get(key, 0), amount, requests or 0)
    for row, entry in asked:
        key = (entry.commitment.pk, entry.unit.casefold())
        if question := _question(entry, largest.get(key, 0)):
            row.questions.append(question)
        known = {unit for commitment, unit in largest if commitment == entry.commitment.pk}
        if question := unit_question(entry, known):
            row.questions.append(question)


def unit_question(entry: Entry, known: Iterable[str]) -> str:
    """Return the question whether what was counted counts towards the target.

    Or "". `known` are the units that have counted towards it before.
    """
    target = entry.commitment.target_in_force
    of_target = (unit_for(number, target.unit, "sv") for number in (1, 2))
    is_known = entry.unit.casefold() in {unit.casefold() for unit in (*known, *of_target)}
    if not entry.unit or is_known or not target.is_measurable or not target.unit:
        return ""
    return _("Målet räknar ”%(target)s”. Räknas ”%(unit)s” till det?") % {
        "target": target.unit,
        "unit": entry.unit,
    }


def _question(entry: Entry, earlier: int) -> str:
    amount, promised = max(entry.amount, entry.requests or 0), _promised(entry)
    known = max(promised, earlier)
    if amount <= (max(_TIMES * known, _FEW) if known else _MANY):
        return ""
    sentences = [_("%(amount)s är väldigt många.") % {"amount": _grouped(amount)}]
    if promised:
        sentences.append(_("Lovat för så lång tid: %(n)s.") % {"n": _grouped(promised)})
    if earlier:
        sentences.append(_("Mest på en gång hittills: %(n)s.") % {"n": _grouped(earlier)})
    return " ".join([*sentences, _("Stämmer det?")])


def _promised(entry: Entry) -> int:
    """Return how much is promised for as many days, 0 when no number is."""
    target = entry.commitment.target_in_force
    amount = Fraction(target.amount or target.of or 0)
    if target.period in _DAYS:
        days = (entry.days.last - entry.days.first).days + 1
        amount *= max(Fraction(days, _DAYS[target.period]), Fraction(1))
    return ceil(amount)


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)
