"""The page where staff correct what everyone can read of dialogues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dialogues.corrections import rules
from dialogues.corrections.forms import TextCorrectionForm
from dialogues.corrections.presentation import correction_views
from dialogues.models import Heard, Quote, ThemeAnswer
from dialogues.models.dialogue import municipalities_run_by
from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import form_page, posted


@dataclass(frozen=True)
class Corrected:
    """What is corrected: its name and words, and the page that leads here."""

    subject: rules.Subject
    name: str
    words: str
    page: str
    address: str


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def correct(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Write a correction beside what is published."""
    corrected = _corrected(request.user, kind, pk)
    form = TextCorrectionForm(posted(request))

    def submit() -> HttpResponse:
        texts = {name: form.cleaned_data[name] for name in ("text_sv", "text_en")}
        rules.correct(corrected.subject, texts, by=request.user, at=timezone.now())
        messages.success(request, _("Rättelsen är publicerad."))
        return redirect(corrected.address)

    context = {
        "corrected": corrected,
        "corrections": correction_views(corrected.subject.corrections.all()),
    }
    return form_page(request, "dialogues/staff/correct.html", form, submit, context)


def _corrected(user: User, kind: str, pk: int) -> Corrected:
    """Return what a person may correct, or raise Http404."""
    own = municipalities_run_by(user).order_by().values("pk")
    rows: Any
    if kind == "hort":
        rows = Heard.objects.public().filter(dialogue__municipality__in=own)
        heard = get_object_or_404(rows.select_related("dialogue"), pk=pk)
        page = reverse("dialogue_detail", args=[heard.dialogue_id])
        return Corrected(heard, _("Vad vi hörde"), heard.text, heard.dialogue.title, page)
    if kind == "svar":
        rows = ThemeAnswer.objects.public().filter(theme__municipality__in=own)
        answer = get_object_or_404(rows.select_related("theme", "pledge", "commitment"), pk=pk)
        page = reverse("thread_work", args=[answer.pledge_id])
        words = answer.reason or f"{answer.commitment.number}. {answer.commitment.text}"
        return Corrected(answer, answer.theme.name, words, answer.pledge.title, page)
    if kind == "citat":
        rows = Quote.objects.filter(dialogue__municipality__in=own)
        quote = get_object_or_404(rows.select_related("dialogue", "submission", "theme"), pk=pk)
        page = reverse("quote_submission", args=[quote.submission.uid])
        return Corrected(quote, _("Citat"), f"”{quote.text}”", quote.dialogue.title, page)
    raise Http404
