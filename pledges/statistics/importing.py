"""Statistics from a file: looked over, then written all at once or not at all.

The same file again changes nothing. A figure that its source has revised is replaced, and the
earlier one kept (`EarlierFigure`). Two imports at once wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledges.models import Area, StatisticsImport
from pledges.statistics import staging
from pledges.statistics.areas import AreaFinder, areas_importable_by, ensure_areas
from pledges.statistics.formats import open_file
from pledges.statistics.indicators import is_unnamed, make, name_anew
from pledges.statistics.source_rows import MOST_FAULTS, Intake, StatisticsFileError, Unreadable
from pledges.statistics.staging import Progress
from pledges.statistics.tables import Looked, look_through

# Held until the end of the transaction, so that what one import compares with, no other changes.
_LOCK = 7151526
_LONGEST_NAME = 120
_MOST_NAMES = 400


@dataclass
class Report:
    """What a file brings, or has brought.

    `known` and `new` are names of indicators; `areas` those of the areas; `first` and `last` the
    days that its periods begin. `passed_over` and `not_ours` count rows and columns that weren't
    read: by reason, and by the names of others' areas. `same_as` is the earlier import of the same
    file, `done` this one once it is written; None when nothing had to be.
    """

    file_name: str
    format: str
    fingerprint: str
    rows: int = 0
    added: int = 0
    revised: int = 0
    unchanged: int = 0
    kept: int = 0
    doubles: int = 0
    known: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    number_of_areas: int = 0
    first: date | None = None
    last: date | None = None
    passed_over: list[tuple[str, int]] = field(default_factory=list)
    not_ours: list[tuple[str, int]] = field(default_factory=list)
    same_as: StatisticsImport | None = None
    done: StatisticsImport | None = None

    @property
    def brings_nothing(self) -> bool:
        """Whether the portal knows all of it already."""
        return not (self.added or self.revised or self.new or self.renamed)


def _no_progress(stage: str, rows: int) -> None:
    """Tell nobody."""


def look_over(
    stream: BinaryIO,
    file_name: str,
    *,
    by: User | None,
    at: datetime,
    progress: Progress = _no_progress,
    most_faults: int = MOST_FAULTS,
) -> Report:
    """Return what a file would bring, and write nothing.

    `by` is whose areas are read; None is the operator's command, which reads all. Raises
    StatisticsFileError with every fault.
    """
    examined = _examined(stream, file_name, by, at, progress, most_faults)
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
    most_faults: int = MOST_FAULTS,
    is_demonstration: bool = False,
) -> Report:
    """Write what a file brings, in one transaction, and return what it was.

    Raises StatisticsFileError with every fault; then nothing is written.
    """
    examined = _examined(stream, file_name, by, at, progress, most_faults, is_alone=True)
    with examined as (intake, report, keys):
        if report.brings_nothing:
            return report
        told = staging.indicators_told_of()
        for number, named in enumerate(intake.indicators):
            if number in told and number not in keys:
                keys[number] = make(named).pk
        for named in intake.defined:
            if intake.known(named) is None and _makes_new(report.format):
                make(named)
        name_anew((named, known) for named in intake.defined if (known := intake.known(named)))
        report.done = StatisticsImport.objects.create(
            file_name=_clean_name(file_name),
            format=report.format,
            fingerprint=report.fingerprint,
            sent_by=by,
            imported_at=at,
            added=report.added,
            revised=report.revised,
            unchanged=report.unchanged,
            is_demonstration=is_demonstration,
        )
        staging.write(report.done.pk, keys, progress)
    return report


def _makes_new(file_format: str) -> bool:
    """Whether a file that only describes indicators makes them. Kolada's list describes thousands;
    it only names those that figures have come of."""
    return file_format == StatisticsImport.Format.PLAIN


@contextmanager
def _examined(
    stream: BinaryIO,
    file_name: str,
    by: User | None,
    at: datetime,
    progress: Progress,
    most_faults: int,
    *,
    is_alone: bool = False,
) -> Iterator[tuple[Intake, Report, dict[int, int]]]:
    """Open a transaction with the file's rows in it, looked over and set against what is stored.

    With `is_alone` it waits for any other import to end, and lets none begin.
    """
    looked = look_through(stream)
    with transaction.atomic():
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        ensure_areas()
        scope = None if by is None else areas_importable_by(by)
        today = timezone.localdate(at)
        intake = Intake(_clean_name(file_name), AreaFinder(), today, scope, most_faults)
        report = _take_in(stream, looked, intake, progress)
        keys = {
            number: known.pk
            for number, named in enumerate(intake.indicators)
            if (known := intake.known(named)) is not None
        }
        _compare(report, intake, keys)
        yield intake, report, keys


def _take_in(stream: BinaryIO, looked: Looked, intake: Intake, progress: Progress) -> Report:
    """Bring the rows of a file in, and refuse it when anything is wrong with them."""
    try:
        # Undone when reading breaks off in the middle of the rows.
        with transaction.atomic():
            file_format, rows = open_file(stream, looked, intake)
            number = staging.take_in(rows, progress)
    except Unreadable as fault:
        intake.fault(fault.row, fault.column, str(fault))
        _refuse(intake)
    progress("compare", number)
    doubles = _look_for_contradictions(intake, file_format)
    if not number and not intake.defined and not intake.not_ours and not intake.number_of_faults:
        intake.fault(None, "", _("Filen har inga siffror."))
    _refuse(intake)
    report = Report(intake.file_name, file_format, looked.fingerprint, rows=number)
    report.doubles = doubles
    return report


def _refuse(intake: Intake) -> None:
    if intake.number_of_faults:
        intake.faults.sort(key=lambda fault: (fault.row or 0, fault.column))
        raise StatisticsFileError(intake.faults, intake.number_of_faults)


def _look_for_contradictions(intake: Intake, file_format: str) -> int:
    for line, heading in staging.join_rates():
        intake.fault(line, intake.heading(heading), _("Antalet saknas, bara per 100 000 finns."))
    found, total, doubles = staging.drop_doubles(
        intake.most_faults, missing_yields=file_format == StatisticsImport.Format.BRA
    )
    words = (
        _("Post %(row)s säger något annat om samma sak.")
        if intake.in_entries
        else (_("Rad %(row)s säger något annat om samma sak."))
    )
    for each in found:
        intake.fault(each.line, intake.heading(each.heading), words % {"row": each.other_line})
    intake.number_of_faults += total - len(found)
    return doubles


def _compare(report: Report, intake: Intake, keys: dict[int, int]) -> None:
    same = StatisticsImport.objects.filter(fingerprint=report.fingerprint).first()
    # An old file that is sent once more says nothing new: what was revised since stays revised.
    compared = staging.compare(
        keys,
        missing_yields=report.format == StatisticsImport.Format.BRA,
        revises=same is None,
    )
    report.same_as = same
    report.added, report.revised = compared.added, compared.revised
    report.unchanged, report.kept = compared.unchanged, compared.kept
    told = staging.indicators_told_of()
    for number, named in enumerate(intake.indicators):
        if number in told:
            known = intake.known(named)
            report.known.append(known.name) if known else report.new.append(named.name)
    _compare_definitions(report, intake)
    areas, report.first, report.last = staging.areas_and_periods()
    report.number_of_areas = len(areas)
    report.areas = list(
        Area.objects.filter(pk__in=areas).order_by("code").values_list("name", flat=True)
    )[:_MOST_NAMES]
    report.passed_over = intake.passed_over.most_common()
    report.not_ours = intake.not_ours.most_common()


def _compare_definitions(report: Report, intake: Intake) -> None:
    for named in intake.defined:
        known = intake.known(named)
        if known is None and _makes_new(report.format):
            report.new.append(named.name)
        elif known is not None and is_unnamed(known, named):
            report.renamed.append(named.name)


def _clean_name(name: str) -> str:
    kept = "".join(sign for sign in name if sign.isprintable())
    return kept[-_LONGEST_NAME:] or _("fil utan namn")
