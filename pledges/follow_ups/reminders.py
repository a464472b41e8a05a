"""Remind of follow-ups that are due, and of periods not accounted for."""

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
from pledge_portal.accounts.permissions import Action, people_who_may
from pledge_portal.queue.chores import chore
from pledges.follow_ups.due import Due
from pledges.follow_ups.open_periods import OpenPeriod, lacking_sentence, open_periods
from pledges.follow_ups.presentation import due_text
from pledges.follow_ups.rules import due_of, plan_of
from pledges.models import Pledge, Reminder
from pledges.presentation import pledge_label_with_places

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
    remind_of_periods(timezone.localdate())


def remind_of_periods(on: date) -> int:
    """Send the letters of a day about periods that lack their account.

    To those who can say that they are done; return how many pledges they concern. Sent and sent
    again as those about follow-ups.
    """
    pledges = (
        Pledge.objects.public()
        .with_standing()
        .select_related("follow_up_plan")
        .prefetch_related("commitments")
    )
    sent = 0
    for periods in open_periods(pledges, on).values():
        pledge = periods[0].commitment.pledge
        days = timedelta(days=plan_of(pledge).days_until_due)
        late = [period for period in periods if on > period.last + days]
        sent += bool(late) and _remind_of_periods(pledge, late, on)
    return sent


@transaction.atomic
def _remind_of_periods(pledge: Pledge, late: list[OpenPeriod], on: date) -> bool:
    about, due_on = Reminder.About.PERIODS, min(period.last for period in late)
    _one_at_a_time()
    reminded = Reminder.objects.filter(pledge=pledge, about=about)
    if reminded.filter(sent_on__gt=on - timedelta(days=DAYS_BETWEEN)).exists():
        return False
    letters = [
        (person, own)
        for person in _people(pledge, Action.CLOSE_PERIODS)
        if (own := [period for period in late if period.is_awaited_from(person)])
    ]
    if not letters:
        return False
    Reminder.objects.create(pledge=pledge, about=about, due_on=due_on, sent_on=on)
    with translation.override(settings.LANGUAGE_CODE):
        for person, own in letters:
            text = render_to_string(
                "follow_up/closing_reminder.txt",
                {
                    "pledge": pledge_label_with_places(pledge),
                    "sentences": [lacking_sentence(period) for period in own],
                    "address": settings.SITE_URL + reverse("open_periods"),
                },
            )
            send_mail(_("Redovisningar saknas"), text, None, [person.email])
    return True


@transaction.atomic
def _remind(pledge: Pledge, due: Due, on: date) -> bool:
    about = Reminder.About.FOLLOW_UP
    _one_at_a_time()
    reminded = Reminder.objects.filter(pledge=pledge, about=about, due_on=due.due_on)
    if reminded.filter(sent_on__gt=on - timedelta(days=DAYS_BETWEEN)).exists():
        return False
    people = _people(pledge, Action.WRITE_FOLLOW_UPS)
    if not people:
        return False
    # In one transaction with the letters: what isn't on the queue counts as not reminded.
    Reminder.objects.create(pledge=pledge, about=about, due_on=due.due_on, sent_on=on)
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(
            "follow_up/reminder.txt",
            {
                "pledge": pledge_label_with_places(pledge),
                "words": due_text(due, plan_of(pledge)),
                "address": settings.SITE_URL + reverse("open_follow_up", args=[pledge.pk]),
            },
        )
        for person in people:
            send_mail(_("En uppföljning är försenad"), text, None, [person.email])
    return True


def _one_at_a_time() -> None:
    """Wait for other processes that send, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SENDING])


def _people(pledge: Pledge, action: Action) -> list[User]:
    """Return those who may do something for one of the pledge's parties."""
    municipalities = [place.pk for place in pledge.giving_municipalities]
    return list(people_who_may(action, municipalities, [area.pk for area in pledge.police_areas]))
