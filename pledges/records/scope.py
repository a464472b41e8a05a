"""What a package is of: which pledge, for whose archive, as of which day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from pledges.models import Municipality, Pledge, PoliceArea, WithheldDocument

Holder = Municipality | PoliceArea | None

# An empty Q would give way to whatever it is joined to by "or".
_EVERYTHING = Q(pk__isnull=False)
_NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Scope:
    """What a package is of.

    `holder` is the party whose archive it is for: what the other parties hold for themselves, such
    as internal notes, is theirs to archive, since secrecy holds between authorities too (OSL 8:1).
    None is the operator's, who gets all of it. `on` is the day that decides what is public.
    """

    pledge: Pledge
    holder: Holder
    on: date

    @cached_property
    def is_public(self) -> bool:
        """Return whether anyone may read the pledge."""
        return Pledge.objects.public().filter(pk=self.pledge.pk).exists()

    def own_side(self, municipality: str = "municipality", police_area: str = "police_area") -> Q:
        """Return the filter for rows that one party holds for itself.

        The fields say who.
        """
        if self.holder is None:
            return _EVERYTHING
        if isinstance(self.holder, Municipality):
            return Q(**{municipality: self.holder.pk})
        return Q(**{police_area: self.holder.pk})

    def municipal(self, municipality: str = "municipality") -> Q:
        """Return the filter for a municipality's rows, not its police area's."""
        if self.holder is None:
            return _EVERYTHING
        if isinstance(self.holder, Municipality):
            return Q(**{municipality: self.holder.pk})
        return _NOTHING

    def signing_side(self) -> Q:
        """Return the filter for the signatories of the holder's own side."""
        if self.holder is None:
            return _EVERYTHING
        if isinstance(self.holder, Municipality):
            return Q(municipality=self.holder.pk) | Q(party="third_party")
        return Q(party="police")


def shown_files(rows: Callable[[Scope], QuerySet[Any]]) -> Callable[[Scope], QuerySet[Any]]:
    """Return those rows whose file isn't withheld from the public."""

    def shown(scope: Scope) -> QuerySet[Any]:
        withheld = WithheldDocument.objects.filter(pledge=scope.pledge.pk)
        return rows(scope).exclude(sha256__in=withheld.values("sha256"))

    return shown
