"""Announcing dialogues, reading and writing in what was said, and summing it up."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dialogues.answers import submitting
from dialogues.answers.forms import WriteInForm
from dialogues.calendar import presentation, rules
from dialogues.calendar.forms import DialogueForm, HeardForm, ReasonForm, initial_of
from dialogues.models import Dialogue, Heard, Submission
from dialogues.models.dialogue import municipalities_run_by
from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import (
    Action,
    may,
    permitted,
    require,
)
from pledge_portal.pages.refusals import Refused

_A_PAGE = 50
# What stays chosen from one paper to the next.
_HEARD = ("text_sv", "text_en")
_STAYS = ("group", "district", "source")


@require_safe
@permitted(Action.READ_SUBMISSIONS)
def dialogues(request: HttpRequest) -> HttpResponse:
    """List the dialogues of one's municipalities, the latest first."""
    found = (
        Dialogue.objects.visible_to(request.user)
        .select_related("municipality", "heard")
        .with_number_of_submissions()
        .latest_first()
    )
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("sida"))
    on = timezone.localdate()
    return render(
        request,
        "dialogues/staff/list.html",
        {
            "page": page,
            "rows": [(row, presentation.dialogue_view(row, on)) for row in page],
            "may_run": may(request.user, Action.RUN_DIALOGUES),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def add(request: HttpRequest) -> HttpResponse:
    """Begin a dialogue as a draft."""
    return _edit(
        request,
        Dialogue(),
        DialogueForm(*_posted(request), municipalities=municipalities_run_by(request.user)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def change(request: HttpRequest, dialogue: int) -> HttpResponse:
    """Change a dialogue."""
    found = _run(request, dialogue)
    form = DialogueForm(
        *_posted(request),
        municipalities=municipalities_run_by(request.user),
        dialogue=found,
        initial=initial_of(found),
    )
    return _edit(request, found, form)


def _edit(request: HttpRequest, dialogue: Dialogue, form: DialogueForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("texts_are_fine")
        place = values.pop("municipality")
        require(request.user, Action.RUN_DIALOGUES, place)
        if dialogue.pk is None:
            dialogue.municipality = place
        for name in ("title_en", "question_en", "audience_en"):
            values[name] = values[name] or None
        try:
            rules.save(dialogue, values)
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            messages.success(request, _("Dialogen är sparad."))
            return redirect("dialogue_work", dialogue.pk)
    return render(
        request,
        "dialogues/staff/edit.html",
        {"form": form, "dialogue": dialogue if dialogue.pk else None},
        status=422 if form.errors else 200,
    )


@require_safe
@permitted(Action.READ_SUBMISSIONS)
def work(request: HttpRequest, dialogue: int) -> HttpResponse:
    """Show a dialogue with what can be done with it."""
    found = get_object_or_404(
        Dialogue.objects.visible_to(request.user).select_related("municipality", "heard"),
        pk=dialogue,
    )
    counted = found.submissions.counted()
    return render(
        request,
        "dialogues/staff/work.html",
        {
            "row": found,
            "dialogue": presentation.dialogue_view(found, timezone.localdate()),
            "number": counted.count(),
            "may_run": may(request.user, Action.RUN_DIALOGUES, found.municipality),
            "heard": Heard.objects.filter(dialogue=found).first(),
        },
    )


@require_POST
@permitted(Action.RUN_DIALOGUES)
def announce(request: HttpRequest, dialogue: int) -> HttpResponse:
    """Show a draft to everyone."""
    found = _run(request, dialogue)
    try:
        rules.announce(found, timezone.now(), timezone.localdate())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Dialogen är annonserad. Alla kan se den."))
    return redirect("dialogue_work", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def call_off(request: HttpRequest, dialogue: int) -> HttpResponse:
    """Call off a dialogue, with the reason that everyone sees."""
    found = _run(request, dialogue)
    form = ReasonForm(*_posted(request))
    if request.method == "POST" and form.is_valid():
        rules.call_off(found, form.cleaned_data["reason"], timezone.now())
        messages.success(request, _("Dialogen är inställd."))
        return redirect("dialogue_work", found.pk)
    return render(
        request,
        "dialogues/staff/call_off.html",
        {"form": form, "dialogue": found},
        status=422 if form.errors else 200,
    )


@require_POST
@permitted(Action.RUN_DIALOGUES)
def delete(request: HttpRequest, dialogue: int) -> HttpResponse:
    """Throw away a draft."""
    found = _run(request, dialogue)
    try:
        rules.delete_draft(found)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("dialogue_work", dialogue)
    messages.success(request, _("Utkastet är kastat."))
    return redirect("dialogue_list")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def heard(request: HttpRequest, dialogue: int) -> HttpResponse:
    """Sum up what was heard, and publish it."""
    found = _run(request, dialogue)
    there = Heard.objects.filter(dialogue=found).first()
    initial = {name: getattr(there, name) for name in _HEARD} if there else {}
    form = HeardForm(*_posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        texts = {"text_sv": said["text_sv"], "text_en": said["text_en"] or None}
        publishes = "publicera" in request.POST
        try:
            rules.sum_up(found, texts, timezone.now(), publishes=publishes)
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            messages.success(
                request,
                _("Sammanfattningen är publicerad.")
                if publishes
                else _("Sammanfattningen är sparad."),
            )
            return redirect("dialogue_work", found.pk)
    return render(
        request,
        "dialogues/staff/heard.html",
        {"form": form, "dialogue": found, "heard": there},
        status=422 if form.errors else 200,
    )


@require_safe
@permitted(Action.READ_SUBMISSIONS)
def submissions(request: HttpRequest, dialogue: int) -> HttpResponse:
    """List what was said, the latest first; by theme if asked for."""
    found = get_object_or_404(
        Dialogue.objects.visible_to(request.user).select_related("municipality"), pk=dialogue
    )
    rows = (
        Submission.objects.visible_to(request.user)
        .filter(dialogue=found)
        .counted()
        .told()
        .select_related("contact_details")
    )
    theme = request.GET.get("tema", "")
    if theme.isdecimal():
        rows = rows.filter(ranked__theme=int(theme[:9]))
    page = Paginator(rows.order_by("-submitted_at", "-pk"), _A_PAGE).get_page(
        request.GET.get("sida")
    )
    return render(
        request,
        "dialogues/staff/submissions.html",
        {
            "dialogue": found,
            "page": page,
            "rows": [
                (presentation.submission_view(row), getattr(row, "contact_details", None))
                for row in page
            ],
            "themes": list(found.municipality.themes.in_order()),
            "theme": theme,
            "may_run": may(request.user, Action.RUN_DIALOGUES, found.municipality),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def write_in(request: HttpRequest, dialogue: int) -> HttpResponse:
    """Write in one paper after the other: after each, the empty form is there again."""
    found = _run(request, dialogue)
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    stays = {name: request.GET[name] for name in _STAYS if name in request.GET}
    form = WriteInForm(
        *_posted(request),
        dialogue=found,
        initial={"source": Submission.Source.PAPER, **stays, "sending": uuid.uuid4()},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        submitting.write_in(
            found, form.answer(), said["source"], request.user, said["sending"], timezone.now()
        )
        written = found.submissions.counted().exclude(source=Submission.Source.WEB).count()
        messages.success(
            request,
            _("Sparat. Inskrivna svar: %(n)s.") % {"n": written},
        )
        return redirect(f"{request.path}?{_staying(form)}")
    return render(
        request,
        "dialogues/staff/write_in.html",
        {"form": form, "dialogue": found},
        status=422 if form.errors else 200,
    )


def _staying(form: WriteInForm) -> str:
    return urlencode({name: form.cleaned_data[name] for name in _STAYS})


def _posted(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST,) if request.method == "POST" else ()


def _run(request: HttpRequest, dialogue: int) -> Dialogue:
    return get_object_or_404(
        Dialogue.objects.run_by(request.user).select_related("municipality"), pk=dialogue
    )
