"""A commitment in words: who answers for it and what its target means."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledge_portal.pages.text import Wording, proper_name, wording
from pledges.models import Commitment, Pledge
from pledges.targets import Period, Shape


@dataclass(frozen=True)
class CommitmentView:
    """A commitment as pages show it.

    `party` is "police", "municipality" or "both"; `responsible` names who that is. `invented` holds
    the names of the parts that are made up for the demonstration.
    """

    number: int
    text: Wording
    explanation: Wording
    kind: str
    party: str
    responsible: SafeString
    target: SafeString
    is_measurable: bool
    is_secret: bool
    invented: frozenset[str]


def municipality_names(pledge: Pledge) -> list[str]:
    """Return the municipalities' official names, in the pledge's order."""
    return [party.municipality.official_name for party in pledge.parties.all()]


def commitment_view(commitment: Commitment, municipalities: list[str]) -> CommitmentView:
    """Return the commitment in words; `municipalities` are the parties' names."""
    return CommitmentView(
        number=commitment.number,
        text=wording(commitment, "text"),
        explanation=wording(commitment, "explanation"),
        kind=capfirst(commitment.get_kind_display()),
        party=commitment.responsible,
        responsible=_responsible(commitment, municipalities),
        target=target_text(commitment),
        is_measurable=commitment.target.is_measurable,
        is_secret=commitment.is_secret_kind,
        invented=frozenset(commitment.invented),
    )


def _responsible(commitment: Commitment, municipalities: list[str]) -> SafeString:
    municipality = (
        proper_name(municipalities[0]) if len(municipalities) == 1 else escape(_("Kommunerna"))
    )
    match commitment.responsible:
        case Commitment.Party.POLICE:
            return escape(_("Polisen"))
        case Commitment.Party.MUNICIPALITY:
            return municipality
    return format_html(escape(_("{municipality} och Polisen")), municipality=municipality)


def target_text(commitment: Commitment) -> SafeString:
    """Return the target's phrase.

    What is counted is marked as Swedish where it stays Swedish.
    """
    # The phrase itself is ours and holds no markup, so only the unit needs escaping.
    unit = wording(commitment, "target_unit").html
    return mark_safe(replace(commitment.target, unit=unit).sentence())  # noqa: S308


def unit_text(commitment: Commitment) -> SafeString:
    """Return what is counted, worded for the target's own number, for a page."""
    if commitment.target_unit:
        return wording(commitment, "target_unit").html
    return escape(ngettext("gång", "gånger", int(commitment.target_amount or 0)))


def whose_turn(commitment: Commitment) -> str:
    """Return who is to report what is missing, in a sentence."""
    return _("Nu ska %(party)s redovisa.") % {
        "party": {
            Commitment.Party.POLICE: _("Polisen"),
            Commitment.Party.MUNICIPALITY: _("kommunen"),
            Commitment.Party.BOTH: _("kommunen och Polisen"),
        }[Commitment.Party(commitment.responsible)]
    }


def target_meaning(commitment: Commitment) -> str:
    """Return what the target means, in a sentence or two."""
    target = commitment.target
    match target.shape:
        case Shape.NONE:
            return _(
                "Åtagandet har inget mål som går att räkna. Det går därför inte att säga i siffror "
                "om det hålls."
            )
        case Shape.DONE if target.last is not None:
            return _("Åtagandet är uppfyllt om det är gjort senast den dagen.")
        case Shape.DONE:
            return _(
                "Åtagandet är uppfyllt när det är gjort, senast när löftet slutar gälla. Hur många "
                "gånger är inte bestämt."
            )
        case Shape.ON_DEMAND:
            return _(
                "Åtagandet gäller när någon ber om det. Det hålls när varje begäran får det som är "
                "lovat."
            )
        case Shape.COVERAGE if target.amount is None and target.of is None:
            return _(
                "Hur många det finns är inte uppgivet. Det går därför inte att säga i siffror när "
                "alla har nåtts."
            )
        case Shape.COVERAGE:
            return _("Åtagandet är uppfyllt när alla som är lovade har nåtts.")
    parts = [
        _("Målet räknas om från noll för varje period.")
        if target.period != Period.WHOLE
        else _("Allt som görs under löftets tid räknas ihop.")
    ]
    if target.is_mean:
        parts = [
            _(
                "Målet är ett genomsnitt över den tid som är redovisad: enstaka perioder får ligga "
                "under."
            )
        ]
    if target.at_most:
        parts.append(_("”Högst” betyder att det får bli färre, men inte fler."))
    if target.at_least:
        parts.append(_("”Minst” betyder att det får bli fler, men inte färre."))
    return " ".join(parts)


def short_period(commitment: Commitment) -> str:
    """Return the sentence for periods too short to be listed, or ""."""
    return {
        Period.MONTH: _("Målet räknas varje månad så länge löftet gäller."),
    }.get(commitment.target.period or Period.WHOLE, "")
