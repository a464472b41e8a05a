"""Have archive packages made in the workspace, follow that, fetch them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, StaffRequest, permitted, places_of
from pledge_portal.accounts.step_up import step_up_response
from pledge_portal.pages.form_views import posted
from pledges.lifecycle import standing
from pledges.models import ArchivePackage, Municipality, Pledge, PoliceArea, archivable_by
from pledges.records import packages
from pledges.records.exporting import ExportError
from pledges.records.forms import PackageForm

_A_PAGE = 20
_LATEST = 50


@require_safe
@permitted(Action.EXPORT_RECORDS)
def overview(request: HttpRequest) -> HttpResponse:
    """List the pledges of one's places, each with the latest package of it."""
    pledges = archivable_by(request.user).with_standing().order_by("-valid_from", "-pk")
    page = Paginator(pledges, _A_PAGE).get_page(request.GET.get("sida"))
    latest = (
        ArchivePackage.objects.visible_to(request.user)
        .filter(pledge__in=[pledge.pk for pledge in page.object_list])
        .select_related("asked_by")
        .order_by("pledge_id", "-asked_at", "-pk")
        .distinct("pledge_id")
    )
    by_pledge = {package.pledge_id: package for package in latest}
    today = timezone.localdate()
    rows = [
        (pledge, standing(pledge, today).state, by_pledge.get(pledge.pk))
        for pledge in page.object_list
    ]
    return render(request, "records/overview.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.EXPORT_RECORDS)
def of_pledge(request: StaffRequest, pledge: int) -> HttpResponse:
    """List the packages of a pledge, and have one more made when asked to."""
    pledge_row = get_object_or_404(archivable_by(request.user).with_standing(), pk=pledge)
    now = timezone.now()
    form = PackageForm(
        posted(request),
        holders=_holders(request.user, pledge_row),
        is_operator=request.user.is_superuser,
        is_public=bool(pledge_row.validity_periods.all()),
    )
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["innehall"]
        try:
            asked = packages.ask_for(pledge_row, kind, form.holder, by=request.user, at=now)
        except ExportError as fault:
            form.add_error(None, str(fault))
        else:
            return redirect("archive_package", uid=asked.uid)
    made = (
        ArchivePackage.objects.visible_to(request.user)
        .filter(pledge=pledge_row)
        .select_related("asked_by", "municipality", "police_area")
        .latest_first()[:_LATEST]
    )
    return render(
        request,
        "records/pledge.html",
        {
            "pledge": pledge_row,
            "parties": pledge_row.places,
            "form": form,
            "packages": made,
            "days": ArchivePackage.RETENTION.days,
        },
        status=422 if form.errors else 200,
    )


def _holders(user: User, pledge: Pledge) -> list[Municipality | PoliceArea]:
    """Return the parties of a pledge that a person may make packages for."""
    own: list[Any] = places_of(user, Action.EXPORT_RECORDS)
    return [municipality for municipality in pledge.givers if municipality in own]


@require_safe
@permitted(Action.EXPORT_RECORDS)
def package(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a package: how far it has come, or what it is and where.

    htmx asks for the progress alone, and is told to show the whole page again at the end.
    """
    archive_package = _found(request, uid)
    context = {"package": archive_package, "days": ArchivePackage.RETENTION.days}
    if request.headers.get("HX-Request"):
        response = render(request, "records/_progress.html", context)
        if not archive_package.is_under_way:
            response.headers["HX-Refresh"] = "true"
        return response
    context["is_kept"] = archive_package.is_ready and archive_package.pieces.exists()
    return render(request, "records/package.html", context)


@require_safe
@permitted(Action.EXPORT_RECORDS)
def download(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Hand out a package.

    One with secrets only to whoever has just shown who they are.
    """
    archive_package = _found(request, uid)
    if not archive_package.is_ready or not archive_package.pieces.exists():
        raise Http404
    if archive_package.kind == ArchivePackage.Kind.WHOLE:
        # A file that comes at once would leave the page that asks for the code standing.
        confirm = step_up_response(
            request, back_to=reverse("archive_package", args=[archive_package.uid])
        )
        if confirm is not None:
            return confirm
    parts = packages.bytes_of(archive_package) if request.method == "GET" else iter(())
    response = StreamingHttpResponse(parts, content_type="application/zip")
    response.headers["Content-Length"] = str(archive_package.size)
    response.headers["Content-Disposition"] = f'attachment; filename="{archive_package.file_name}"'
    return response


def _found(request: HttpRequest, uid: UUID) -> ArchivePackage:
    rows = ArchivePackage.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("pledge", "asked_by", "municipality", "police_area"), uid=uid
    )
