"""List the periods that a commitment is accounted for by."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pledges.lifecycle import Standing
from pledges.progress.evidence import Evidence
from pledges.targets import Period, Shape, Span, Target

# What is to be done once, or to reach all, is accounted for once, with the pledge.
_WHOLE_SHAPES = frozenset({Shape.COVERAGE, Shape.DONE})


def accounted_periods(target: Target, standing: Standing) -> list[Span]:
    """Return the periods that a commitment is accounted for by.

    The oldest first. Those of the `target` that counts, where they are long; else years, for nobody
    accounts for each day or month, and what has no target is accounted for too.
    """
    is_by_periods = target.is_by_periods or target.every_year
    if not is_by_periods or target.period == Period.MONTH:
        if target.shape in _WHOLE_SHAPES or target.period == Period.WHOLE:
            last = min(standing.last_day or date.max, standing.planned_end)
            return [Span(standing.valid_from, last, "", is_extra=False)]
        target = replace(target, shape=Shape.COUNT, period=Period.YEAR, amount=None)
    return [span for span, _whole in Evidence(target, (), standing, ()).spans_in_force()]
