"""Find the closed time, of which all that was done is reported.

Silence is not a verdict, so a period is judged as missed only when all of it is closed. Published
follow-ups close, for each commitment that they assess, the days that they are about; what they
leave unassessed they don't close. Time is closed as well where everybody responsible has said that
all is reported. No day is closed before it is over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import reduce
from itertools import groupby, product

from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from pledges.closings.responsible import name_of, responsible_for, responsible_of
from pledges.models import Assessment, Commitment, FollowUp, PeriodClosing, Pledge
from pledges.models.pledge import prefetched_places
from pledges.presentation.validity import day
from pledges.progress import ClosedTime

ClosedTimes = dict[int, list[ClosedTime]]


def published_assessments(pledges: Iterable[Pledge], on: date) -> list[Assessment]:
    """Return what follow-ups published until a day say of commitments.

    The newest meeting first, with commitments and follow-ups; one query. What a meeting left for
    another time is there too.
    """
    assessments = (
        Assessment.objects.public()
        .filter(follow_up__pledge__in=[pledge.pk for pledge in pledges])
        .select_related("follow_up", "commitment")
        .defer("figures", "output_text", "process_text", "effect_text", "decision")
        .order_by("-follow_up__meeting_on", "pk")
    )
    return [assessment for assessment in assessments if _published_on(assessment.follow_up) <= on]


def _published_on(follow_up: FollowUp) -> date:
    return timezone.localdate(follow_up.published_at) if follow_up.published_at else date.max


def closed_times(
    pledges: Iterable[Pledge], on: date, assessments: Iterable[Assessment] | None = None
) -> ClosedTimes:
    """Return by commitment the time that is closed on a day.

    A query for the `assessments` unless they are given, as `published_assessments` gives them, one
    more, and three where those responsible have closed anything.
    """
    pledges = list(pledges)
    if assessments is None:
        assessments = published_assessments(pledges, on)
    closed: ClosedTimes = defaultdict(list)
    for assessment in assessments:
        follow_up = assessment.follow_up
        if assessment.is_given and (time := closed_by(follow_up, _published_on(follow_up))):
            closed[assessment.commitment_id].append(time)
    for times in closed.values():
        times.sort(key=lambda time: time.first)
    for commitment, closings in _closings([pledge.pk for pledge in pledges]):
        closed[commitment.pk] += agreed_times(commitment, closings, on)
    return dict(closed)


def closed_by(follow_up: FollowUp, closed_on: date) -> ClosedTime | None:
    """Return the time that a follow-up closes when it is published on a day.

    None when no day of it is over by then.
    """
    last = min(follow_up.last_day, closed_on - timedelta(days=1))
    if last < follow_up.first_day:
        return None
    by = _("uppföljningen den %(day)s") % {"day": day(follow_up.meeting_on)}
    return ClosedTime(follow_up.first_day, last, closed_on, by, is_by_follow_up=True)


def _closings(pledges: Sequence[int]) -> list[tuple[Commitment, list[PeriodClosing]]]:
    closings = (
        PeriodClosing.objects.in_force()
        .filter(commitment__pledge__in=pledges)
        .select_related("commitment__pledge__police_area")
        .prefetch_related(*prefetched_places("commitment__pledge__"))
        .order_by("commitment", "first_day", "pk")
    )
    return [
        (commitment, list(of_commitment))
        for commitment, of_commitment in groupby(closings, key=lambda closing: closing.commitment)
    ]


def agreed_times(
    commitment: Commitment, closings: Iterable[PeriodClosing], on: date
) -> list[ClosedTime]:
    """Return the time that everybody responsible has closed.

    `closings` are those in force of the commitment; its pledge and parties are fetched.
    """
    by_responsible: dict[object, list[ClosedTime]] = {
        responsible: [] for responsible in responsible_for(commitment)
    }
    for closing in closings:
        closed_on = timezone.localdate(closing.closed_at)
        time = ClosedTime(closing.first_day, closing.last_day, closed_on, "")
        if closed_on <= on and (responsible := responsible_of(closing)) in by_responsible:
            by_responsible[responsible].append(time)
    if not by_responsible:
        return []
    names = [str(name_of(commitment, responsible)) for responsible in responsible_for(commitment)]
    # The names come escaped, marked as Swedish where the page isn't.
    by = mark_safe(get_text_list(names, _("och")))  # noqa: S308
    return [replace(time, by=by) for time in reduce(_common, by_responsible.values())]


def _common(times: list[ClosedTime], other_times: list[ClosedTime]) -> list[ClosedTime]:
    """Return the time that is in both, closed on the later of the days."""
    both = (
        ClosedTime(
            max(time.first, other.first),
            min(time.last, other.last),
            max(time.closed_on, other.closed_on),
            "",
        )
        for time, other in product(times, other_times)
    )
    return [time for time in both if time.first <= time.last]
