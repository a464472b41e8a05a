"""Imagine how a target may go, before anything has happened.

What is imagined is done in memory alone: actions and closings are handed to the reckoning that
everyone's pages use, as if they had been read from the database. The days follow from the pledge's
own time. Of a secret kind no more is told on those days than would be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

from django.db import models
from django.utils.translation import pgettext_lazy

from pledges.lifecycle import Standing, State
from pledges.progress.evidence import Evidence
from pledges.progress.means import stretches_of_mean, units_of
from pledges.progress.outcome import ClosedTime, Progress, Tally
from pledges.progress.periods import needed
from pledges.progress.reckoning import progress
from pledges.targets import Period, Shape, Span, Target

_DAY = timedelta(days=1)
# How many are imagined to ask, or to be reached, where the target names no number.
_EXAMPLE_AMOUNT = 3
_INDIVISIBLE_SHAPES = frozenset({Shape.DONE})


class Moment(models.TextChoices):
    """When the public is told how a target stands."""

    BEFORE = "before", pgettext_lazy("förhandsvisning", "Innan något är redovisat")
    ON_THE_WAY = "on_the_way", pgettext_lazy("förhandsvisning", "På väg")
    REACHED = "reached", pgettext_lazy("förhandsvisning", "När målet är nått")
    CLOSED = (
        "closed",
        pgettext_lazy("förhandsvisning", "När redovisningen är avslutad utan att målet är nått"),
    )


@dataclass(frozen=True)
class PledgeTime:
    """The time that a pledge is to hold; `until_replaced` as the pledge's."""

    valid_from: date
    planned_end: date
    until_replaced: bool


def imagined(
    target: Target, time: PledgeTime, *, is_secret: bool
) -> Iterator[tuple[Moment, Progress]]:
    """Yield how a target would stand at each moment that it can have.

    On the way is told of the first of its periods, and of the second: of some targets nothing is
    told before a period is over.
    """
    imagination = _Imagination(target, time, is_secret)
    spans = imagination.spans
    yield Moment.BEFORE, imagination.progress([], time.valid_from)
    done: list[Tally] = []
    for span in spans[:2]:
        middle = span.first + timedelta(days=span.days // 2)
        half = imagination.half(Span(span.first, middle, "", is_extra=False), span)
        yield Moment.ON_THE_WAY, imagination.progress([*done, *half], middle)
        done.append(imagination.enough(span))
    if imagination.has_number:
        reached = [imagination.enough(span) for span in spans]
        yield Moment.REACHED, imagination.progress(reached, imagination.after, is_closed=True)
    missed = [tally for span in spans for tally in imagination.too_little(span)]
    yield Moment.CLOSED, imagination.progress(missed, imagination.after, is_closed=True)


@dataclass(frozen=True)
class _Imagination:
    target: Target
    time: PledgeTime
    is_secret: bool

    @property
    def has_number(self) -> bool:
        """Whether there is anything to reach."""
        target = self.target
        if target.shape == Shape.COVERAGE:
            return target.amount is not None or target.of is not None
        return target.is_measurable

    @property
    def spans(self) -> list[Span]:
        """The stretches of time that the target is reckoned over, never none."""
        first, last = self.time.valid_from, self.time.planned_end
        if self.target.is_mean:
            return list(stretches_of_mean(self.target.period or Period.WEEK, first, last, last))
        spans = list(self.target.spans(first, last, last))
        if self.target.period is None and self.target.last is not None:
            last = self.target.last
        return spans or [Span(first, last, "", is_extra=False)]

    @property
    def after(self) -> date:
        """The first day on which all of it may be told."""
        first, last = self.time.valid_from, self.time.planned_end
        if self.is_secret:
            last = max(last, self.target.secret_until(first, last, last))
        return last + _DAY

    def progress(self, tallies: list[Tally], on: date, *, is_closed: bool = False) -> Progress:
        """Return how it stands with what is imagined to be done on a day."""
        time = self.time
        closed = [ClosedTime(time.valid_from, time.planned_end, on, "")] if is_closed else []
        return progress(
            self.target, tallies, self._standing(on), closed=closed, is_secret=self.is_secret
        )

    def _standing(self, on: date) -> Standing:
        """Return how the pledge stands on a day, replaced when it is to be."""
        time = self.time
        is_over = on > time.planned_end
        state = State.IN_FORCE
        if is_over:
            state = State.REPLACED if time.until_replaced else State.ENDED
        last_day = time.planned_end if is_over or not time.until_replaced else None
        return Standing(state, on, time.valid_from, time.planned_end, time.planned_end, last_day)

    def enough(self, span: Span) -> Tally:
        """Return as much as the target needs of a stretch."""
        if self.target.is_mean:
            units = self._units(span)
            return self._over(span, floor(units) if self.target.at_most else ceil(units))
        amount = self._needed(span)
        return self._on_its_first_day(span, amount, amount)

    def half(self, part: Span, whole: Span) -> Iterator[Tally]:
        """Yield half of what a part of a stretch needs, as far as it has parts."""
        if self.target.is_mean:
            if amount := floor(self._units(part) / 2):
                yield self._over(part, amount)
        elif self.target.shape == Shape.ON_DEMAND:
            yield self._on_its_first_day(part, _EXAMPLE_AMOUNT - 1, _EXAMPLE_AMOUNT)
        elif not self.has_number:
            yield self._on_its_first_day(part, _EXAMPLE_AMOUNT, _EXAMPLE_AMOUNT)
        elif self.target.shape not in _INDIVISIBLE_SHAPES and (amount := self._needed(whole) // 2):
            yield self._on_its_first_day(part, amount, amount)

    def too_little(self, span: Span) -> Iterator[Tally]:
        """Yield what does not reach the target: too much of what is at most."""
        if self.target.at_most:
            if self.target.is_mean:
                yield self._over(span, 2 * ceil(self._units(span)))
            else:
                amount = self._needed(span) + 1
                yield self._on_its_first_day(span, amount, amount)
        elif self.has_number:
            yield from self.half(span, span)

    def _units(self, span: Span) -> Fraction:
        """Return how much a mean needs of a stretch."""
        period = self.target.period or Period.WEEK
        units = units_of(self._evidence(span), period, (span.first, span.last))
        return units * Fraction(self.target.amount or 0)

    def _needed(self, span: Span) -> int:
        if self.target.shape == Shape.ON_DEMAND:
            return _EXAMPLE_AMOUNT
        return needed(self._evidence(span), span) or 1

    def _evidence(self, span: Span) -> Evidence:
        return Evidence(self.target, (), self._standing(span.first), ())

    @staticmethod
    def _over(span: Span, amount: int) -> Tally:
        return Tally(span.first, span.last, 1, amount, is_span=True)

    @staticmethod
    def _on_its_first_day(span: Span, amount: int, requests: int) -> Tally:
        return Tally(span.first, span.first, 1, amount, requests)
