"""Read again what was restored, and compare it with the package.

Row by row and byte by byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from pledges.records import layout
from pledges.records.faults import PackageError
from pledges.records.insertion import Insertion
from pledges.records.package_check import CheckedPackage
from pledges.records.part_registry import Part, all_parts, all_shared
from pledges.records.row_names import RowNames
from pledges.records.rows import event_lines, public_lines, secret_lines


def compare(package: CheckedPackage, insertion: Insertion) -> None:
    """Raise PackageError when anything restored differs from the package."""
    row_names = _row_names(package, insertion)
    for part in all_parts():
        public, secret = f"data/{part.name}.json", f"{layout.SECRETS}/data/{part.name}.json"
        _same_rows(package.rows(public), public_lines(part, row_names), public)
        _same_rows(package.rows(secret), secret_lines(part, row_names), secret)
        _same_events(package, insertion, part, row_names)
        if part.document is not None:
            _same_bytes(package, part, row_names)


def _row_names(package: CheckedPackage, insertion: Insertion) -> RowNames:
    """Return the names that the package has for what was restored."""
    row_names = RowNames()
    for part in all_parts():
        keys = insertion.keys.get(part.model, {})
        row_names.rows[part.model] = {key: name for name, key in keys.items()}
        row_names.public[part.model] = frozenset(
            keys[name] for name in insertion.public[part.model]
        )
    for model, deleted in insertion.deleted.items():
        row_names.deleted[model] = {key: number for number, key in deleted.items()}
    row_names.transactions = {new: old for old, new in insertion.transactions.items()}
    for shared in all_shared():
        keys = insertion.keys.get(shared.model, {})
        row_names.set_names(shared.model, {key: _listed(name) for name, key in keys.items()})
    return row_names


def _listed(name: Any) -> Any:
    return list(name) if isinstance(name, tuple) else name


def _same_rows(expected: list[dict[str, Any]], restored: Iterable[str], path: str) -> None:
    restored_rows = {row["id"]: row for row in map(json.loads, restored)}
    if len(restored_rows) != len(expected):
        raise PackageError(_differs(), path)
    for row in expected:
        restored_row = restored_rows.get(row["id"], {})
        if any(restored_row.get(name, ...) != value for name, value in row.items()):
            raise PackageError(_differs(), path)


def _same_events(
    package: CheckedPackage, insertion: Insertion, part: Part, row_names: RowNames
) -> None:
    path = f"{layout.SECRETS}/history/{part.name}.json"
    existing = insertion.existing.get(part.model, set())
    expected = [
        row for row in package.rows(path) if insertion.key_of(part.model, row["of"]) not in existing
    ]
    keys = insertion.events.get(part.name, [])
    restored = [json.loads(line) for line in event_lines(part, row_names, keys)] if keys else []
    if len(restored) != len(expected) or any(
        not _same_event(event, restored_event)
        for event, restored_event in zip(expected, restored, strict=True)
    ):
        raise PackageError(_differs(), path)


def _same_event(expected: dict[str, Any], restored: dict[str, Any]) -> bool:
    rows = expected["row"], restored["row"]
    return all(
        restored[name] == value for name, value in expected.items() if name != "row"
    ) and all(rows[1].get(name) == value for name, value in rows[0].items())


def _same_bytes(package: CheckedPackage, part: Part, row_names: RowNames) -> None:
    meta: Any = part.model._meta
    query = sql.SQL("SELECT sha256, content FROM {} WHERE {} = %s").format(
        sql.Identifier(meta.db_table), sql.Identifier(meta.pk.column)
    )
    digests = {file.sha256 for file in package.files.values()}
    for pk in row_names.rows[part.model]:
        with connection.cursor() as cursor:
            cursor.execute(query, [pk])
            sha256, content = cursor.fetchone()
        if hashlib.sha256(content).hexdigest() != sha256 or sha256 not in digests:
            raise PackageError(_differs(), f"data/{part.name}.json")


def _differs() -> str:
    return _("Det som återställdes blev inte detsamma som i paketet. Inget är ändrat.")
