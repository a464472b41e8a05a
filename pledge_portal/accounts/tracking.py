"""Whose history is kept of the people and their roles, and who may read it."""

from __future__ import annotations

from django.db.models import Q

from pledge_portal.accounts.models import Invitation, Membership, User
from pledge_portal.accounts.permissions import (
    Action,
    Person,
    keys_of_own_places,
    may,
    of_own_places,
    visible_memberships,
)
from pledge_portal.database.history import keep_history


def who_manage_the_place(user: Person) -> Q:
    """Return the filter for the events of roles and invitations that a person may read."""
    if not may(user, Action.MANAGE_PEOPLE):
        return Q(pk__in=[])
    return of_own_places(
        user, Action.MANAGE_PEOPLE, municipality="municipality", police_area="police_area"
    )


def who_manage_the_person(user: Person) -> Q:
    """Return the filter for the events of people: those who hold a role that one may end."""
    if keys_of_own_places(user, Action.MANAGE_PEOPLE) is None:
        return Q()
    if not may(user, Action.MANAGE_PEOPLE):
        return Q(pk__in=[])
    return Q(pgh_obj__in=visible_memberships(user).order_by().values("person"))


# What opens a door is never written down, nor are logins: they change nothing that staff hold.
keep_history(
    User,
    "person",
    title=["email"],
    readers=who_manage_the_person,
    without=["password", "last_login"],
)
keep_history(Membership, "uppdrag", title=["role"], readers=who_manage_the_place)
keep_history(
    Invitation,
    "inbjudan",
    title=["email"],
    readers=who_manage_the_place,
    without=["token_sha256"],
)
