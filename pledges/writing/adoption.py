"""Adopt a text that both parties approve: lock it, make the document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, Person, may
from pledge_portal.pages.refusals import Refused
from pledges.decided import Decision
from pledges.lifecycle import take_back_adoption
from pledges.models import Municipality, Pledge, PledgeDocument, PoliceArea, TextApproval
from pledges.writing.adoption_checklist import Checked, check
from pledges.writing.editing import latest_version

Place = Municipality | PoliceArea


@dataclass(frozen=True)
class PartyApproval:
    """A party to the pledge, and its approval of the latest text, if any.

    `outdated` is an approval that the party gave of an earlier text.
    """

    place: Place
    approval: TextApproval | None
    outdated: TextApproval | None


def parties_of(pledge: Pledge) -> list[Place]:
    """Return who gives the pledge.

    Its municipalities in their order, and the police areas.
    """
    return pledge.givers


def approvals_of(pledge: Pledge, version: int) -> list[PartyApproval]:
    """Return each party with its approval of the text as it is in `version`."""
    given = {
        approval.municipality or approval.police_area: approval
        for approval in pledge.text_approvals.select_related(
            "municipality", "police_area", "approved_by"
        )
    }
    approvals = []
    for place in parties_of(pledge):
        approval = given.get(place)
        holds = approval is not None and approval.version == version
        approvals.append(
            PartyApproval(place, approval if holds else None, None if holds else approval)
        )
    return approvals


def places_to_approve_for(user: Person, pledge: Pledge) -> list[Place]:
    """Return the parties that a person can approve for."""
    return [place for place in parties_of(pledge) if may(user, Action.APPROVE_PLEDGES, place)]


def may_adopt(user: Person, pledge: Pledge) -> bool:
    """Return whether a person can adopt the pledge, or open it again.

    Who may for any of its parties, may.
    """
    return any(may(user, Action.ADOPT_PLEDGES, place) for place in parties_of(pledge))


@transaction.atomic
def approve(pledge: Pledge, place: Place, *, version: int, by: User, at: datetime) -> TextApproval:
    """Approve the text for a party, as it is in `version`.

    The person has read that one. Raises Refused when the text was changed since, or the place is no
    party.
    """
    latest = latest_version(pledge, at)
    if latest.number != version:
        raise Refused(_("Texten har ändrats sedan du läste den. Läs den igen."))
    if place not in parties_of(pledge):
        raise Refused(_("%(place)s är inte part i löftet.") % {"place": place})
    approval, _is_new = TextApproval.objects.update_or_create(
        pledge=pledge,
        **_as_party(place),
        defaults={"version": version, "approved_by": by, "approved_at": at},
    )
    return approval


@transaction.atomic
def withdraw_approval(pledge: Pledge, place: Place) -> None:
    """Take a party's approval back; raises Refused when the pledge is adopted."""
    latest_version(pledge, timezone.now())
    TextApproval.objects.filter(pledge=pledge, **_as_party(place)).delete()


@transaction.atomic
def adopt(
    pledge: Pledge,
    *,
    version: int,
    notes_are_read: bool,
    at: datetime,
    decision: Decision | None = None,
) -> PledgeDocument:
    """Adopt the text of `version`: lock it and make the document to be signed.

    `decision` is what is known of the decision to give the pledge.

    Raises Refused when it was changed since, when a party has not approved it, when something
    on the checklist stops, or its notes haven't been read; Refused when there is no document
    to be made of it.
    """
    # What makes PDFs takes a second to load, and no other page needs it.
    from pledges.documents.store import adopt_with_document

    latest = latest_version(pledge, at)
    if latest.number != version:
        raise Refused(_("Texten har ändrats sedan du läste den. Läs den igen."))
    pledge.refresh_from_db()
    for party in approvals_of(pledge, version):
        if party.approval is None:
            raise Refused(
                _("%(party)s har inte godkänt texten.") % {"party": party_name(party.place)}
            )
    checked: Checked = check(pledge, latest.contents, version, timezone.localdate(at))
    if checked.stops:
        raise Refused(checked.stops[0].sentence)
    if checked.notes and not notes_are_read:
        raise Refused(_("Kryssa för att ni har läst anmärkningarna."))
    return adopt_with_document(pledge, at, decision)


def open_again(pledge: Pledge) -> None:
    """Open an adopted text again; raises Refused once anyone has signed.

    The parties' approvals stand until something is changed.
    """
    take_back_adoption(pledge)


def party_name(place: Place) -> str:
    """Return a party's name: "Älvsbyns kommun", "Polisen, Piteå älvdal"."""
    if isinstance(place, Municipality):
        return place.official_name
    return _("Polisen, %(area)s") % {"area": place.name}


def _as_party(place: Place) -> dict[str, Any]:
    is_municipality = isinstance(place, Municipality)
    return {
        "municipality": place if is_municipality else None,
        "police_area": None if is_municipality else place,
    }
