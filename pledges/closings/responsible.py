"""Tell who answers for a commitment, and so says that a period is done."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pledge_portal.accounts.permissions import Action, Person, may
from pledge_portal.pages.text import proper_name
from pledges.models import Commitment, Municipality, PeriodClosing, PoliceArea


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
    everybody = []
    if commitment.responsible in {party.MUNICIPALITY, party.BOTH}:
        everybody += [
            Responsible(municipality=giver.municipality_id) for giver in pledge.parties.all()
        ]
    if commitment.responsible in {party.POLICE, party.BOTH}:
        everybody.append(Responsible(police_area=pledge.police_area_id))
    return everybody


def said_by(closing: PeriodClosing) -> Responsible:
    """Return whose word a closing is."""
    if closing.third_party:
        return Responsible(third_party=closing.third_party)
    return Responsible(closing.municipality_id, closing.police_area_id)


def speakers(commitment: Commitment, responsible: Responsible) -> list[Municipality | PoliceArea]:
    """Return the parties that may speak for somebody.

    Each for itself; for a third party the municipalities, or the police where none gives the
    pledge.
    """
    pledge = commitment.pledge
    municipalities = [party.municipality for party in pledge.parties.all()]
    if responsible.third_party:
        return [*municipalities] or [pledge.police_area]
    if responsible.police_area:
        return [pledge.police_area]
    return [place for place in municipalities if place.pk == responsible.municipality]


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
    if responsible.police_area:
        return SafeString(pgettext("i en mening", "Polisen"))
    [first, *_others] = speakers(commitment, responsible)
    party = proper_name(getattr(first, "official_name", None) or f"Polisen, {first}")
    if not responsible.third_party:
        return party
    parts = {"name": proper_name(responsible.third_party), "party": party}
    return SafeString(_("%(name)s, enligt %(party)s") % parts)
