"""Files of statistics that wait for their sender's confirmation.

Previewed once, stored, then imported.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from pledge_portal.accounts.models import User
from pledges.models import HeldStatisticsFile
from pledges.statistics.importing import Report, import_file, preview_file

MAX_BYTES = 10 * 1024 * 1024
_MAX_NAMES = 100


def stage(content: bytes, file_name: str, *, by: User, at: datetime) -> HeldStatisticsFile:
    """Preview a file and store it until its sender confirms it.

    Nothing of it is imported yet. Takes the place of what the same person had waiting. Files that
    nobody confirmed in time are deleted here. Raises StatisticsFileError.
    """
    HeldStatisticsFile.objects.forgotten(at).delete()
    report = preview_file(io.BytesIO(content), file_name, by=by, at=at)
    staged, _is_new = HeldStatisticsFile.objects.update_or_create(
        sent_by=by,
        defaults={
            "uid": uuid4(),
            "sent_at": at,
            "file_name": report.file_name,
            "content": content,
            "summary": _summary(report),
            "changes": report.changes,
        },
    )
    return staged


def look_again(staged: HeldStatisticsFile, *, at: datetime) -> None:
    """Preview a staged file anew, as things stand now.

    Raises StatisticsFileError.
    """
    content = io.BytesIO(bytes(staged.content))
    report = preview_file(content, staged.file_name, by=staged.sent_by, at=at)
    staged.summary, staged.changes = _summary(report), report.changes
    staged.save(update_fields=["summary", "changes"])


@transaction.atomic
def confirm(staged: HeldStatisticsFile, *, accepts_large: bool = False, at: datetime) -> Report:
    """Import a staged file and delete it.

    `accepts_large` is the yes to figures that change much. A second confirmation
    finds it gone (HeldStatisticsFile.DoesNotExist). Raises LargeChanges without that yes, and
    ChangedMeanwhile or StatisticsFileError when it would bring something else than its preview
    said; then it stays.
    """
    stored = (
        HeldStatisticsFile.objects.select_for_update().select_related("sent_by").get(pk=staged.pk)
    )
    content = io.BytesIO(bytes(stored.content))
    report = import_file(
        content,
        stored.file_name,
        by=stored.sent_by,
        at=at,
        accepts_large=accepts_large,
        as_previewed=stored.summary["fingerprint_of_changes"],
    )
    stored.delete()
    return report


def _summary(report: Report) -> dict[str, Any]:
    earlier_import = report.same_as
    return {
        "format": report.format,
        "rows": report.rows,
        "added": report.added,
        "revised": report.revised,
        "unchanged": report.unchanged,
        "missing_in_file": report.missing_in_file,
        "duplicates": report.duplicates,
        "known": _first(report.known),
        "new": _first(report.new),
        "renamed": _first(report.renamed),
        "areas": report.areas,
        "number_of_areas": report.number_of_areas,
        "first": report.first.isoformat() if report.first else "",
        "last": report.last.isoformat() if report.last else "",
        "ignored": report.ignored,
        "other_areas": report.other_areas,
        "remarks": report.remarks,
        "large_changes": report.large_changes,
        "fingerprint_of_changes": report.fingerprint_of_changes,
        "same_as": str(earlier_import.uid) if earlier_import else "",
        "brings_nothing": report.brings_nothing,
    }


def _first(names: list[str]) -> list[str]:
    return names if len(names) <= _MAX_NAMES else [*names[:_MAX_NAMES], "…"]
