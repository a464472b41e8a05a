"""How long what residents send has waited lately, told to who sends more.

Nothing is promised: it is how long the latest took. Of fewer than five nothing is said, and so it
tells of no single one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import DurationField, ExpressionWrapper, F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import Comment, Heard, ModerationDecision, PageReport
from pledge_portal.database.acting import as_portal
from pledge_portal.pages.text import length_of_time
from pledges.models import Municipality

_SINCE = timedelta(days=90)
_FEWEST = 5
_MOST = 20
_LATEST_SUMMARIES = 3
_HOUR = 60 * 60
_DAY = 24 * _HOUR


def wait_for_moderator(
    municipality: Municipality, awaited: Iterable[Comment.Awaits], at: datetime
) -> str:
    """Return how long comments have waited for a moderator, or ""."""
    decisions = ModerationDecision.objects.filter(
        comment__municipality=municipality,
        waited_for__in=awaited,
        waited__isnull=False,
        decided_at__gt=at - _SINCE,
    )
    with as_portal():
        waits = decisions.order_by("-decided_at").values_list("waited", flat=True)[:_MOST]
        return _in_words([wait for wait in waits if wait is not None])


def wait_for_mending(municipality: Municipality | None, at: datetime) -> str:
    """Return how long it took until faults of pages were dealt with, or ""."""
    waited = ExpressionWrapper(F("handled_at") - F("reported_at"), output_field=DurationField())
    reports = PageReport.objects.filter(municipality=municipality, handled_at__gt=at - _SINCE)
    with as_portal():
        waits = reports.order_by("-handled_at").values_list(waited, flat=True)[:_MOST]
        return _in_words(list(waits))


def wait_for_summary(municipality: Municipality) -> str:
    """Return how long after its end a dialogue was summed up, or ""."""
    heard = Heard.objects.public().filter(dialogue__municipality=municipality)
    days = [
        (timezone.localdate(published_at) - closes_on).days
        for published_at, closes_on in heard.order_by("-published_at").values_list(
            "published_at", "dialogue__closes_on"
        )[:_LATEST_SUMMARIES]
        if published_at is not None
    ]
    if not days:
        return ""
    return ngettext(
        "Den senaste sammanfattningen kom %(time)s efter att dialogen var slut.",
        "De %(n)s senaste sammanfattningarna kom inom %(time)s efter att dialogen var slut.",
        len(days),
    ) % {"n": len(days), "time": length_of_time(max(0, *days) if len(days) > 1 else days[0])}


def _in_words(waits: list[timedelta]) -> str:
    if len(waits) < _FEWEST:
        return ""
    waits = sorted(waits)
    return _("Av de %(n)s senaste var hälften klara inom %(half)s och alla inom %(all)s.") % {
        "n": len(waits),
        "half": _whole(waits[math.ceil(len(waits) / 2) - 1]),
        "all": _whole(waits[-1]),
    }


def _whole(time: timedelta) -> str:
    """Return a time in whole hours or days, never less than it is."""
    if time.total_seconds() > 2 * _DAY:
        return length_of_time(math.ceil(time.total_seconds() / _DAY))
    hours = max(1, math.ceil(time.total_seconds() / _HOUR))
    return ngettext("%(n)s timme", "%(n)s timmar", hours) % {"n": hours}
