"""All pledges of a municipality in words, for its archive.

How long each held, what came after it, and how it was kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from pledges.actions.tallies import Reported, reported_in_public
from pledges.follow_ups.rules import plan_of
from pledges.follow_ups.voices import promise
from pledges.lifecycle import (
    Standing,
    State,
    earlier_for_the_same_part,
    share_a_part,
    taken_over_by,
)
from pledges.models import (
    Commitment,
    FollowUp,
    Municipality,
    Pledge,
    PledgeDocument,
)
from pledges.models.erasure import is_withheld
from pledges.presentation.pledge import OtherPledge, PledgeView, other_pledge, pledge_view
from pledges.presentation.validity import days_in_force
from pledges.presentation.voices import fulfilment


@dataclass(frozen=True)
class ArchivedView:
    """A pledge in the archive.

    `in_force` is its days in force; `next` the pledge that takes over, None when there is none, and
    `next_label` what that one is to it; `fulfilment` how it was kept, in a sentence; `sha256` that
    of the signed document, and `is_withheld` whether it isn't shown; `before` the part of the
    address of the pledge before it, or "".
    """

    pledge: PledgeView
    in_force: str
    next: OtherPledge | None
    next_label: str
    fulfilment: str
    sha256: str
    is_withheld: bool
    size: int
    follow_ups: int
    before: str


def archived_views(
    shown: Sequence[Pledge], all_pledges: Sequence[Pledge], municipality: Municipality, on: date
) -> list[ArchivedView]:
    """Return the pledges `shown` in words, in six queries in all.

    `all_pledges` are all public ones of the municipality, the latest first, as `Pledge.objects.at`
    gives them.
    """
    keys = [pledge.pk for pledge in shown]
    commitments: dict[int, list[Commitment]] = defaultdict(list)
    for commitment in Commitment.objects.public().filter(pledge__in=keys).order_by("number"):
        commitments[commitment.pledge_id].append(commitment)
    rows = PledgeDocument.objects.public().defer("content").filter(pledge__in=keys)
    documents = {
        document.pledge_id: document for document in rows.annotate(is_withheld=is_withheld())
    }
    follow_ups: dict[int, int] = defaultdict(int)
    for key in FollowUp.objects.public().filter(pledge__in=keys).values_list("pledge", flat=True):
        follow_ups[key] += 1
    reported = reported_in_public(shown, on)
    before = {
        pledge.pk: earlier.period
        for number, pledge in enumerate(all_pledges)
        if (earlier := earlier_for_the_same_part(pledge, all_pledges[number + 1 :], municipality))
    }
    views = []
    for pledge in shown:
        view = pledge_view(pledge, municipality, on)
        after = taken_over_by(
            view.standing,
            (
                other
                for other in all_pledges
                if other is not pledge and share_a_part(pledge, other, municipality)
            ),
        )
        document = documents.get(pledge.pk)
        views.append(
            ArchivedView(
                pledge=view,
                in_force=days_in_force(view.standing),
                next=other_pledge(after, municipality, on) if after else None,
                next_label=_next_label(view.standing),
                fulfilment=_fulfilment(pledge, commitments[pledge.pk], reported, view.standing),
                sha256=document.sha256 if document else "",
                is_withheld=document is not None and document.is_withheld,
                size=document.size if document else 0,
                follow_ups=follow_ups[pledge.pk],
                before=before.get(pledge.pk, ""),
            )
        )
    return views


def _next_label(standing: Standing) -> str:
    if standing.state == State.REPLACED:
        return _("Ersatt av")
    return _("Följt av") if standing.state == State.ENDED else _("Ersätts av")


def _fulfilment(
    pledge: Pledge, commitments: list[Commitment], reported: Reported, standing: Standing
) -> str:
    """Return how a pledge was kept, in both voices."""
    if standing.state == State.SIGNED:
        return _("Löftet har inte börjat gälla.")
    if standing.was_never_in_force:
        return _("Löftet gällde aldrig.")
    promises = (promise(commitment, reported, standing) for commitment in commitments)
    return str(fulfilment(promises, standing, plan_of(pledge).every))
