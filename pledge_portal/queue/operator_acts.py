"""What the operator may do with the jobs of the queue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Case, Exists, Max, OuterRef, Value, When
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from pledge_portal.database.locked_rows import locked_keys
from pledge_portal.pages.refusals import Refused
from pledge_portal.queue.jobs import give_up, put_back
from pledge_portal.queue.models import JobFault


def all_jobs() -> models.QuerySet[ProcrastinateJob, Any]:
    """Return the jobs of the queue, those that failed first."""
    order = Case(
        When(status="failed", then=Value(0)), When(status="doing", then=Value(1)), default=Value(2)
    )
    return ProcrastinateJob.objects.order_by(order, "-pk")


def failed_jobs() -> models.QuerySet[ProcrastinateJob, Any]:
    """Return the jobs that are tried no more."""
    return ProcrastinateJob.objects.filter(status="failed")


@transaction.atomic
def run_again(job: int) -> None:
    """Have a job that failed, or waits for its next try, done at once.

    Raises Refused when it is being done, or is no more.
    """
    row = _locked(job)
    if row.status == "failed":
        put_back(row.pk)
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE id = %s", [row.pk]
            )


@transaction.atomic
def remove(job: int) -> None:
    """Take a job off the queue for good.

    Raises Refused when it is being done, or is no more.
    """
    row = _locked(job)
    give_up(row.task_name, row.args)
    _remove([row.pk])


@transaction.atomic
def remove_failed(before: datetime) -> int:
    """Remove the jobs that failed for good before a moment; return how many."""
    failed = failed_jobs().alias(last=Max("procrastinateevent__at")).filter(last__lt=before)
    # Who tries one again meanwhile is faster.
    removed = locked_keys(failed_jobs().filter(pk__in=list(failed.values_list("pk", flat=True))))
    _remove(removed)
    jobs = ProcrastinateJob.objects.filter(pk=OuterRef("job"))
    JobFault.objects.filter(~Exists(jobs)).delete()
    return len(removed)


def _locked(job: int) -> ProcrastinateJob:
    row = ProcrastinateJob.objects.select_for_update().filter(pk=job).first()
    if row is None:
        raise Refused(_("Jobbet finns inte längre: det är klart eller borttaget."))
    if row.status == "doing":
        raise Refused(_("Jobbet pågår just nu."))
    return row


def _remove(jobs: Iterable[int]) -> None:
    """Delete jobs, which Django's own model of them refuses."""
    keys = list(jobs)
    JobFault.objects.filter(job__in=keys).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [keys])
