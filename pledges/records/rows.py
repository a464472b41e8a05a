"""Read a package's rows as they are stored, and turn them into JSON.

Read by SQL of our own: translated columns would else come in the language in use, and times or
texts as some field makes them. A few hundred at a time, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, models
from psycopg import sql

from pledge_portal.accounts.models import User
from pledge_portal.database.history import history_of
from pledges.records.part_registry import Part, stored_fields
from pledges.records.row_names import RowNames
from pledges.records.values import line, to_json

_BATCH_SIZE = 500


def stored(table: str, key: str, columns: list[str], keys: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield (key, columns ...) of the rows with these keys, in their order."""
    query = sql.SQL("SELECT {} FROM {} WHERE {} = ANY(%s)").format(
        sql.SQL(", ").join(map(sql.Identifier, [key, *columns])),
        sql.Identifier(table),
        sql.Identifier(key),
    )
    for first in range(0, len(keys), _BATCH_SIZE):
        batch = keys[first : first + _BATCH_SIZE]
        with connection.cursor() as cursor:
            cursor.execute(query, [batch])
            by_key = {row[0]: row for row in cursor.fetchall()}
        yield from (by_key[key] for key in batch if key in by_key)


def rows_as_json(
    part: Part, row_names: RowNames
) -> Iterator[tuple[Any, dict[str, Any], dict[str, Any]]]:
    """Yield (key, public values, secret values) of each row of a part.

    "id" is in both. Of a row that isn't public all is secret. What is empty has nothing but its
    "id".
    """
    fields = part.columns
    meta: Any = part.model._meta
    names = row_names.rows[part.model]
    for pk, *values in stored(
        meta.db_table, meta.pk.column, [column.column for column in fields], list(names)
    ):
        is_public = pk in row_names.public[part.model]
        public, secret = {"id": names[pk]}, {"id": names[pk]}
        for column, value in zip(fields, values, strict=True):
            is_secret = not is_public or _is_secret(part, column, value, row_names)
            json_value = _json_value(column, value, row_names, publicly=not is_secret)
            if column.name in part.keyed:
                json_value = keyed(json_value, part.keyed[column.name], row_names.historical_name)
            if column.name in part.named:
                json_value = part.named[column.name](json_value, row_names.historical_name)
            (secret if is_secret else public)[column.name] = json_value
        if part.document is not None:
            name = part.document(_Row(names[pk], fields, values, row_names))
            (public if is_public else secret)["file"] = f"documents/{name}{part.ending}"
        yield pk, public, secret


class _Row:
    """A row as the namer of its document sees it.

    Values by the fields' names, and `id`.
    """

    def __init__(
        self, name: Any, fields: list[Any], values: list[Any], row_names: RowNames
    ) -> None:
        self.id = name
        for column, value in zip(fields, values, strict=True):
            target: Any = column.related_model if column.is_relation else None
            is_row = target is not None and not row_names.is_shared(target)
            setattr(self, column.name, row_names.rows[target].get(value) if is_row else value)


def is_secret_column(part: Part, column: Any, row_names: RowNames) -> bool:
    """Return whether a column is secret in every row.

    It is said to be, or names a person.
    """
    return column.name in part.secret or (
        column.is_relation and row_names.is_personal(column.related_model)
    )


def _is_secret(part: Part, column: Any, value: Any, row_names: RowNames) -> bool:
    """Return whether a public row's value is secret, as it names a secret row."""
    if is_secret_column(part, column, row_names):
        return True
    if not column.is_relation or row_names.is_shared(column.related_model):
        return False
    target = column.related_model
    return value in row_names.rows.get(target, {}) and value not in row_names.public[target]


def _json_value(column: Any, value: Any, row_names: RowNames, *, publicly: bool) -> Any:
    if column.is_relation:
        return row_names.name_of(column.related_model, value, publicly=publicly)
    return to_json(value, column)


def keyed(values: Any, model: type[models.Model], called: Callable[..., Any]) -> Any:
    """Return values by a model's fields, with what they name called otherwise.

    `called` says how, for a model and a value.
    """
    if not isinstance(values, dict):
        return values
    named = {column.name: column for column in stored_fields(model) if column.is_relation}
    return {
        key: called(named[key].related_model, value) if key in named else value
        for key, value in values.items()
    }


def public_lines(part: Part, row_names: RowNames) -> Iterator[str]:
    """Yield a line for each row of a part that anyone may read."""
    for pk, public, _secret in rows_as_json(part, row_names):
        if pk in row_names.public[part.model]:
            yield line(public)


def secret_lines(part: Part, row_names: RowNames) -> Iterator[str]:
    """Yield a line for each row of a part that has anything secret."""
    for _pk, _public, secret in rows_as_json(part, row_names):
        if len(secret) > 1:
            yield line(secret)


def event_lines(part: Part, row_names: RowNames, keys: list[int]) -> Iterator[str]:
    """Yield a line for each of a part's events with these keys, in order."""
    history = history_of(part.model)
    assert history is not None  # noqa: S101  (the part says that it has one)
    meta = history.events._meta
    fields = {column.name: column for column in stored_fields(history.events)}
    columns = [column for name, column in fields.items() if not name.startswith("pgh_")]
    own = [fields[name] for name in _OWN]
    # The row's own key stands as pgh_obj, and is told from that.
    columns = [column for column in columns if column.name != part.model._meta.pk.name]
    names = [column.column for column in (*own, *columns)]
    by_column = {column.column: column for column in columns}
    for _pk, *values in stored(meta.db_table, "pgh_id", names, keys):
        label, at, object_key, before, words, belongs_to, transaction, context = values[: len(own)]
        row = dict(zip((column.name for column in columns), values[len(own) :], strict=True))
        above = history.belongs_to
        yield line(
            {
                "label": label,
                "at": to_json(at),
                "of": row_names.historical_name(part.model, object_key),
                "belongs_to": None
                if above is None
                else row_names.historical_name(above, belongs_to),
                "transaction": row_names.transaction(transaction),
                "context": _context_json(to_json(context, own[-1]), row_names),
                "words": words,
                "before": _before_json(to_json(before, own[3]), by_column, row_names),
                "row": {
                    name: _historical(fields[name], value, row_names) for name, value in row.items()
                },
            }
        )


_OWN = (
    "pgh_label",
    "pgh_created_at",
    "pgh_obj",
    "pgh_before",
    "pgh_words",
    "pgh_belongs_to",
    "pgh_transaction",
    "pgh_context",
)


def _historical(column: Any, value: Any, row_names: RowNames) -> Any:
    if column.is_relation:
        return row_names.historical_name(column.related_model, value)
    return to_json(value, column)


def _before_json(before: Any, columns: dict[str, Any], row_names: RowNames) -> Any:
    """Return how columns were before, with what they named called by name.

    They are JSON already.
    """
    if before is None:
        return None
    return {
        columns[key].name if key in columns else key: (
            row_names.historical_name(columns[key].related_model, value)
            if key in columns and columns[key].is_relation
            else value
        )
        for key, value in before.items()
    }


def _context_json(context: Any, row_names: RowNames) -> Any:
    """Return on whose behalf a change was made, the account by its address."""
    if not isinstance(context, dict) or "person" not in context:
        return context
    person = row_names.name_of(User, context["person"], publicly=False)
    return {**context, "person": person}
