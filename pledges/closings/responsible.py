"""Tell who answers for a commitment, and so says that a period is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pledge_portal.accounts.permissions import Action, Person, may
from pledge_portal.pages.text import proper_name
from pledges.models import Commitment, Municipality, PeriodClosing, PoliceArea
from pledges.targets import Span


@dataclass(frozen=True)
class Responsible:
    """Somebody who answers for a commitment.

    A party, or a third party by name, for whom one of the parties speaks.
    """

    municipality: int | None = None
    police_area: int | None = None
    third_party: str = ""


def responsible_for(commitment: Commitment) -> list[Responsible]:
    """Return everybody who answers for a commitment.

    Its pledge and the pledge's parties are fetched.
    """
    pledge, party = commitment.pledge, Commitment.Party
    codes = commitment.responsible_municipalities
    everybody = []
    if commitment.responsible in {party.MUNICIPALITY, party.BOTH}:
        everybody += [
            Responsible(municipality=giver.pk)
            for giver in pledge.giving_municipalities
            if not codes or giver.code in codes
        ]
    if commitment.responsible in {party.POLICE, party.BOTH}:
        everybody += [Responsible(police_area=area.pk) for area in pledge.police_areas]
    return everybody + [Responsible(third_party=name) for name in commitment.third_parties]


def responsible_of(closing: PeriodClosing) -> Responsible:
    """Return whose word a closing is."""
    if closing.third_party:
        return Responsible(third_party=closing.third_party)
    return Responsible(closing.municipality_id, closing.police_area_id)


def awaited_for(
    commitment: Commitment, span: Span, closings: Iterable[PeriodClosing]
) -> list[Responsible]:
    """Return everybody who hasn't said yet that a period is done.

    `closings` are the commitment's in force. One of another period, as it was before its pledge was
    prolonged or its target corrected, says nothing of this one.
    """
    said_so = {
        responsible_of(closing)
        for closing in closings
        if (closing.first_day, closing.last_day) == (span.first, span.last)
    }
    return [
        responsible for responsible in responsible_for(commitment) if responsible not in said_so
    ]


def speakers(commitment: Commitment, responsible: Responsible) -> list[Municipality | PoliceArea]:
    """Return the parties that may speak for somebody.

    Each for itself; for a third party the municipalities, or the police where none gives the
    pledge.
    """
    pledge = commitment.pledge
    if responsible.third_party:
        return [*pledge.giving_municipalities] or [*pledge.police_areas]
    if responsible.police_area:
        return [area for area in pledge.police_areas if area.pk == responsible.police_area]
    return [place for place in pledge.giving_municipalities if place.pk == responsible.municipality]


def speaker(
    user: Person, commitment: Commitment, responsible: Responsible
) -> Municipality | PoliceArea | None:
    """Return the party for which a person may say it, None when there is none."""
    own = (
        party
        for party in speakers(commitment, responsible)
        if may(user, Action.CLOSE_PERIODS, party)
    )
    return next(own, None)


def name_of(commitment: Commitment, responsible: Responsible) -> SafeString:
    """Return somebody's name, and who speaks for them if another does."""
    if responsible.police_area and len(commitment.pledge.police_areas) == 1:
        return SafeString(pgettext("i en mening", "Polisen"))
    [first, *_others] = speakers(commitment, responsible)
    party = proper_name(getattr(first, "official_name", None) or f"Polisen, {first}")
    if not responsible.third_party:
        return party
    parts = {"name": proper_name(responsible.third_party), "party": party}
    return SafeString(_("%(name)s, enligt %(party)s") % parts)
