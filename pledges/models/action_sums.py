"""Sums of completed actions, alike for all and for the public ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.contrib.postgres.aggregates import BoolOr
from django.db import models
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    DateField,
    F,
    IntegerField,
    Max,
    Min,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, ExtractYear, Lower, TruncMonth

from pledges.models.commitment import Commitment
from pledges.models.target_change import TargetChange
from pledges.targets import Period, Shape

# Targets over these periods are summed by the day, and so are averages, whose time is that of their
# entries. All others begin and end with a month, where the pledge begins with one.
_WITHIN_MONTHS = (Period.DAY, Period.WEEK, Period.OWN)


NO_DAY = Cast(Value(None), DateField())


class Tallied(NamedTuple):
    """A sum of actions of one commitment that lie within the same days.

    `municipality` is told of surveys alone, and `meeting` (the day of a council's meeting) of
    follow-ups: by them what the portal itself did (`by_portal`) is known to be the same. `added_on`
    is the last day on which any of it was recorded, where that may be told; `superseded_on` that on
    which it was corrected, and so counts no more. `partly` is how many went only in part.
    """

    commitment: int
    first: date
    last: date
    actions: int
    amount: int
    requests: int | None
    is_span: bool
    unit: str
    municipality: int | None
    meeting: date | None
    by_portal: bool
    added_on: date | None
    superseded_on: date | None
    partly: int


def tallied(
    rows: models.QuerySet,
    first: str,
    last: str,
    *,
    is_span: Q,
    added_on: models.expressions.Combinable,
    superseded_on: models.expressions.Combinable = NO_DAY,
    closed_on: Sequence[date] = (),
) -> models.QuerySet:
    """Return sums by commitment and stretch of time.

    Each has the columns of `Tallied`. There is one for each month with anything in it (each day for
    averages, targets by the day or week, and follow-ups), so that ten thousand actions cost their
    reader no more than a few dozen sums. What went on for several
    days (`is_span`), or is only known to lie within some, is summed up with others of just the same
    days and no others, and so is what says by its unit what it counts. What was added after any of
    the days `closed_on` is never summed up with what was there by then.
    """
    by_day = (
        Q(commitment__target_shape=Shape.AVERAGE)
        | Q(commitment__kind=Commitment.Kind.FOLLOW_UP)
        | Q(commitment__target_period__in=_WITHIN_MONTHS)
        # What is corrected can be counted over other periods than what was signed.
        | Q(commitment__in=TargetChange.objects.corrections().order_by().values("commitment"))
        | ~Q(commitment__pledge__valid_from__day=1, commitment__target_last=None)
    )
    survey = Q(commitment__kind=Commitment.Kind.DRUG_HABIT_SURVEY)
    many_days = Q(**{f"{first}__lt": F(last)})
    return (
        rows.order_by()
        .annotate(
            bucket=Case(
                When(~many_days & ~by_day, then=TruncMonth(first)),
                default=F(first),
                output_field=DateField(),
            ),
            bucket_end=Case(When(many_days, then=F(last)), output_field=DateField()),
            spans=Case(
                When(is_span, then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
            same_unit=Lower("unit"),
            in_part=Case(When(outcome="partly", then=1), default=0, output_field=IntegerField()),
            added=added_on,
            superseded=superseded_on,
            closings=_closings_before("added", closed_on),
            party=Case(When(survey, then=F("municipality_id")), output_field=BigIntegerField()),
        )
        .values(
            *("commitment_id", "bucket", "bucket_end", "spans", "same_unit", "closings", "party"),
            "superseded",
        )
        .values_list(
            "commitment_id",
            Min(first),
            Max(last),
            Count("pk"),
            Sum("amount"),
            Sum("requests"),
            "spans",
            Max("unit"),
            "party",
            Value(None, output_field=DateField()),
            Value(False),
            Max("added"),
            "superseded",
            Sum("in_part"),
        )
    )


def _closings_before(day: str, closed_on: Sequence[date]) -> models.expressions.Combinable:
    """Return how many of the days lie before another."""
    latest_first = sorted(set(closed_on), reverse=True)
    return Case(
        *(
            When(**{f"{day}__gt": closing}, then=Value(len(latest_first) - number))
            for number, closing in enumerate(latest_first)
        ),
        default=Value(0),
        output_field=IntegerField(),
    )


def by_unit(rows: models.QuerySet) -> models.QuerySet:
    """Return sums by commitment and what was counted.

    Each is (commitment, unit, amount, actions), the largest amount first. Units that differ in
    capitals alone are the same; the unit is empty for what counts as the target counts.
    """
    return (
        rows.order_by()
        .annotate(same_unit=Lower("unit"))
        .values("commitment_id", "same_unit")
        .annotate(shown_unit=Max("unit"), counted=Sum("amount"), actions=Count("pk"))
        .order_by("commitment_id", "-counted", "same_unit")
        .values_list("commitment_id", "shown_unit", "counted", "actions")
    )


def searches_by_school_year(rows: models.QuerySet, day: str) -> models.QuerySet:
    """Return the dog searches of each municipality and school year.

    A school year is 1 August to 31 July. Rows have municipality_id, school_year (that in which it
    began), searches, entries, telling (the entries with an outcome), premises, indications, finds
    and is_demonstration.
    """
    began = ExtractYear(day) - Case(
        When(**{f"{day}__month__lt": 8}, then=1), default=0, output_field=IntegerField()
    )
    return (
        rows.filter(commitment__kind=Commitment.Kind.DRUG_DOG_SEARCH)
        .order_by()
        .annotate(school_year=began)
        .values("municipality_id", "school_year")
        .annotate(
            searches=Sum("amount"),
            entries=Count("pk"),
            telling=Count("premises_searched"),
            premises=Sum("premises_searched"),
            indications=Sum("indications"),
            finds=Sum("finds"),
            is_demonstration=BoolOr("is_demonstration"),
        )
        .order_by("municipality_id", "school_year")
    )
