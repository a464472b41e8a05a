"""Sums of completed actions, alike for all and for the public ones."""

from __future__ import annotations

from django.contrib.postgres.aggregates import BoolOr
from django.db import models
from django.db.models import Case, Count, F, Max, Min, Sum, When
from django.db.models.functions import ExtractYear, TruncMonth

from pledges.models.commitment import Commitment
from pledges.targets import Period

# Targets over these periods are counted day by day; all others begin and end with a month.
_SHORT_PERIODS = (Period.DAY, Period.WEEK)


def tallied(rows: models.QuerySet, first: str, last: str) -> models.QuerySet:
    """Return sums by commitment and stretch of time.

    Each is (commitment, first day, last day, actions, amount, requests). There is one for each
    month with anything in it (each day for targets by the day or week), so that ten thousand
    actions cost their reader no more than a few dozen sums.
    """
    bucket = Case(
        When(commitment__target_period__in=_SHORT_PERIODS, then=F(first)),
        default=TruncMonth(first),
        output_field=models.DateField(),
    )
    return (
        rows.order_by()
        .annotate(bucket=bucket)
        .values("commitment_id", "bucket")
        .values_list(
            "commitment_id", Min(first), Max(last), Count("pk"), Sum("amount"), Sum("requests")
        )
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
