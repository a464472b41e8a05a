"""Completed actions summed up: those that are public, or all that count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pledges.closings.times import ClosedTimes, closed_times
from pledges.lifecycle import Standing
from pledges.models import Commitment, CompletedAction, Pledge, PublishedAction
from pledges.progress import Progress, Tally, progress

Tallies = dict[int, list[Tally]]
_Row = tuple[int, date, date, int, int, int | None, bool]


def public_tallies_of(pledges: Iterable[Pledge], on: date) -> Tallies:
    """Return by commitment what the public may be told on a day; one query."""
    actions = PublishedAction.objects.public(on).filter(commitment__pledge__in=pledges)
    return by_commitment(actions.tallied())


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
    return by_commitment(
        CompletedAction.objects.counted().filter(commitment__pledge__in=pledges).tallied()
    )


def by_commitment(rows: Iterable[_Row]) -> Tallies:
    """Return rows of sums by their commitment."""
    tallies: Tallies = defaultdict(list)
    for commitment, first, last, actions, amount, requests, is_span in rows:
        tallies[commitment].append(Tally(first, last, actions, amount, requests or 0, is_span))
    return dict(tallies)


@dataclass(frozen=True)
class Amount:
    """How much was done of one thing, in how many actions.

    `unit` is empty for what the commitment's target counts.
    """

    unit: str
    amount: int
    actions: int


Amounts = dict[int, list[Amount]]


def public_amounts(pledges: Iterable[Pledge], on: date) -> Amounts:
    """Return by commitment how much of what was done, as the public may know.

    The most first; one query.
    """
    actions = PublishedAction.objects.public(on).filter(commitment__pledge__in=pledges)
    return _amounts(actions.by_unit())


def counted_amounts(pledges: Iterable[Pledge]) -> Amounts:
    """Return by commitment how much of what is done and counts; one query.

    For staff alone.
    """
    actions = CompletedAction.objects.counted().filter(commitment__pledge__in=pledges)
    return _amounts(actions.by_unit())


def _amounts(rows: Iterable[tuple[int, str, int, int]]) -> Amounts:
    amounts: Amounts = defaultdict(list)
    for commitment, unit, amount, actions in rows:
        amounts[commitment].append(Amount(unit, amount, actions))
    return dict(amounts)


def earlier_units(commitment: Commitment, most: int = 10) -> list[str]:
    """Return what a commitment's actions may count, to choose from; one query.

    What its target counts comes first, then what has been counted the most.
    """
    sums = CompletedAction.objects.counted().filter(commitment=commitment).by_unit()
    units = [commitment.target_unit_sv, *(unit for _key, unit, *_sums in sums)]
    return [unit for unit in units if unit][:most]
