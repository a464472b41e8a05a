"""How much of what is done, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledges.models import Commitment
from pledges.presentation.language import in_swedish_only
from pledges.presentation.units import Unit
from pledges.progress import Amount, Progress
from pledges.targets import Shape


def amounts_text(progress: Progress, unit: Unit) -> str:
    """Return how much of what: "303 trafikkontroller, 1 mopedinsats".

    In HTML, with the words of the actions marked as the Swedish that they are.
    """
    return ", ".join(
        f"{amount.amount} {_unit_of(amount, progress, unit)}" for amount in progress.amounts
    )


def _unit_of(amount: Amount, progress: Progress, unit: Unit) -> str:
    if amount.unit:
        return Unit(in_swedish_only(amount.unit)).of(amount.amount)
    if progress.target.unit:
        return unit.of(amount.amount)
    return ngettext("insats", "insatser", amount.amount)


def kinds_sentence(progress: Progress, unit: Unit) -> str:
    """Return how what counts towards a target is split on several kinds.

    Empty where it is of one, or where there is no target.
    """
    if progress.target.shape == Shape.NONE or len(progress.amounts) < 2:
        return ""
    return _("Sammanlagt: %(amounts)s.") % {"amounts": amounts_text(progress, unit)}


def partly_sentence(progress: Progress) -> str:
    """Return how many of the actions that count went only in part; or "".

    Their amounts are what was done. What is to be done has a sentence of its own.
    """
    if progress.target.shape == Shape.DONE or not progress.partly:
        return ""
    return ngettext(
        "%(n)s insats genomfördes bara delvis.",
        "%(n)s insatser genomfördes bara delvis.",
        progress.partly,
    ) % {"n": progress.partly}


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
