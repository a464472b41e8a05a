"""Give the demonstration's parties contacts, made up and said to be.

Addresses end in .example, which is nobody's (RFC 2606). The telephone numbers are of the series
that Post- och telestyrelsen keeps free for books and films: 0980-319200 to 0980-319299.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from pledges.models import Contact, FollowUpPlan, Municipality, Pledge, PoliceArea
from pledges.models.municipality import part_slug

# The council follows up in these months, on their third Thursday.
_MONTHS_OF_MEETINGS = (2, 8)
_THURSDAY = 3


def load_contacts(pledges: Iterable[Pledge]) -> int:
    """Give each party without one a contact; return how many."""
    parties = dict.fromkeys(party for pledge in pledges for party in pledge.givers)
    without = [party for party in parties if not party.has_contact]
    for party in without:
        _fill_in(party)
        party.save(update_fields=[field.name for field in Contact._meta.get_fields()])
    return len(without)


def _fill_in(party: Municipality | PoliceArea) -> None:
    is_police = isinstance(party, PoliceArea)
    role = "kommunpolisen" if is_police else "säkerhetssamordnaren"
    address = f"{part_slug(party.name)}.example"
    party.contact_role = f"{role} (påhittad kontakt)"
    party.contact_phone = f"0980-319 2{party.pk % 50 + 50 * is_police:02}"
    party.contact_email = f"{'polisen' if is_police else 'trygghet'}@{address}"
    party.contact_web = f"https://{address}/{'polisen' if is_police else 'medborgarlofte'}"


def plan_meeting(plan: FollowUpPlan, on: date) -> None:
    """Say when the council meets next, unless a day to come is said already."""
    if plan.next_meeting_on is None or plan.next_meeting_on < on:
        plan.next_meeting_on = next_meeting(on)
        plan.save(update_fields=["next_meeting_on"])


def next_meeting(on: date) -> date:
    """Return the next day of a meeting, from the day `on`."""
    days = (
        _third_thursday(date(year, month, 1))
        for year in (on.year, on.year + 1)
        for month in _MONTHS_OF_MEETINGS
    )
    return next(day for day in days if day >= on)


def _third_thursday(first: date) -> date:
    return first + timedelta(days=(_THURSDAY - first.weekday()) % 7 + 14)
