"""Completed actions summed up: those that are public, or all that count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import QuerySet

from pledges.actions.carried_on import carried_on
from pledges.actions.portal_counts import counted_once, portal_sums
from pledges.closings.periods import closing_times
from pledges.closings.times import ClosedTimes, closed_times, published_assessments
from pledges.lifecycle import Standing
from pledges.models import (
    Assessment,
    Commitment,
    CompletedAction,
    EarlierAmount,
    Pledge,
    PublishedAction,
    TargetChange,
)
from pledges.models.action import CompletedActionQuerySet
from pledges.models.action_sums import Tallied
from pledges.models.earlier_amount import EarlierAmountQuerySet
from pledges.models.published_action import PublishedActionQuerySet
from pledges.models.target_change import changes_until
from pledges.progress import ClosedTime, Progress, Tally, progress

Tallies = dict[int, list[Tally]]
TargetChanges = dict[int, list[TargetChange]]


def public_tallies_of(
    pledges: Iterable[Pledge], on: date, closed: ClosedTimes | None = None
) -> Tallies:
    """Return by commitment what the public may be told on a day; one query.

    What was added after time was `closed` is told apart.
    """
    tallies, _earlier = _public_tallies(list(pledges), on, closed)
    return tallies


def _public_tallies(
    pledges: list[Pledge], on: date, closed: ClosedTimes | None
) -> tuple[Tallies, Tallies]:
    of_pledges = {"commitment__pledge__in": pledges}
    return _tallies(
        PublishedAction.objects.public(on).filter(**of_pledges),
        EarlierAmount.objects.public(on).filter(**of_pledges, superseded_on__lte=on),
        portal_sums(pledges, on),
        closed,
    )


def _tallies(
    actions: PublishedActionQuerySet | CompletedActionQuerySet,
    earlier: EarlierAmountQuerySet,
    of_portal: list[QuerySet],
    closed: ClosedTimes | None,
) -> tuple[Tallies, Tallies]:
    """Return what counts, and what counted until it was corrected; one query."""
    closing_days = sorted({time.closed_on for times in (closed or {}).values() for time in times})
    others = [*of_portal, *([earlier.tallied(closing_days)] if closing_days else [])]
    return _by_commitment(actions.tallied(closing_days).union(*others, all=True), closing_days)


@dataclass(frozen=True)
class Reported:
    """What is reported of pledges' commitments, and the time that is closed.

    All by commitment. `changes` are those of the signed targets, `earlier` what counted until it
    was corrected, `assessments` those that closed time, the newest first. What carries another on
    has its own and the other's, `counted_from` the day given there. `is_for_staff` says that all
    that is done counts, public or not.
    """

    tallies: Tallies
    closed: ClosedTimes
    changes: TargetChanges
    earlier: Tallies
    assessments: dict[int, list[Assessment]] = field(default_factory=dict)
    counted_from: dict[int, date] = field(default_factory=dict)
    is_for_staff: bool = False

    def progress(self, commitment: Commitment, standing: Standing) -> Progress:
        """Return how far a commitment has come, as those who read may know it.

        Against the target that counts on the day of `standing`, the pledge's own.
        """
        begun = self.counted_from.get(commitment.pk)
        if begun is not None and standing.on >= standing.valid_from:
            standing = replace(standing, valid_from=begun)
        return self.progress_of_time(commitment, standing)

    def progress_of_time(self, commitment: Commitment, standing: Standing) -> Progress:
        """Return how far a commitment has come in the time of a standing."""
        in_force = self.changes_until(commitment, standing.on)
        so_far = progress(
            commitment.source_after(in_force).target,
            self.tallies.get(commitment.pk, []),
            standing,
            closed=self.closed.get(commitment.pk, []),
            earlier=self.earlier.get(commitment.pk, []),
            is_secret=commitment.is_secret_kind and not self.is_for_staff,
        )
        return replace(so_far, changes=in_force)

    def closing_times(self, commitment: Commitment, standing: Standing) -> list[ClosedTime]:
        """Return the closed times that all is said to be reported of."""
        target = commitment.source_after(self.changes_until(commitment, standing.on)).target
        return closing_times(self.closed.get(commitment.pk, []), target, standing)

    def changes_until(self, commitment: Commitment, on: date) -> tuple[TargetChange, ...]:
        """Return how a commitment's target has changed by a day."""
        return changes_until(self.changes.get(commitment.pk, []), on)


def target_changes(pledges: Iterable[Pledge], until: date = date.max) -> TargetChanges:
    """Return by commitment the changes of pledges' targets until a day.

    One query.
    """
    changes: TargetChanges = defaultdict(list)
    for change in TargetChange.objects.for_pledges(pledges).filter(from_day__lte=until):
        changes[change.commitment_id].append(change)
    return dict(changes)


def reported_in_public(pledges: Iterable[Pledge], on: date) -> Reported:
    """Return what the public may be told on a day of what is reported.

    Four queries, and two more where a pledge revises another.
    """
    pledges = list(pledges)
    carried = carried_on(pledges)
    everything = [*pledges, *carried.pledges]
    assessments = published_assessments(everything, on)
    closed = closed_times(everything, on, assessments)
    by_commitment: dict[int, list[Assessment]] = defaultdict(list)
    for assessment in assessments:
        by_commitment[assessment.commitment_id].append(assessment)
    tallies, earlier = _public_tallies(everything, on, closed)
    changes = target_changes(pledges)
    carried.add_to(closed, tallies, earlier, by_commitment)
    for key in carried.earlier:
        by_commitment[key].sort(
            key=lambda assessment: assessment.follow_up.meeting_on, reverse=True
        )
    return Reported(
        tallies, closed, changes, earlier, dict(by_commitment), carried.counted_from(changes, on)
    )


def reported_to_staff(pledges: Iterable[Pledge], on: date) -> Reported:
    """Return all that is done and counts, and the closed time; four queries.

    Two more where a pledge revises another. For staff alone.
    """
    pledges = list(pledges)
    carried = carried_on(pledges)
    everything = [*pledges, *carried.pledges]
    closed = closed_times(everything, on)
    tallies, earlier = _counted_tallies(everything, closed)
    changes = target_changes(pledges)
    carried.add_to(closed, tallies, earlier)
    return Reported(
        tallies,
        closed,
        changes,
        earlier,
        counted_from=carried.counted_from(changes, on),
        is_for_staff=True,
    )


def counted_tallies(pledges: Iterable[Pledge], closed: ClosedTimes | None = None) -> Tallies:
    """Return by commitment all that is done and counts; one query.

    What was added after time was `closed` is told apart. For staff alone.
    """
    tallies, _earlier = _counted_tallies(list(pledges), closed)
    return tallies


def _counted_tallies(pledges: list[Pledge], closed: ClosedTimes | None) -> tuple[Tallies, Tallies]:
    of_pledges = {"commitment__pledge__in": pledges}
    return _tallies(
        CompletedAction.objects.counted().filter(**of_pledges),
        EarlierAmount.objects.filter(**of_pledges),
        portal_sums(pledges),
        closed,
    )


def _is_late(row: Tallied, closing_days: Sequence[date]) -> bool:
    return bool(closing_days and row.added_on and row.added_on > closing_days[0])


def _by_commitment(rows: Iterable[tuple], closing_days: Sequence[date]) -> tuple[Tallies, Tallies]:
    """Return rows of sums by their commitment, nothing counted twice.

    What counts, and what counted until it was corrected.
    """
    tallies: Tallies = defaultdict(list)
    earlier: Tallies = defaultdict(list)
    for row in counted_once(Tallied(*columns) for columns in rows):
        of_sort = tallies if row.superseded_on is None else earlier
        of_sort[row.commitment].append(
            Tally(
                row.first,
                row.last,
                row.actions,
                row.amount,
                row.requests or 0,
                is_span=row.is_span,
                added_on=row.added_on if _is_late(row, closing_days) else None,
                unit=row.unit,
                by_portal=row.by_portal,
                superseded_on=row.superseded_on,
                partly=row.partly,
            )
        )
    return dict(tallies), dict(earlier)


def earlier_units(commitment: Commitment, most: int = 10) -> list[str]:
    """Return what a commitment's actions may count, to choose from; one query.

    What its target counts comes first, then what has been counted the most.
    """
    sums = CompletedAction.objects.counted().filter(commitment=commitment).by_unit()
    units = [commitment.source_in_force.target_unit_sv, *(unit for _key, unit, *_sums in sums)]
    return [unit for unit in units if unit][:most]
