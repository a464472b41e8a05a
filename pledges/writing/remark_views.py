"""Remark on parts of a draft, beside what is being typed in them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledges.models import Pledge, PledgeVersion, Remark
from pledges.writing import editing, parts, remarking
from pledges.writing.open_text_views import on_open_text
from pledges.writing.part_views import initial_of, named_part, part_form, part_page
from pledges.writing.parts import Part
from pledges.writing.remark_forms import RemarkForm, is_typed, take_remark, typed_remark


@require_POST
@permitted(Action.WRITE_PLEDGES)
@on_open_text
def remark(request: StaffRequest, row: Pledge, part: str) -> HttpResponse:
    """Say something of a part to one's colleagues."""
    named = named_part(part)
    latest = editing.latest_version(row, timezone.now())
    if parts.part_of(latest.contents, named) is not None:
        form = take_remark(request, row, named, latest.contents)
        return _beside(request, row, latest, named, form if form.errors else RemarkForm())
    if "base" not in request.POST:
        raise Http404
    return _beside(request, row, latest, named, typed_remark(request))


@require_POST
@permitted(Action.WRITE_PLEDGES)
@on_open_text
def settle(request: StaffRequest, row: Pledge, remark: int) -> HttpResponse:
    """Mark a remark as settled, or open it again."""
    remark_row = get_object_or_404(Remark.objects.visible_to(request.user), pk=remark, pledge=row)
    remarking.settle(
        remark_row, is_settled="oppna" not in request.POST, by=request.user, at=timezone.now()
    )
    latest = editing.latest_version(row, timezone.now())
    named = named_part(remark_row.part)
    return _beside(request, row, latest, named, typed_remark(request))


def _beside(
    request: StaffRequest,
    row: Pledge,
    latest: PledgeVersion,
    named: Part,
    remark_form: RemarkForm,
) -> HttpResponse:
    """Answer what was done beside a part's form.

    What is typed in it stays, neither judged nor saved. Where nothing is, the answer leads back to
    the part's page.
    """
    current = parts.part_of(latest.contents, named)
    form = part_form(named.kind, row, latest.contents, data=request.POST)
    is_unsaved = "base" in request.POST and not (
        current is not None
        and form.is_valid()
        and all(parts.plain(value) == current[name] for name, value in form.values().items())
    )
    if not is_unsaved and not is_typed(remark_form):
        return redirect(f"{reverse('change_part', args=[row.uid, str(named)])}#kommentarer")
    page: dict[str, Any] = {}
    if current is None:
        page = {"is_removed": True, "theirs_by": latest.saved_by}
    elif is_unsaved:
        messages.info(request, _("Det du har skrivit i texten är kvar, men inte sparat än."))
    typed = {name: form[name].data for name in form.fields}
    saved = {"base": latest.number, **initial_of(named.kind, current or {})}
    unjudged = part_form(
        named.kind,
        row,
        latest.contents,
        older_english=parts.older_english_of(latest.contents, named),
        initial=typed if "base" in request.POST else saved,
    )
    return part_page(request, row, latest, named, unjudged, remark_form=remark_form, **page)
