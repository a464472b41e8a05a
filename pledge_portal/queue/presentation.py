"""What the operator is told of a job.

That is its kind, when it was tried and why it failed.

Nothing is told of its arguments or of an error's own text, which can name people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from pledge_portal.queue.jobs import kind_of
from pledge_portal.queue.models import JobFault

# The state of a job in words, and the look of its mark.
_STATES: dict[str, str | Promise] = {
    "failed": _("Misslyckades"),
    "doing": _("Pågår"),
    "todo": _("Väntar"),
}


@dataclass(frozen=True)
class JobView:
    """A job as the operator sees it.

    `next_at` is when it is tried again, if it waits for that.
    """

    pk: int
    title: str | Promise
    state: str | Promise
    is_failed: bool
    can_be_changed: bool
    put_at: datetime | None
    tried_at: Sequence[datetime]
    max_tries: int
    next_at: datetime | None
    faults: Sequence[JobFault]


def job_views(jobs: Sequence[ProcrastinateJob]) -> list[JobView]:
    """Return the jobs as they are shown, by two more queries."""
    keys = [job.pk for job in jobs]
    moments: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    events = ProcrastinateEvent.objects.filter(job__in=keys, type__in=["deferred", "started"])
    for job_id, kind, at in events.order_by("at").values_list("job_id", "type", "at"):
        if at is not None:
            moments[job_id, kind].append(at)
    faults: dict[int, list[JobFault]] = defaultdict(list)
    for fault in JobFault.objects.filter(job__in=keys):
        faults[fault.job_id].append(fault)
    return [
        JobView(
            pk=job.pk,
            title=kind_of(job.task_name).title,
            state=_STATES.get(job.status, job.status),
            is_failed=job.status == "failed",
            can_be_changed=job.status != "doing",
            put_at=next(iter(moments[job.pk, "deferred"]), None),
            tried_at=moments[job.pk, "started"],
            max_tries=kind_of(job.task_name).max_tries,
            next_at=job.scheduled_at if job.status == "todo" else None,
            faults=faults[job.pk],
        )
        for job in jobs
    ]
