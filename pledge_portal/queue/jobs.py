"""Kinds of jobs, and putting one on the queue.

A kind is declared beside what it is about, in a module that PROCRASTINATE_IMPORT_PATHS names:

    @job("send_letter", gettext_lazy("Brev"), queue=LETTERS)
    def send_letter(letter: int) -> None: ...

    defer(send_letter, letter=letter.pk)

Its name stands in the database, so it is never changed while jobs of it may wait.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.functional import Promise
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job, JobDeferrer
from procrastinate.manager import JobManager
from procrastinate.tasks import Task

from pledge_portal.database.acting import as_portal
from pledge_portal.queue.models import JobFault

_logger = logging.getLogger(__name__)

# A slow mail server keeps no document waiting, nor the other way round.
LETTERS = "letters"
DOCUMENTS = "documents"

# Twenty tries take about three days, as long as other mail servers keep trying.
MAX_TRIES = 20
FIRST_PAUSE = timedelta(seconds=30)
MAX_PAUSE = timedelta(hours=6)


class GrowingPauses(BaseRetryStrategy):
    """Tries again after pauses that double, so many times."""

    def __init__(self, max_tries: int) -> None:
        self.max_tries = max_tries

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again; None when it has been tried often enough."""
        if job.attempts + 1 >= self.max_tries:
            return None
        return RetryDecision(retry_at=timezone.now() + pause_after(job.attempts + 1))


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries that have failed, from 1."""
    return min(MAX_PAUSE, FIRST_PAUSE * 2 ** min(tries - 1, 20))


@dataclass(frozen=True)
class Kind:
    """A kind of job, and what people call it.

    `given_up` is called with the job's arguments when its last try has failed, or the operator
    takes it off the queue.
    """

    title: str | Promise
    max_tries: int = MAX_TRIES
    given_up: Callable[..., object] | None = None


KINDS: dict[str, Kind] = {}


def job(
    name: str,
    title: str | Promise,
    *,
    queue: str = DOCUMENTS,
    priority: int = 0,
    max_tries: int = MAX_TRIES,
    given_up: Callable[..., object] | None = None,
) -> Callable[[Callable[..., object]], Task[Any, Any, Any]]:
    """Declare a function of keyword arguments to be a kind of job.

    Of two jobs that wait in a queue the one with the higher `priority` is done first.
    """

    def declare(function: Callable[..., object]) -> Task[Any, Any, Any]:
        def attempt(context: JobContext, **arguments: Any) -> None:
            try:
                function(**arguments)
            except Exception as error:
                _record(context.job, error)
                raise

        KINDS[name] = Kind(title, max_tries, given_up)
        retry = GrowingPauses(max_tries)
        return app.task(name=name, queue=queue, priority=priority, retry=retry, pass_context=True)(
            attempt
        )

    return declare


def defer(kind: Task[Any, Any, Any], *, once: str | None = None, **arguments: Any) -> None:
    """Put a job on the queue, in the transaction that is open.

    That is the one on Django's connection. With `once`, nothing is put there while another with the
    same value waits.
    """
    deferrer = kind.configure(queueing_lock=once)
    try:
        # A failed INSERT must not break the caller's transaction.
        with as_portal(), transaction.atomic():
            JobDeferrer(job_manager=_manager, job=deferrer.job).defer(**arguments)
    except AlreadyEnqueued:
        return


# On Django's connection, also within a worker: procrastinate's own connections there know nothing
# of the transaction that a job has open.
_manager = JobManager(DjangoConnector())


def put_back(job: int, at: datetime | None = None) -> None:
    """Have a job done again from `at` on, or at once.

    It is being done, or has failed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_retry_job_v2(%s, %s, NULL, NULL, NULL)", [job, at])


def fail(job: int) -> None:
    """Have a job that is being done count as failed for good."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [job])


def kind_of(name: str) -> Kind:
    """Return a kind of job; one of an older version is called by its name."""
    return KINDS.get(name) or Kind(name)


def give_up(name: str, arguments: dict[str, Any]) -> None:
    """Let a kind of job do what it does when it will never succeed."""
    if (given_up := kind_of(name).given_up) is not None:
        given_up(**arguments)


def _record(job: Job, error: Exception) -> None:
    """Keep why a try failed: the error's type, as its text can name people."""
    about = {"job": job.id, "kind": job.task_name, "tries": job.attempts + 1}
    _logger.warning("job.failed", extra=about, exc_info=error)
    try:
        with as_portal():
            JobFault.objects.create(
                job_id=cast(int, job.id),
                at=timezone.now(),
                kind=JobFault.Kind.from_error(error),
                error=error_name(error)[:200],
            )
            if job.attempts + 1 >= kind_of(job.task_name).max_tries:
                give_up(job.task_name, job.task_kwargs)
    except DatabaseError:
        _logger.exception("job.fault_not_kept", extra=about)


def error_name(error: BaseException) -> str:
    """Return the full names of an error's type and of its causes'."""
    kind = type(error)
    name = kind.__qualname__
    if kind.__module__ != "builtins":
        name = f"{kind.__module__}.{name}"
    return name if error.__cause__ is None else f"{name} ← {error_name(error.__cause__)}"
