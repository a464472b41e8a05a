"""Find the closed time, of which all that was done is reported.

Silence is not a verdict, so a period is judged as missed only when all of it is closed. Published
follow-ups close, for each commitment that they assess, the days that they are about; what they
leave unassessed they don't close. No day is closed before it is over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from pledges.models import Assessment, FollowUp, Pledge
from pledges.presentation.validity import day
from pledges.progress import ClosedTime

ClosedTimes = dict[int, list[ClosedTime]]


def closed_times(pledges: Iterable[Pledge], on: date) -> ClosedTimes:
    """Return by commitment the time that is closed on a day; one query."""
    closed: ClosedTimes = defaultdict(list)
    assessments = (
        Assessment.objects.public()
        .given()
        .filter(follow_up__pledge__in=[pledge.pk for pledge in pledges])
        .select_related("follow_up")
        .only("commitment", "follow_up")
        .order_by("follow_up__first_day", "pk")
    )
    for assessment in assessments:
        published_at = assessment.follow_up.published_at
        closed_on = timezone.localdate(published_at) if published_at else date.max
        if closed_on <= on and (time := closed_by(assessment.follow_up, closed_on)):
            closed[assessment.commitment_id].append(time)
    return dict(closed)


def closed_by(follow_up: FollowUp, closed_on: date) -> ClosedTime | None:
    """Return the time that a follow-up closes when it is published on a day.

    None when no day of it is over by then.
    """
    last = min(follow_up.last_day, closed_on - timedelta(days=1))
    if last < follow_up.first_day:
        return None
    by = _("uppföljningen den %(day)s") % {"day": day(follow_up.meeting_on)}
    return ClosedTime(follow_up.first_day, last, closed_on, by)
