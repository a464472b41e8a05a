"""Pages where staff read answers, and write in those on paper or aloud."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.answers import rules
from dialogues.answers.forms import WriteInForm
from dialogues.lookup import dialogue_read_by, dialogue_run_by
from dialogues.models import Submission, Theme
from dialogues.presentation import submission_view
from pledge_portal.accounts.permissions import Action, StaffRequest, may, permitted
from pledge_portal.pages.form_views import form_page, posted
from pledge_portal.pages.refusals import SentBefore
from pledge_portal.pages.text import whole_number

_PER_PAGE = 50
# What stays chosen from one paper to the next.
_STAYS = ("group", "district", "source")


@require_safe
@permitted(Action.READ_SUBMISSIONS)
def submissions(request: StaffRequest, pk: int) -> HttpResponse:
    """List the answers to a dialogue, the latest first; by theme if asked for."""
    dialogue = dialogue_read_by(request.user, pk)
    submissions = (
        Submission.objects.visible_to(request.user)
        .filter(dialogue=dialogue)
        .counted()
        .with_details()
        .select_related("contact_details")
        .order_by("-submitted_at", "-pk")
    )
    if theme := whole_number(request.GET.get("tema", "")):
        submissions = submissions.filter(ranked__theme=theme)
    page = Paginator(submissions, _PER_PAGE).get_page(request.GET.get("sida"))
    return render(
        request,
        "dialogues/staff/submissions.html",
        {
            "dialogue": dialogue,
            "page": page,
            "rows": [
                (submission_view(submission), getattr(submission, "contact_details", None))
                for submission in page
            ],
            "themes": list(Theme.objects.filter(municipality=dialogue.municipality_id).in_order()),
            "chosen_theme": theme,
            "may_run": may(request.user, Action.RUN_DIALOGUES, dialogue.municipality),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def write_in(request: StaffRequest, pk: int) -> HttpResponse:
    """Write in one paper after the other: after each, the form is empty again."""
    dialogue = dialogue_run_by(request.user, pk)
    stays = {name: request.GET[name] for name in _STAYS if name in request.GET}
    form = WriteInForm(
        posted(request),
        dialogue=dialogue,
        initial={"source": Submission.Source.PAPER, **stays, "sending": uuid.uuid4()},
    )

    context: dict[str, object] = {"dialogue": dialogue}

    def submit() -> HttpResponse:
        data = form.cleaned_data
        source, sending, at = data["source"], data["sending"], timezone.now()
        try:
            rules.write_in(dialogue, form.answer(), source, request.user, sending, at)
        except SentBefore as refused:
            form.show_sent_before(refused)
            context["first"] = submission_view(refused.stored)
            raise
        written = dialogue.submissions.counted().exclude(source=Submission.Source.WEB).count()
        messages.success(request, _("Sparat. Inskrivna svar: %(n)s.") % {"n": written})
        return redirect(f"{request.path}?{urlencode({name: data[name] for name in _STAYS})}")

    return form_page(request, "dialogues/staff/write_in.html", form, submit, context)
