"""Whose history is kept of people and roles, and who may read it."""

from __future__ import annotations

from django.db.models import Q

from pledge_portal.accounts.models import FactorReset, Invitation, Membership, User
from pledge_portal.accounts.permissions import (
    Action,
    Person,
    keys_of_own_places,
    may,
    of_own_places,
    visible_memberships,
)
from pledge_portal.database.history import keep_history


def readers_of_roles(user: Person) -> Q:
    """Return the filter for changes of roles and invitations one may read."""
    if not may(user, Action.MANAGE_PEOPLE):
        return Q(pk__in=[])
    return of_own_places(
        user, Action.MANAGE_PEOPLE, municipality="municipality", police_area="police_area"
    )


def _readers_of_those_who_hold_roles(user: Person, path: str) -> Q:
    if keys_of_own_places(user, Action.MANAGE_PEOPLE) is None:
        return Q()
    if not may(user, Action.MANAGE_PEOPLE):
        return Q(pk__in=[])
    return Q(**{f"{path}__in": visible_memberships(user).order_by().values("person")})


def readers_of_people(user: Person) -> Q:
    """Return the filter for changes of people who hold roles one may end."""
    return _readers_of_those_who_hold_roles(user, "pgh_obj")


def readers_of_factor_resets(user: Person) -> Q:
    """Return the filter for what became of the same people's lost factors."""
    return _readers_of_those_who_hold_roles(user, "person")


# What opens a door is never written down, nor are logins: they change nothing that staff hold.
keep_history(
    User,
    "person",
    title=["email"],
    readers=readers_of_people,
    without=["password", "last_login"],
)
keep_history(Membership, "uppdrag", title=["role"], readers=readers_of_roles)
keep_history(
    Invitation,
    "inbjudan",
    title=["email"],
    readers=readers_of_roles,
    without=["token_sha256"],
)
keep_history(
    FactorReset,
    "tappat-andra-steg",
    title=["person"],
    readers=readers_of_factor_resets,
)
