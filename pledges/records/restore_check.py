"""Reading again what was restored: compared with the package, row by row and byte by byte."""

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
from pledges.records.row_names import Book
from pledges.records.rows import event_lines, public_lines, secret_lines


def compare(package: CheckedPackage, insertion: Insertion) -> None:
    """Raise PackageError when anything that was restored isn't as the package has it."""
    book = _book(package, insertion)
    for part in all_parts():
        public, secret = f"data/{part.name}.json", f"{layout.SECRETS}/data/{part.name}.json"
        _same_rows(package.rows(public), public_lines(part, book), public)
        _same_rows(package.rows(secret), secret_lines(part, book), secret)
        _same_events(package, insertion, part, book)
        if part.document is not None:
            _same_bytes(package, part, book)


def _book(package: CheckedPackage, insertion: Insertion) -> Book:
    """Return the names that the package has for what was restored."""
    book = Book()
    for part in all_parts():
        keys = insertion.keys.get(part.model, {})
        book.rows[part.model] = {key: name for name, key in keys.items()}
        book.public[part.model] = frozenset(keys[name] for name in insertion.public[part.model])
    for model, gone in insertion.gone.items():
        book.gone[model] = {key: number for number, key in gone.items()}
    book.transactions = {new: old for old, new in insertion.transactions.items()}
    for shared in all_shared():
        keys = insertion.keys.get(shared.model, {})
        book.call(shared.model, {key: _listed(name) for name, key in keys.items()})
    return book


def _listed(name: Any) -> Any:
    return list(name) if isinstance(name, tuple) else name


def _same_rows(wanted: list[dict[str, Any]], found: Iterable[str], path: str) -> None:
    there = {row["id"]: row for row in map(json.loads, found)}
    if len(there) != len(wanted):
        raise PackageError(_differs(), path)
    for row in wanted:
        now = there.get(row["id"], {})
        if any(now.get(name, ...) != value for name, value in row.items()):
            raise PackageError(_differs(), path)


def _same_events(package: CheckedPackage, insertion: Insertion, part: Part, book: Book) -> None:
    path = f"{layout.SECRETS}/history/{part.name}.json"
    there = insertion.there.get(part.model, set())
    wanted = [
        row for row in package.rows(path) if insertion.key_of(part.model, row["of"]) not in there
    ]
    keys = insertion.events.get(part.name, [])
    found = [json.loads(each) for each in event_lines(part, book, keys)] if keys else []
    if len(found) != len(wanted) or any(
        not _same_event(before, now) for before, now in zip(wanted, found, strict=True)
    ):
        raise PackageError(_differs(), path)


def _same_event(wanted: dict[str, Any], found: dict[str, Any]) -> bool:
    rows = wanted["row"], found["row"]
    return all(found[name] == value for name, value in wanted.items() if name != "row") and all(
        rows[1].get(name) == value for name, value in rows[0].items()
    )


def _same_bytes(package: CheckedPackage, part: Part, book: Book) -> None:
    meta: Any = part.model._meta
    query = sql.SQL("SELECT sha256, content FROM {} WHERE {} = %s").format(
        sql.Identifier(meta.db_table), sql.Identifier(meta.pk.column)
    )
    digests = {file.sha256 for file in package.files.values()}
    for pk in book.rows[part.model]:
        with connection.cursor() as cursor:
            cursor.execute(query, [pk])
            told, content = cursor.fetchone()
        if hashlib.sha256(content).hexdigest() != told or told not in digests:
            raise PackageError(_differs(), f"data/{part.name}.json")


def _differs() -> str:
    return _("Det som återställdes blev inte detsamma som i paketet. Inget är ändrat.")
