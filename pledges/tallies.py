"""Completed actions summed up for `pledges.progress`: those that are public, or all that count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from pledge_portal.pages.freshness import until_changed
from pledges.actions.action_disclosure import is_secret_kind
from pledges.lifecycle import Standing
from pledges.models import Commitment, CompletedAction, Pledge, PublishedAction
from pledges.progress import Progress, Tally, progress

Tallies = dict[int, list[Tally]]
_Row = tuple[int, date, date, int, int, int | None]

# Stand in for the pledge and the day while the question is built.
_A_PLEDGE = -1
_A_DAY = date.min


def public_tallies(pledge: Pledge, on: date) -> Tallies:
    """Return by commitment what the public may be told on the day `on`; always asked anew."""
    return by_commitment(_rows(pledge.pk, on))


def public_rows(pledge: Pledge, on: date) -> tuple[_Row, ...]:
    """Return the same, as (commitment, first day, last day, actions, amount, requests), in order.

    It may be as old as a public page may be, see `pages.freshness`.
    """
    return _kept_rows(pledge.pk, on)


@until_changed(most=1000)
def _kept_rows(pledge_id: int, on: date) -> tuple[_Row, ...]:
    return _rows(pledge_id, on)


def _rows(pledge_id: int, on: date) -> tuple[_Row, ...]:
    # Every page of a pledge asks this, and building the question through Django takes several times
    # as long as the answer: it is built once, and asked with other values thereafter.
    question, values = _question(type(PublishedAction.objects).public)
    asked: dict[Any, Any] = {_A_PLEDGE: pledge_id, _A_DAY: on}
    with connection.cursor() as cursor:
        cursor.execute(question, [asked.get(value, value) for value in values])
        return tuple(sorted(cursor.fetchall()))


@lru_cache(maxsize=4)
def _question(_public: Callable[..., Any]) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL of what `_public`, the queryset's filter, lets through, with its values."""
    asked = PublishedAction.objects.public(_A_DAY).of(Pledge(pk=_A_PLEDGE)).tallied()
    question, values = asked.query.sql_with_params()
    return question, tuple(values)


def public_tallies_of(pledges: Iterable[Pledge], on: date) -> Tallies:
    """Return the same of several pledges; one question, asked anew."""
    found = PublishedAction.objects.public(on).filter(commitment__pledge__in=pledges)
    return by_commitment(found.tallied())


def progress_in_public(commitment: Commitment, tallies: Tallies, standing: Standing) -> Progress:
    """Return a commitment's progress as the public may be told it.

    `tallies` are what is public of the whole pledge.
    """
    return progress(
        commitment.target,
        tallies.get(commitment.pk, []),
        standing,
        is_secret=is_secret_kind(commitment),
    )


def counted_tallies(pledges: Iterable[Pledge]) -> Tallies:
    """Return by commitment all that is done and counts, for staff alone; one question."""
    return by_commitment(
        CompletedAction.objects.counted().filter(commitment__pledge__in=pledges).tallied()
    )


def by_commitment(rows: Iterable[_Row]) -> Tallies:
    """Return rows of sums by their commitment."""
    found: Tallies = defaultdict(list)
    for commitment, first, last, actions, amount, requests in rows:
        found[commitment].append(Tally(first, last, actions, amount, requests or 0))
    return dict(found)
