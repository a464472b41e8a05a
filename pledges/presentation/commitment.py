"""A commitment in words: who answers for it and what its target means."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pledge_portal.pages.text import Wording, proper_name, wording
from pledges.models import MAX_SHORT_NAME_LENGTH, Commitment, Pledge
from pledges.models.has_target import HasTarget
from pledges.presentation.units import unit_of
from pledges.targets import Period, Shape

if TYPE_CHECKING:
    from pledges.presentation.target_changes import TargetChangeView


@dataclass(frozen=True)
class CommitmentView:
    """A commitment as pages show it.

    `party` is "police", "municipality", "both" or "third_party"; `responsible` names all who answer
    for it. `target` is what was signed, and `changes` how it has changed since. `invented` holds
    the names of the parts that are made up for the demonstration. `name` is what it is called in
    titles and links (`commitment_name`); it `is_named` where that was written with it.
    """

    number: int
    name: Wording
    is_named: bool
    text: Wording
    explanation: Wording
    kind: str
    party: str
    responsible: SafeString
    target: SafeString
    is_measurable: bool
    is_secret: bool
    invented: frozenset[str]
    changes: Sequence[TargetChangeView] = ()


def given_name(commitment: Commitment) -> Wording:
    """Return the short name that was written with a commitment, or nothing.

    Nothing either where it is in Swedish alone and the text isn't.
    """
    if not commitment.name_sv:
        return Wording("")
    name = wording(commitment, "name")
    return Wording("") if name.lang and not wording(commitment, "text").lang else name


def commitment_name(commitment: Commitment, *, is_only_of_its_kind: bool = False) -> Wording:
    """Return what a commitment is called where its whole text is too long.

    Its short name; without one in the reader's language what kind of thing it is, where the pledge
    promises no other of that kind; or the beginning of its text.
    """
    name = given_name(commitment)
    if name and not name.lang:
        return name
    if is_only_of_its_kind and commitment.kind != Commitment.Kind.OTHER:
        return Wording(capfirst(commitment.get_kind_display()))
    text = wording(commitment, "text")
    return name or Wording(_shortened(text.text), text.lang)


def commitment_names(commitments: Iterable[Commitment]) -> dict[int, Wording]:
    """Return what the commitments of a pledge are called, by number.

    All of the pledge's are given.
    """
    commitments = list(commitments)
    kinds = Counter(commitment.kind for commitment in commitments)
    return {
        commitment.number: commitment_name(
            commitment, is_only_of_its_kind=kinds[commitment.kind] == 1
        )
        for commitment in commitments
    }


def numbered_name(commitment: Commitment, text: Wording) -> Wording:
    """Return a commitment's number and short name, for a row of a chart.

    Its `text`, in the reader's language, where it has none.
    """
    name = given_name(commitment) or text
    return Wording(f"{commitment.number}. {name.text}", name.lang)


def _shortened(text: str) -> str:
    """Return the first words of a text, without the full stop of a short one."""
    short = textwrap.shorten(text, MAX_SHORT_NAME_LENGTH, placeholder=" …", break_on_hyphens=False)
    if short.strip() == "…":
        # Its first word alone is longer.
        short = f"{text[: MAX_SHORT_NAME_LENGTH - 1]}…"
    return short.removesuffix(".")


def municipality_names(pledge: Pledge) -> dict[str, str]:
    """Return the municipalities that give a pledge: names by code.

    In its order.

    With their parts that it holds for, when it doesn't hold for all of them.
    """
    return {
        municipality.code: pledge.place_name(municipality)
        for municipality in pledge.giving_municipalities
    }


def listed(names: Sequence[SafeString]) -> SafeString:
    """Return names in a row: "Orust kommun, Tjörns kommun och Polisen"."""
    if len(names) < 2:
        return names[0] if names else SafeString()
    commas = format_html_join(", ", "{}", ((name,) for name in names[:-1]))
    return format_html(escape(_("{names} och {last}")), names=commas, last=names[-1])


def commitment_view(
    commitment: Commitment,
    municipalities: Mapping[str, str],
    changes: Sequence[TargetChangeView] = (),
    names: Mapping[int, Wording] | None = None,
) -> CommitmentView:
    """Return the commitment in words, with how its target has changed.

    `municipalities` are the names of those that give the pledge, by code; `names` those of its
    commitments, by number (`commitment_names`).
    """
    return CommitmentView(
        number=commitment.number,
        name=names[commitment.number] if names else commitment_name(commitment),
        is_named=bool(given_name(commitment)),
        text=wording(commitment, "text"),
        explanation=wording(commitment, "explanation"),
        kind=capfirst(commitment.get_kind_display()),
        party=commitment.responsible,
        responsible=responsible_text(commitment, municipalities),
        target=target_text(commitment),
        is_measurable=commitment.target.is_measurable,
        is_secret=commitment.is_secret_kind,
        invented=frozenset(commitment.invented),
        changes=changes,
    )


def responsible_text(commitment: Commitment, municipalities: Mapping[str, str]) -> SafeString:
    """Return who promised, by name: nobody else, and nobody left out.

    `municipalities` are the names of those that give the pledge, by code.
    """
    party = Commitment.Party
    names: list[SafeString] = []
    if commitment.responsible in {party.MUNICIPALITY, party.BOTH}:
        codes = commitment.responsible_municipalities or municipalities
        responsible = [name for code, name in municipalities.items() if code in codes]
        is_everyone = len(municipalities) > 1 and len(responsible) == len(municipalities)
        names += [escape(_("Kommunerna"))] if is_everyone else map(proper_name, responsible)
    if commitment.responsible in {party.POLICE, party.BOTH}:
        names.append(escape(pgettext("i en mening", "Polisen") if names else _("Polisen")))
    return listed([*names, *map(proper_name, commitment.third_parties)])


def target_text(source: HasTarget) -> SafeString:
    """Return the target's phrase.

    What is counted is marked as Swedish where it stays Swedish.
    """
    # The phrase itself is ours and holds no markup, so only the unit needs escaping.
    return mark_safe(source.target.sentence(unit_of(source).of))  # noqa: S308


def whose_turn(commitment: Commitment) -> str:
    """Return who is to report what is missing, in a sentence for a page."""
    if commitment.responsible == Commitment.Party.THIRD_PARTY:
        # A third party reports by somebody else, whoever that is.
        names = listed([proper_name(name) for name in commitment.third_parties])
        return _("Nu ska det som %(party)s har lovat redovisas.") % {"party": names}
    return _("Nu ska %(party)s redovisa.") % {
        "party": {
            Commitment.Party.POLICE: pgettext("i en mening", "Polisen"),
            Commitment.Party.MUNICIPALITY: _("kommunen"),
            Commitment.Party.BOTH: _("kommunen och Polisen"),
        }[Commitment.Party(commitment.responsible)]
    }


def target_meaning(source: HasTarget) -> str:
    """Return what the target means, in a sentence or two."""
    target = source.target
    match target.shape:
        case Shape.NONE:
            return _(
                "Åtagandet har inget mål som går att räkna. Det går därför inte att säga i siffror "
                "om det hålls."
            )
        case Shape.DONE if target.every_year:
            return _("Varje år räknas för sig: målet är nått om det är gjort senast den dagen.")
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
    parts = [clock_text(source)]
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


def clock_text(source: HasTarget, begins: date | None = None) -> str:
    """Return by what periods a target is counted, in a sentence.

    `begins` is the first day of the pledge, whose own year may be the calendar's.
    """
    target = source.target
    if begins is not None and (begins.month, begins.day) == (1, 1) and target.period == Period.YEAR:
        return _("Varje kalenderår räknas för sig.")
    if target.is_mean or target.every_year:
        return _("Varje år står för sig.")
    return {
        Period.MONTH: _("Varje månad räknas för sig."),
        Period.SEASON: _("Varje årstid räknas för sig."),
        Period.TERM: _("Varje termin räknas för sig."),
        Period.HALF_YEAR: _("Varje halvår räknas för sig."),
        Period.SCHOOL_YEAR: _("Varje läsår räknas för sig."),
        Period.YEAR: _("Varje år räknas för sig."),
        Period.CALENDAR_YEAR: _("Varje kalenderår räknas för sig."),
        Period.OWN: _("Tiden som är lovad räknas för sig."),
    }.get(target.period or Period.WHOLE) or _("Allt som görs under löftets tid räknas ihop.")


def prolonged_text(commitment: Commitment, in_force: HasTarget, first: str, last: str) -> str:
    """Return what prolonging from a day to another means to the target.

    `in_force` holds the target that counts.
    """
    target = in_force.target
    parts = [
        _("Löftet är förlängt från den %(first)s till den %(last)s.")
        % {"first": first, "last": last}
    ]
    if target.has_number_for_the_whole:
        if target.amount == commitment.target_amount:
            parts.append(_("Antalet är detsamma."))
    elif target.period not in {None, Period.OWN}:
        parts.append(_("Det som är lovat för varje period gäller också den tiden."))
    return " ".join(parts)


def short_period(source: HasTarget, *, is_over: bool = False) -> str:
    """Return the sentence for periods too short to be listed, or ""."""
    if source.target.period != Period.MONTH:
        return ""
    if is_over:
        return _("Målet räknades varje månad så länge löftet gällde.")
    return _("Målet räknas varje månad så länge löftet gäller.")
