"""Completed actions summed up for `pledges.progress`: those that are public, or all that count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from pledges.models import CompletedAction, Pledge, PublishedAction
from pledges.progress import Tally

Tallies = dict[int, list[Tally]]


def public_tallies(pledge: Pledge, on: date) -> Tallies:
    """Return by commitment what the public may be told on the day `on`; one question."""
    return _by_commitment(PublishedAction.objects.public(on).of(pledge).tallied())


def counted_tallies(pledges: Iterable[Pledge]) -> Tallies:
    """Return by commitment all that is done and counts, for staff alone; one question."""
    return _by_commitment(
        CompletedAction.objects.counted().filter(commitment__pledge__in=pledges).tallied()
    )


def _by_commitment(rows: Iterable[tuple[int, date, date, int, int, int | None]]) -> Tallies:
    found: Tallies = defaultdict(list)
    for commitment, first, last, actions, amount, requests in rows:
        found[commitment].append(Tally(first, last, actions, amount, requests or 0))
    return dict(found)
