"""Roles that were ended lately, as the history knows them.

They can be given back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from pledge_portal.accounts.models import Membership, Role, User
from pledge_portal.accounts.permissions import Action, of_own_places
from pledge_portal.database.history import history_of

HOLDS_FOR = timedelta(days=30)


@dataclass(frozen=True)
class EndedRole:
    """A role that a person held until it was ended."""

    pk: int
    person: User
    role: Role
    place: models.Model
    ended_at: datetime


def ended_roles(user: User, at: datetime) -> list[EndedRole]:
    """Return the roles ended within 30 days that one may give back.

    They are of places whose people one administers, the latest first, and not held again.
    """
    history = history_of(Membership)
    assert history is not None  # noqa: S101  (tracking.py keeps it)
    own = of_own_places(
        user, Action.MANAGE_PEOPLE, municipality="municipality", police_area="police_area"
    )
    events: Any = history.events
    rows = (
        events.objects.filter(own, pgh_label="delete", pgh_created_at__gt=at - HOLDS_FOR)
        .filter(person__is_active=True)
        .select_related("person", "municipality", "police_area")
        .order_by("-pgh_id")
    )
    shown = set(_keys(Membership.objects.all())) if rows else set()
    ended = []
    for row in rows:
        key = (row.person_id, row.role, row.municipality_id, row.police_area_id)
        if key not in shown:
            shown.add(key)
            place = row.municipality or row.police_area
            ended.append(
                EndedRole(row.pgh_id, row.person, Role(row.role), place, row.pgh_created_at)
            )
    return ended


def _keys(memberships: models.QuerySet[Membership]) -> models.QuerySet[Any, Any]:
    return memberships.values_list("person_id", "role", "municipality_id", "police_area_id")
