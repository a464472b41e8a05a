"""Adding and changing places; what is told of actions done there follows along."""

from __future__ import annotations

from django.db import transaction

from pledges import secrecy
from pledges.models import CompletedAction, Municipality, Place


def add_place(municipality: Municipality, name: str, level: str) -> Place:
    """Add a place; one without a level is no school. Raises IntegrityError for a name in use."""
    return Place.objects.create(
        municipality=municipality, name=name, level=level, kind=_kind(level)
    )


@transaction.atomic
def change_place(place: Place, *, name: str, level: str, is_closed: bool) -> Place:
    """Change a place, and what the public is told of its school's level."""
    place.name, place.level, place.kind, place.is_closed = name, level, _kind(level), is_closed
    place.save()
    done_there = CompletedAction.objects.filter(place=place).select_related("place")
    for action in done_there.iterator():
        secrecy.publish(action)
    return place


def _kind(level: str) -> str:
    return Place.Kind.SCHOOL if level else Place.Kind.OTHER
