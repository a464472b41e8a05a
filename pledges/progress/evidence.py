"""What is told of a commitment on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from pledges.lifecycle import Standing, State
from pledges.progress.closing import closed_on, is_closed_in_part, judged
from pledges.progress.outcome import Amount, ClosedTime, Closing, Cut, Progress, Tally, Verdict
from pledges.progress.verdicts import verdict_of_period
from pledges.targets import Span, Target, whole_months


def amount_of(tallies: Iterable[Tally]) -> int:
    """Return how much tallies come to."""
    return sum(tally.amount for tally in tallies)


def sums(tallies: Iterable[Tally]) -> dict[str, Any]:
    """Return what tallies come to, as the fields of Progress."""
    counted = list(tallies)
    return {
        "done": amount_of(counted),
        "actions": sum(tally.actions for tally in counted),
        "requests": sum(tally.requests for tally in counted),
        "amounts": _amounts(counted),
        "by_portal": sum(tally.amount for tally in counted if tally.by_portal),
        "partly": sum(tally.partly for tally in counted),
    }


def _amounts(tallies: Iterable[Tally]) -> tuple[Amount, ...]:
    """Return how much is done of each thing that was counted, the most first.

    Units that differ in capitals alone are the same.
    """
    units: dict[str, str] = {}
    by_unit: dict[str, int] = defaultdict(int)
    for tally in tallies:
        key = tally.unit.casefold()
        units.setdefault(key, tally.unit)
        by_unit[key] += tally.amount
    amounts = [Amount(units[key], amount) for key, amount in by_unit.items()]
    return tuple(sorted(amounts, key=lambda amount: (-amount.amount, amount.unit)))


@dataclass(frozen=True)
class Evidence:
    """What is told of a commitment on a day: what is done, and closed.

    `earlier` is what counted until it was corrected.
    """

    target: Target
    tallies: Sequence[Tally]
    standing: Standing
    closed: Sequence[ClosedTime]
    earlier: Sequence[Tally] = ()

    @property
    def promised(self) -> int:
        """The number that is promised, or that all are."""
        return int(self.target.amount or self.target.of or 0)

    @property
    def is_over(self) -> bool:
        """Whether all the pledge's time is over, and it isn't held over."""
        standing = self.standing
        ends = min(standing.planned_end, standing.last_day or standing.planned_end)
        return standing.on > ends and not standing.is_held_over

    @property
    def is_cut(self) -> bool:
        """Whether the pledge ended before its time."""
        last_day = self.standing.last_day
        return last_day is not None and last_day < min(self.standing.on, self.standing.planned_end)

    @property
    def is_told(self) -> bool:
        """Whether anything is reported, if only that some days are in full."""
        standing = self.standing
        last = standing.last_day or standing.planned_end
        return self.is_told_in(self.tallies, standing.valid_from, last)

    def is_told_in(self, tallies: Sequence[Tally], first: date, last: date) -> bool:
        """Return whether anything is reported of the days from first to last.

        `tallies` are those that count in them.
        """
        on = self.standing.on
        return (
            bool(tallies)
            or is_closed_in_part(self.closed, first, last, on)
            or closed_on(self.closed, first, last, on) is not None
        )

    def is_enough(self, done: int | Fraction, needed: int | Fraction, *, is_closed: bool) -> bool:
        """Return whether the target is reached.

        What is at most is so only when all is said to be reported.
        """
        if self.target.at_most:
            return is_closed and done <= needed
        return done >= needed

    def over_all_the_time(
        self,
        is_reached: Callable[[Sequence[Tally], bool], bool],
        is_partly_reached: Callable[[Sequence[Tally]], bool] = lambda _tallies: False,
        *,
        is_settled: bool = False,
        **fields: Any,
    ) -> Progress:
        """Return the progress of a target that all the time is one period for.

        `is_reached` takes tallies, and whether the time is closed; `is_partly_reached` what there
        is when it is closed without being reached. `is_settled` says that it can't be reached any
        more, by what is closed of the time.
        """

        def verdict_of(tallies: Sequence[Tally], is_closed: bool) -> Verdict:
            return verdict_of_period(
                is_reached=is_reached(tallies, is_closed),
                is_cut=self.is_cut,
                is_closed=is_closed or is_settled,
                is_partly_reached=is_partly_reached(tallies),
                lacks_report=self.is_over,
                is_reported=self.is_told,
            )

        verdict, closing = self.judged(verdict_of)
        return Progress(self.target, verdict, closing=closing, **{**sums(self.tallies), **fields})

    def is_closed(self, tally: Tally) -> bool:
        """Return whether all is said to be reported of the days of a tally."""
        return closed_on(self.closed, tally.first, tally.last, self.standing.on) is not None

    def judged(
        self, verdict_of: Callable[[Sequence[Tally], bool], Verdict]
    ) -> tuple[Verdict, Closing | None]:
        """Return how all the time stands, and how when it was closed."""
        days = (self.standing.valid_from, self.standing.planned_end)
        return judged(self.tallies, self.closed, days, self.standing.on, verdict_of, self.earlier)

    def spans_in_force(self) -> Iterator[tuple[Span, Span]]:
        """Yield the target's periods, each as far as the pledge lasted, and whole.

        A successor or an annulment cuts the last one.
        """
        yield from in_force(
            self.target.spans(
                self.standing.valid_from, self.standing.planned_end, self.standing.counted_until
            ),
            self.standing,
        )


def in_force(spans: Iterable[Span], standing: Standing) -> Iterator[tuple[Span, Span]]:
    """Yield spans, each as far as the pledge lasted, and whole."""
    ends = standing.last_day or date.max
    for span in spans:
        if span.first <= ends:
            yield replace(span, last=min(span.last, ends)), span


def cut_of(standing: Standing) -> Cut | None:
    """Return how much of its time a pledge had, None when it had all."""
    last = standing.last_day
    if last is None or last >= min(standing.on, standing.planned_end):
        return None
    return cut_between(standing.valid_from, last, standing.planned_end, standing)


def cut_between(first: date, last: date, planned: date, standing: Standing) -> Cut:
    """Return how much there was of a time that a pledge's end cut short."""
    by_annulment = standing.state == State.ANNULLED
    done, of = whole_months(first, last), whole_months(first, planned)
    if done is not None and of is not None:
        return Cut(done, of, True, by_annulment, standing.is_revised)
    days = (max(0, (last - first).days + 1), (planned - first).days + 1)
    return Cut(*days, False, by_annulment, standing.is_revised)
