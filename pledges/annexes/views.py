"""Show a draft's annexes, take new ones and take them away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import act, form_page, posted, posted_files
from pledge_portal.pages.pdf_files import pdf_response
from pledges.annexes import rules
from pledges.annexes.forms import AnnexForm
from pledges.exchange.uploads import tell_if_too_large
from pledges.models import Pledge, PledgeAnnex
from pledges.writing.open_text_views import on_open_text


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_PLEDGES)
@on_open_text
def annexes(request: StaffRequest, row: Pledge) -> HttpResponse:
    """List a draft's annexes, and take another."""
    form = AnnexForm(posted(request), posted_files(request))
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""), rules.ANNEX_BYTES)

    def submit() -> HttpResponse:
        typed = form.cleaned_data
        rules.annex(row, typed["file"], title=typed["title"], by=request.user, at=timezone.now())
        messages.success(request, _("Bilagan är tillagd: %(title)s") % {"title": typed["title"]})
        return redirect("annexes", uid=row.uid)

    context = {"pledge": row, "annexes": row.annexes.defer("content").select_related("annexed_by")}
    return form_page(request, "writing/annexes.html", form, submit, context)


@require_POST
@permitted(Action.WRITE_PLEDGES)
@on_open_text
def remove(request: StaffRequest, row: Pledge, pk: int) -> HttpResponse:
    """Take an annex away."""
    annex = get_object_or_404(row.annexes.defer("content"), pk=pk)
    return act(
        request,
        lambda: rules.remove(row, annex, by=request.user, at=timezone.now()),
        _("Bilagan är borttagen: %(title)s") % {"title": annex.title},
        "annexes",
        uid=row.uid,
    )


@require_safe
@permitted(Action.READ_PLEDGES)
def annex_file(request: StaffRequest, uid: object, pk: int) -> HttpResponse:
    """Serve an annex of a pledge that the reader may read."""
    visible = PledgeAnnex.objects.filter(pledge__in=Pledge.objects.visible_to(request.user))
    annex = get_object_or_404(visible, pledge__uid=uid, pk=pk)
    return pdf_response(annex.content, f"bilaga-{annex.position}.pdf")
