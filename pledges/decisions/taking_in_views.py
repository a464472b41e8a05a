"""Take in a draft as a pledge that was signed elsewhere."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pledge_portal.accounts.permissions import Action, StaffRequest, may, permitted
from pledge_portal.accounts.step_up import step_up_response
from pledge_portal.pages.form_views import form_page, posted, posted_files
from pledges.decisions.taking_in import SignedElsewhere, take_in
from pledges.decisions.taking_in_forms import TakeInForm
from pledges.decisions.views import decided_on
from pledges.exchange.uploads import tell_if_too_large
from pledges.writing.adoption import parties_of, party_name
from pledges.writing.adoption_checklist import check
from pledges.writing.decision_forms import DECISION_FIELDS
from pledges.writing.presentation import name_of_part
from pledges.writing.views import version_of


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.DECIDE_ON_PLEDGES)
def take_in_signed(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Take the document, the days and the word of a party."""
    pledge = decided_on(request, uid)
    if (asking := step_up_response(request)) is not None:
        return asking
    if pledge.adopted_at is not None:
        return redirect("decisions", uid=uid)
    version = version_of(pledge)
    checked = check(pledge, version.contents, version.number, timezone.localdate())
    known = {name: getattr(pledge, name) for name in DECISION_FIELDS}
    parties = [
        party_name(place)
        for place in parties_of(pledge)
        if may(request.user, Action.DECIDE_ON_PLEDGES, place)
    ]
    form = TakeInForm(
        posted(request),
        posted_files(request),
        initial={"version": version.number, "vouched_for": parties[0], **known},
        signatories=list(pledge.signatories.select_related("municipality")),
        parties=parties,
    )
    max_bytes = form.fields["file"].max_bytes  # type: ignore[attr-defined]
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""), max_bytes)

    def submit() -> HttpResponse:
        take_in(
            pledge,
            SignedElsewhere(form.cleaned_data["file"], form.days(), form.decision()),
            version=form.cleaned_data["version"],
            vouched_for=form.cleaned_data["vouched_for"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("Löftet är intaget, och alla kan läsa det."))
        return redirect("decisions", uid=uid)

    stops = [point for point in checked.stops if not point.is_of_wording]
    notes = [*(point for point in checked.stops if point.is_of_wording), *checked.notes]
    context = {
        "pledge": pledge,
        **{
            key: [(point, name_of_part(version.contents, point.part)) for point in points]
            for key, points in {"stops": stops, "notes": notes}.items()
        },
    }
    return form_page(request, "decisions/take_in.html", form, submit, context)
