"""Say why a follow-up isn't begun or published by its days."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from pledge_portal.pages.text import day
from pledges.lifecycle import standing
from pledges.models import FollowUp, Pledge


def fault_of_end(pledge: Pledge, first_day: date, on: date) -> str:
    """Return why a pledge isn't followed up from a day on, or "".

    It had ended; a draft can lie there when a pledge is annulled.
    """
    last_day = standing(pledge, on).last_day
    if last_day is None or first_day <= last_day:
        return ""
    return _("Perioden ligger efter löftets sista dag, den %(day)s.") % {"day": day(last_day)}


def faults_of_days(follow_up: FollowUp, on: date) -> list[str]:
    """Return why a follow-up isn't published by its days.

    Nobody has said anything at a meeting to come, or of a time when the pledge held no more.
    """
    sentences = []
    if follow_up.meeting_on > on:
        sentences.append(
            _("Mötet den %(day)s har inte varit än. Uppföljningen publiceras tidigast den dagen.")
            % {"day": day(follow_up.meeting_on)}
        )
    if sentence := fault_of_end(follow_up.pledge, follow_up.first_day, on):
        sentences.append(sentence)
    return sentences
