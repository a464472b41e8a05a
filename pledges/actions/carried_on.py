"""Find what commitments carry on of pledges that were revised.

A commitment that carries another on keeps its counts: what was done for the other counts as well,
in the period that the text was revised in. Periods that were over before are told by the text of
then, on its own pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from pledges.models import Commitment, Pledge, TargetChange
from pledges.models.target_change import changes_until


@dataclass(frozen=True)
class CarriedOn:
    """What commitments carry on, and of which pledges.

    `commitments` carry others on; `earlier` are the keys of those, by their own.
    """

    pledges: tuple[Pledge, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    earlier: Mapping[int, Sequence[int]] = field(default_factory=dict)

    def add_to(self, *by_commitment: MutableMapping[int, list[Any]]) -> None:
        """Give each commitment what there is of those that it carries on."""
        for lists in by_commitment:
            added = {
                key: [row for other in earlier for row in lists.get(other, [])]
                for key, earlier in self.earlier.items()
            }
            for key, rows in added.items():
                if rows:
                    lists[key] = [*lists.get(key, []), *rows]

    def counted_from(
        self, changes: Mapping[int, Sequence[TargetChange]], on: date
    ) -> dict[int, date]:
        """Return by commitment from what day its target of a day is counted."""
        return {
            commitment.pk: commitment.counted_from_by(
                commitment.source_after(changes_until(changes.get(commitment.pk, []), on))
            )
            for commitment in self.commitments
        }


def carried_on(pledges: Iterable[Pledge]) -> CarriedOn:
    """Return what the commitments of pledges carry on; two queries or none."""
    pledges = list(pledges)
    revising = [pledge.pk for pledge in pledges if pledge.revises_id is not None]
    if not revising:
        return CarriedOn()
    commitments = Commitment.objects.filter(pledge__in=revising, origin__isnull=False)
    commitments = commitments.select_related("pledge", "origin__pledge")
    origins = {commitment.origin_id for commitment in commitments}
    versions = Commitment.objects.filter(Q(pk__in=origins) | Q(origin__in=origins))
    versions = versions.filter(pledge__in=Pledge.objects.public()).select_related("pledge")
    others = list(versions)
    earlier = {
        commitment.pk: [
            other.pk
            for other in others
            if (other.origin_id or other.pk) == commitment.origin_id
            and other.pledge.valid_from < commitment.pledge.valid_from
        ]
        for commitment in commitments
    }
    keys = {pledge.pk for pledge in pledges}
    further = {other.pledge_id: other.pledge for other in others if other.pledge_id not in keys}
    return CarriedOn(tuple(further.values()), tuple(commitments), earlier)
