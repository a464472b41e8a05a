"""Pages where staff announce dialogues and sum up what was heard."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dialogues.calendar import rules
from dialogues.calendar.forms import DialogueForm, HeardForm, ReasonForm, initial_of
from dialogues.corrections.presentation import correction_views
from dialogues.lookup import dialogue_run_by
from dialogues.models import Dialogue, Heard
from dialogues.models.dialogue import municipalities_run_by
from dialogues.presentation import dialogue_view
from pledge_portal.accounts.permissions import Action, StaffRequest, may, permitted, require
from pledge_portal.pages.english_fields import STILL_RIGHT
from pledge_portal.pages.erasure_marks import erasure_note
from pledge_portal.pages.form_views import act, form_page, posted
from pledge_portal.pages.refusals import Refused

_PER_PAGE = 50
_HEARD = ("text_sv", "text_en")
_MAY_BE_MISSING = ("title_en", "question_en", "audience_en")


@require_safe
@permitted(Action.READ_SUBMISSIONS)
def dialogues(request: StaffRequest) -> HttpResponse:
    """List the dialogues of one's municipalities, the latest first."""
    readable = (
        Dialogue.objects.visible_to(request.user)
        .select_related("municipality", "heard")
        .with_number_of_submissions()
        .latest_first()
    )
    page = Paginator(readable, _PER_PAGE).get_page(request.GET.get("sida"))
    on = timezone.localdate()
    return render(
        request,
        "dialogues/staff/list.html",
        {
            "page": page,
            "rows": [(dialogue, dialogue_view(dialogue, on)) for dialogue in page],
            "may_run": may(request.user, Action.RUN_DIALOGUES),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def add(request: StaffRequest) -> HttpResponse:
    """Begin a dialogue as a draft."""
    own = municipalities_run_by(request.user)
    return _edit(request, Dialogue(), DialogueForm(posted(request), municipalities=own))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a dialogue."""
    dialogue = dialogue_run_by(request.user, pk)
    form = DialogueForm(
        posted(request),
        municipalities=municipalities_run_by(request.user),
        dialogue=dialogue,
        initial=initial_of(dialogue),
    )
    return _edit(request, dialogue, form)


def _edit(request: StaffRequest, dialogue: Dialogue, form: DialogueForm) -> HttpResponse:
    is_new = dialogue.pk is None

    def submit() -> HttpResponse:
        values = dict(form.cleaned_data)
        values.pop("texts_are_fine")
        values.pop(STILL_RIGHT, None)
        municipality = values.pop("municipality")
        require(request.user, Action.RUN_DIALOGUES, municipality)
        if is_new:
            dialogue.municipality = municipality
        values |= {name: values[name] or None for name in _MAY_BE_MISSING}
        rules.save(dialogue, values, timezone.now(), still_right=form.still_right)
        messages.success(request, _("Dialogen är sparad."))
        return redirect("dialogue_detail", dialogue.pk)

    context = {"dialogue": None if is_new else dialogue}
    return form_page(request, "dialogues/staff/edit.html", form, submit, context)


@require_safe
@permitted(Action.READ_SUBMISSIONS)
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a dialogue with what can be done with it."""
    readable = Dialogue.objects.visible_to(request.user).select_related("municipality", "heard")
    dialogue = get_object_or_404(readable, pk=pk)
    heard = Heard.objects.filter(dialogue=dialogue).first()
    return render(
        request,
        "dialogues/staff/detail.html",
        {
            "dialogue": dialogue,
            "view": dialogue_view(dialogue, timezone.localdate()),
            "number": dialogue.submissions.counted().count(),
            "may_run": may(request.user, Action.RUN_DIALOGUES, dialogue.municipality),
            "heard": heard,
            "erased": "" if dialogue.is_announced else erasure_note(*rules.texts_of(dialogue)),
            "corrections": correction_views(heard.corrections.all()) if heard else [],
        },
    )


@require_POST
@permitted(Action.RUN_DIALOGUES)
def announce(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a draft to everyone."""
    dialogue = dialogue_run_by(request.user, pk)
    return act(
        request,
        lambda: rules.announce(dialogue, timezone.now(), timezone.localdate()),
        _("Dialogen är annonserad. Alla kan se den."),
        "dialogue_detail",
        pk=pk,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def call_off(request: StaffRequest, pk: int) -> HttpResponse:
    """Call off a dialogue, with the reason that everyone sees."""
    dialogue = dialogue_run_by(request.user, pk)
    form = ReasonForm(posted(request))

    def submit() -> HttpResponse:
        rules.call_off(dialogue, form.cleaned_data["reason"], timezone.now())
        messages.success(request, _("Dialogen är inställd."))
        return redirect("dialogue_detail", pk)

    return form_page(request, "dialogues/staff/call_off.html", form, submit, {"dialogue": dialogue})


@require_POST
@permitted(Action.RUN_DIALOGUES)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    dialogue = dialogue_run_by(request.user, pk)
    try:
        rules.delete_draft(dialogue)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("dialogue_detail", pk)
    messages.success(request, _("Utkastet är kastat."))
    return redirect("dialogue_list")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def heard(request: StaffRequest, pk: int) -> HttpResponse:
    """Sum up what was heard, and publish it; then corrections are written."""
    dialogue = dialogue_run_by(request.user, pk)
    summary = Heard.objects.filter(dialogue=dialogue).first()
    if summary is not None and summary.published_at is not None:
        return redirect("correct_words", "hort", summary.pk)
    initial = {name: getattr(summary, name) for name in _HEARD} if summary else {}
    older = summary.older_english if summary else ()
    form = HeardForm(posted(request), initial=initial, older_english=older)

    def submit() -> HttpResponse:
        texts = {
            "text_sv": form.cleaned_data["text_sv"],
            "text_en": form.cleaned_data["text_en"] or None,
        }
        publishes = "publicera" in request.POST
        still_right = form.still_right
        rules.sum_up(dialogue, texts, timezone.now(), publishes=publishes, still_right=still_right)
        messages.success(
            request,
            _("Sammanfattningen är publicerad.") if publishes else _("Sammanfattningen är sparad."),
        )
        return redirect("dialogue_detail", pk)

    context = {"dialogue": dialogue, "heard": summary}
    return form_page(request, "dialogues/staff/heard.html", form, submit, context)
