"""Chores: what is to be done by the hour, whoever thinks of it.

A worker does them by itself, and `manage.py chores` does all of them at once, for cron or a timer
where no worker runs all day. Each finds out what is due: done again it does nothing.

    @chore("send_reminders", gettext_lazy("Påminnelser"))
    def remind() -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection
from django.utils.functional import Promise
from procrastinate.contrib.django import app

from pledge_portal.queue.jobs import DOCUMENTS, job

# Any number that nothing else in this database takes as the first of two for an advisory lock.
_CHORES = 7_151_526


Task = TypeVar("Task", bound=Callable[[], object])


@dataclass(frozen=True)
class Chore:
    """Something that is done by the hour."""

    name: str
    title: str | Promise
    run: Callable[[], object]


CHORES: list[Chore] = []


def chore(
    name: str, title: str | Promise, *, queue: str = DOCUMENTS, every_minutes: int = 60
) -> Callable[[Task], Task]:
    """Declare a function to be done once an hour, or more often.

    Each is begun some minutes after the one before. One that fails is tried again as any job is,
    and not begun anew meanwhile.
    """

    def declare(function: Task) -> Task:
        def run(timestamp: int = 0) -> None:
            with _alone(name) as is_alone:
                if is_alone:
                    function()

        minute = 5 + 3 * len(CHORES)
        CHORES.append(Chore(name, title, run))
        minutes = str(minute) if every_minutes == 60 else f"*/{every_minutes}"
        app.periodic(cron=f"{minutes} * * * *", queueing_lock=name)(
            job(name, title, queue=queue)(run)
        )
        return function

    return declare


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Say whether nobody else does the chore, and keep others from it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_CHORES, name])
        is_alone = cursor.fetchone() == (True,)
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_CHORES, name])
