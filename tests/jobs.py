"""Jobs in tests: done in the test's own transaction, at its commit.

A test that nothing commits, as most, has them done by `run_jobs`. The real worker is tested in
tests/queue/.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Now
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import JobDeferrer

from pledge_portal.database.acting import as_portal
from pledge_portal.queue.jobs import fail, put_back

# Posters take seconds to draw, and any signature asks for them.
_DRAWN_WHEN_ASKED = "renew_pledge_sheets"


def run_jobs(*, with_sheets: bool = False) -> int:
    """Do the jobs that are due, and those that they put on the queue.

    Posters are drawn only `with_sheets`. Returns how many succeeded. What becomes of one that fails
    is what a worker makes of it.
    """
    done = 0
    with as_portal():
        due = _due() if with_sheets else _due().exclude(task_name=_DRAWN_WHEN_ASKED)
        while key := due.order_by("-priority", "pk").values_list("pk", flat=True).first():
            done += run_job(key)
    return done


def run_job(key: int) -> bool:
    """Do a job if it waits; return whether it succeeded."""
    app.perform_import_paths()
    with as_portal():
        row = _due().filter(pk=key).first()
        if row is None:
            return False
        job = row.procrastinate_job
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [key])
        task = app.tasks[job.task_name]
        context = JobContext(app=app, job=job, start_timestamp=0, abort_reason=lambda: None)
        try:
            task.func(context, **job.task_kwargs)
        except Exception as error:  # noqa: BLE001 - as a worker does
            retry = task.get_retry_exception(error, job)
            if retry is None:
                fail(key)
            else:
                put_back(key, retry.retry_decision.retry_at)
            return False
        with connection.cursor() as cursor:
            cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', true)", [key])
        return True


def _due() -> models.QuerySet[ProcrastinateJob, Any]:
    return ProcrastinateJob.objects.filter(
        Q(scheduled_at=None) | Q(scheduled_at__lte=Now()), status="todo"
    )


@pytest.fixture(autouse=True, scope="session")
def _jobs_are_done_at_commit() -> Iterator[None]:
    """Do jobs as soon as they are committed, as a worker would."""
    original = JobDeferrer.defer

    def defer(self: JobDeferrer, **arguments: Any) -> int:
        job = original(self, **arguments)
        if self.job.task_name != _DRAWN_WHEN_ASKED:
            transaction.on_commit(partial(run_job, job))
        return job

    JobDeferrer.defer = defer  # type: ignore[method-assign]
    yield
    JobDeferrer.defer = original  # type: ignore[method-assign]
