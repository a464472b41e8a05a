"""Jobs in tests: done in the test's own transaction, when what put them on the queue is committed.

A test that nothing commits, as most, has them done by `run_jobs`. The real worker is tested in
tests/queue/.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from procrastinate import JobContext, sql
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Job, JobDeferrer

from pledge_portal.database.acting import as_portal
from pledge_portal.queue.jobs import JobFailed, fail, put_back


def run_jobs() -> int:
    """Do the jobs that wait for nothing but a worker, and those that they put on the queue.

    Returns how many succeeded. What becomes of one that fails is what a worker makes of it.
    """
    app.perform_import_paths()
    done = 0
    with as_portal():
        while job := _next():
            assert job.id is not None
            task = app.tasks[job.task_name]
            try:
                task.func(_context(job), **job.task_kwargs)
            except JobFailed as error:
                retry = task.get_retry_exception(error, job)
                if retry is None:
                    fail(job.id)
                else:
                    assert retry.retry_decision.retry_at is not None
                    put_back(job.id, retry.retry_decision.retry_at)
            else:
                done += 1
                DjangoConnector().execute_query(
                    sql.queries["finish_job"], job_id=job.id, status="succeeded", delete_job=True
                )
    return done


def _context(job: Job) -> JobContext:
    return JobContext(app=app, job=job, start_timestamp=0, abort_reason=lambda: None)


def _next() -> Job | None:
    row = DjangoConnector().execute_query_one(sql.queries["fetch_job"], queues=None, worker_id=None)
    return Job.from_row(row) if row["id"] is not None else None


@pytest.fixture(autouse=True, scope="session")
def _jobs_are_done_at_commit() -> Iterator[None]:
    """Do jobs at once when they have been committed, as a worker that listens would."""
    original = JobDeferrer.defer

    def defer(self: JobDeferrer, **arguments: Any) -> int:
        job = original(self, **arguments)
        transaction.on_commit(run_jobs)
        return job

    JobDeferrer.defer = defer  # type: ignore[method-assign]
    yield
    JobDeferrer.defer = original  # type: ignore[method-assign]
