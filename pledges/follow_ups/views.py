"""Writing, approving and publishing follow-ups in the workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pledge_portal.accounts.permissions import Action, permitted
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledge_portal.pages.text import wording
from pledges import presentation
from pledges.follow_ups import rules
from pledges.follow_ups.document import publish_with_document
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
    period_label,
)
from pledges.lifecycle import standing
from pledges.models import Assessment, CompletedAction, FollowUp, FollowUpPlan, Pledge
from pledges.progress import progress
from pledges.tallies import counted_tallies

_MOST_ACTIONS = 100


@require_safe
@permitted(Action.READ_PLEDGES)
def follow_ups(request: HttpRequest) -> HttpResponse:
    """List one's pledges with what is due, and their follow-ups."""
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
        found = sorted(pledge.follow_ups.all(), key=lambda each: each.meeting_on, reverse=True)
        due = rules.due_of(pledge, found, on)
        rows.append(
            {
                "pledge": pledge,
                "due": due,
                "due_text": due_text(due, rules.plan_of(pledge)),
                "follow_ups": found,
                "may_open": pledge.pk in writable and all(each.is_published for each in found),
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
def open_one(request: HttpRequest, pledge: int) -> HttpResponse:
    """Begin a follow-up of a pledge."""
    row = _pledge(request, pledge)
    on = timezone.localdate()
    due = rules.due(row, on)
    initial = days_of(due.first_day, due.last_day, on) if due else {"meeting_on": on}
    form = OpenForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            opened = rules.open_follow_up(
                row,
                first_day=form.cleaned_data["first_day"],
                last_day=form.cleaned_data["last_day"],
                meeting_on=form.cleaned_data["meeting_on"],
                by=_person(request),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            messages.success(request, _("Uppföljningen är påbörjad. Bedöm varje åtagande."))
            return redirect("follow_up_work", uid=opened.uid)
    context = {"form": form, "pledge": row, "due": due_text(due, rules.plan_of(row))}
    return render(request, "follow_up/open.html", context, status=422 if form.errors else 200)


def _pledge(request: HttpRequest, pk: int) -> Pledge:
    visible = Pledge.objects.visible_to(request.user).public().with_standing()
    row = get_object_or_404(visible.select_related("follow_up_plan"), pk=pk)
    _require_write(request, row)
    return row


def _person(request: HttpRequest) -> Any:
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_FOLLOW_UPS)
def plan(request: HttpRequest, pledge: int) -> HttpResponse:
    """Set how often a pledge is followed up."""
    row = _pledge(request, pledge)
    current = rules.plan_of(row)
    names = ("every", "days_until_due", "next_meeting_on")
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(current, name) for name in names},
    )
    if request.method == "POST" and form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in names}
        FollowUpPlan.objects.update_or_create(pledge=row, defaults=chosen)
        messages.success(request, _("Planen är sparad."))
        return redirect("follow_ups")
    context = {"form": form, "pledge": row}
    return render(request, "follow_up/plan.html", context, status=422 if form.errors else 200)


@require_safe
@permitted(Action.READ_PLEDGES)
def work(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a follow-up: where it is on its way, and what each commitment's assessment says."""
    found = _found(request, uid)
    stage = rules.stage(found)
    return render(
        request,
        "follow_up/work.html",
        {
            "follow_up": found,
            "view": follow_up_view(found),
            "stage": stage,
            "awaited": [party_name(party) for party in stage.awaited],
            "may_write": _may_write(request, found.pledge),
            "may_approve": bool(rules.parties_to_approve(request.user, found)),
            "municipality": found.pledge.parties.all()[0].municipality,
        },
    )


def _found(request: HttpRequest, uid: UUID) -> FollowUp:
    visible = FollowUp.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("pledge__police_area"), uid=uid)
    found.pledge = Pledge.objects.with_standing().get(pk=found.pledge_id)
    return found


def _to_write(request: HttpRequest, uid: UUID) -> FollowUp:
    found = _found(request, uid)
    _require_write(request, found.pledge)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_FOLLOW_UPS)
def assess(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """Assess a commitment, with what was done and what was said last time beside."""
    found = _to_write(request, uid)
    assessment = get_object_or_404(
        Assessment.objects.select_related("commitment__focus_area"),
        follow_up=found,
        commitment__number=number,
    )
    form = AssessmentForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(assessment, name) for name in (*rules.TEXTS, "version")},
    )
    theirs = None
    if request.method == "POST" and form.is_valid():
        texts = {name: form.cleaned_data[name] for name in rules.TEXTS}
        try:
            rules.assess(assessment, texts, version=form.cleaned_data["version"])
        except ChangedMeanwhile as refused:
            theirs = assessment_view(assessment)
            form.add_errors(refused.faults)
            form.rebase(assessment.version)
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            messages.success(request, _("Bedömningen är sparad."))
            after = found.assessments.filter(verdict="").order_by("commitment__number").first()
            if after is not None and "next" in request.POST:
                return redirect("assess", uid=uid, number=after.commitment.number)
            return redirect("follow_up_work", uid=uid)
    commitment = assessment.commitment
    tallies = counted_tallies([found.pledge]).get(commitment.pk, [])
    stands = standing(found.pledge, timezone.localdate())
    reckoned = progress(commitment.target, tallies, stands, is_secret=False)
    done = (
        CompletedAction.objects.counted()
        .filter(commitment=commitment, done_on__range=(found.first_day, found.last_day))
        .select_related("place", "municipality")
        .latest_first()
    )
    return render(
        request,
        "follow_up/assess.html",
        {
            "form": form,
            "follow_up": found,
            "commitment": commitment,
            "period": period_label(found.first_day, found.last_day),
            "actions": done[:_MOST_ACTIONS],
            "number_of_actions": done.count(),
            "progress": presentation.progress_view(
                commitment, wording(commitment, "text"), reckoned
            ),
            "earlier": history(commitment),
            "theirs": theirs,
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_FOLLOW_UPS)
def introduce(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write the introduction."""
    found = _to_write(request, uid)
    form = IntroductionForm(
        request.POST if request.method == "POST" else None,
        initial={"introduction": found.introduction, "version": found.version},
    )
    theirs = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            rules.introduce(found, said["introduction"], version=said["version"])
        except ChangedMeanwhile as refused:
            theirs = found.introduction
            form.add_errors(refused.faults)
            form.rebase(found.version)
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            messages.success(request, _("Inledningen är sparad."))
            return redirect("follow_up_work", uid=uid)
    context = {"form": form, "follow_up": found, "theirs": theirs}
    return render(request, "follow_up/introduce.html", context, status=422 if form.errors else 200)


def _change(
    request: HttpRequest, uid: UUID, change: Callable[[], object], said: str
) -> HttpResponse:
    """Do something to a follow-up and go back to it, with what came of it."""
    try:
        change()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("follow_up_work", uid=uid)


@require_POST
@permitted(Action.WRITE_FOLLOW_UPS)
def submit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Hand a draft to the parties."""
    found = _to_write(request, uid)
    return _change(
        request,
        uid,
        lambda: rules.submit(found, timezone.now()),
        _("Uppföljningen är lämnad till parterna för granskning."),
    )


@require_POST
@permitted(Action.WRITE_FOLLOW_UPS)
def take_back(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Open it for changes again."""
    found = _to_write(request, uid)
    return _change(
        request,
        uid,
        lambda: rules.take_back(found),
        _("Uppföljningen går att ändra igen. Parterna får godkänna på nytt."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.APPROVE_FOLLOW_UPS)
def approve(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Read the whole follow-up, and approve it for one's own party."""
    found = _found(request, uid)
    mine = rules.parties_to_approve(request.user, found)
    if request.method == "POST":
        if not mine:
            messages.error(request, _("Du kan inte godkänna uppföljningen nu."))
            return redirect("follow_up_work", uid=uid)
        digest = request.POST.get("digest", "")[:64]
        return _change(
            request,
            uid,
            lambda: rules.approve(
                found, mine[0], digest=digest, by=_person(request), at=timezone.now()
            ),
            _("Du har godkänt uppföljningen."),
        )
    return render(
        request,
        "follow_up/approve.html",
        {
            "follow_up": found,
            "view": follow_up_view(found),
            "digest": rules.content_digest(found),
            "party": party_name(mine[0]) if mine else "",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_FOLLOW_UPS)
def publish(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show exactly what becomes public, then publish it."""
    found = _to_write(request, uid)
    if request.method == "POST":
        return _change(
            request,
            uid,
            lambda: publish_with_document(found, timezone.now()),
            _("Uppföljningen är publicerad."),
        )
    context = {"follow_up": found, "view": follow_up_view(found), "stage": rules.stage(found)}
    return render(request, "follow_up/publish.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_FOLLOW_UPS)
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Throw a draft away, once asked."""
    found = _to_write(request, uid)
    if request.method == "POST":
        try:
            rules.withdraw(found)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("follow_up_work", uid=uid)
        messages.success(request, _("Utkastet är kastat."))
        return redirect("follow_ups")
    return render(request, "follow_up/withdraw.html", {"follow_up": found})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_FOLLOW_UPS)
def correct(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Add a correction beside a published follow-up."""
    found = _to_write(request, uid)
    form = CorrectionForm(
        request.POST if request.method == "POST" else None,
        commitments=found.pledge.commitments.order_by("number"),
    )
    if request.method == "POST" and form.is_valid():
        try:
            rules.correct(
                found,
                form.cleaned_data["text"],
                commitment=form.cleaned_data["commitment"],
                by=_person(request),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            messages.success(request, _("Rättelsen är publicerad."))
            return redirect("follow_up_work", uid=uid)
    context = {"form": form, "follow_up": found}
    return render(request, "follow_up/correct.html", context, status=422 if form.errors else 200)
