"""What the portal itself does counts by itself.

A published round of the drug-habit survey counts for the commitment to survey that it belongs to,
and a published follow-up for every commitment of its pledge to follow up. Nobody need record them,
and who does so all the same counts nothing twice:

- A round and an action of the same municipality and school year count once. The round's number
  stands: one survey, however many years of school it asked, unless more than one is promised for
  each year; then each year of school is one.
- A follow-up and an action on the day of its meeting count once.
- A round counts on the day of its publication, or on the school year's last day if it was published
  later; a follow-up counts on the last day of the time that it is about.
- Of targets for a share of a whole, or on demand, the portal doesn't know what they count.

Where the two disagree on the number, those who record are told (`disagreements`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, ExtractYear, Least

from pledges.models import (
    Commitment,
    CompletedAction,
    FollowUp,
    Pledge,
    PublishedRound,
    TargetChange,
)
from pledges.models.action_sums import NO_DAY, Tallied
from pledges.progress import Tally
from pledges.targets import Period, Shape, school_year_of

COUNTED_KINDS = (Commitment.Kind.DRUG_HABIT_SURVEY, Commitment.Kind.FOLLOW_UP)
_COUNTED_SHAPES = (Shape.COUNT, Shape.AVERAGE, Shape.DONE, Shape.NONE)


def portal_sums(pledges: Iterable[Pledge | int], on: date | None = None) -> list[models.QuerySet]:
    """Return the rows of what the portal did, as `tallied` has them.

    What was published by the day `on`, or by now.
    """
    return [_rounds(pledges, on), _follow_ups(pledges, on)]


def _rounds(pledges: Iterable[Pledge | int], on: date | None) -> models.QuerySet:
    rounds = _of_counted_shapes(
        PublishedRound.objects.filter(commitment__pledge__in=pledges), "commitment", on
    )
    if on is not None:
        rounds = rounds.filter(published_on__lte=on)
    last_day = Func(
        F("school_year") + 1, 7, 31, function="make_date", output_field=models.DateField()
    )
    surveys = (
        rounds.order_by()
        .values(
            *("commitment_id", "municipality_id", "school_year"),
            *("amount_in_force", "years_in_force"),
        )
        .annotate(
            day=Least(Min("published_on"), last_day),
            number=Case(
                When(amount_in_force__gt=F("years_in_force"), then=Count("pk")),
                default=1,
                output_field=IntegerField(),
            ),
        )
        .filter(day__gte=F("commitment__pledge__valid_from"))
    )
    return surveys.values_list(
        "commitment_id",
        "day",
        F("day"),
        Value(1),
        "number",
        _NOTHING,
        Value(False),
        Value(""),
        "municipality_id",
        NO_DAY,
        Value(True),
        NO_DAY,
        NO_DAY,
        Value(0),
    )


def _of_counted_shapes(rows: models.QuerySet, commitment: str, on: date | None) -> models.QuerySet:
    """Return the rows whose target the portal can count, as it is on a day.

    `commitment` is the path to it. The target's number is their `amount_in_force`, and
    `years_in_force` how many calendar years it is promised for, at least one.
    """
    changes = TargetChange.objects.filter(commitment=OuterRef(commitment))
    if on is not None:
        changes = changes.filter(from_day__lte=on)
    latest = changes.order_by("-from_day", "-entered_at", "-pk")

    def in_force(field: str) -> Case:
        return Case(
            When(Exists(changes), then=Subquery(latest.values(field)[:1])),
            default=F(f"{commitment}__{field}"),
        )

    return rows.annotate(
        shape_in_force=in_force("target_shape"),
        amount_in_force=in_force("target_amount"),
        period_in_force=in_force("target_period"),
        years_in_force=Case(
            When(
                period_in_force=Period.WHOLE,
                then=_years(
                    F(f"{commitment}__pledge__valid_from"), F(f"{commitment}__pledge__valid_to")
                ),
            ),
            When(
                period_in_force=Period.OWN,
                then=_years(in_force("target_first"), in_force("target_last")),
            ),
            default=1,
            output_field=IntegerField(),
        ),
    ).filter(shape_in_force__in=_COUNTED_SHAPES)


def _years(first: F | Case, last: F | Case) -> models.expressions.Combinable:
    return ExtractYear(last) - ExtractYear(first) + 1


_NOTHING = Cast(Value(None), models.BigIntegerField())


def _follow_ups(pledges: Iterable[Pledge | int], on: date | None) -> models.QuerySet:
    published = FollowUp.objects.public().filter(
        pledge__in=pledges, pledge__commitments__kind=Commitment.Kind.FOLLOW_UP
    )
    follow_ups = _of_counted_shapes(published, "pledge__commitments", on)
    if on is not None:
        follow_ups = follow_ups.filter(published_at__date__lte=on)
    return follow_ups.order_by().values_list(
        "pledge__commitments__id",
        "last_day",
        F("last_day"),
        Value(1),
        Value(1),
        _NOTHING,
        Value(False),
        Value(""),
        _NOTHING,
        "meeting_on",
        Value(True),
        NO_DAY,
        NO_DAY,
        Value(0),
    )


def counting_itself(follow_up: FollowUp, tallies: Sequence[Tally]) -> list[Tally]:
    """Return tallies as they are once a follow-up is published.

    They are of a commitment to follow up its pledge. An action on the day of the meeting counts no
    longer.
    """
    meeting, last = follow_up.meeting_on, follow_up.last_day
    others = [
        tally for tally in tallies if tally.by_portal or not tally.first <= meeting <= tally.last
    ]
    return [*others, Tally(last, last, actions=1, amount=1, by_portal=True)]


def counts_follow_ups(commitment: Commitment) -> bool:
    """Return whether published follow-ups count for a commitment."""
    follows_up = commitment.kind == Commitment.Kind.FOLLOW_UP
    return follows_up and commitment.target_in_force.shape in _COUNTED_SHAPES


def counted_once(rows: Iterable[Tallied]) -> list[Tallied]:
    """Return the rows without the actions that the portal has counted."""
    rows = list(rows)
    portal = defaultdict(list)
    for row in rows:
        if row.by_portal:
            portal[row.commitment].append(row)
    return [
        row
        for row in rows
        if row.by_portal or not any(_is_same(row, other) for other in portal[row.commitment])
    ]


def _survey(row: Tallied) -> tuple[int, int | None, int]:
    return row.commitment, row.municipality, school_year_of(row.first)


@dataclass(frozen=True)
class Disagreement:
    """What the portal counts, and what actions say of the same.

    `meeting` is the day of a follow-up's meeting, None for a survey of `school_year`.
    """

    commitment: Commitment
    school_year: int
    meeting: date | None
    by_portal: int
    by_actions: int


def disagreements(commitments: Iterable[Commitment]) -> list[Disagreement]:
    """Return where actions give another number than the portal; one query.

    For staff alone. The portal's number is the one that counts.
    """
    by_key = {
        commitment.pk: commitment for commitment in commitments if commitment.kind in COUNTED_KINDS
    }
    if not by_key:
        return []
    actions = CompletedAction.objects.counted().filter(commitment__in=by_key).tallied()
    pledges = {commitment.pledge_id for commitment in by_key.values()}
    rows = [Tallied(*columns) for columns in actions.union(*portal_sums(pledges), all=True)]
    differing = []
    for portal in rows:
        if not portal.by_portal or portal.commitment not in by_key:
            continue
        recorded = [row.amount for row in rows if not row.by_portal and _is_same(row, portal)]
        if recorded and sum(recorded) != portal.amount:
            differing.append(
                Disagreement(
                    by_key[portal.commitment],
                    school_year_of(portal.first),
                    portal.meeting,
                    portal.amount,
                    sum(recorded),
                )
            )
    return differing


def _is_same(action: Tallied, portal: Tallied) -> bool:
    """Return whether actions tell of what the portal has counted."""
    if portal.meeting is not None:
        is_of_commitment = action.commitment == portal.commitment
        return is_of_commitment and action.first <= portal.meeting <= action.last
    return _survey(action) == _survey(portal)
