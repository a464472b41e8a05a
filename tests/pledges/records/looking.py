"""Looking at tables with nothing of what packages are made with.

So the two can be compared.

A row is what its columns say, and a column that names a row is what that row says: keys are no part
of it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from django.db import connection, models

from pledge_portal.accounts.models import User
from pledges.records.part_registry import all_parts, stored_fields

Model = type[models.Model]


class Looker:
    """Sees the database as it is now."""

    def __init__(self) -> None:
        self._without = {
            part.model: {*part.left_out, *part.keyed, *part.named} for part in all_parts()
        }
        self._rows: dict[Model, dict[Any, dict[Any, Any]]] = {}

    def all_of(self, model: Model) -> dict[Any, dict[Any, Any]]:
        """Return a table's rows by key, each with its values by field."""
        if model not in self._rows:
            fields = stored_fields(model)
            columns = ", ".join(f'"{field.column}"' for field in fields)
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {columns} FROM {model._meta.db_table}")
                rows = [dict(zip(fields, row, strict=True)) for row in cursor.fetchall()]
            self._rows[model] = {row[model._meta.pk]: row for row in rows}
        return self._rows[model]

    def table(self, model: Model) -> Counter[Any]:
        """Return what all rows of a table say, as often as they say it."""
        return Counter(self._row(model, pk) for pk in self.all_of(model))

    def _row(self, model: Model, pk: Any) -> Any:
        row, without = self.all_of(model)[pk], self._without.get(model, set())
        if model is User:
            return next(value for field, value in row.items() if field.name == "email")
        return tuple(
            (field.name, self._value(field, value))
            for field, value in row.items()
            if field.name not in without and field.name != "id"
        )

    def _value(self, field: Any, value: Any) -> Any:
        if value is not None and field.is_relation:
            return self._row(field.related_model, value)
        if isinstance(value, bytes | memoryview):
            return hashlib.sha256(value).hexdigest()
        return str(value)


def look() -> dict[str, Counter[Any]]:
    """Return what the tables say of which a package has all rows, by label."""
    looker = Looker()
    return {part.model._meta.label: looker.table(part.model) for part in all_parts()}
