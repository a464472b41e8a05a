"""Writing the rows of a proven package, with keys of this portal's own.

What a row names by the package's names is found among what has been written before it. Rows are
written as they were stored, by SQL of our own: no default, no clock and no language in use comes
between. The database's guards stay on throughout.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils.translation import gettext as _
from psycopg import sql

from pledge_portal.accounts.models import User
from pledge_portal.database.history import History, history_of
from pledges.records import layout
from pledges.records.faults import PackageError
from pledges.records.package_check import CheckedPackage
from pledges.records.part_registry import Part, Shared, stored_fields
from pledges.records.rows import keyed
from pledges.records.values import ValueUnreadable, from_json

Model = type[models.Model]
Row = dict[str, Any]


class Insertion:
    """What has been written so far: by model, the key of each name.

    The names are the package's.
    """

    def __init__(self, package: CheckedPackage) -> None:
        self.package = package
        self.keys: dict[Model, dict[Any, Any]] = {}
        self.public: dict[Model, set[Any]] = {}
        # Rows that were there already, and that are to be the same.
        self.existing: dict[Model, set[Any]] = {}
        self.deleted: dict[Model, dict[int, int]] = {}
        self.transactions: dict[int, int] = {}
        self.events: dict[str, list[int]] = {}
        self.used: set[str] = set()
        self.doing = ""
        self._first_transaction = _value("SELECT pg_current_xact_id()::text::bigint")

    # Reading rows

    def load(self, part: Part) -> list[Row]:
        """Return a part's rows, and allocate the keys that they get.

        What is public and what is secret of each is put together again.
        """
        path = self.path_of(part)
        rows: dict[Any, Row] = {}
        public: set[Any] = set()
        for secret in (False, True):
            seen = set()
            folder = f"{layout.SECRETS}/" if secret else ""
            for row in self.package.rows(f"{folder}data/{part.name}.json"):
                name = row.get("id")
                if not isinstance(name, str if part.known_by_uid else int) or name in seen:
                    raise PackageError(_("En rad saknar namn eller har samma som en annan."), path)
                seen.add(name)
                if "file" in row:
                    row["file"] = f"{folder}{row['file']}"
                merged = rows.setdefault(name, {})
                if merged.keys() & row.keys() > {"id"}:
                    raise PackageError(_("En rad säger samma sak två gånger."), path)
                merged.update(row)
                if not secret:
                    public.add(name)
        ordered = [rows[name] for name in sorted(rows)]
        self.doing = path
        self._allocate_ids(part, ordered)
        self.public[part.model] = public
        return ordered

    @staticmethod
    def path_of(part: Part) -> str:
        """Return the name by which a fault in a part is told."""
        return f"data/{part.name}.json"

    def _allocate_ids(self, part: Part, rows: list[Row]) -> None:
        names = [row["id"] for row in rows]
        if part.known_by_uid:
            for name in names:
                self._uid(name)
        if isinstance(part.model._meta.pk, models.UUIDField):
            self.keys[part.model] = {name: self._uid(name) for name in names}
            return
        meta: Any = part.model._meta
        drawn = draw(meta.db_table, meta.pk.column, len(names))
        self.keys[part.model] = dict(zip(names, drawn, strict=True))

    def _uid(self, name: str) -> UUID:
        try:
            return UUID(name)
        except ValueError as error:
            raise PackageError(_("En rads namn går inte att läsa."), self.doing) from error

    # What things are called

    def key_of(self, model: Model, name: Any) -> Any:
        """Return the key of what the package calls so. Raises PackageError."""
        if name is None:
            return None
        if isinstance(name, dict) and type(name.get("gone")) is int:
            return self._gone(model, name["gone"])
        known = self.keys.get(model, {})
        try:
            return known[_hashable(name)]
        except (KeyError, TypeError) as error:
            raise PackageError(
                _("En rad nämner något som inte finns i paketet: %(name)s.")
                % {"name": str(name)[:80]},
                self.doing,
            ) from error

    def _gone(self, model: Model, number: int) -> Any:
        """Return a key, that no row has, for what is there no longer."""
        keys = self.deleted.setdefault(model, {})
        if number not in keys:
            meta: Any = model._meta
            (keys[number],) = draw(meta.db_table, meta.pk.column, 1)
        return keys[number]

    def share(self, shared: Shared, rows: list[Row]) -> None:
        """Find what several pledges name, or make it."""
        keys = self.keys.setdefault(shared.model, {})
        for row in rows:
            name = row.get("id")
            try:
                key = shared.find(name)
                if key is None:
                    key = shared.make(row, self.key_of)
                else:
                    self.existing.setdefault(shared.model, set()).add(key)
                keys[_hashable(name)] = key
            except (KeyError, TypeError, ValueError) as error:
                raise PackageError(_("En rad går inte att läsa."), self.doing) from error

    # Writing rows

    def insert(self, part: Part, rows: Iterable[Row], **instead: Any) -> None:
        """Write rows with the keys allocated to them.

        `instead` are columns' values in place of theirs.
        """
        self.doing = self.path_of(part)
        new_rows = [self._without_those_there(part, row) for row in rows] if part.same_by else rows
        values = [self._values(part, row) | instead for row in new_rows if row is not None]
        if values:
            insert(part.model._meta.db_table, values)

    def _without_those_there(self, part: Part, row: Row) -> Row | None:
        meta: Any = part.model._meta
        values = self._values(part, row)
        columns = [meta.get_field(name).column for name in part.same_by]
        query = sql.SQL("SELECT {} FROM {} WHERE {}").format(
            sql.Identifier(meta.pk.column),
            sql.Identifier(meta.db_table),
            sql.SQL(" AND ").join(
                [sql.SQL("{} = %s").format(sql.Identifier(column)) for column in columns]
            ),
        )
        with connection.cursor() as cursor:
            cursor.execute(query, [values[column] for column in columns])
            match = cursor.fetchone()
        if match is None:
            return row
        self.keys[part.model][row["id"]] = match[0]
        self.existing.setdefault(part.model, set()).add(match[0])
        return None

    def value(self, part: Part, row: Row, name: str) -> Any:
        """Return one column's value of a row, as the database has it."""
        return self._value(part.model._meta.get_field(name), row[name], part)

    def _values(self, part: Part, row: Row) -> dict[str, Any]:
        meta: Any = part.model._meta
        values: dict[str, Any] = {meta.pk.column: self.keys[part.model][row["id"]]}
        if part.known_by_uid:
            values["uid"] = UUID(row["id"])
        known = {column.name for column in part.columns} | {"id"}
        if part.document is not None:
            values["content"] = self._content(row)
            known.add("file")
        if unknown := row.keys() - known:
            raise PackageError(
                _("Portalen har ingen kolumn %(name)s, och skulle tappa den.")
                % {"name": str(min(unknown))[:80]},
                self.doing,
            )
        for stored_field in stored_fields(part.model):
            if stored_field.column in values:
                continue
            if stored_field.name in row:
                values[stored_field.column] = self._value(
                    stored_field, row[stored_field.name], part
                )
            elif (
                stored_field.name in part.left_out
                or stored_field.has_default()
                or stored_field.null
            ):
                default = stored_field.get_default()
                values[stored_field.column] = stored_field.get_db_prep_save(default, connection)
            else:
                raise PackageError(
                    _("Kolumnen %(name)s saknas.") % {"name": stored_field.name}, self.doing
                )
        return values

    def _value(self, column: Any, value: Any, part: Part) -> Any:
        if column.name in part.keyed:
            value = keyed(value, part.keyed[column.name], self.key_of)
        if column.name in part.named:
            value = self._renamed(part, column, value)
        if column.is_relation:
            key = self.key_of(column.related_model, value)
            if key is None and not column.null:
                raise PackageError(
                    _(
                        "Paketet är gjort för en parts arkiv och saknar det som en annan part "
                        "håller för sig. Återställ ur driftens paket."
                    ),
                    self.doing,
                )
            return key
        return self._from_json(column, value)

    def _from_json(self, column: Any, value: Any) -> Any:
        try:
            return from_json(value, column)
        except ValueUnreadable as error:
            raise PackageError(
                _("Kolumnen %(name)s har ett värde som den inte kan ha.") % {"name": column.name},
                self.doing,
            ) from error

    def _renamed(self, part: Part, column: Any, value: Any) -> Any:
        try:
            return part.named[column.name](value, self.key_of)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise PackageError(
                _("Kolumnen %(name)s har ett värde som den inte kan ha.") % {"name": column.name},
                self.doing,
            ) from error

    def _content(self, row: Row) -> bytes:
        path = row.get("file")
        if path not in self.package.files or path in self.used:
            raise PackageError(_("En rad nämner ett dokument som inte finns."), self.doing)
        self.used.add(path)
        content = self.package.read(path)
        if hashlib.sha256(content).hexdigest() != row.get("sha256"):
            raise PackageError(_("Dokumentet är ett annat än det som raden nämner."), path)
        return content

    # The history

    def allocate_event_ids(self, part: Part) -> None:
        """Allocate the keys of a part's events before its rows are written.

        So what was long ago comes before what the restoring does.
        """
        path = f"{layout.SECRETS}/history/{part.name}.json"
        history = history_of(part.model)
        number = len(self.package.rows(path))
        if number and history is None:
            raise PackageError(_("Portalen för ingen historik över det."), path)
        if history is not None:
            self.events[part.name] = draw(history.events._meta.db_table, "pgh_id", number)

    def insert_events(self, part: Part) -> None:
        """Write a part's events as they were.

        But for those of rows that were there already.
        """
        history = history_of(part.model)
        if history is None:
            return
        self.doing = f"{layout.SECRETS}/history/{part.name}.json"
        existing = self.existing.get(part.model, set())
        drawn, values = [], []
        rows = self.package.rows(self.doing)
        for key, event_row in zip(self.events[part.name], rows, strict=True):
            try:
                event = self._event(part, history, event_row)
            except (KeyError, AttributeError, TypeError) as error:
                raise PackageError(_("En rad går inte att läsa."), self.doing) from error
            if event["pgh_obj_id"] not in existing:
                drawn.append(key)
                values.append({"pgh_id": key} | event)
        self.events[part.name] = drawn
        if values:
            insert(history.events._meta.db_table, values)

    def _event(self, part: Part, history: History, event: Row) -> dict[str, Any]:
        fields = {stored_field.name: stored_field for stored_field in stored_fields(history.events)}
        object_key = self.key_of(part.model, event["of"])
        own: dict[str, Any] = {
            "pgh_label": event["label"],
            "pgh_created_at": event["at"],
            "pgh_obj": object_key,
            "pgh_before": self._before(event["before"], fields),
            "pgh_words": event["words"],
            "pgh_transaction": self._transaction(event["transaction"]),
            "pgh_context": self._context(event["context"]),
            "pgh_belongs_to": (
                None
                if history.belongs_to is None
                else self.key_of(history.belongs_to, event["belongs_to"])
            ),
        }
        values: dict[str, Any] = {}
        for name, value in own.items():
            column = fields[name]
            is_key = column.is_relation or name in {"pgh_transaction", "pgh_belongs_to"}
            values[column.column] = value if is_key else self._event_value(column, value)
        row = {**event["row"]}
        for name, column in fields.items():
            if name.startswith("pgh_"):
                continue
            if name == part.model._meta.pk.name:
                values[column.column] = object_key
            elif column.is_relation:
                values[column.column] = self.key_of(column.related_model, row.pop(name, None))
            elif name in row:
                values[column.column] = self._event_value(column, row.pop(name))
            else:
                values[column.column] = None
        if row:
            raise PackageError(
                _("Portalen har ingen kolumn %(name)s, och skulle tappa den.")
                % {"name": str(min(row))[:80]},
                self.doing,
            )
        return values

    def _event_value(self, column: Any, value: Any) -> Any:
        if value is None:
            return None
        return self._from_json(column, value)

    def _before(self, before: Any, fields: dict[str, Any]) -> Any:
        if before is None:
            return None
        return {
            fields[name].column if name in fields else name: (
                self.key_of(fields[name].related_model, value)
                if name in fields and fields[name].is_relation
                else value
            )
            for name, value in before.items()
        }

    def _context(self, context: Any) -> Any:
        if isinstance(context, dict) and context.get("person") is not None:
            return {**context, "person": self.key_of(User, context["person"])}
        return context

    def _transaction(self, number: int) -> int:
        """Return a number that no transaction of this database has or will have."""
        return self.transactions.setdefault(
            number, -(self._first_transaction * 2**20 + len(self.transactions) + 1)
        )


def draw(table: str, column: str, number: int) -> list[int]:
    """Draw keys from a table's own sequence, in order."""
    if not number:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, column, number],
        )
        return sorted(key for (key,) in cursor.fetchall())


def insert(table: str, rows: list[dict[str, Any]]) -> None:
    """Write rows of the same columns."""
    columns = list(rows[0])
    query = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
    )
    with connection.cursor() as cursor:
        cursor.executemany(query, [[row[column] for column in columns] for row in rows])


def update(table: str, key: Any, **values: Any) -> None:
    """Change columns of the row with the key."""
    query = sql.SQL("UPDATE {} SET {} WHERE id = %s").format(
        sql.Identifier(table),
        sql.SQL(", ").join(
            [sql.SQL("{} = %s").format(sql.Identifier(column)) for column in values]
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [*values.values(), key])


def _value(query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def _hashable(name: Any) -> Any:
    return tuple(name) if isinstance(name, list) else name
