"""Completed actions summed up: those that are public, or all that count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pledges.actions.portal_counts import counted_once, portal_sums
from pledges.closings.times import ClosedTimes, closed_times
from pledges.lifecycle import Standing
from pledges.models import Commitment, CompletedAction, Pledge, PublishedAction
from pledges.models.action_sums import Tallied
from pledges.progress import Progress, Tally, progress

Tallies = dict[int, list[Tally]]


def public_tallies_of(pledges: Iterable[Pledge], on: date) -> Tallies:
    """Return by commitment what the public may be told on a day; one query."""
    pledges = list(pledges)
    actions = PublishedAction.objects.public(on).filter(commitment__pledge__in=pledges)
    return by_commitment(actions.tallied().union(*portal_sums(pledges, on), all=True))


@dataclass(frozen=True)
class Reported:
    """What is reported of pledges' commitments, and the time that is closed.

    Both by commitment. `is_for_staff` says that all that is done counts, public or not.
    """

    tallies: Tallies
    closed: ClosedTimes
    is_for_staff: bool = False

    def progress(self, commitment: Commitment, standing: Standing) -> Progress:
        """Return how far a commitment has come, as those who read may know it."""
        return progress(
            commitment.target,
            self.tallies.get(commitment.pk, []),
            standing,
            closed=self.closed.get(commitment.pk, []),
            is_secret=commitment.is_secret_kind and not self.is_for_staff,
        )


def reported_in_public(pledges: Iterable[Pledge], on: date) -> Reported:
    """Return what the public may be told on a day of what is reported.

    Two queries.
    """
    pledges = list(pledges)
    return Reported(public_tallies_of(pledges, on), closed_times(pledges, on))


def reported_to_staff(pledges: Iterable[Pledge], on: date) -> Reported:
    """Return all that is done and counts, and the closed time; two queries.

    For staff alone.
    """
    pledges = list(pledges)
    return Reported(counted_tallies(pledges), closed_times(pledges, on), is_for_staff=True)


def counted_tallies(pledges: Iterable[Pledge]) -> Tallies:
    """Return by commitment all that is done and counts; one query.

    For staff alone.
    """
    pledges = list(pledges)
    actions = CompletedAction.objects.counted().filter(commitment__pledge__in=pledges)
    return by_commitment(actions.tallied().union(*portal_sums(pledges), all=True))


def by_commitment(rows: Iterable[tuple]) -> Tallies:
    """Return rows of sums by their commitment, nothing counted twice."""
    tallies: Tallies = defaultdict(list)
    for row in counted_once(Tallied(*columns) for columns in rows):
        tallies[row.commitment].append(
            Tally(
                row.first,
                row.last,
                row.actions,
                row.amount,
                row.requests or 0,
                is_span=row.is_span,
                unit=row.unit,
                by_portal=row.by_portal,
            )
        )
    return dict(tallies)


def earlier_units(commitment: Commitment, most: int = 10) -> list[str]:
    """Return what a commitment's actions may count, to choose from; one query.

    What its target counts comes first, then what has been counted the most.
    """
    sums = CompletedAction.objects.counted().filter(commitment=commitment).by_unit()
    units = [commitment.target_unit_sv, *(unit for _key, unit, *_sums in sums)]
    return [unit for unit in units if unit][:most]
