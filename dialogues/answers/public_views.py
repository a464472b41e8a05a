"""The page where residents answer a dialogue, without an account."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dialogues.answers import rules
from dialogues.answers.forms import SubmissionForm
from dialogues.answers.presentation import answer_context
from dialogues.lookup import get_dialogue_or_404
from dialogues.reception import receipt_address
from pledge_portal.pages.decorators import anonymous_form
from pledge_portal.pages.form_views import form_page


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
def answer(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take in an answer, and lead to its receipt."""
    _municipality, dialogue = get_dialogue_or_404(slug, number)
    at = timezone.now()
    form = SubmissionForm(request, dialogue=dialogue)

    def submit() -> HttpResponse:
        sending = UUID(form.cleaned_data["sending"])
        secret = rules.submit(dialogue, form.answer(), sending, at)
        return redirect(receipt_address("own_answer", secret))

    # What was sent is answered even when it is too late now: it may have come in before.
    return form_page(
        request, "dialogues/answer.html", form, submit, lambda: answer_context(dialogue, at)
    )
