"""The page where residents answer a dialogue, without an account."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dialogues.answers import rules
from dialogues.answers.forms import SubmissionForm
from dialogues.answers.presentation import answer_context
from dialogues.lookup import get_dialogue_or_404
from dialogues.presentation import submission_view
from dialogues.reception import receipt_address, secret_of
from pledge_portal.pages.decorators import anonymous_form
from pledge_portal.pages.form_views import form_page
from pledge_portal.pages.refusals import SentBefore


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
def answer(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take in an answer, and lead to its receipt."""
    _municipality, dialogue = get_dialogue_or_404(slug, number)
    at = timezone.now()
    form = SubmissionForm(request, dialogue=dialogue)
    first: dict[str, object] = {}

    def submit() -> HttpResponse:
        sending = UUID(form.cleaned_data["sending"])
        try:
            secret = rules.submit(dialogue, form.answer(), sending, at, replaces=form.replaces)
        except SentBefore as refused:
            form.show_sent_before(refused)
            first["first"] = submission_view(refused.stored)
            first["first_address"] = reverse("own_answer", args=[secret_of(sending)])
            raise
        return redirect(receipt_address("own_answer", secret))

    # What was sent is answered even when it is too late now: it may have come in before.
    return form_page(
        request,
        "dialogues/answer.html",
        form,
        submit,
        lambda: {**answer_context(dialogue, at), **first},
    )
