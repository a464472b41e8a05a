"""The shapes of a commitment's target, and the periods it is counted over.

The shapes are those found in real pledges: "minst 2 gånger per år", "i snitt 3 per vecka", "alla
klasser i årskurs 7", done or not, when asked for, and no target at all.
"""

from pledges.targets.periods import (
    LONG_PERIODS,
    Period,
    Span,
    period_at,
    school_year_label,
    school_year_of,
    spans,
    units_between,
    whole_months,
)
from pledges.targets.target import (
    MAX_DAYS_TO_ANSWER,
    Shape,
    Target,
    days_text,
    period_noun,
    period_phrase,
)

__all__ = [
    "LONG_PERIODS",
    "MAX_DAYS_TO_ANSWER",
    "Period",
    "Shape",
    "Span",
    "Target",
    "days_text",
    "period_at",
    "period_noun",
    "period_phrase",
    "school_year_label",
    "school_year_of",
    "spans",
    "units_between",
    "whole_months",
]
