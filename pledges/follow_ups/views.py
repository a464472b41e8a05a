"""Writing, approving and publishing follow-ups in the workspace."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.erasure_marks import erasure_note
from pledge_portal.pages.form_views import Question, act, confirm_page, form_page, posted
from pledge_portal.pages.refusals import ChangedMeanwhile
from pledge_portal.pages.text import wording
from pledges import presentation
from pledges.actions.tallies import reported_to_staff
from pledges.closings.secrecy import is_still_secret
from pledges.follow_ups import rules, voices
from pledges.follow_ups.forms import (
    AssessmentForm,
    CorrectionForm,
    IntroductionForm,
    OpenForm,
    PlanForm,
    days_of,
)
from pledges.follow_ups.presentation import (
    assessment_view,
    due_text,
    follow_up_view,
    history,
    party_name,
)
from pledges.follow_ups.publishing import publish_with_document, texts_of
from pledges.lifecycle import standing
from pledges.models import Assessment, CompletedAction, FollowUp, FollowUpPlan, Pledge
from pledges.presentation.validity import period_label

_MAX_ACTIONS = 100


@require_safe
@permitted(Action.READ_PLEDGES)
def follow_ups(request: HttpRequest) -> HttpResponse:
    """List a person's pledges with what is due, and their follow-ups."""
    on = timezone.localdate()
    pledges = (
        Pledge.objects.visible_to(request.user)
        .public()
        .with_standing()
        .select_related("follow_up_plan")
        .prefetch_related("follow_ups")
        .order_by("-valid_from", "-pk")
    )
    writable = set(Pledge.objects.writable_by(request.user).values_list("pk", flat=True))
    rows = []
    for pledge in pledges:
        latest_first = sorted(pledge.follow_ups.all(), key=lambda f: f.meeting_on, reverse=True)
        due = rules.due_of(pledge, latest_first, on)
        is_over = standing(pledge, on).is_over
        has_draft = any(not follow_up.is_published for follow_up in latest_first)
        rows.append(
            {
                "pledge": pledge,
                "is_late": bool(due and due.is_late and not is_over),
                "due_text": due_text(due, rules.plan_of(pledge), is_over=is_over),
                "follow_ups": latest_first,
                "may_open": pledge.pk in writable and not has_draft,
                "may_write": pledge.pk in writable,
            }
        )
    return render(request, "follow_up/list.html", {"rows": rows})


def _may_write(request: HttpRequest, pledge: Pledge) -> bool:
    return Pledge.objects.writable_by(request.user).filter(pk=pledge.pk).exists()


def _require_write(request: HttpRequest, pledge: Pledge) -> None:
    if not _may_write(request, pledge):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_FOLLOW_UPS)
def open_follow_up(request: StaffRequest, pledge: int) -> HttpResponse:
    """Begin a follow-up of a pledge."""
    followed = _writable_pledge(request, pledge)
    on = timezone.localdate()
    due = rules.due(followed, on)
    initial = days_of(due.first_day, due.last_day, on) if due else {"meeting_on": on}
    latest = followed.follow_ups.first()
    assessed_by = latest.assessed_by if latest is not None else ""
    form = OpenForm(posted(request), initial={**initial, "assessed_by": assessed_by})

    def submit() -> HttpResponse:
        names = ("first_day", "last_day", "meeting_on", "assessed_by")
        typed = {name: form.cleaned_data[name] for name in names}
        opened = rules.open_follow_up(followed, **typed, by=request.user, at=timezone.now())
        messages.success(request, _("Uppföljningen är påbörjad. Bedöm varje åtagande."))
        return redirect("follow_up_work", uid=opened.uid)

    is_over = standing(followed, on).is_over
    sentence = due_text(due, rules.plan_of(followed), is_over=is_over)
    context = {"pledge": followed, "due": sentence}
    return form_page(request, "follow_up/open.html", form, submit, context)


def _writable_pledge(request: HttpRequest, pk: int) -> Pledge:
    visible = Pledge.objects.visible_to(request.user).public().with_standing()
    pledge = get_object_or_404(visible.select_related("follow_up_plan"), pk=pk)
    _require_write(request, pledge)
    return pledge


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_FOLLOW_UPS)
def plan(request: HttpRequest, pledge: int) -> HttpResponse:
    """Set how often a pledge is followed up."""
    followed = _writable_pledge(request, pledge)
    current = rules.plan_of(followed)
    names = ("every", "days_until_due", "next_meeting_on")
    form = PlanForm(posted(request), initial={name: getattr(current, name) for name in names})

    def submit() -> HttpResponse:
        chosen = {name: form.cleaned_data[name] for name in names}
        FollowUpPlan.objects.update_or_create(pledge=followed, defaults=chosen)
        messages.success(request, _("Planen är sparad."))
        return redirect("follow_ups")

    return form_page(request, "follow_up/plan.html", form, submit, {"pledge": followed})


@require_safe
@permitted(Action.READ_PLEDGES)
def work(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a follow-up on its way, with each commitment's assessment."""
    follow_up = _visible(request, uid)
    stage = rules.stage(follow_up, timezone.localdate())
    return render(
        request,
        "follow_up/work.html",
        {
            "follow_up": follow_up,
            "view": follow_up_view(follow_up),
            "stage": stage,
            "differences": []
            if follow_up.is_published
            else voices.differences(follow_up, timezone.localdate()),
            "unassessed": follow_up.assessments.filter(verdict="").exists(),
            "awaited": [party_name(party) for party in stage.awaited],
            "may_write": _may_write(request, follow_up.pledge),
            "may_approve": bool(rules.parties_to_approve(request.user, follow_up)),
            "municipality": follow_up.pledge.parties.all()[0].municipality,
        },
    )


def _visible(request: HttpRequest, uid: UUID) -> FollowUp:
    visible = FollowUp.objects.visible_to(request.user)
    follow_up = get_object_or_404(visible.select_related("pledge__police_area"), uid=uid)
    follow_up.pledge = Pledge.objects.with_standing().get(pk=follow_up.pledge_id)
    return follow_up


def _writable(request: HttpRequest, uid: UUID) -> FollowUp:
    follow_up = _visible(request, uid)
    _require_write(request, follow_up.pledge)
    return follow_up


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_FOLLOW_UPS)
def assess(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """Assess a commitment, beside what was done and said before."""
    follow_up = _writable(request, uid)
    assessment = get_object_or_404(
        Assessment.objects.select_related("commitment__focus_area", "commitment__pledge"),
        follow_up=follow_up,
        commitment__number=number,
    )
    commitment = assessment.commitment
    on = timezone.localdate()
    form = AssessmentForm(
        posted(request),
        commitment=commitment,
        is_still_secret=is_still_secret(commitment, follow_up.last_day, on),
        initial={name: getattr(assessment, name) for name in (*rules.TEXTS, "version")},
    )
    theirs = None

    def submit() -> HttpResponse:
        nonlocal theirs
        texts = {name: form.cleaned_data[name] for name in rules.TEXTS}
        try:
            rules.assess(assessment, texts, version=form.cleaned_data["version"])
        except ChangedMeanwhile:
            theirs = assessment_view(assessment)
            form.rebase(assessment.version)
            raise
        messages.success(request, _("Bedömningen är sparad."))
        unassessed = follow_up.assessments.filter(verdict="").order_by("commitment__number")
        if "next" in request.POST and (following := unassessed.first()) is not None:
            return redirect("assess", uid=uid, number=following.commitment.number)
        return redirect("follow_up_work", uid=uid)

    def context() -> dict[str, object]:
        reported = reported_to_staff([follow_up.pledge], on)
        so_far = reported.progress(commitment, standing(follow_up.pledge, on))
        done = (
            CompletedAction.objects.counted()
            .filter(commitment=commitment)
            .between(follow_up.first_day, follow_up.last_day)
            .select_related("place", "municipality")
            .latest_first()
        )
        return {
            "follow_up": follow_up,
            "commitment": commitment,
            "period": period_label(follow_up.first_day, follow_up.last_day),
            "actions": done[:_MAX_ACTIONS],
            "number_of_actions": done.count(),
            "figures": voices.figures_to_assess(follow_up, commitment, reported, on),
            "progress": presentation.progress_view(commitment, wording(commitment, "text"), so_far),
            "earlier": [earlier for earlier in history(commitment) if earlier.is_given],
            "theirs": theirs,
        }

    return form_page(request, "follow_up/assess.html", form, submit, context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_FOLLOW_UPS)
def introduce(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write the introduction."""
    follow_up = _writable(request, uid)
    form = IntroductionForm(
        posted(request),
        commitments=follow_up.pledge.commitments.select_related("disclosure"),
        initial={"introduction": follow_up.introduction, "version": follow_up.version},
    )
    theirs = ""

    def submit() -> HttpResponse:
        nonlocal theirs
        try:
            rules.introduce(
                follow_up,
                form.cleaned_data["introduction"],
                version=form.cleaned_data["version"],
            )
        except ChangedMeanwhile:
            theirs = follow_up.introduction
            form.rebase(follow_up.version)
            raise
        messages.success(request, _("Inledningen är sparad."))
        return redirect("follow_up_work", uid=uid)

    return form_page(
        request,
        "follow_up/introduce.html",
        form,
        submit,
        lambda: {"follow_up": follow_up, "theirs": theirs},
    )


def _act(request: HttpRequest, uid: UUID, change: Callable[[], object], done: str) -> HttpResponse:
    return act(request, change, done, "follow_up_work", uid=uid)


@require_POST
@permitted(Action.WRITE_FOLLOW_UPS)
def leave_the_rest(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say that the commitments that lack an assessment get none this time."""
    follow_up = _writable(request, uid)
    return _act(
        request,
        uid,
        lambda: rules.leave_the_rest(follow_up),
        _("Övriga åtaganden bedöms inte den här gången. Det som har sagts tidigare gäller."),
    )


@require_POST
@permitted(Action.WRITE_FOLLOW_UPS)
def submit_for_review(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Hand a draft to the parties."""
    follow_up = _writable(request, uid)
    return _act(
        request,
        uid,
        lambda: rules.submit(follow_up, timezone.now()),
        _("Uppföljningen är lämnad till parterna för granskning."),
    )


@require_POST
@permitted(Action.WRITE_FOLLOW_UPS)
def take_back(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Open a follow-up for changes again."""
    follow_up = _writable(request, uid)
    return _act(
        request,
        uid,
        lambda: rules.take_back(follow_up),
        _("Uppföljningen går att ändra igen. Parterna får godkänna på nytt."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.APPROVE_FOLLOW_UPS)
def approve(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show the whole follow-up, and approve it for one's own party."""
    follow_up = _visible(request, uid)
    parties = rules.parties_to_approve(request.user, follow_up)
    if request.method == "POST":
        if not parties:
            messages.error(request, _("Du kan inte godkänna uppföljningen nu."))
            return redirect("follow_up_work", uid=uid)
        digest = request.POST.get("digest", "")[:64]
        return _act(
            request,
            uid,
            lambda: rules.approve(
                follow_up, parties[0], digest=digest, by=request.user, at=timezone.now()
            ),
            _("Du har godkänt uppföljningen."),
        )
    return render(
        request,
        "follow_up/approve.html",
        {
            "follow_up": follow_up,
            "view": follow_up_view(follow_up),
            "digest": rules.content_digest(follow_up),
            "party": party_name(parties[0]) if parties else "",
            "erased": erasure_note(*texts_of(follow_up)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_FOLLOW_UPS)
def publish(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show exactly what becomes public, then publish it."""
    follow_up = _writable(request, uid)
    if request.method == "POST":
        return _act(
            request,
            uid,
            lambda: publish_with_document(follow_up, timezone.now()),
            _("Uppföljningen är publicerad."),
        )
    context = {
        "follow_up": follow_up,
        "view": follow_up_view(follow_up),
        "stage": rules.stage(follow_up, timezone.localdate()),
        "erased": erasure_note(*texts_of(follow_up)),
    }
    return render(request, "follow_up/publish.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_FOLLOW_UPS)
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask whether to throw a draft away, and do it."""
    follow_up = _writable(request, uid)
    work_address = reverse("follow_up_work", args=[uid])
    question = Question(
        title=_("Kasta utkastet"),
        text=_(
            "Utkastet och dess bedömningar tas bort. Det som är registrerat om insatser finns kvar."
        ),
        button=_("Kasta utkastet"),
        back=work_address,
        trail=[
            (_("Arbetsyta"), reverse("workspace")),
            (_("Uppföljningar"), reverse("follow_ups")),
        ],
    )
    return confirm_page(
        request,
        question,
        lambda: act(
            request,
            lambda: rules.withdraw(follow_up),
            _("Utkastet är kastat."),
            "follow_ups",
            refused_to=work_address,
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_FOLLOW_UPS)
def correct(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Add a correction beside a published follow-up."""
    follow_up = _writable(request, uid)
    commitments = follow_up.pledge.commitments.select_related("disclosure").order_by("number")
    form = CorrectionForm(posted(request), commitments=commitments)

    def submit() -> HttpResponse:
        rules.correct(
            follow_up,
            form.cleaned_data["text_sv"],
            text_en=form.cleaned_data["text_en"],
            commitment=form.cleaned_data["commitment"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("Rättelsen är publicerad."))
        return redirect("follow_up_work", uid=uid)

    return form_page(request, "follow_up/correct.html", form, submit, {"follow_up": follow_up})
