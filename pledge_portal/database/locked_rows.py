"""Rows that are due, as they still are when they are taken.

Django reads rows and then deletes them by their keys when others belong to them; what somebody says
yes to between the two would go all the same.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet


def locked_keys(rows: QuerySet[Any]) -> list[Any]:
    """Return the rows' keys; nobody changes them until the transaction ends."""
    own = rows.order_by("pk").select_for_update(of=("self",))
    return list(own.values_list("pk", flat=True))


@transaction.atomic
def delete_locked(rows: QuerySet[Any]) -> int:
    """Delete rows with what belongs to them; return how many that was."""
    keys = locked_keys(rows)
    return rows.model._default_manager.filter(pk__in=keys).delete()[0]
