"""Import earlier actions from a file.

Read, shown, and recorded all at once or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.database.acting import on_behalf_of
from pledge_portal.database.locked_rows import delete_locked
from pledge_portal.pages.refusals import Refused
from pledges.actions import action_disclosure, recording
from pledges.actions.amounts import ask_about_amounts
from pledges.actions.doubles import ask_about_doubles
from pledges.actions.rows import ReadRow, Setting, columns, read_rows
from pledges.exchange.tables import Table, TableRow
from pledges.models import (
    ActionImport,
    Commitment,
    CompletedAction,
    InternalNote,
    Municipality,
    Pledge,
    PoliceArea,
)


class FaultyRows(Refused):
    """Some rows have faults: `rows` are those."""

    def __init__(self, rows: list[ReadRow]) -> None:
        self.rows = rows
        super().__init__(_("Filen har fel som behöver rättas."))


class QuestionsLeft(Refused):
    """Some rows have questions that nobody has answered yet."""


class ImportedAlready(Refused):
    """The same file has been imported; `earlier` is that import."""

    def __init__(self, earlier: ActionImport | None) -> None:
        self.earlier = earlier
        super().__init__({"file": _("Samma fil är redan importerad.")})


@dataclass(frozen=True)
class Preview:
    """The rows of a file as they would be recorded.

    And the headings that nobody reads.
    """

    rows: list[ReadRow]
    unknown_headings: list[str]

    def with_faults(self) -> list[ReadRow]:
        """Return the rows that can't be recorded."""
        return [row for row in self.rows if row.faults]

    def with_questions(self) -> list[ReadRow]:
        """Return the rows that can, but make one ask."""
        return [row for row in self.rows if row.questions]


def hold(
    table: Table,
    *,
    file_name: str,
    pledge: Pledge,
    side: PoliceArea | Municipality,
    by: User,
    at: datetime,
) -> ActionImport:
    """Keep a file's rows until its sender says yes; nothing is recorded yet.

    Raises TableError for headings that can't be used, FaultyRows, and ImportedAlready. Files that
    nobody said yes to in time are thrown away here.
    """
    delete_locked(ActionImport.objects.forgotten(at))
    content = {
        "headings": table.headings,
        "rows": [[row.number, row.cells] for row in table.rows],
    }
    preview = _preview(table, Setting.for_side(pledge, side, timezone.localdate(at)))
    if faulty := preview.with_faults():
        raise FaultyRows(faulty)
    fingerprint = _fingerprint(table)
    earlier = _same(pledge, fingerprint)
    if earlier is not None:
        raise ImportedAlready(earlier)
    return ActionImport.objects.create(
        pledge=pledge,
        police_area=side if isinstance(side, PoliceArea) else None,
        municipality=side if isinstance(side, Municipality) else None,
        file_name=_clean_name(file_name),
        content=content,
        fingerprint=fingerprint,
        sent_by=by,
        sent_at=at,
    )


def _fingerprint(table: Table) -> str:
    """Return the SHA-256 of what the rows say.

    The same whatever sort of file they stood in.
    """
    content = json.dumps([table.headings, [row.cells for row in table.rows]], ensure_ascii=False)
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _clean_name(name: str) -> str:
    printable = "".join(sign for sign in name if sign.isprintable())
    return printable[-120:] or _("fil utan namn")


def _same(pledge: Pledge, fingerprint: str) -> ActionImport | None:
    done = ActionImport.objects.confirmed().filter(undone_at=None)
    return done.filter(pledge=pledge, fingerprint=fingerprint).first()


def preview(held: ActionImport, today: date) -> Preview:
    """Return how the rows of a held file stand today.

    In a fixed number of queries.
    """
    pledge = Pledge.objects.with_standing().get(pk=held.pledge_id)
    return _preview(_table_of(held), Setting.for_side(pledge, held.place, today))


def _table_of(held: ActionImport) -> Table:
    rows = [TableRow(number, cells) for number, cells in held.content["rows"]]
    return Table(held.content["headings"], rows)


def _preview(table: Table, setting: Setting) -> Preview:
    rows = read_rows(table, setting)
    ask_about_doubles(rows, setting.pledge)
    ask_about_amounts(rows, setting.pledge)
    return Preview(rows, columns(table.headings).unknown)


@transaction.atomic
def confirm(held: ActionImport, *, is_sure: bool, by: User, at: datetime) -> ActionImport:
    """Record every action of a held file.

    A second yes to the same file changes nothing. `is_sure` says that the questions about its rows
    are answered. Raises FaultyRows when something has changed since it was held, QuestionsLeft, and
    ImportedAlready.
    """
    stored = ActionImport.objects.select_for_update().get(pk=held.pk)
    if stored.confirmed_at is not None:
        return stored
    read = preview(stored, timezone.localdate(at))
    if faulty := read.with_faults():
        raise FaultyRows(faulty)
    if read.with_questions() and not is_sure:
        raise QuestionsLeft(_("Svara på frågorna om raderna först."))
    entries: dict[UUID, recording.Entry] = {}
    for row in read.rows:
        if row.entry is not None:
            entries[uuid5(stored.uid, str(row.number))] = row.entry
    stored.confirmed_at, stored.content = at, {}
    try:
        with transaction.atomic():
            stored.save()
    except IntegrityError as fault:
        raise ImportedAlready(_same(stored.pledge, stored.fingerprint)) from fault
    _record_all(entries, by=by, place=stored.place, at=at, imported_in=stored)
    return stored


def _record_all(
    entries: Mapping[UUID, recording.Entry],
    *,
    by: User | None,
    place: PoliceArea | Municipality,
    at: datetime,
    imported_in: ActionImport,
) -> None:
    """Store many completed actions at once: all of them or none.

    By their submissions. Raises Refused for the first that `recording.faults` finds something in,
    and for a submission that has come already.
    """
    today = timezone.localdate(at)
    for entry in entries.values():
        if faults := recording.faults(entry, today):
            raise Refused(faults)
    # Locked as `action_disclosure.publish` does, so that a new disclosure can't slip past.
    keys = {entry.commitment.pk for entry in entries.values()}
    locked = {
        commitment.pk: commitment
        for commitment in Commitment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("pledge", "disclosure")
        .prefetch_related("pledge__prolongations", "target_changes")
        .filter(pk__in=keys)
        .order_by("pk")
    }
    rows = [
        CompletedAction(
            **{**entry.stored(), "commitment": locked[entry.commitment.pk]},
            submission=submission,
            recorded_by=by,
            recorded_at=at,
            **recording.columns_of_side(place),
            imported_in=imported_in,
        )
        for submission, entry in entries.items()
    ]
    try:
        with transaction.atomic():
            CompletedAction.objects.bulk_create(rows, batch_size=500)
    except IntegrityError as fault:
        raise Refused({"": _("Uppgiften gick inte att spara.")}) from fault
    notes = [
        InternalNote(action=row, **recording.note_of_side(place, entry.internal_note))
        for row, entry in zip(rows, entries.values(), strict=True)
        if entry.internal_note
    ]
    InternalNote.objects.bulk_create(notes, batch_size=500)
    action_disclosure.publish_all(rows)


@transaction.atomic
def undo(done: ActionImport, *, reason: str, by: User, at: datetime) -> int:
    """Strike out all that an import recorded and still counts.

    Returns how many they were. Raises Refused without a reason, or when there is nothing to undo.
    """
    stored = ActionImport.objects.select_for_update().get(pk=done.pk)
    if stored.confirmed_at is None or stored.undone_at is not None:
        raise Refused({"": _("Importen är redan ångrad.")})
    number = _strike_out_all(stored, reason=reason, by=by, at=at)
    stored.undone_at, stored.undone_by, stored.undo_reason = at, by, reason.strip()
    stored.save()
    return number


def _strike_out_all(
    imported_in: ActionImport, *, reason: str, by: User | None, at: datetime
) -> int:
    """Strike out every action of an import that still counts.

    Returns how many they were; the database takes their public parts away. Raises Refused without a
    reason.
    """
    if not reason.strip():
        raise Refused({"reason": _("Skriv varför du stryker insatsen.")})
    with on_behalf_of(reason=reason.strip()):
        return imported_in.actions.counted().update(
            struck_at=at, struck_by=by, strike_reason=reason.strip(), version=F("version") + 1
        )
