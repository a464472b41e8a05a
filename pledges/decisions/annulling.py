"""Say what an annulment takes away, before it is made."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from pledge_portal.pages.text import day
from pledges.models import CompletedAction, Pledge


def sentence_of_lost(pledge: Pledge, from_day: date) -> str:
    """Return what counts no more when a pledge is annulled from a day.

    Or "" when nothing is done or assessed since; two queries.
    """
    actions = CompletedAction.objects.counted().filter(
        commitment__pledge=pledge, done_on__gte=from_day
    )
    follow_ups = pledge.follow_ups.public().filter(last_day__gte=from_day)
    counts = {"actions": actions.count(), "follow_ups": follow_ups.count(), "day": day(from_day)}
    if not counts["actions"] and not counts["follow_ups"]:
        return ""
    return (
        _(
            "Från och med den %(day)s är redan redovisat: insatser %(actions)s, publicerade "
            "uppföljningar %(follow_ups)s. Insatserna räknas då inte, och de går inte att rätta. "
            "Ändra dagen, eller kryssa i rutan om det ska vara så."
        )
        % counts
    )
