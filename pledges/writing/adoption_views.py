"""Check a draft, approve it for one's party, adopt it, open it again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import posted
from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.text import whole_number
from pledges.models import Pledge, Signature
from pledges.presentation.validity import decision_in_words
from pledges.writing import adoption
from pledges.writing.adoption_checklist import check
from pledges.writing.decision_forms import DECISION_FIELDS, AdoptForm
from pledges.writing.presentation import name_of_part
from pledges.writing.views import version_of


def _found(request: StaffRequest, uid: UUID) -> Pledge:
    """Return a draft that the reader may read.

    Signatories approve what others write.
    """
    visible = Pledge.objects.visible_to(request.user).select_related("police_area")
    return get_object_or_404(visible, uid=uid)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.READ_PLEDGES)
def review(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show the checklist and the parties' approvals; adopt when all is there."""
    row = _found(request, uid)
    if row.adopted_at is not None:
        return redirect("adopted", uid=row.uid)
    version = version_of(row)
    checked = check(row, version.contents, version.number, timezone.localdate())
    may_adopt = adoption.may_adopt(request.user, row)
    known = {name: getattr(row, name) for name in DECISION_FIELDS}
    form = AdoptForm(posted(request), initial={"version": version.number, **known})
    if request.method == "POST":
        if not may_adopt:
            raise PermissionDenied
        if form.is_valid():
            try:
                adoption.adopt(
                    row,
                    version=form.cleaned_data["version"],
                    notes_are_read=form.cleaned_data["notes_are_read"],
                    at=timezone.now(),
                    decision=form.decision(),
                )
            except Refused as refused:
                form.add_errors(refused.faults)
                form.rebase(version.number)
            else:
                messages.success(
                    request,
                    _("Löftet är antaget och texten är låst. Nu ska det undertecknas."),
                )
                return redirect("adopted", uid=row.uid)
    approvals = adoption.approvals_of(row, version.number)
    own = adoption.places_to_approve_for(request.user, row)
    context = {
        "pledge": row,
        "version": version,
        "checked": checked,
        "stops": [(point, name_of_part(version.contents, point.part)) for point in checked.stops],
        "notes": [(point, name_of_part(version.contents, point.part)) for point in checked.notes],
        "approvals": [
            (
                approval,
                adoption.party_name(approval.place),
                approval.place in own,
                _key(approval.place),
            )
            for approval in approvals
        ],
        "all_approve": all(approval.approval for approval in approvals),
        "form": form,
        "may_adopt": may_adopt,
        "may_write": Pledge.objects.drafted_by(request.user).filter(pk=row.pk).exists(),
    }
    return render(request, "writing/review.html", context, status=422 if form.errors else 200)


def _key(place: adoption.Place) -> str:
    """Return what names a party in a form."""
    return f"{place._meta.model_name}-{place.pk}"


@require_POST
@permitted(Action.APPROVE_PLEDGES)
def approve(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Approve the text for one's party, or take the approval back."""
    row = _found(request, uid)
    asked = request.POST.get("part", "")
    own = {_key(place): place for place in adoption.places_to_approve_for(request.user, row)}
    if asked not in own:
        raise PermissionDenied
    name = adoption.party_name(own[asked])
    try:
        if "ta_tillbaka" in request.POST:
            adoption.withdraw_approval(row, own[asked])
            messages.success(
                request, _("%(party)s godkänner inte längre texten.") % {"party": name}
            )
        else:
            adoption.approve(
                row,
                own[asked],
                version=whole_number(request.POST.get("version", "")) or 0,
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("%(party)s har godkänt texten.") % {"party": name})
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("review_draft", uid=row.uid)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.READ_PLEDGES)
def adopted(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show an adopted pledge: what comes now, and the way back.

    There is one before anyone has signed.
    """
    row = _found(request, uid)
    if row.adopted_at is None:
        return redirect("review_draft", uid=row.uid)
    may_open = adoption.may_adopt(request.user, row)
    is_signed = Signature.objects.filter(pledge=row).exists()
    refusal = ""
    if request.method == "POST":
        if not may_open:
            raise PermissionDenied
        try:
            adoption.open_again(row)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("Texten är öppen igen. Dokumentet är kastat."))
            return redirect("draft", uid=row.uid)
    context = {
        "pledge": row,
        "decision": decision_in_words(row),
        "document": row.documents.defer("content").order_by("step").first(),
        "signatories": row.signatories.select_related("municipality", "signature"),
        "may_open": may_open and not is_signed,
        "refusal": refusal,
    }
    return render(request, "writing/adopted.html", context, status=422 if refusal else 200)
