"""Answering a dialogue without an account, and the private link to what one has said."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.answers import submitting
from dialogues.answers.forms import SubmissionForm, initial_of
from dialogues.calendar.presentation import dialogue_view, submission_view
from dialogues.calendar.public_views import found_dialogue
from dialogues.models import Dialogue, Submission
from dialogues.thread.presentation import what_became
from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.guards import anonymous_form, private_page
from pledge_portal.pages.open_forms import WORK_BITS
from pledge_portal.pages.refusals import Refused

_SAYS_THANKS = "tack"


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
def answer(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take in an answer, and lead to its receipt."""
    _place, row = found_dialogue(slug, number)
    at = timezone.now()
    closed = submitting.closed_because(row, at)
    form = SubmissionForm(request, dialogue=row)
    # What was sent is answered even when it is too late now: it may have come in before.
    if form.is_bound and form.is_valid():
        try:
            secret = submitting.submit(row, form.answer(), UUID(form.cleaned_data["sending"]), at)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(f"{reverse('own_answer', args=[secret])}?{_SAYS_THANKS}")
    return _form_page(request, form, row, closed)


def _form_page(
    request: HttpRequest, form: SubmissionForm, row: Dialogue, closed: str, secret: str = ""
) -> HttpResponse:
    response = render(
        request,
        "dialogues/answer.html",
        {
            "form": form,
            "municipality": row.municipality,
            "dialogue": dialogue_view(row, timezone.localdate()),
            "closed": closed,
            "secret": secret,
            "work_bits": WORK_BITS,
        },
        status=form.status if form.errors else 200,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
@private_page
def own(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what one has said, to whoever holds the private link."""
    found = _found(secret)
    return render(
        request,
        "dialogues/own_answer.html",
        {
            "secret": secret,
            "submission": submission_view(found),
            "contact": getattr(found, "contact_details", None),
            "dialogue": dialogue_view(found.dialogue, timezone.localdate()),
            "municipality": found.dialogue.municipality,
            "became": what_became(found),
            "can_be_changed": found.can_be_changed(timezone.localdate()),
            "says_thanks": _SAYS_THANKS in request.GET,
            "address": request.build_absolute_uri(reverse("own_answer", args=[secret])),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@anonymous_form
def change(request: HttpRequest, secret: str) -> HttpResponse:
    """Let one change what one has said until the dialogue closes."""
    found = _found(secret)
    if found.withdrawn_at is not None:
        return redirect("own_answer", secret)
    at = timezone.now()
    closed = submitting.closed_because(found.dialogue, at)
    form = SubmissionForm(
        request, dialogue=found.dialogue, initial=initial_of(submitting.answer_of(found))
    )
    if form.is_bound and form.is_valid():
        try:
            submitting.change(secret, form.answer(), at)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("own_answer", secret)
    return _form_page(request, form, found.dialogue, closed, secret)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@anonymous_form
def withdraw(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask whether to take the answer back, and do it."""
    found = _found(secret)
    if request.method == "POST":
        submitting.withdraw(secret, timezone.now())
        return redirect("own_answer", secret)
    return render(
        request,
        "dialogues/withdraw.html",
        {"secret": secret, "submission": submission_view(found)},
    )


def _found(secret: str) -> Submission:
    found = submitting.by_secret(secret)
    if found is None:
        raise NotHere(
            _("Länken leder inte till något svar. Se efter att hela adressen kom med."),
            reverse("start"),
            _("Hitta din kommun"),
        )
    return found
