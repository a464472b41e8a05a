"""Pages where staff tie residents' words to what is promised."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.models import Submission, Theme, ThemeAnswer
from dialogues.models.dialogue import Dialogue, municipalities_run_by
from dialogues.presentation import submission_view
from dialogues.thread import rules
from dialogues.thread.forms import AnswerThemeForm, QuoteForm, RemoveQuoteForm
from dialogues.thread.presentation import theme_views
from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import Question, confirm_page, form_page, posted
from pledges.models import Municipality, Pledge
from pledges.models.pledge import prefetched_places

_REASONS = ("reason_sv", "reason_en")
_MAX_PLEDGES = 100


@require_safe
@permitted(Action.RUN_DIALOGUES)
def pledges(request: StaffRequest) -> HttpResponse:
    """List the pledges of one's municipalities, the latest first."""
    own = _own_pledges(request.user).select_related("police_area")
    latest = own.prefetch_related(*prefetched_places()).order_by("-valid_from", "-pk")
    return render(request, "dialogues/staff/threads.html", {"pledges": latest[:_MAX_PLEDGES]})


@require_safe
@permitted(Action.RUN_DIALOGUES)
def themes(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what each theme led to in a pledge, the unanswered first."""
    pledge = get_object_or_404(_own_pledges(request.user), pk=pk)
    answers = list(ThemeAnswer.objects.for_pledge(pledge))
    views = []
    for municipality in _own_parties(request.user, pledge):
        heard = dict(theme_views(rules.dialogues_before(pledge, municipality), answers))
        for theme in Theme.objects.filter(municipality=municipality).in_order():
            if not theme.is_retired or theme in heard:
                views.append((theme, heard.get(theme)))
    context = {"pledge": pledge, "themes": views, "is_public": rules.is_answered_in_public(pledge)}
    return render(request, "dialogues/staff/thread.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def answer_theme(request: StaffRequest, pk: int, theme_pk: int) -> HttpResponse:
    """Say which commitments answer a theme, or why none does.

    A reason that everyone can read is corrected instead; to commitments more can be added.
    """
    pledge = get_object_or_404(_own_pledges(request.user), pk=pk)
    own = _own_parties(request.user, pledge)
    theme = get_object_or_404(Theme, pk=theme_pk, municipality__in=own)
    answers = list(ThemeAnswer.objects.for_pledge(pledge).filter(theme=theme))
    reason = next((answer for answer in answers if answer.commitment_id is None), None)
    is_public = bool(answers) and rules.is_answered_in_public(pledge)
    if is_public and reason is not None:
        return redirect("correct_words", "svar", reason.pk)
    form = AnswerThemeForm(
        posted(request),
        commitments=pledge.commitments.order_by("number"),
        older_english=reason.older_english if reason else (),
        initial={
            "commitments": [answer.commitment_id for answer in answers if answer.commitment_id],
            **{name: getattr(reason, name) or "" for name in _REASONS if reason},
        },
    )

    def submit() -> HttpResponse:
        reasons = {name: form.cleaned_data[name] for name in _REASONS}
        commitments = form.cleaned_data["commitments"]
        rules.answer_theme(pledge, theme, commitments, reasons, still_right=form.still_right)
        messages.success(request, _("Svaret på temat är sparat."))
        return redirect("thread_work", pledge.pk)

    context = {"pledge": pledge, "theme": theme, "published": answers if is_public else []}
    return form_page(request, "dialogues/staff/answer_theme.html", form, submit, context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def quote(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Let everyone read some words of a submission."""
    submission = get_object_or_404(_own_submissions(request.user), uid=uid)
    ranked = [ranked.theme_id for ranked in submission.ranked.all()]
    themes = Theme.objects.filter(municipality=submission.dialogue.municipality_id)
    form = QuoteForm(
        posted(request),
        themes=themes.in_order(),
        initial={
            "text": submission.text[: rules.MAX_QUOTE_LENGTH],
            "theme": ranked[0] if ranked else None,
            "language": submission.language,
        },
    )

    def submit() -> HttpResponse:
        data = form.cleaned_data
        rules.quote(submission, data["theme"], data["text"], data["language"])
        messages.success(request, _("Citatet visas nu för alla."))
        return redirect("submissions", submission.dialogue_id)

    context = {
        "dialogue": submission.dialogue,
        "submission": submission_view(submission),
        "quotes": list(submission.quotes.select_related("theme")),
    }
    return form_page(request, "dialogues/staff/quote.html", form, submit, context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def remove_quote(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Ask before what is quoted of a submission is taken away, and why."""
    submission = get_object_or_404(_own_submissions(request.user), uid=uid)
    quotes = list(submission.quotes.select_related("theme"))
    if not quotes:
        return redirect("quote_submission", submission.uid)
    form = RemoveQuoteForm(posted(request))

    def submit() -> HttpResponse:
        rules.remove_quotes(submission, form.cleaned_data["reason"])
        messages.success(request, _("Citatet är borttaget."))
        return redirect("submissions", submission.dialogue_id)

    question = Question(
        title=_("Ta bort citatet"),
        subject=" ".join(f"{quoted.theme}: ”{quoted.text}”" for quoted in quotes),
        text=_(
            "Orden visas inte längre. Där de stod står att ett citat togs bort av kommunen,"
            " vilken dag, och skälet om du väljer ett. Samma ord kan citeras på nytt."
        ),
        button=_("Ta bort citatet"),
        back=reverse("quote_submission", args=[submission.uid]),
        trail=[
            (_("Svar"), reverse("submissions", args=[submission.dialogue_id])),
            (_("Citera"), reverse("quote_submission", args=[submission.uid])),
        ],
    )
    return confirm_page(request, question, submit, form)


def _own_submissions(user: User) -> QuerySet[Submission]:
    run = Dialogue.objects.run_by(user).order_by().values("pk")
    return Submission.objects.counted().with_details().filter(dialogue__in=run)


def _own_pledges(user: User) -> QuerySet[Pledge]:
    own = municipalities_run_by(user).order_by().values("pk")
    parties = Pledge.objects.filter(parties__municipality__in=own).order_by().values("pk")
    return Pledge.objects.filter(pk__in=parties)


def _own_parties(user: User, pledge: Pledge) -> QuerySet[Municipality]:
    return municipalities_run_by(user).filter(pledge_parties__pledge=pledge)
