"""Put a signed document into words.

What it is, who signed it, and how it stands today.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString

from pledge_portal.pages.text import proper_name
from pledges.documents.authenticity import Answer as DocumentAnswer
from pledges.documents.authenticity import Verification
from pledges.documents.report import Report, Signature
from pledges.lifecycle import standing
from pledges.models import Pledge
from pledges.presentation.commitment import listed
from pledges.presentation.pledge import PledgeView, SignatoryView, pledge_view, signatories
from pledges.presentation.validity import Answer, answer


@dataclass(frozen=True)
class SignedView:
    """A signatory beside what the file says of the signature, if anything."""

    signatory: SignatoryView
    signature: Signature | None


@dataclass(frozen=True)
class PartyView:
    """A municipality where a pledge holds, and the pledge as it stands there.

    `name` is the municipality's, with the parts that it holds for.
    """

    slug: str
    name: SafeString
    pledge: PledgeView


def signed_views(pledge: Pledge, report: Report) -> list[SignedView]:
    """Return who has signed, in their order.

    The pledge must come from `with_standing()`.
    """
    by_field = {signature.field: signature for signature in report.signatures}
    rows = pledge.signatories.all()
    return [
        SignedView(view, by_field.get(row.signature.field))
        for row, view in zip(rows, signatories(pledge), strict=True)
    ]


def standing_today(verification: Verification, on: date) -> Answer | None:
    """Return whether the pledge that a file is of holds on a day.

    A genuine document says nothing of it: the pledge may have been annulled or replaced since. None
    for what is none of ours, or calls itself ours and is something else.
    """
    if verification.pledge is None or verification.answer == DocumentAnswer.CHANGED:
        return None
    pledge = Pledge.objects.with_standing().get(pk=verification.pledge.pk)
    return answer(pledge, standing(pledge, on))


def further_signatures(pledge: Pledge, report: Report) -> list[Signature]:
    """Return the file's signatures that are no signatory's: timestamps."""
    own = {signatory.signature.field for signatory in pledge.signatories.all()}
    return [signature for signature in report.signatures if signature.field not in own]


def party_views(pledge: Pledge, on: date) -> list[PartyView]:
    """Return the pledge's municipalities, in its order.

    The pledge must come from `with_standing()`.
    """
    return [
        PartyView(
            party.municipality.slug,
            proper_name(pledge.place_name(party.municipality)),
            pledge_view(pledge, party.municipality, on),
        )
        for party in pledge.parties.all()
    ]


def title_and_places(parties: Sequence[PartyView]) -> SafeString:
    """Return a pledge's title, and where it holds."""
    title = parties[0].pledge.title.html
    return format_html("{}, {}", title, listed([party.name for party in parties]))
