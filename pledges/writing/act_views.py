"""Take parts of a draft away, have them back, and move them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.text import whole_number
from pledges.models import Pledge
from pledges.writing import editing, parts
from pledges.writing.open_text_views import on_open_text
from pledges.writing.part_views import back_to, named_part, tell
from pledges.writing.parts import Part, PartKind
from pledges.writing.presentation import part_in_words


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_PLEDGES)
@on_open_text
def remove(request: StaffRequest, row: Pledge, part: str) -> HttpResponse:
    """Ask whether a part shall go, and take it away; it can be had back."""
    named = named_part(part)
    latest = editing.latest_version(row, timezone.now())
    row_before = parts.part_of(latest.contents, named)
    if named.kind == PartKind.FRONT:
        raise Http404
    if row_before is None:
        messages.info(request, _("Den delen är redan borttagen."))
        return redirect("draft", uid=row.uid)
    refusal = ""
    if request.method == "POST":
        try:
            saved = editing.remove(
                row,
                named,
                base=whole_number(request.POST.get("base", "")) or 0,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            refusal = str(refused)
        else:
            name = part_in_words(latest.contents, named)
            messages.success(request, _("Borttaget: %(part)s") % {"part": name})
            return redirect(_undo_address(row, named, saved.version.number - 1))
    context = {
        "pledge": row,
        "part": named,
        "name": part_in_words(latest.contents, named),
        "base": latest.number,
        "refusal": refusal,
    }
    return render(request, "writing/remove.html", context, status=422 if refusal else 200)


def _undo_address(row: Pledge, part: Part, version: int) -> str:
    return f"{reverse('draft', args=[row.uid])}?angra={part}&version={version}"


@require_POST
@permitted(Action.WRITE_PLEDGES)
@on_open_text
def restore(request: StaffRequest, row: Pledge, part: str) -> HttpResponse:
    """Let a part say again what it did in a version."""
    named = named_part(part)
    try:
        saved = editing.restore(
            row,
            named,
            whole_number(request.POST.get("version", "")) or 0,
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("draft", uid=row.uid)
    tell(request, saved)
    return redirect(back_to(row, saved.part))


@require_POST
@permitted(Action.WRITE_PLEDGES)
@on_open_text
def move(request: StaffRequest, row: Pledge, part: str) -> HttpResponse:
    """Let a part change places with its neighbour."""
    named = named_part(part)
    try:
        editing.move(
            row,
            named,
            up=request.POST.get("vart") == "upp",
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(back_to(row, named))
