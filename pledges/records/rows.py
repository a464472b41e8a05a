"""The rows of a package, read from the database as they are stored, and told as JSON has them.

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
from pledges.records.row_names import Book
from pledges.records.values import line, to_json

_AT_ONCE = 500


def stored(table: str, key: str, columns: list[str], keys: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield (key, columns ...) of the rows with these keys, in the order of `keys`."""
    query = sql.SQL("SELECT {} FROM {} WHERE {} = ANY(%s)").format(
        sql.SQL(", ").join(map(sql.Identifier, [key, *columns])),
        sql.Identifier(table),
        sql.Identifier(key),
    )
    for first in range(0, len(keys), _AT_ONCE):
        some = keys[first : first + _AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(query, [some])
            found = {row[0]: row for row in cursor.fetchall()}
        yield from (found[each] for each in some if each in found)


def told_rows(part: Part, book: Book) -> Iterator[tuple[Any, dict[str, Any], dict[str, Any]]]:
    """Yield (key, what is public, what is secret) of each row of a part; "id" is in both.

    Of a row that isn't public all is secret. What is empty has nothing but its "id".
    """
    fields = part.columns
    meta: Any = part.model._meta
    names = book.rows[part.model]
    for pk, *values in stored(
        meta.db_table, meta.pk.column, [each.column for each in fields], list(names)
    ):
        is_public = pk in book.public[part.model]
        public, secret = {"id": names[pk]}, {"id": names[pk]}
        for each, value in zip(fields, values, strict=True):
            is_secret = not is_public or _is_secret(part, each, value, book)
            told = _told(each, value, book, publicly=not is_secret)
            if each.name in part.keyed:
                told = keyed(told, part.keyed[each.name], book.once)
            if each.name in part.named:
                told = part.named[each.name](told, book.once)
            (secret if is_secret else public)[each.name] = told
        if part.document is not None:
            path = f"documents/{part.document(_Row(names[pk], fields, values, book))}.pdf"
            (public if is_public else secret)["file"] = path
        yield pk, public, secret


class _Row:
    """A row as the namer of its document sees it: values by the fields' names, and `id`."""

    def __init__(self, name: Any, fields: list[Any], values: list[Any], book: Book) -> None:
        self.id = name
        for each, value in zip(fields, values, strict=True):
            target: Any = each.related_model if each.is_relation else None
            is_row = target is not None and not book.is_shared(target)
            setattr(self, each.name, book.rows[target].get(value) if is_row else value)


def is_secret_column(part: Part, column: Any, book: Book) -> bool:
    """Return whether a column is secret in every row: it is said to be, or names a person."""
    return column.name in part.secret or (
        column.is_relation and book.is_personal(column.related_model)
    )


def _is_secret(part: Part, column: Any, value: Any, book: Book) -> bool:
    """Whether a value in a row that is public is secret, as that is which names a secret row."""
    if is_secret_column(part, column, book):
        return True
    if not column.is_relation or book.is_shared(column.related_model):
        return False
    target = column.related_model
    return value in book.rows.get(target, {}) and value not in book.public[target]


def _told(column: Any, value: Any, book: Book, *, publicly: bool) -> Any:
    if column.is_relation:
        return book.name_of(column.related_model, value, publicly=publicly)
    return to_json(value, column)


def keyed(values: Any, model: type[models.Model], called: Callable[..., Any]) -> Any:
    """Return values by a model's fields with what they name called otherwise, as `called` says for
    a model and a value."""
    if not isinstance(values, dict):
        return values
    named = {each.name: each for each in stored_fields(model) if each.is_relation}
    return {
        key: called(named[key].related_model, value) if key in named else value
        for key, value in values.items()
    }


def public_lines(part: Part, book: Book) -> Iterator[str]:
    """Yield a line for each row of a part that anyone may read."""
    for pk, public, _secret in told_rows(part, book):
        if pk in book.public[part.model]:
            yield line(public)


def secret_lines(part: Part, book: Book) -> Iterator[str]:
    """Yield a line for each row of a part that has anything secret."""
    for _pk, _public, secret in told_rows(part, book):
        if len(secret) > 1:
            yield line(secret)


def event_lines(part: Part, book: Book, keys: list[int]) -> Iterator[str]:
    """Yield a line for each of a part's events with these keys, in their order."""
    history = history_of(part.model)
    assert history is not None  # noqa: S101  (the part says that it has one)
    meta = history.events._meta
    fields = {each.name: each for each in stored_fields(history.events)}
    columns = [each for name, each in fields.items() if not name.startswith("pgh_")]
    own = [fields[name] for name in _OWN]
    # The row's own key stands as pgh_obj, and is told from that.
    columns = [each for each in columns if each.name != part.model._meta.pk.name]
    wanted = [each.column for each in (*own, *columns)]
    by_column = {each.column: each for each in columns}
    for _pk, *values in stored(meta.db_table, "pgh_id", wanted, keys):
        label, at, of, before, words, belongs_to, transaction, context = values[: len(own)]
        row = dict(zip((each.name for each in columns), values[len(own) :], strict=True))
        above = history.belongs_to
        yield line(
            {
                "label": label,
                "at": to_json(at),
                "of": book.once(part.model, of),
                "belongs_to": None if above is None else book.once(above, belongs_to),
                "transaction": book.transaction(transaction),
                "context": _told_context(to_json(context, own[-1]), book),
                "words": words,
                "before": _told_before(to_json(before, own[3]), by_column, book),
                "row": {name: _once(fields[name], value, book) for name, value in row.items()},
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


def _once(column: Any, value: Any, book: Book) -> Any:
    if column.is_relation:
        return book.once(column.related_model, value)
    return to_json(value, column)


def _told_before(before: Any, columns: dict[str, Any], book: Book) -> Any:
    """Return how columns were before with what they named called by name; they are JSON already."""
    if before is None:
        return None
    return {
        columns[key].name if key in columns else key: (
            book.once(columns[key].related_model, value)
            if key in columns and columns[key].is_relation
            else value
        )
        for key, value in before.items()
    }


def _told_context(context: Any, book: Book) -> Any:
    """Return on whose behalf a change was made, with the account known by its address."""
    if not isinstance(context, dict) or "person" not in context:
        return context
    person = book.name_of(User, context["person"], publicly=False)
    return {**context, "person": person}
