"""Completed actions summed up: those that are public, or all that count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from pledges.lifecycle import Standing
from pledges.models import Commitment, CompletedAction, Pledge, PublishedAction
from pledges.progress import Progress, Tally, progress

Tallies = dict[int, list[Tally]]
_Row = tuple[int, date, date, int, int, int | None]


def public_tallies(pledge: Pledge, on: date) -> Tallies:
    """Return by commitment what the public may be told on a day; one query."""
    return public_tallies_of([pledge], on)


def public_tallies_of(pledges: Iterable[Pledge], on: date) -> Tallies:
    """Return what `public_tallies` does, of several pledges; one query."""
    actions = PublishedAction.objects.public(on).filter(commitment__pledge__in=pledges)
    return by_commitment(actions.tallied())


def progress_in_public(commitment: Commitment, tallies: Tallies, standing: Standing) -> Progress:
    """Return a commitment's progress as the public may be told it.

    `tallies` are what is public of the whole pledge.
    """
    return progress(
        commitment.target,
        tallies.get(commitment.pk, []),
        standing,
        is_secret=commitment.is_secret_kind,
    )


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
    for commitment, first, last, actions, amount, requests in rows:
        tallies[commitment].append(Tally(first, last, actions, amount, requests or 0))
    return dict(tallies)
