"""Letters to coordinators when a follow-up is due and not begun."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import ALLOWED, Action
from pledge_portal.queue.chores import chore
from pledges.follow_ups.due import Due
from pledges.follow_ups.presentation import due_text
from pledges.follow_ups.rules import due_of, plan_of
from pledges.models import Pledge, Reminder

# A letter is sent again when this many days have passed and still nobody has begun.
DAYS_BETWEEN = 30
# Any number that nothing else in this database takes as an advisory lock.
_SENDING = 7_151_525


def send_reminders(on: date) -> int:
    """Send the letters of a day; return how many pledges they concern.

    Sending twice a day, or from several processes at once, sends once.
    """
    sent = 0
    pledges = (
        Pledge.objects.public()
        .with_standing()
        .select_related("follow_up_plan")
        .prefetch_related("follow_ups")
    )
    for pledge in pledges:
        follow_ups = list(pledge.follow_ups.all())
        due = due_of(pledge, follow_ups, on)
        is_begun = any(not follow_up.is_published for follow_up in follow_ups)
        if due is None or due.is_given_up or is_begun:
            continue
        if due.is_late and _remind(pledge, due, on):
            sent += 1
    return sent


@chore("send_reminders", gettext_lazy("Påminnelser om uppföljningar"))
def remind_today() -> None:
    """Send today's reminders."""
    send_reminders(timezone.localdate())


@transaction.atomic
def _remind(pledge: Pledge, due: Due, on: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SENDING])
    reminded = Reminder.objects.filter(pledge=pledge, due_on=due.due_on)
    if reminded.filter(sent_on__gt=on - timedelta(days=DAYS_BETWEEN)).exists():
        return False
    people = _coordinators(pledge)
    if not people:
        return False
    # In one transaction with the letters: what isn't on the queue counts as not reminded.
    Reminder.objects.create(pledge=pledge, due_on=due.due_on, sent_on=on)
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(
            "follow_up/reminder.txt",
            {
                "pledge": pledge,
                "words": due_text(due, plan_of(pledge)),
                "address": settings.SITE_URL + reverse("open_follow_up", args=[pledge.pk]),
            },
        )
        for person in people:
            send_mail(_("En uppföljning är försenad"), text, None, [person.email])
    return True


def _coordinators(pledge: Pledge) -> list[User]:
    """Return those who write follow-ups for the pledge's municipalities."""
    return list(
        User.objects.filter(
            is_active=True,
            memberships__role__in=ALLOWED[Action.WRITE_FOLLOW_UPS],
            memberships__municipality__in=[party.municipality_id for party in pledge.parties.all()],
        ).distinct()
    )
