"""Writing a pledge with all that belongs to it as one archive package.

The rows are read in one snapshot of the database, so that they agree with one another. Documents
are written once and never change: they are read afterwards, one at a time, and must be the very
bytes that the snapshot tells of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from psycopg import sql

from pledge_portal.database.history import history_of
from pledge_portal.version import version
from pledges.models import Municipality, Pledge, PoliceArea
from pledges.records import layout
from pledges.records.layout import PackageWriter
from pledges.records.part_registry import Part, all_left_out, all_parts, all_shared
from pledges.records.readme import readme
from pledges.records.row_names import RowNames
from pledges.records.rows import (
    event_lines,
    is_secret_column,
    public_lines,
    rows_as_json,
    secret_lines,
    stored,
)
from pledges.records.scope import Holder, Scope
from pledges.records.values import line

_PIECE = 1024 * 1024

# Told how many files are done and how many there will be.
Progress = Callable[[int, int], None]


class ExportError(Exception):
    """A package that can't be made; the text is a sentence for the user."""


@dataclass(frozen=True)
class _Document:
    """A file whose bytes are read from a table's row."""

    part: Part
    pk: Any
    sha256: str
    path: str
    secret: bool


@dataclass
class _Counter:
    """Counts files, and tells of each."""

    progress: Progress
    total: int = 0
    done: int = 0

    def one_more(self) -> None:
        self.done += 1
        self.progress(self.done, max(self.total, self.done))


@dataclass
class _Export:
    """What one package is made with."""

    writer: PackageWriter
    row_names: RowNames
    counter: _Counter
    layers: tuple[bool, ...]
    documents: list[_Document] = field(default_factory=list)


def name_of(pledge: Pledge, at: datetime, *, only_public: bool) -> str:
    """Return the name of a package's folder, its file's but for the ending."""
    party = pledge.parties.select_related("municipality").order_by("position", "pk").first()
    place = party.municipality.slug if party else "utan-kommun"
    kind = "-offentligt" if only_public else ""
    return f"medborgarlofte-{place}-{pledge.period}-{timezone.localtime(at):%Y-%m-%d}{kind}"


def export(
    pledge: Pledge,
    stream: IO[bytes],
    *,
    at: datetime,
    only_public: bool = False,
    holder: Holder = None,
    progress: Progress = lambda _done, _total: None,
) -> None:
    """Write a package to `stream`: all of it, or only what anyone may read.

    `holder` is the party whose archive it is for, None for all that the portal has. Raises
    ExportError.
    """
    scope = Scope(pledge, holder, timezone.localtime(at).date())
    if only_public and not scope.is_public:
        raise ExportError(
            _("Löftet är inte offentligt än: alla har inte undertecknat. Gör ett helt paket.")
        )
    folder = name_of(pledge, at, only_public=only_public)
    # A package is in one language, whoever makes it: that of what was signed.
    with translation.override("sv"), PackageWriter(stream, folder, at) as writer:
        layers = (False,) if only_public else (False, True)
        with _snapshot():
            package = _Export(writer, RowNames.for_scope(scope), _Counter(progress), layers)
            _write_rows(package, scope)
        for document in package.documents:
            _write_document(package, document)
        _write_manifests(package, scope, at)


@contextmanager
def _snapshot() -> Iterator[None]:
    """Let everything within be read as of one moment.

    Within a transaction of the caller's, it is that one's snapshot.
    """
    is_outermost = not connection.in_atomic_block
    # The connection is told on whose behalf before the transaction begins (see database.acting).
    with connection.cursor():
        pass
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def events_of(part: Part, scope: Scope) -> list[int]:
    """Return the keys of a part's events, the earliest first."""
    history = history_of(part.model)
    if history is None or part.history is None:
        return []
    rows = history.events.objects.filter(part.history(scope))
    return list(rows.order_by("pgh_id").values_list("pgh_id", flat=True))


def head_of(part: Part, row_names: RowNames, *, secret: bool) -> dict[str, Any]:
    """Return what a file of rows begins with.

    What they are, and what each column holds.
    """
    columns = {"id": {"about": "Radens namn i paketet; andra rader nämner den så.", "type": "id"}}
    for column in part.columns:
        if not secret and is_secret_column(part, column, row_names):
            continue
        description: dict[str, Any] = {"about": str(column.verbose_name), "type": _type_of(column)}
        if column.choices:
            description["values"] = {str(key): str(label) for key, label in column.flatchoices}
        columns[column.name] = description
    if part.document is not None:
        columns["file"] = {"about": "Filen med radens bytes.", "type": "path"}
    return {"table": part.model._meta.label_lower, "about": part.about, "columns": columns}


def _type_of(column: Any) -> str:
    if column.is_relation:
        return f"id of {column.related_model._meta.label_lower}"
    kind = column.get_internal_type()
    return {"CharField": "text", "TextField": "text", "EmailField": "text"}.get(
        kind, kind.removesuffix("Field").lower()
    )


def _write_rows(package: _Export, scope: Scope) -> None:
    row_names, writer = package.row_names, package.writer
    events = {part.name: events_of(part, scope) for part in all_parts()}
    parts = [part for part in all_parts() if row_names.rows[part.model] or events[part.name]]
    secret = True in package.layers
    files = sum(len(row_names.rows[part.model]) for part in parts if part.document is not None)
    package.counter.total = files + len(parts) * (3 if secret else 1) + len(all_shared()) + 2
    for part in parts:
        rows, public = row_names.rows[part.model], row_names.public[part.model]
        path = f"data/{part.name}.json"
        if public:
            head = head_of(part, row_names, secret=False)
            writer.write_table(path, head, public_lines(part, row_names), secret=False)
        package.counter.one_more()
        if secret:
            lines = list_if_any(secret_lines(part, row_names))
            if lines is not None:
                head = head_of(part, row_names, secret=True)
                writer.write_table(path, head, lines, secret=True)
            package.counter.one_more()
            if events[part.name]:
                _write_events(package, part, events[part.name])
            package.counter.one_more()
        if part.document is not None:
            package.documents += _documents(part, row_names, list(rows), package.layers)
    for shared in all_shared():
        for layer in package.layers:
            _write_shared(package, shared.model, secret=layer)
        package.counter.one_more()


def list_if_any(lines: Iterator[str]) -> Iterator[str] | None:
    """Return the lines, or None when there are none."""
    first = next(lines, None)
    if first is None:
        return None

    def again() -> Iterator[str]:
        yield first
        yield from lines

    return again()


def _write_events(package: _Export, part: Part, keys: list[int]) -> None:
    head = {
        "table": part.model._meta.label_lower,
        "about": f"Ändringar av: {part.about}",
        "columns": {
            "label": {"about": "insert, update eller delete", "type": "text"},
            "at": {"about": "När.", "type": "datetime"},
            "of": {"about": "Raden som ändrades; gone när den är borttagen.", "type": "id"},
            "belongs_to": {"about": "Det som raden hör till.", "type": "id"},
            "transaction": {"about": "Lika tal: ändrat på en gång.", "type": "integer"},
            "context": {"about": "Av vem, och varifrån.", "type": "json"},
            "words": {"about": "Orden i ändringen, för sökning.", "type": "text"},
            "before": {"about": "Ändrade kolumner som de var före.", "type": "json"},
            "row": {"about": "Raden som den blev, eller var när den togs bort.", "type": "json"},
        },
    }
    lines = event_lines(part, package.row_names, keys)
    package.writer.write_table(f"history/{part.name}.json", head, lines, secret=True)


def _write_shared(package: _Export, model: type[models.Model], *, secret: bool) -> None:
    """Write what several pledges name.

    In the secret layer only what the public one doesn't.
    """
    row_names = package.row_names
    shared = next(table for table in all_shared() if table.model is model)
    open_ = row_names.named[True].get(model, set())
    keys = row_names.named[False].get(model, set()) - open_ if secret else open_
    rows = [
        named for named in (row_names.describe(model, key) for key in keys) if named is not None
    ]
    if not rows:
        return
    head = {"table": model._meta.label_lower, "about": shared.about, "columns": {}}
    lines = sorted(line({"id": name, **row}) for name, row in rows)
    package.writer.write_table(f"data/{shared.name}.json", head, lines, secret=secret)


def _documents(
    part: Part, row_names: RowNames, keys: list[Any], layers: tuple[bool, ...]
) -> Iterator[_Document]:
    meta: Any = part.model._meta
    digests: dict[Any, str] = dict(stored(meta.db_table, meta.pk.column, ["sha256"], keys))
    for pk, public, secret in rows_as_json(part, row_names):
        is_secret = pk not in row_names.public[part.model]
        if is_secret in layers:
            path = (secret if is_secret else public)["file"]
            yield _Document(part, pk, digests[pk], path, is_secret)


def _write_document(package: _Export, document: _Document) -> None:
    """Write a document's bytes as they are stored, a piece at a time."""
    meta: Any = document.part.model._meta
    query = sql.SQL("SELECT substring(content FROM %s FOR %s) FROM {} WHERE {} = %s").format(
        sql.Identifier(meta.db_table), sql.Identifier(meta.pk.column)
    )
    digest = hashlib.sha256()
    with package.writer.file(
        document.path,
        secret=document.secret,
        media_type=layout.PDF,
        about=document.part.about,
    ) as stream:
        first = 1
        while True:
            with connection.cursor() as cursor:
                cursor.execute(query, [first, _PIECE, document.pk])
                row = cursor.fetchone()
            piece = bytes(row[0]) if row else b""
            digest.update(piece)
            stream.write(piece)
            first += len(piece)
            if len(piece) < _PIECE:
                break
    if digest.hexdigest() != document.sha256:
        raise ExportError(_("Ett dokument ändrades medan paketet gjordes. Gör paketet igen."))
    package.counter.one_more()


def _write_manifests(package: _Export, scope: Scope, at: datetime) -> None:
    description = _told_of_package(scope, at)
    whole = True in package.layers
    for layer in package.layers:
        package.writer.write(
            layout.README,
            readme(description, secret=layer).encode(),
            secret=layer,
            media_type=layout.TEXT,
            about="Vad det här är och hur man prövar det. What this is and how to check it.",
        )
    digest = package.writer.write_manifest(
        {**description, "layer": "public", "secret_folder": layout.SECRETS if whole else None},
        secret=False,
    )
    package.counter.one_more()
    if whole:
        package.writer.write_manifest(
            {
                **description,
                "layer": "secret",
                "made_for": _holder(scope.holder),
                "public_manifest_sha256": digest,
                "left_out": _left_out(),
            },
            secret=True,
        )
    package.counter.one_more()


def _told_of_package(scope: Scope, at: datetime) -> dict[str, Any]:
    pledge = scope.pledge
    parties = pledge.parties.select_related("municipality").order_by("position", "pk")
    return {
        "format": layout.FORMAT,
        "version": layout.VERSION,
        "made_at": timezone.localtime(at).isoformat(timespec="seconds"),
        "as_of": scope.on.isoformat(),
        "portal": {"name": "pledge_portal", "version": version(), "url": settings.SITE_URL},
        "pledge": {
            "uid": str(pledge.uid),
            "title": pledge.title_sv,
            "period": pledge.period,
            "municipalities": {
                party.municipality.code: party.municipality.official_name for party in parties
            },
            "given_by": [str(giver) for giver in pledge.givers],
            "police_area": pledge.police_area.name,
        },
    }


def _holder(holder: Holder) -> dict[str, str] | None:
    if isinstance(holder, Municipality):
        return {"municipality": holder.code}
    if isinstance(holder, PoliceArea):
        return {"police_area": holder.name}
    return None


def _left_out() -> list[dict[str, str]]:
    tables = [
        {"what": str(model._meta.verbose_name_plural), "why": why}
        for model, why in all_left_out().items()
    ]
    columns = [
        {"what": f"{part.model._meta.verbose_name_plural}: {column}", "why": why}
        for part in all_parts()
        for column, why in part.left_out.items()
    ]
    return [*tables, *columns]
