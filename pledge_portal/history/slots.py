"""What the pages below have in their slots of the history."""

from __future__ import annotations

from typing import Any

from django.db import models

from pledge_portal.pages.slots import fills


@fills("membership", "history/_link.html")
def history_of_membership(row: models.Model, name: str) -> dict[str, Any]:
    """Show a link to the history of a role."""
    return {"row": row, "name": name}
