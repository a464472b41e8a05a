"""Add and change places.

What is told of actions done there follows along.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from pledges.actions import action_disclosure
from pledges.models import ActionCorrection, CompletedAction, Municipality, Place
from pledges.models.municipality import without_diacritics


@dataclass(frozen=True)
class NewPlace:
    """A place to add; its level is empty when it is no school."""

    name: str
    level: str


class PlaceUnclear(Exception):
    """No place, or more than one, has a name.

    The text is a sentence that says so.
    """


def find_place(words: str, places: Iterable[Place]) -> Place:
    """Return the place that has the name, or alone has it within its own.

    Case, diacritics and doubled spaces don't matter. Raises PlaceUnclear.
    """
    key = without_diacritics(" ".join(words.split()))
    candidates = list(places)
    exact = [place for place in candidates if without_diacritics(place.name) == key]
    alike = exact or [place for place in candidates if key in place.search_key]
    if len(alike) == 1:
        return alike[0]
    if alike:
        names = ", ".join(place.name for place in alike[:5])
        raise PlaceUnclear(_("Flera platser heter så: %(names)s.") % {"names": names})
    raise PlaceUnclear(_("Ingen plats heter så. Välj en plats i listan."))


def add_place(municipality: Municipality, name: str, level: str) -> Place:
    """Add a place; one without a level is no school.

    Raises IntegrityError for a name in use.
    """
    return Place.objects.create(
        municipality=municipality, name=name, level=level, kind=_kind(level)
    )


@transaction.atomic
def add_places(municipality: Municipality, places: Iterable[NewPlace]) -> int:
    """Add the places whose names are new in the municipality.

    Returns how many they were. Raises IntegrityError when somebody else adds one of them at the
    same time: then none is added.
    """
    known = {name.lower() for name in municipality.places.values_list("name", flat=True)}
    new = [place for place in places if place.name.lower() not in known]
    for place in new:
        add_place(municipality, place.name, place.level)
    return len(new)


@transaction.atomic
def change_place(place: Place, *, name: str, level: str, is_closed: bool) -> Place:
    """Change a place, and what the public is told of its school's level."""
    place.name, place.level, place.kind, place.is_closed = name, level, _kind(level), is_closed
    place.save()
    actions = CompletedAction.objects.filter(place=place).select_related("place")
    for action in actions.iterator():
        action_disclosure.publish(action)
    return place


def is_used(place: Place) -> bool:
    """Return whether anything was done at a place: then it stays.

    Or was said to be, before a correction.
    """
    in_corrections = ActionCorrection.objects.filter(before__place=place.pk)
    return CompletedAction.objects.filter(place=place).exists() or in_corrections.exists()


def _kind(level: str) -> str:
    return Place.Kind.SCHOOL if level else Place.Kind.OTHER
