"""The worker: one process that does the jobs of the queue.

Letters are sent beside all else. It is the process that makes documents, so what is heavy is
imported here and not by the web server. Beside procrastinate's own workers it takes up again what a
killed worker had begun.
"""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, connections, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate import psycopg_connector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.contrib.django.utils import connector_params

from pledge_portal.database.schema_check import why_out_of_date
from pledge_portal.queue.jobs import (
    DOCUMENTS,
    LETTERS,
    fail,
    give_up,
    kind_of,
    pause_after,
    put_back,
)
from pledge_portal.queue.models import JobFault

# How many jobs of a queue are done at once. A mail server that hangs holds up letters alone;
# documents are made one at a time, since each takes much memory.
CONCURRENCY = {LETTERS: 2, DOCUMENTS: 1}


def check_schema_is_current() -> None:
    """Raise CommandError when the tables aren't of this edition."""
    if sentence := why_out_of_date(connection):
        raise CommandError(sentence)


def run_worker(*, until_empty: bool = False) -> None:
    """Do jobs until told to stop, or until none waits any longer.

    A job at hand is finished first; killing is as safe, only slower. Raises CommandError when the
    database is lost: whoever started the worker starts it again.
    """
    # Starts the embedded server if need be; procrastinate connects by itself.
    connection.ensure_connection()
    connection.close()
    # The thread of a job keeps no idle connection, which the server could have closed meanwhile.
    connections.settings["default"]["CONN_MAX_AGE"] = 0
    connector = psycopg_connector.PsycopgConnector(
        kwargs=connector_params(), min_size=1, max_size=4
    )
    with app.replace_connector(connector):
        asyncio.run(_do_what_waits() if until_empty else _do_what_comes())


async def _do_what_waits() -> None:
    await _take_up_stalled()
    async with app.open_async():
        await app.run_worker_async(wait=False, listen_notify=False)


async def _do_what_comes() -> None:
    async with app.open_async():
        tasks = [
            asyncio.create_task(
                app.run_worker_async(
                    queues=[queue],
                    name=queue,
                    concurrency=concurrency,
                    install_signal_handlers=False,
                    update_heartbeat_interval=settings.JOB_HEARTBEAT_SECONDS,
                )
            )
            for queue, concurrency in CONCURRENCY.items()
        ]
        tasks.append(asyncio.create_task(_see_to_stalled()))
        stop = asyncio.Event()
        for request in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(request, stop.set)
        stopping = asyncio.create_task(stop.wait())
        # A task that ends by itself takes the others along.
        await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in (*tasks, stopping):
            task.cancel()
        await asyncio.gather(*tasks, stopping, return_exceptions=True)
    if not stop.is_set():
        raise CommandError(_("Bakgrundsjobben stannade: databasen svarar inte."))


async def _see_to_stalled() -> None:
    while True:
        await _take_up_stalled()
        await asyncio.sleep(settings.JOB_HEARTBEAT_SECONDS)


def take_up_stalled() -> int:
    """Put back what killed workers had begun; return how many jobs.

    A worker counts as killed when three of its heartbeats are missing. A job whose workers are
    killed each time is tried no more often than one that fails.
    """
    silent = timezone.now() - timedelta(seconds=3 * settings.JOB_HEARTBEAT_SECONDS)
    with transaction.atomic():
        stalled = list(
            ProcrastinateJob.objects.select_for_update(of=("self",), skip_locked=True).filter(
                Q(worker=None) | Q(worker__last_heartbeat__lt=silent), status="doing"
            )
        )
        for job in stalled:
            now = timezone.now()
            JobFault.objects.create(job=job, at=now, kind=JobFault.Kind.KILLED, error="killed")
            if job.attempts + 1 >= kind_of(job.task_name).max_tries:
                fail(job.pk)
                give_up(job.task_name, job.args)
            else:
                put_back(job.pk, now + pause_after(job.attempts) if job.attempts else None)
    return len(stalled)


@sync_to_async
def _take_up_stalled() -> None:
    try:
        take_up_stalled()
    finally:
        connection.close()
