"""Tying residents' words to what is promised."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.calendar.presentation import submission_view
from dialogues.models import Quote, Submission, Theme, ThemeAnswer
from dialogues.models.dialogue import Dialogue, municipalities_run_by
from dialogues.thread import rules
from dialogues.thread.forms import AnswerThemeForm, QuoteForm
from dialogues.thread.presentation import theme_views
from pledge_portal.accounts.permissions import Action, permitted
from pledge_portal.pages.refusals import Refused
from pledges.models import Pledge

_REASONS = ("reason_sv", "reason_en")


@require_safe
@permitted(Action.RUN_DIALOGUES)
def pledges(request: HttpRequest) -> HttpResponse:
    """List the pledges of one's municipalities, the latest first."""
    rows = _own(request).order_by("-valid_from", "-pk")
    return render(request, "dialogues/staff/threads.html", {"pledges": rows[:100]})


@require_safe
@permitted(Action.RUN_DIALOGUES)
def themes(request: HttpRequest, pledge: int) -> HttpResponse:
    """Show what each theme led to in a pledge, those not answered first of all."""
    found = get_object_or_404(_own(request), pk=pledge)
    answers = list(ThemeAnswer.objects.of(found))
    views = []
    for place in _places(request, found):
        shown = dict(theme_views(rules.dialogues_before(found, place), answers))
        for theme in Theme.objects.filter(municipality=place).in_order():
            if not theme.is_retired or theme in shown:
                views.append((theme, shown.get(theme)))
    return render(request, "dialogues/staff/thread.html", {"pledge": found, "themes": views})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def answer_theme(request: HttpRequest, pledge: int, theme: int) -> HttpResponse:
    """Say which commitments answer a theme, or why none does."""
    found = get_object_or_404(_own(request), pk=pledge)
    asked = get_object_or_404(Theme, pk=theme, municipality__in=_places(request, found))
    there = list(ThemeAnswer.objects.filter(pledge=found, theme=asked))
    reason = next((each for each in there if each.commitment_id is None), None)
    form = AnswerThemeForm(
        *_posted(request),
        commitments=found.commitments.order_by("number"),
        initial={
            "commitments": [each.commitment_id for each in there if each.commitment_id],
            **{name: getattr(reason, name) or "" for name in _REASONS if reason},
        },
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            reasons = {name: said[name] for name in _REASONS}
            rules.answer_theme(found, asked, said["commitments"], reasons)
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            messages.success(request, _("Svaret på temat är sparat."))
            return redirect("thread_work", found.pk)
    return render(
        request,
        "dialogues/staff/answer_theme.html",
        {"form": form, "pledge": found, "theme": asked},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def quote(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Let everyone read some words of a submission, or take them away again."""
    run = Dialogue.objects.run_by(request.user).order_by().values("pk")
    found = get_object_or_404(Submission.objects.counted().told().filter(dialogue__in=run), uid=uid)
    if "ta-bort" in request.POST:
        Quote.objects.filter(submission=found).delete()
        messages.success(request, _("Citatet är borttaget."))
        return redirect("submissions", found.dialogue_id)
    ranked = [row.theme_id for row in found.ranked.all()]
    form = QuoteForm(
        *_posted(request),
        themes=Theme.objects.filter(municipality=found.dialogue.municipality_id).in_order(),
        initial={
            "text": found.text[: rules.LONGEST_QUOTE],
            "theme": ranked[0] if ranked else None,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            rules.quote(found, form.cleaned_data["theme"], form.cleaned_data["text"])
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            messages.success(request, _("Citatet visas nu för alla."))
            return redirect("submissions", found.dialogue_id)
    return render(
        request,
        "dialogues/staff/quote.html",
        {
            "form": form,
            "dialogue": found.dialogue,
            "submission": submission_view(found),
            "quotes": list(found.quotes.select_related("theme")),
        },
        status=422 if form.errors else 200,
    )


def _posted(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST,) if request.method == "POST" else ()


def _own(request: HttpRequest) -> Any:
    places = municipalities_run_by(request.user).order_by().values("pk")
    parties = Pledge.objects.filter(parties__municipality__in=places).order_by().values("pk")
    return Pledge.objects.filter(pk__in=parties)


def _places(request: HttpRequest, pledge: Pledge) -> Any:
    return municipalities_run_by(request.user).filter(pledge_parties__pledge=pledge)
