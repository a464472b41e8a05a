"""Import statistics from a file: previewed, then written as a whole.

Nothing is written when anything is wrong. The same file again changes nothing. A figure that its
source has revised is replaced, and the earlier one stored (`EarlierFigure`). Two imports at once
wait for each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, BinaryIO

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledges.models import Area, StatisticsImport
from pledges.statistics import staging
from pledges.statistics.areas import AreaFinder, areas_importable_by, ensure_areas
from pledges.statistics.formats import open_file
from pledges.statistics.indicators import can_be_named, create_indicator, update_names
from pledges.statistics.source_rows import (
    MAX_FAULTS,
    ReadingContext,
    StatisticsFileError,
    Unreadable,
)
from pledges.statistics.staging import Progress
from pledges.statistics.tables import FileProbe, probe_file

# Held until the end of the transaction, so that what one import compares with, no other changes.
_LOCK = 7151526
_MAX_NAME_LENGTH = 120
_MAX_NAMES = 400
# More than these nobody looks through before saying yes.
MAX_CHANGES = 50_000


@dataclass
class Report:
    """What a file brings, or has brought.

    `known` and `new` are names of indicators; `areas` those of the areas; `first` and `last` the
    days that its periods begin. `missing_in_file` counts figures that the portal has and the file
    lacks; `ignored` and `other_areas` count rows and columns that weren't read: by reason, and by
    the names of others' areas; `remarks` are sentences about the file. `changes` are the figures
    that change, see `staging.changes`. `same_as` is the earlier import of the same file, `done`
    this one once it is written; None when nothing had to be.
    """

    file_name: str
    format: str
    fingerprint: str
    rows: int = 0
    added: int = 0
    revised: int = 0
    unchanged: int = 0
    missing_in_file: int = 0
    duplicates: int = 0
    known: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    number_of_areas: int = 0
    first: date | None = None
    last: date | None = None
    ignored: list[tuple[str, int]] = field(default_factory=list)
    other_areas: list[tuple[str, int]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    same_as: StatisticsImport | None = None
    done: StatisticsImport | None = None

    @property
    def brings_nothing(self) -> bool:
        """Whether the portal knows all of it already."""
        return not (self.added or self.revised or self.new or self.renamed)

    @property
    def large_changes(self) -> int:
        """How many figures change so much that they need a yes of their own."""
        return sum(change["is_large"] for change in self.changes)

    @property
    def fingerprint_of_changes(self) -> str:
        """What an import is known again by, from its preview to the yes."""
        content = [self.added, self.unchanged, self.new, self.renamed, self.known, self.changes]
        return sha256(json.dumps(content).encode()).hexdigest()


class LargeChanges(Refused):
    """Figures that change much, without a yes of their own."""

    def __init__(self, number: int) -> None:
        sentence = ngettext(
            "%(n)s siffra ändras %(large)s. Intyga att den är rätt.",
            "%(n)s siffror ändras %(large)s. Intyga att de är rätt.",
            number,
        )
        words = {"n": number, "large": staging.LARGE_CHANGE_TEXT}
        super().__init__({"accepts_large": sentence % words})


def _no_progress(stage: str, rows: int) -> None:
    """Report no progress."""


def preview_file(
    stream: BinaryIO,
    file_name: str,
    *,
    by: User | None,
    at: datetime,
    progress: Progress = _no_progress,
    most_faults: int = MAX_FAULTS,
) -> Report:
    """Return what a file would bring, and write nothing.

    `by` is whose areas are read; None is the operator's command, which reads all. Raises
    StatisticsFileError with every fault.
    """
    examined = _opened_import(stream, file_name, by, at, progress, most_faults)
    with examined as (_intake, report, _keys):
        transaction.set_rollback(True)
    return report


def import_file(
    stream: BinaryIO,
    file_name: str,
    *,
    by: User | None,
    at: datetime,
    progress: Progress = _no_progress,
    most_faults: int = MAX_FAULTS,
    accepts_large: bool = False,
    as_previewed: str = "",
    is_demonstration: bool = False,
) -> Report:
    """Write what a file brings, in one transaction, and return what it was.

    `accepts_large` says that figures which change much are right; `as_previewed`
    is the fingerprint of the changes that somebody has said yes to. Raises StatisticsFileError with
    every fault, LargeChanges, and ChangedMeanwhile when it would bring something else than
    previewed; then nothing is written.
    """
    examined = _opened_import(stream, file_name, by, at, progress, most_faults, is_alone=True)
    with examined as (context, report, keys):
        if as_previewed not in {"", report.fingerprint_of_changes}:
            raise ChangedMeanwhile(
                _("Siffrorna har ändrats sedan du granskade filen. Granska den igen.")
            )
        if report.brings_nothing:
            return report
        if report.large_changes and not accepts_large:
            raise LargeChanges(report.large_changes)
        with_rows = staging.indicators_with_rows()
        made: list[int] = []
        for number, definition in enumerate(context.indicators):
            if number in with_rows and number not in keys:
                keys[number] = create_indicator(definition).pk
                made.append(keys[number])
        for definition in context.definitions:
            if context.known(definition) is None and _makes_new(report.format):
                made.append(create_indicator(definition).pk)
        described_before = update_names(
            (definition, known)
            for definition in context.definitions
            if (known := context.known(definition))
        )
        report.done = StatisticsImport.objects.create(
            file_name=_clean_name(file_name),
            format=report.format,
            fingerprint=report.fingerprint,
            sent_by=by,
            imported_at=at,
            added=report.added,
            revised=report.revised,
            unchanged=report.unchanged,
            made=made,
            described_before=described_before,
            is_demonstration=is_demonstration,
        )
        staging.write(report.done.pk, keys, progress)
    return report


def _makes_new(file_format: str) -> bool:
    """Return whether a file that only describes indicators creates them.

    Kolada's list describes thousands; it only names those that figures have come of.
    """
    return file_format == StatisticsImport.Format.PLAIN


def wait_for_other_imports() -> None:
    """Wait for any other import to end.

    None begins until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@contextmanager
def _opened_import(
    stream: BinaryIO,
    file_name: str,
    by: User | None,
    at: datetime,
    progress: Progress,
    most_faults: int,
    *,
    is_alone: bool = False,
) -> Iterator[tuple[ReadingContext, Report, dict[int, int]]]:
    """Open a transaction with the file's rows compared with those stored.

    With `is_alone` it waits for any other import to end, and lets none begin.
    """
    probe = probe_file(stream)
    with transaction.atomic():
        if is_alone:
            wait_for_other_imports()
        ensure_areas()
        scope = None if by is None else areas_importable_by(by)
        today = timezone.localdate(at)
        context = ReadingContext(_clean_name(file_name), AreaFinder(), today, scope, most_faults)
        report = _load(stream, probe, context, progress)
        keys = {
            number: known.pk
            for number, definition in enumerate(context.indicators)
            if (known := context.known(definition)) is not None
        }
        _compare(report, context, keys)
        yield context, report, keys


def _load(
    stream: BinaryIO, probe: FileProbe, context: ReadingContext, progress: Progress
) -> Report:
    """Load the rows of a file, and refuse it when anything is wrong."""
    try:
        # Undone when reading breaks off in the middle of the rows.
        with transaction.atomic():
            file_format, rows = open_file(stream, probe, context)
            number = staging.load(rows, progress)
    except Unreadable as error:
        context.add_fault(error.row, error.column, str(error))
        _refuse(context)
    progress("compare", number)
    duplicates = _contradiction_faults(context, file_format)
    unknown = [
        place
        for place, definition in enumerate(context.indicators)
        if context.known(definition) is None
    ]
    if headings := staging.drop_without_figures(unknown):
        context.ignored[_("rader utan siffror, som rubriker")] += headings
        number -= headings
    if (
        not number
        and not context.definitions
        and not context.other_areas
        and not context.number_of_faults
    ):
        context.add_fault(None, "", _("Filen har inga siffror."))
    _refuse(context)
    report = Report(context.file_name, file_format, probe.fingerprint, rows=number)
    report.duplicates = duplicates
    return report


def _refuse(context: ReadingContext) -> None:
    if context.number_of_faults:
        context.faults.sort(key=lambda fault: (fault.row or 0, fault.column))
        raise StatisticsFileError(context.faults, context.number_of_faults)


def _contradiction_faults(context: ReadingContext, file_format: str) -> int:
    for line, heading in staging.join_rates():
        context.add_fault(
            line, context.heading(heading), _("Antalet saknas, bara per 100 000 finns.")
        )
    contradictions, total, duplicates = staging.drop_duplicates(
        context.most_faults, missing_yields=file_format == StatisticsImport.Format.BRA
    )
    sentence = (
        _("Post %(row)s säger något annat om samma sak.")
        if context.in_entries
        else (_("Rad %(row)s säger något annat om samma sak."))
    )
    for contradiction in contradictions:
        context.add_fault(
            contradiction.line,
            context.heading(contradiction.heading),
            sentence % {"row": contradiction.other_line},
        )
    context.number_of_faults += total - len(contradictions)
    return duplicates


def _compare(report: Report, context: ReadingContext, keys: dict[int, int]) -> None:
    earlier_import = (
        StatisticsImport.objects.standing().filter(fingerprint=report.fingerprint).first()
    )
    # An old file that is sent once more says nothing new: what was revised since stays revised.
    # But when an import was taken back meanwhile, figures that it confirmed may have gone with it.
    compared = staging.compare(
        keys,
        missing_yields=report.format == StatisticsImport.Format.BRA,
        revises=earlier_import is None
        or StatisticsImport.objects.filter(taken_back_at__gt=earlier_import.imported_at).exists(),
    )
    report.changes = staging.changes(MAX_CHANGES)
    if len(report.changes) > MAX_CHANGES:
        context.add_fault(
            None,
            "",
            _("Filen ändrar fler än %(most)s siffror. Dela upp den, så att de går att granska.")
            % {"most": MAX_CHANGES},
        )
        _refuse(context)
    report.same_as = earlier_import
    report.added, report.revised = compared.added, compared.revised
    report.unchanged, report.missing_in_file = compared.unchanged, compared.missing_in_file
    with_rows = staging.indicators_with_rows()
    for number, definition in enumerate(context.indicators):
        if number in with_rows:
            known = context.known(definition)
            report.known.append(known.name) if known else report.new.append(definition.name)
    _compare_definitions(report, context)
    areas, report.first, report.last = staging.areas_and_periods()
    report.number_of_areas = len(areas)
    report.areas = list(
        Area.objects.filter(pk__in=areas).order_by("code").values_list("name", flat=True)
    )[:_MAX_NAMES]
    report.ignored = context.ignored.most_common()
    report.other_areas = context.other_areas.most_common()
    report.remarks = list(dict.fromkeys(context.remarks))


def _compare_definitions(report: Report, context: ReadingContext) -> None:
    for definition in context.definitions:
        known = context.known(definition)
        if known is None and _makes_new(report.format):
            report.new.append(definition.name)
        elif known is not None and can_be_named(known, definition):
            report.renamed.append(definition.name)


def _clean_name(name: str) -> str:
    printable_name = "".join(character for character in name if character.isprintable())
    return printable_name[-_MAX_NAME_LENGTH:] or _("fil utan namn")
