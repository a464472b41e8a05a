"""Begin a new text of a signed pledge, from a day on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import confirm_page, posted
from pledges.decisions.forms import ReviseForm
from pledges.decisions.views import decided_on, question_of
from pledges.models import Pledge
from pledges.writing.starting import (
    begin_revision,
    being_revised_sentence,
    free_period,
    revisions_being_written,
)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.DECIDE_ON_PLEDGES)
def revise(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Ask from which day, and begin a draft that says what the pledge does."""
    pledge = decided_on(request, uid)
    if not Pledge.objects.drafted_by(request.user).filter(pk=pledge.pk).exists():
        raise PermissionDenied
    others = revisions_being_written(pledge)
    form = ReviseForm(
        posted(request),
        is_being_revised=bool(others),
        today=timezone.localdate(),
        initial={"period": free_period(pledge)},
    )

    def submit() -> HttpResponse:
        version = begin_revision(
            pledge,
            valid_from=form.cleaned_data["valid_from"],
            period=form.cleaned_data["period"],
            by=request.user,
            at=timezone.now(),
            begins_another=bool(form.cleaned_data.get("begins_another")),
        )
        messages.success(request, _("Utkastet är påbörjat. Skriv det tillsammans."))
        return redirect("draft", uid=version.pledge.uid)

    question = question_of(
        request,
        pledge,
        "revise_pledge",
        title=_("Revidera löftet"),
        text=_(
            "Ett utkast börjar med löftets text, för samma parter och till samma sista dag. När "
            "det är antaget och undertecknat tar det över från dagen som du skriver. Varje "
            "åtagande fortsätter det som det är skrivet av, om ni inte säger något annat i "
            "utkastet. Löftet som är undertecknat ändras inte."
        ),
        button=_("Börja utkastet"),
        subject=" ".join(map(being_revised_sentence, others)),
    )
    return confirm_page(request, question, submit, form)
