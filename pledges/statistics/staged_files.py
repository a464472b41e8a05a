"""Files of statistics that wait for their sender's yes: looked over once, kept, then written."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from pledge_portal.accounts.models import User
from pledges.models import HeldStatisticsFile
from pledges.statistics.importing import Report, import_file, look_over

MOST_BYTES = 10 * 1024 * 1024
_MOST_NAMES = 100


def hold(content: bytes, file_name: str, *, by: User, at: datetime) -> HeldStatisticsFile:
    """Look a file over and keep it until its sender says yes; nothing of it is written yet.

    Takes the place of what the same person had waiting. Files that nobody said yes to in time are
    thrown away here. Raises StatisticsFileError.
    """
    HeldStatisticsFile.objects.forgotten(at).delete()
    report = look_over(io.BytesIO(content), file_name, by=by, at=at)
    held, _is_new = HeldStatisticsFile.objects.update_or_create(
        sent_by=by,
        defaults={
            "uid": uuid4(),
            "sent_at": at,
            "file_name": report.file_name,
            "content": content,
            "summary": _summary(report),
        },
    )
    return held


@transaction.atomic
def confirm(held: HeldStatisticsFile, *, at: datetime) -> Report:
    """Write what a held file brings, as things stand now, and throw it away.

    A second yes finds it gone (HeldStatisticsFile.DoesNotExist). Raises StatisticsFileError when
    something has changed since it was looked over; then it stays.
    """
    stored = (
        HeldStatisticsFile.objects.select_for_update().select_related("sent_by").get(pk=held.pk)
    )
    content = io.BytesIO(bytes(stored.content))
    report = import_file(content, stored.file_name, by=stored.sent_by, at=at)
    stored.delete()
    return report


def _summary(report: Report) -> dict[str, Any]:
    same = report.same_as
    return {
        "format": report.format,
        "rows": report.rows,
        "added": report.added,
        "revised": report.revised,
        "unchanged": report.unchanged,
        "kept": report.kept,
        "doubles": report.doubles,
        "known": _first(report.known),
        "new": _first(report.new),
        "renamed": _first(report.renamed),
        "areas": report.areas,
        "number_of_areas": report.number_of_areas,
        "first": report.first.isoformat() if report.first else "",
        "last": report.last.isoformat() if report.last else "",
        "passed_over": report.passed_over,
        "not_ours": report.not_ours,
        "same_as": str(same.uid) if same else "",
        "brings_nothing": report.brings_nothing,
    }


def _first(names: list[str]) -> list[str]:
    return names if len(names) <= _MOST_NAMES else [*names[:_MOST_NAMES], "…"]
