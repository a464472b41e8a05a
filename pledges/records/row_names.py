"""Choose a package's rows, and what each of them is called in it.

Keys of one database mean nothing in another. A row is known by its uid where it has one, and else
by its number among the part's rows; those that anyone may read come first, so that their numbers
don't tell how many others there are. What has a history but is deleted has a number as well.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from pledges.records.part_registry import Part, all_parts, all_shared
from pledges.records.scope import Scope

Model = type[models.Model]


class RowNames:
    """What each row is called.

    `rows`: by model, the name of each key, in the order of the package.
    """

    def __init__(self) -> None:
        self.rows: dict[Model, dict[Any, Any]] = {}
        self.public: dict[Model, frozenset[Any]] = {}
        # By model, a number for each key that a history names and that no row has any longer.
        self.deleted: dict[Model, dict[Any, int]] = {}
        self.transactions: dict[int, int] = {}
        self._shared = {table.model: table for table in all_shared()}
        self._described: dict[Model, dict[Any, tuple[Any, dict[str, Any]] | None]] = {}
        # What several pledges name, as far as this package names it: publicly, and at all.
        self.named: dict[bool, dict[Model, set[Any]]] = {False: {}, True: {}}

    @classmethod
    def for_scope(cls, scope: Scope) -> RowNames:
        """Choose the rows of a package."""
        row_names = cls()
        for part in all_parts():
            row_names._choose(part, scope)
        return row_names

    def _choose(self, part: Part, scope: Scope) -> None:
        columns = ("pk", "uid") if part.known_by_uid else ("pk",)
        order = ("uid",) if part.known_by_uid else part.order
        rows: list[Any] = list(part.rows(scope).order_by(*order).values_list(*columns))
        public: frozenset[Any] = frozenset()
        if part.public is not None and scope.is_public:
            public = frozenset(part.public(scope).order_by().values_list("pk", flat=True))
        chosen = [row for row in rows if row[0] in public]
        chosen += [row for row in rows if row[0] not in public]
        self.public[part.model] = public.intersection(row[0] for row in chosen)
        self.rows[part.model] = {
            row[0]: str(row[1]) if part.known_by_uid else number
            for number, row in enumerate(chosen, start=1)
        }

    def set_names(self, model: Model, names: dict[Any, Any]) -> None:
        """Call things that several pledges name so, whatever they are here."""
        self._described[model] = {key: (name, {}) for key, name in names.items()}

    def is_shared(self, model: Model) -> bool:
        """Return whether a model is one of those that several pledges name."""
        return model in self._shared

    def is_personal(self, model: Model) -> bool:
        """Return whether naming a row of a model names a person."""
        return model in self._shared and self._shared[model].is_personal

    def name_of(self, model: Model, pk: Any, *, publicly: bool) -> Any:
        """Return what a row that a column names is called.

        None when the package hasn't got it.
        """
        if pk is None:
            return None
        if model not in self._shared:
            return self.rows.get(model, {}).get(pk)
        described = self.describe(model, pk)
        if described is None:
            return None
        self.named[publicly].setdefault(model, set()).add(pk)
        return described[0]

    def describe(self, model: Model, pk: Any) -> tuple[Any, dict[str, Any]] | None:
        """Return the name and the row of something that several pledges name.

        None when it isn't there.
        """
        known = self._described.setdefault(model, {})
        if pk not in known:
            shared = self._shared[model]
            instance: Any = (
                model._default_manager.select_related(*shared.related).filter(pk=pk).first()
            )
            known[pk] = None if instance is None else shared.describe(instance)
        return known[pk]

    def historical_name(self, model: Model, pk: Any) -> Any:
        """Return what a row is called that a history names, deleted or not."""
        if pk is None:
            return None
        name = self.name_of(model, pk, publicly=False)
        if name is not None:
            return name
        numbers = self.deleted.setdefault(model, {})
        return {"gone": numbers.setdefault(pk, len(numbers) + 1)}

    def transaction(self, number: int) -> int:
        """Return the package's own number of a transaction."""
        return self.transactions.setdefault(number, len(self.transactions) + 1)
