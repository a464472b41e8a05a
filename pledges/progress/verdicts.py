"""Judge a period, and periods together.

This is the only place where a target is missed. The rules, in the order that they bind:

- It is reached as soon as the amount is there.
- One cut short by a successor or an annulment isn't judged.
- It is missed only when it is closed: partly, where some of it is done or it is done too late.
- Else it is told by what is reported, and lacks its report once it is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from pledges.progress.outcome import UNREACHED, Verdict


def verdict_of_period(
    *,
    is_reached: bool,
    is_cut: bool,
    is_closed: bool,
    lacks_report: bool,
    is_reported: bool,
    is_partly_reached: bool = False,
) -> Verdict:
    """Return how a period that has begun stands.

    `lacks_report` says that it is over and its report awaited, `is_reported` that anything is
    reported of one that isn't, or isn't awaited.
    """
    if is_reached:
        return Verdict.REACHED
    if is_cut:
        return Verdict.CUT
    if is_closed:
        return Verdict.PARTLY if is_partly_reached else Verdict.MISSED
    if lacks_report:
        return Verdict.UNREPORTED
    return Verdict.REPORTED if is_reported else Verdict.NOTHING_YET


def verdict_of_periods(over: Sequence[Verdict]) -> Verdict | None:
    """Return how periods that are over stand together, None when unjudged."""
    if UNREACHED & {*over}:
        return Verdict.PARTLY if {*over} & {Verdict.REACHED, Verdict.PARTLY} else Verdict.MISSED
    for verdict in (Verdict.UNREPORTED, Verdict.REPORTED, Verdict.REACHED):
        if verdict in over:
            return verdict
    return None


class PeriodCounts(TypedDict):
    """How many periods are reached, judged and unreported, as Progress."""

    reached: int
    judged: int
    unreported: int


def period_counts(over: Sequence[Verdict]) -> PeriodCounts:
    """Count periods that are over by how they stand."""
    reached = over.count(Verdict.REACHED)
    return {
        "reached": reached,
        "judged": reached + sum(verdict in UNREACHED for verdict in over),
        "unreported": over.count(Verdict.UNREPORTED),
    }
