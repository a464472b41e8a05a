"""What of pledges is erased when.

What was signed or published is never erased, nor what was recorded. Files that somebody sent and
nobody said yes to are, and copies made for an archive: they can hold internal notes, and their time
is short. Other apps say what of theirs is due by `erasures`, and one command erases it all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy

from pledge_portal.database.locked_rows import delete_locked
from pledge_portal.queue.chores import chore
from pledges.models import ActionImport, ArchivePackage, HeldStatisticsFile
from pledges.records import packages
from pledges.signing import outside, paper


@dataclass(frozen=True)
class Retention:
    """What is kept, and for how long.

    `erase` takes a day, erases what has been kept that long then, and returns how many they were.
    """

    subject: str
    kept_for: timedelta
    erase: Callable[[date], int]


def _midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))


RETENTIONS = (
    Retention(
        "files of earlier actions that wait for a yes",
        ActionImport.RETENTION,
        lambda on: delete_locked(ActionImport.objects.forgotten(_midnight(on))),
    ),
    Retention(
        "files of statistics that wait for a yes",
        HeldStatisticsFile.RETENTION,
        lambda on: HeldStatisticsFile.objects.forgotten(_midnight(on)).delete()[0],
    ),
    Retention(
        "documents signed outside that wait for a yes",
        timedelta(days=outside.UNCONFIRMED_DAYS),
        outside.purge_expired,
    ),
    Retention(
        "scans of signatures on paper that nobody has confirmed",
        timedelta(days=paper.UNCONFIRMED_DAYS),
        paper.purge_expired,
    ),
    Retention(
        "archive packages",
        ArchivePackage.RETENTION,
        lambda on: packages.purge_expired(_midnight(on)),
    ),
)


def erase_of_pledges(on: date) -> int:
    """Erase what of pledges is due on a day; return how many."""
    return sum(retention.erase(on) for retention in RETENTIONS)


# What is erased every day, of all apps. Those above add theirs when the portal starts.
erasures: list[Callable[[date], int]] = [erase_of_pledges]


def erase_due(on: date) -> int:
    """Erase what has been kept as long as it may be; return how many."""
    return sum(erase(on) for erase in erasures)


@chore("erase_old_data", gettext_lazy("Gallring"))
def erase_today() -> None:
    """Erase what is due today."""
    erase_due(timezone.localdate())
