"""Take parts of a draft away, have them back, move and remark on them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.refusals import Refused
from pledges.models import Pledge, Remark
from pledges.writing import editing, parts, remarking
from pledges.writing.forms import RemarkForm
from pledges.writing.open_text_views import on_open_text
from pledges.writing.part_views import back_to, initial_of, named_part, part_form, part_page, tell
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
        base = request.POST.get("base", "")
        try:
            saved = editing.remove(
                row,
                named,
                base=int(base) if base.isascii() and base.isdigit() and len(base) < 9 else 0,
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
    number = request.POST.get("version", "")
    try:
        saved = editing.restore(
            row,
            named,
            int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0,
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


@require_POST
@permitted(Action.WRITE_PLEDGES)
@on_open_text
def remark(request: StaffRequest, row: Pledge, part: str) -> HttpResponse:
    """Say something of a part to one's colleagues."""
    named = named_part(part)
    latest = editing.latest_version(row, timezone.now())
    if parts.part_of(latest.contents, named) is None:
        raise Http404
    form = RemarkForm(request.POST, auto_id="anmarkning_%s")
    if form.is_valid():
        try:
            remarking.remark(
                row,
                named,
                latest.contents,
                quoted=form.cleaned_data["quoted"],
                text=form.cleaned_data["text"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error("quoted", str(refused))
        else:
            messages.success(request, _("Kommentaren är sparad. Den syns bara för er som skriver."))
            return redirect(f"{_part_address(row, named)}#kommentarer")
    values = parts.part_of(latest.contents, named) or {}
    shown = part_form(
        named.kind,
        row,
        latest.contents,
        initial={"base": latest.number, **initial_of(named.kind, values)},
    )
    answer = part_page(request, row, latest, named, shown, remark_form=form)
    answer.status_code = 422
    return answer


def _part_address(row: Pledge, part: Part) -> str:
    return reverse("change_part", args=[row.uid, str(part)])


@require_POST
@permitted(Action.WRITE_PLEDGES)
@on_open_text
def settle(request: StaffRequest, row: Pledge, remark: int) -> HttpResponse:
    """Mark a remark as settled, or open it again."""
    remark_row = get_object_or_404(Remark.objects.visible_to(request.user), pk=remark, pledge=row)
    remarking.settle(
        remark_row, is_settled="oppna" not in request.POST, by=request.user, at=timezone.now()
    )
    return redirect(f"{_part_address(row, named_part(remark_row.part))}#kommentarer")
