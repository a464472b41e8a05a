"""Say who may decide about a pledge that is adopted or signed."""

from __future__ import annotations

from pledge_portal.accounts.permissions import Action, Person, may
from pledges.models import Pledge
from pledges.writing.adoption import parties_of


def may_decide(user: Person, pledge: Pledge) -> bool:
    """Return whether a person may enter decisions about a pledge.

    Who may for any of its parties, may.
    """
    return any(may(user, Action.DECIDE_ON_PLEDGES, place) for place in parties_of(pledge))
