"""Sums of completed actions, alike for all and for the public ones."""

from __future__ import annotations

from django.contrib.postgres.aggregates import BoolOr
from django.db import models
from django.db.models import BooleanField, Case, Count, DateField, F, Max, Min, Q, Sum, Value, When
from django.db.models.functions import ExtractYear, Lower, TruncMonth

from pledges.models.commitment import Commitment
from pledges.targets import Period, Shape

# Targets over these periods begin and end with a month; those over all others are summed by the
# day, and so are averages, whose time is that which entries cover.
_WHOLE_MONTHS = ("", Period.MONTH, Period.TERM, Period.SCHOOL_YEAR, Period.YEAR, Period.WHOLE)


def tallied(rows: models.QuerySet, first: str, last: str, *, is_span: Q) -> models.QuerySet:
    """Return sums by commitment and stretch of time.

    Each is (commitment, first day, last day, actions, amount, requests, is_span). There is one for
    each month with anything in it (each day for averages and targets by the day or week), so that
    ten thousand actions cost their reader no more than a few dozen sums. What went on for several
    days (`is_span`), or is only known to lie within some, is summed up with others of just the same
    days and no others.
    """
    by_month = Q(commitment__target_period__in=_WHOLE_MONTHS) & ~Q(
        commitment__target_shape=Shape.AVERAGE
    )
    many_days = Q(**{f"{first}__lt": F(last)})
    return (
        rows.order_by()
        .annotate(
            bucket=Case(
                When(~many_days & by_month, then=TruncMonth(first)),
                default=F(first),
                output_field=DateField(),
            ),
            bucket_end=Case(When(many_days, then=F(last)), output_field=DateField()),
            spans=Case(
                When(is_span, then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
        )
        .values("commitment_id", "bucket", "bucket_end", "spans")
        .values_list(
            "commitment_id",
            Min(first),
            Max(last),
            Count("pk"),
            Sum("amount"),
            Sum("requests"),
            "spans",
        )
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
        When(**{f"{day}__month__lt": 8}, then=1), default=0, output_field=models.IntegerField()
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
