"""Restore a pledge from its package into a portal that lacks it.

Whole, the same, or not at all. The package is proven first. Then all is written in one transaction,
in the order in which it once came about, since the database's guards let nothing else through: the
text as a draft, then adopted, then signed step by step, in force, followed up. Last, what was
written is read again and compared with the package; only when all is the same is it kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from pledge_portal.database.acting import as_owner
from pledge_portal.database.rights import NOT_THE_OWNER, owns_the_tables
from pledges.models import (
    Approval,
    Assessment,
    Decline,
    FollowUp,
    PaperScan,
    Pledge,
    PledgeDocument,
    PledgeParty,
    Signature,
    SigningWay,
    ValidityPeriod,
)
from pledges.models.validity import ONE_IN_FORCE
from pledges.records import layout
from pledges.records.faults import PackageError
from pledges.records.insertion import Insertion, Row, update
from pledges.records.package_check import CheckedPackage, Progress, check
from pledges.records.part_registry import Part, all_parts, all_shared
from pledges.records.restore_check import compare


@dataclass
class Report:
    """What came of restoring: the pledge, and how many rows of which sort.

    `made` are things that several pledges name and that the portal lacked, `kept` those that it had
    and keeps as its own, `differing` those of them that are not the same in the package.
    """

    pledge: Pledge
    files: int
    rows: int
    events: int
    made: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)


def restore(stream: IO[bytes], progress: Progress = lambda _done, _total: None) -> Report:
    """Restore a pledge from a package.

    It is done as the owner of the tables, who alone may write history. Raises PackageError, with
    nothing written, when it can't be. `progress` is told how many of the files are proven.
    """
    package = check(stream, progress)
    _refuse_public_only(package)
    with as_owner():
        with connection.cursor() as cursor:
            if not owns_the_tables(cursor):
                raise PackageError(NOT_THE_OWNER)
        return _restore_as_owner(package)


def _restore_as_owner(package: CheckedPackage) -> Report:
    insertion: Insertion | None = None
    try:
        with transaction.atomic():
            # A row may name a later one, as a reply does what it answers; another package in the
            # same transaction has left it so that every row is looked at by itself.
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            insertion = Insertion(package)
            report = _restore(package, insertion)
    except (DatabaseError, ValidationError, OverflowError) as error:
        doing = insertion.doing if insertion is not None else ""
        raise PackageError(_in_words(error), doing) from error
    return report


def _in_words(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    if ONE_IN_FORCE in str(error):
        return _("Ett annat löfte gäller samma dagar i kommunen.")
    return _("Databasen tar inte emot uppgifterna: %(reason)s") % {
        "reason": lines[0][:300] if lines else type(error).__name__
    }


def _refuse_public_only(package: CheckedPackage) -> None:
    if package.secret_manifest is None:
        raise PackageError(
            _("Paketet har bara det som är offentligt, och räcker inte för att återställa löftet.")
        )


def _restore(package: CheckedPackage, insertion: Insertion) -> Report:
    for part in all_parts():
        insertion.allocate_event_ids(part)
    shared = _shared(package, insertion)
    writer = _PartWriter(insertion)
    for part in all_parts():
        writer.write(part)
    unused = [
        path
        for path in package.files
        if path.removeprefix(f"{layout.SECRETS}/").startswith("documents/")
        and path not in insertion.used
    ]
    if unused:
        raise PackageError(_("Ingen rad nämner dokumentet."), unused[0])
    for part in all_parts():
        insertion.insert_events(part)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    compare(package, insertion)
    pledge = Pledge.objects.get(pk=writer.pledge)
    return Report(
        pledge=pledge,
        files=len(package.files),
        rows=sum(len(insertion.keys.get(part.model, {})) for part in all_parts()),
        events=sum(map(len, insertion.events.values())),
        **shared,
    )


def _shared(package: CheckedPackage, insertion: Insertion) -> dict[str, Any]:
    """Find or make what several pledges name, and say what came of it."""
    made: dict[str, int] = {}
    kept_counts: dict[str, int] = {}
    differing: list[str] = []
    for table in all_shared():
        insertion.doing = f"data/{table.name}.json"
        rows = [
            row
            for folder in ("", f"{layout.SECRETS}/")
            for row in package.rows(f"{folder}data/{table.name}.json")
        ]
        insertion.share(table, rows)
        existing = insertion.existing.get(table.model, set())
        if rows:
            made[table.name] = len(rows) - len(existing)
            kept_counts[table.name] = len(existing)
        for row in rows:
            name = row["id"]
            key = insertion.key_of(table.model, name)
            if key not in existing:
                continue
            instance = table.model._default_manager.select_related(*table.related).get(pk=key)
            # A person's roles are told, never given.
            description = {**table.describe(instance)[1], "roles": row.get("roles")}
            if any(description.get(column) != row[column] for column in row if column != "id"):
                differing.append(f"{table.name}: {name if isinstance(name, str) else name[-1]}")
    return {"made": made, "kept": kept_counts, "differing": differing}


class _PartWriter:
    """Writes part after part, each as the database's guards demand."""

    def __init__(self, insertion: Insertion) -> None:
        self._insertion = insertion
        self._rows: dict[Any, list[Row]] = {}
        self._parts = {part.model: part for part in all_parts()}
        self.pledge: Any = None
        self._adopted_at: Any = None
        self._ways: dict[Any, Callable[[Part, list[Row]], None]] = {
            Pledge: self._pledge,
            PledgeParty: self._parties,
            SigningWay: self._signing_ways,
            Decline: self._declines,
            PaperScan: self._scans,
            PledgeDocument: self._documents,
            Signature: self._already,
            ValidityPeriod: self._periods,
            FollowUp: self._follow_ups,
            Assessment: self._already,
            Approval: self._already,
        }

    def write(self, part: Part) -> None:
        """Write the rows of a part."""
        rows = self._load(part.model)
        self._insertion.doing = self._insertion.path_of(part)
        self._ways.get(part.model, self._insert)(part, rows)
        for sealed in self._parts.values():
            if sealed.sealed is not None and sealed.sealed[1] is part.model:
                self._seal(sealed, sealed.sealed[0])

    def _insert(self, part: Part, rows: list[Row]) -> None:
        unsealed = {part.sealed[0]: None} if part.sealed is not None else {}
        self._insertion.insert(part, rows, **unsealed)

    def _seal(self, part: Part, column: str) -> None:
        """Write the column that locks the rows, once the rest is there."""
        existing = self._insertion.existing.get(part.model, set())
        for row in self._load(part.model):
            key = self._insertion.keys[part.model][row["id"]]
            value = self._insertion.value(part, row, column)
            if value is not None and key not in existing:
                update(part.model._meta.db_table, key, **{column: value})

    def _load(self, model: Any) -> list[Row]:
        if model not in self._rows:
            self._rows[model] = self._insertion.load(self._parts[model])
        return self._rows[model]

    def _already(self, part: Part, rows: list[Row]) -> None:
        """Do nothing: written with what it belongs to.

        What belongs to nothing is none of ours.
        """
        if len(rows) != self._written.get(part.model, 0):
            raise PackageError(
                _("En rad hör inte till något i paketet."), self._insertion.path_of(part)
            )

    def _pledge(self, part: Part, rows: list[Row]) -> None:
        path = self._insertion.path_of(part)
        description = self._insertion.package.manifest.get("pledge")
        uid = description.get("uid") if isinstance(description, dict) else None
        if len(rows) != 1 or rows[0]["id"] != uid:
            raise PackageError(_("Paketet ska ha ett enda löfte, det som manifestet nämner."), path)
        if Pledge.objects.filter(uid=uid).exists():
            raise PackageError(_("Löftet finns redan i portalen. Inget är ändrat."), path)
        self._adopted_at = self._insertion.value(part, rows[0], "adopted_at")
        self._insertion.insert(part, rows, adopted_at=None)
        self.pledge = self._insertion.keys[Pledge][uid]

    def _parties(self, part: Part, rows: list[Row]) -> None:
        for row in rows:
            municipality = self._insertion.value(part, row, "municipality")
            taken = PledgeParty.objects.filter(municipality=municipality, period=row.get("period"))
            if taken.exists():
                raise PackageError(
                    _("Kommunen har redan ett löfte för perioden %(period)s.")
                    % {"period": str(row.get("period"))[:20]},
                    self._insertion.path_of(part),
                )
        self._insertion.insert(part, rows)

    def _signing_ways(self, part: Part, rows: list[Row]) -> None:
        """Lock the text, which is whole by now, then say how each signs.

        A draft that was adopted once has them too: then for as long as they are written.
        """
        adopted_at = self._adopted_at
        if adopted_at is None and (rows or self._load(Decline)):
            adopted_at = timezone.now()
        if adopted_at is not None:
            update("pledges_pledge", self.pledge, adopted_at=adopted_at)
        self._insertion.insert(part, rows)

    def _declines(self, part: Part, rows: list[Row]) -> None:
        """Write each no, and then perhaps that it was asked about again."""
        for row in rows:
            self._insertion.insert(part, [row], asked_again_at=None, asked_again_by_id=None)
            again = self._insertion.value(part, row, "asked_again_at")
            if again is not None:
                update(
                    "pledges_decline",
                    self._insertion.keys[Decline][row["id"]],
                    asked_again_at=again,
                    asked_again_by_id=self._insertion.value(part, row, "asked_again_by"),
                )
        if self._adopted_at is None:
            update("pledges_pledge", self.pledge, adopted_at=None)

    def _scans(self, part: Part, rows: list[Row]) -> None:
        """Write each scan as handed in, then perhaps confirmed, then counted."""
        steps = (("confirmed_at", "confirmed_by_id"), ("counted_at",))
        nothing = dict.fromkeys(column for step in steps for column in step)
        for row in rows:
            self._insertion.insert(part, [row], **nothing)
            key = self._insertion.keys[PaperScan][row["id"]]
            for step in steps:
                columns = {
                    column: self._insertion.value(part, row, column.removesuffix("_id"))
                    for column in step
                }
                if columns[step[0]] is not None:
                    update("pledges_paperscan", key, **columns)

    def _documents(self, part: Part, rows: list[Row]) -> None:
        """Each step with the signature that led to it."""
        signatures = self._load(Signature)
        by_document = {row.get("document"): row for row in signatures}
        signing = self._parts[Signature]
        for row in sorted(rows, key=lambda row: self._insertion.value(part, row, "step")):
            self._insertion.insert(part, [row])
            if row["id"] in by_document:
                self._insertion.insert(signing, [by_document[row["id"]]])
        known = {row["id"] for row in rows}
        self._written[Signature] = sum(document in known for document in by_document)

    def _periods(self, part: Part, rows: list[Row]) -> None:
        """Write the periods; one that an annulment emptied was there before it."""
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS {ONE_IN_FORCE} DEFERRED")
        for row in rows:
            if not self._insertion.value(part, row, "during").isempty:
                self._insertion.insert(part, [row])
                continue
            pledge = Pledge.objects.get(pk=self.pledge)
            end = None if pledge.until_replaced else pledge.valid_to + timedelta(days=1)
            self._insertion.insert(part, [row], during=DateRange(pledge.valid_from, end))
            key = self._insertion.keys[ValidityPeriod][row["id"]]
            update("pledges_validityperiod", key, during=DateRange(empty=True))
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS {ONE_IN_FORCE} IMMEDIATE")

    def _follow_ups(self, part: Part, rows: list[Row]) -> None:
        """Write each as a draft with what was approved, then publish it.

        A draft comes last.
        """
        for row in sorted(rows, key=lambda row: row.get("published_at") is None):
            self._insertion.insert(part, [row], published_at=None)
            for model in (Assessment, Approval):
                own = [child for child in self._load(model) if child.get("follow_up") == row["id"]]
                self._insertion.insert(self._parts[model], own)
                self._written[model] = self._written.get(model, 0) + len(own)
            self._insertion.doing = self._insertion.path_of(part)
            published = self._insertion.value(part, row, "published_at")
            if published is not None:
                key = self._insertion.keys[FollowUp][row["id"]]
                update("pledges_followup", key, published_at=published)

    @property
    def _written(self) -> dict[Any, int]:
        return self.__dict__.setdefault("_count", {})
