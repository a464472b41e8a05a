"""Who may do what: the only place that says so.

Each action names the roles that may do it. A role counts for the place that it is held for, and
nowhere else. A superuser (the operator) may do everything everywhere. Nobody else may do anything.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from pledge_portal.accounts.models import (
    Invitation,
    InvitationQuerySet,
    Membership,
    Role,
    User,
)
from pledge_portal.pages.refused_forms import answer_apart, kept_answer
from pledge_portal.pages.waiting_form import put_aside

Person = User | AnonymousUser


class Action(Enum):
    """Something that is done in the workspace."""

    ENTER_WORKSPACE = "enter the workspace and see one's own account"
    READ_PLEDGES = "read the pledges of a place, drafts too"
    READ_HISTORY = "read who changed what of a place's pledges and reference data"
    WRITE_PLEDGES = "write the text of a place's pledges together, and remark on it"
    CONSULT_ON_PLEDGES = "ask residents about a draft in public, and tell what came of it"
    APPROVE_PLEDGES = "say that a place stands behind the text of a pledge"
    ADOPT_PLEDGES = "adopt a pledge that every party has approved, and open it again before signing"
    DECIDE_ON_PLEDGES = "enter what the parties decide of an adopted or signed pledge"
    RECORD_ACTIONS = "record, correct and strike out completed actions for a place"
    SET_DISCLOSURE = "set how closely the public is told of a commitment's actions"
    WRITE_FOLLOW_UPS = "open, write, publish and correct follow-ups of a place's pledges"
    CLOSE_PERIODS = "say for a place that all that was done in a period is reported"
    APPROVE_FOLLOW_UPS = "approve follow-ups for a place"
    ARRANGE_SIGNING = "say how a party's signatories sign its adopted pledges, and as whom"
    SIGN_PLEDGES = "sign a party's pledges, as the signatory that one is said to be"
    RUN_DIALOGUES = "announce dialogues, write down what is said there and sum up what was heard"
    READ_SUBMISSIONS = "read what residents have said to a municipality"
    MODERATE = "decide which comments to a municipality are shown, and for what reason not"
    ANSWER_COMMENTS = "answer comments in public for a municipality or the police"
    WRITE_NEWS = "write, publish, correct and take back the news of a municipality"
    PLAN_DISPOSAL = "set after how long a municipality destroys what residents have written"
    WRITE_SURVEYS = "enter a municipality's drug-habit surveys, and read their sums"
    PUBLISH_SURVEYS = "publish what the public may be told of a municipality's surveys"
    MANAGE_STATISTICS = "import a place's statistics, and tie indicators to its pledges"
    MANAGE_PLACES = "add and change the places of a municipality"
    KEEP_CONTACTS = "say how residents reach a municipality or a police area"
    MANAGE_PEOPLE = "see, invite and remove the people of a place"
    EXPORT_RECORDS = "make archive packages of a party's pledges, with all that it holds"
    ERASE_DETAILS = "take a personal detail away from all texts of a place, by a decision"
    ERASE_PEOPLE = "take away who a person was that has left, by a decision"
    ADMINISTER = "look after a place's reference data in the administration"
    MIND_JOBS = "see what the queue holds, have it done again or taken off"


_EVERY_ROLE = frozenset(Role)

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.ENTER_WORKSPACE: _EVERY_ROLE,
    Action.READ_PLEDGES: _EVERY_ROLE,
    # Whoever may read a thing may read how it came to be. That of people and their roles is for
    # those who may manage them.
    Action.READ_HISTORY: _EVERY_ROLE,
    # Municipality and police write it together.
    Action.WRITE_PLEDGES: frozenset({Role.EDITOR, Role.COORDINATOR, Role.OFFICER}),
    # The municipality asks its residents; the police write with it and read what they say.
    Action.CONSULT_ON_PLEDGES: frozenset({Role.EDITOR, Role.COORDINATOR}),
    Action.APPROVE_PLEDGES: frozenset({Role.COORDINATOR, Role.OFFICER, Role.SIGNATORY}),
    Action.ADOPT_PLEDGES: frozenset({Role.EDITOR, Role.COORDINATOR}),
    Action.DECIDE_ON_PLEDGES: frozenset({Role.EDITOR, Role.COORDINATOR}),
    Action.RECORD_ACTIONS: frozenset({Role.OFFICER, Role.COORDINATOR, Role.EDITOR}),
    Action.SET_DISCLOSURE: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
    Action.WRITE_FOLLOW_UPS: frozenset({Role.COORDINATOR}),
    # Whoever records knows whether all is recorded.
    Action.CLOSE_PERIODS: frozenset({Role.OFFICER, Role.COORDINATOR, Role.EDITOR}),
    Action.APPROVE_FOLLOW_UPS: frozenset({Role.COORDINATOR, Role.OFFICER, Role.SIGNATORY}),
    Action.ARRANGE_SIGNING: frozenset({Role.EDITOR, Role.COORDINATOR, Role.ADMINISTRATOR}),
    # Nobody else signs: see pledges.signing.ways.is_signatory, which holds for operators too.
    Action.SIGN_PLEDGES: frozenset({Role.SIGNATORY}),
    Action.RUN_DIALOGUES: frozenset({Role.EDITOR, Role.COORDINATOR}),
    Action.READ_SUBMISSIONS: frozenset({Role.EDITOR, Role.COORDINATOR, Role.MODERATOR}),
    Action.MODERATE: frozenset({Role.MODERATOR, Role.COORDINATOR}),
    Action.ANSWER_COMMENTS: frozenset({Role.COORDINATOR, Role.EDITOR, Role.OFFICER}),
    Action.WRITE_NEWS: frozenset({Role.EDITOR, Role.COORDINATOR}),
    Action.PLAN_DISPOSAL: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
    # Sums of answers are held for the municipality alone, not for the police (see tracking).
    Action.WRITE_SURVEYS: frozenset({Role.EDITOR, Role.COORDINATOR}),
    Action.PUBLISH_SURVEYS: frozenset({Role.COORDINATOR}),
    Action.MANAGE_STATISTICS: frozenset({Role.EDITOR, Role.COORDINATOR}),
    Action.MANAGE_PLACES: frozenset({Role.COORDINATOR, Role.EDITOR, Role.ADMINISTRATOR}),
    Action.KEEP_CONTACTS: frozenset({Role.COORDINATOR, Role.EDITOR, Role.ADMINISTRATOR}),
    Action.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    # A package has what a party holds, secrets too: for those who answer for its records.
    Action.EXPORT_RECORDS: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
    Action.ERASE_DETAILS: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
    # Its pages show an administrator the rows of their own places (scoped_admin), or nothing.
    Action.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
    # The operator alone.
    Action.ERASE_PEOPLE: frozenset(),
    Action.MIND_JOBS: frozenset(),
}
# A person whose last role was ended may still log in, read that it is so, and mind the account.
NEEDS_NO_ROLE = frozenset({Action.ENTER_WORKSPACE})


def may(user: Person, action: Action, place: models.Model | None = None) -> bool:
    """Return whether a person may do something for a place.

    That is a municipality or a police area; without one, whether they may do it anywhere at all.
    """
    if not isinstance(user, User) or not user.is_active:
        return False
    if user.is_superuser or (place is None and action in NEEDS_NO_ROLE):
        return True
    return any(
        membership.role in ALLOWED[action] and (place is None or membership.place == place)
        for membership in memberships(user)
    )


def require(user: Person, action: Action, place: models.Model | None = None) -> None:
    """Raise PermissionDenied unless `may` says yes."""
    if not may(user, action, place):
        raise PermissionDenied


def memberships(user: User) -> list[Membership]:
    """Return the roles that a person holds, with their places.

    As `cache_roles` fetched them for the request.
    """
    remembered: list[Membership] | None = user.__dict__.get(_ROLES_OF_REQUEST)
    if remembered is not None:
        return remembered
    return list(user.memberships.select_related("municipality", "police_area").order_by("pk"))


_ROLES_OF_REQUEST = "_memberships_of_this_request"


def cache_roles(user: User) -> None:
    """Fetch a person's roles once for a request, which asks many times.

    Only of the request's own user object: another request finds the roles as they are then.
    """
    user.__dict__[_ROLES_OF_REQUEST] = memberships(user)


def of_own_places(
    user: Person,
    action: Action,
    *,
    municipality: str,
    police_area: str | Sequence[str],
    municipality_only_if: Q | None = None,
) -> Q:
    """Return the filter for rows of places where a person may do something.

    `municipality` and `police_area` name the fields, or paths of fields, that hold the row's place;
    a row can have several police areas. The municipality counts `municipality_only_if` that holds.
    A superuser's filter lets all through, a stranger's nothing.
    """
    nothing = Q(pk__in=[])
    if not isinstance(user, User) or not user.is_active:
        return nothing
    if user.is_superuser:
        return Q()
    held = user.memberships.filter(role__in=ALLOWED[action])
    own = Q(**{f"{municipality}__in": held.exclude(municipality=None).values("municipality")})
    if municipality_only_if is not None:
        own &= municipality_only_if
    areas = held.exclude(police_area=None).values("police_area")
    for path in [police_area] if isinstance(police_area, str) else police_area:
        own |= Q(**{f"{path}__in": areas})
    return own


def keys_of_own_places(user: Person, action: Action) -> tuple[set[int], set[int]] | None:
    """Return the keys of places where a person may do something.

    The municipalities' and the police areas'; None when they may do it everywhere.
    """
    if not isinstance(user, User) or not user.is_active:
        return set(), set()
    if user.is_superuser:
        return None
    held = [role for role in memberships(user) if role.role in ALLOWED[action]]
    municipalities = {role.municipality_id for role in held if role.municipality_id is not None}
    areas = {role.police_area_id for role in held if role.police_area_id is not None}
    return municipalities, areas


def _of_managed_places(user: Person) -> Q:
    return of_own_places(
        user, Action.MANAGE_PEOPLE, municipality="municipality", police_area="police_area"
    )


def visible_memberships(user: Person) -> models.QuerySet[Membership]:
    """Return the roles that a person may see and end, of own places."""
    return (
        Membership.objects.filter(_of_managed_places(user))
        .select_related("person", "municipality", "police_area")
        .order_by("municipality__sort_key", "police_area__name", "person__last_name", "pk")
    )


def visible_invitations(user: Person) -> InvitationQuerySet:
    """Return the invitations that a person may see and revoke."""
    return Invitation.objects.filter(_of_managed_places(user)).select_related(
        "invited_by", "municipality", "police_area"
    )


def managed_places(user: Person) -> list[models.Model]:
    """Return the places whose people a person administers."""
    return places_of(user, Action.MANAGE_PEOPLE)


def places_of(user: Person, action: Action) -> list[models.Model]:
    """Return the places that a person may do something for.

    Municipalities and police areas.
    """
    places: list[models.Model] = []
    if not isinstance(user, User) or not user.is_active:
        return places
    held = user.memberships.filter(role__in=ALLOWED[action])
    for field in ("municipality", "police_area"):
        model: Any = Membership._meta.get_field(field).related_model
        candidates = model.objects.all()
        if not user.is_superuser:
            candidates = candidates.filter(pk__in=held.exclude(**{field: None}).values(field))
        places.extend(candidates)
    return places


def people_who_may(
    action: Action, municipalities: Iterable[int | None], police_areas: Iterable[int | None] = ()
) -> models.QuerySet[User]:
    """Return the active people who may do something for any of these places.

    Operators, who may everything everywhere, aren't among them.
    """
    places = Q(memberships__municipality__in=[*municipalities]) | Q(
        memberships__police_area__in=[*police_areas]
    )
    people = User.objects.filter(places, is_active=True, memberships__role__in=ALLOWED[action])
    return people.distinct().order_by("pk")


class StaffRequest(HttpRequest):
    """A request whose user is known: what views behind `permitted` are given."""

    user: User


View = Callable[..., HttpResponseBase]


def permitted(action: Action) -> Callable[[View], View]:
    """Let a view be reached only by those who may do something somewhere.

    Who is not logged in is led to log in, and what they sent waits for them meanwhile; who may not
    is refused. The view itself fetches by `visible_...` and asks `require` for the very place it
    changes.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                page = put_aside(request) if request.method == "POST" else None
                return redirect_to_login(page or request.get_full_path())
            require(request.user, action)
            answer = view(request, *args, **kwargs)
            # Who may not see the form any longer doesn't see what was answered to it either.
            if answer.status_code == 200 and (refusal := kept_answer(request)) is not None:
                return refusal
            return answer_apart(request, answer)

        return guarded

    return decorate
