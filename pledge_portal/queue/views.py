"""The operator's pages of the queue."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from procrastinate.contrib.django import app

from pledge_portal.accounts.permissions import Action, permitted
from pledge_portal.pages.form_views import act
from pledge_portal.queue.operator_acts import all_jobs, remove, run_again
from pledge_portal.queue.presentation import job_views

_A_PAGE = 25


@require_safe
@permitted(Action.MIND_JOBS)
def jobs(request: HttpRequest) -> HttpResponse:
    """List the jobs of the queue, those that failed first."""
    app.perform_import_paths()
    page = Paginator(all_jobs(), _A_PAGE).get_page(request.GET.get("sida"))
    return render(
        request, "queue/jobs.html", {"page": page, "jobs": job_views([*page.object_list])}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MIND_JOBS)
def run_job_again(request: HttpRequest, job: int) -> HttpResponse:
    """Have a job done again, once confirmed."""
    if request.method == "POST":
        return act(request, lambda: run_again(job), _("Jobbet körs om."), "jobs")
    return _confirm(request, "queue/run_again.html", job)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MIND_JOBS)
def remove_job(request: HttpRequest, job: int) -> HttpResponse:
    """Take a job off the queue, once confirmed."""
    if request.method == "POST":
        return act(request, lambda: remove(job), _("Jobbet är borttaget."), "jobs")
    return _confirm(request, "queue/remove.html", job)


def _confirm(request: HttpRequest, template: str, job: int) -> HttpResponse:
    app.perform_import_paths()
    (view,) = job_views([get_object_or_404(all_jobs(), pk=job)])
    return render(request, template, {"job": view})
