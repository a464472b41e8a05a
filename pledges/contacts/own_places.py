"""The places whose contact and mark somebody keeps."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, places_of


def own_places(user: User) -> dict[str, Any]:
    """Return one's places by what names each in an address.

    That is such as "municipality-12".
    """
    places: list[Any] = places_of(user, Action.KEEP_CONTACTS)
    return {f"{place._meta.model_name}-{place.pk}": place for place in places}


def own_place(user: User, key: str) -> Any:
    """Return the place of one's own that an address names; raises Http404."""
    place = own_places(user).get(key)
    if place is None:
        raise Http404
    return place
