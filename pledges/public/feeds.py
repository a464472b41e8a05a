"""Say in a page's head where what is new can be followed."""

from __future__ import annotations

from typing import Any

from pledge_portal.pages.slots import fills
from pledges.models import Municipality
from pledges.presentation import PledgeView


@fills("head", "pledges/_feeds.html")
def feeds(municipality: object, pledge: object) -> dict[str, Any]:
    """Name the feed of what is done for the page's pledge, if it has one."""
    if isinstance(municipality, Municipality) and isinstance(pledge, PledgeView):
        return {"municipality": municipality, "pledge": pledge}
    return {}
