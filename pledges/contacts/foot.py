"""Whom to ask and when one meets next, on every page of a municipality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import JSONField, OuterRef, Subquery, Value
from django.db.models.functions import JSONObject
from django.utils import timezone

from pledge_portal.pages.slots import fills, provided
from pledges.models import Contact, FollowUpPlan, Municipality, Pledge, PoliceArea
from pledges.presentation.validity import day

_OF_AN_AREA = (
    "name",
    *(field.name for field in Contact._meta.get_fields()),
)


@fills("foot", "pledges/_foot.html")
def foot(municipality: object, contacts: Sequence[Contact] | str = ()) -> dict[str, Any]:
    """Show whom to ask, and when one meets next; one query.

    `contacts` are those that the page itself names, if any: a pledge can be given by others than
    those who serve the municipality today. Only what the parties have published is told.
    """
    if not isinstance(municipality, Municipality):
        return {}
    on = timezone.localdate()
    areas = PoliceArea.objects.filter(municipalities=OuterRef("pk")).order_by("name")
    meetings = FollowUpPlan.objects.filter(
        next_meeting_on__gte=on,
        pledge__in=Pledge.objects.public(),
        pledge__parties__municipality=OuterRef("pk"),
    ).order_by("next_meeting_on")
    serving, meeting_on, dialogue = (
        Municipality.objects.filter(pk=municipality.pk)
        .values_list(
            ArraySubquery(areas.values(as_json=JSONObject(**{name: name for name in _OF_AN_AREA}))),
            Subquery(meetings.values("next_meeting_on")[:1]),
            provided("foot.next_dialogue", on=on) or Value(None, JSONField()),
        )
        .get()
    )
    parties: list[Contact] = [municipality, *(PoliceArea(**fields) for fields in serving)]
    return {
        "municipality": municipality,
        "contacts": contacts or [party for party in parties if party.has_contact],
        "meeting_on": day(meeting_on) if meeting_on else "",
        "dialogue": dialogue,
    }
