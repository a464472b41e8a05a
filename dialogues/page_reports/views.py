"""List of what readers say is wrong on pages, for those who mend them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dialogues.models import PageReport
from dialogues.page_reports import rules
from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import act

_MOST = 100


@require_safe
@permitted(Action.KEEP_CONTACTS)
def page_reports(request: StaffRequest) -> HttpResponse:
    """List what waits, the oldest first."""
    reports = PageReport.objects.visible_to(request.user).waiting().select_related("municipality")
    return render(request, "dialogues/staff/page_reports.html", {"reports": reports[:_MOST]})


@require_POST
@permitted(Action.KEEP_CONTACTS)
def handled(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that one is dealt with."""
    report = get_object_or_404(PageReport.objects.visible_to(request.user), pk=pk)
    return act(
        request,
        lambda: rules.handle(report, timezone.now()),
        _("Meddelandet är avklarat."),
        "page_reports",
    )
