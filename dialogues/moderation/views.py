"""Moderating comments and answering them, in the workspace."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.calendar.presentation import moderated_view
from dialogues.comments import presentation as comment_presentation
from dialogues.comments.forms import DecisionForm, OfficialAnswerForm
from dialogues.models import Comment
from dialogues.models.comment import CommentQuerySet
from dialogues.moderation import rules
from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, permitted
from pledge_portal.pages.refusals import Refused
from pledges.follow_ups.presentation import party_name

_A_PAGE = 20
_STATISTICS_OF = timedelta(days=90)


@require_safe
@permitted(Action.MODERATE)
def queue(request: HttpRequest) -> HttpResponse:
    """Show the comments that wait for a moderator, the one that has waited longest first."""
    rows = Comment.objects.visible_to(request.user).waiting()
    sort = request.GET.get("slag", "")
    if sort in Comment.Awaits:
        rows = rows.filter(awaits=sort)
    # What is decided leaves the queue, so its first page is all that one works with.
    found = list(rows.for_moderators()[:_A_PAGE])
    now = timezone.now()
    return render(
        request,
        "comments/staff/queue.html",
        {
            "cards": [(moderated_view(row, now), _form(row)) for row in found],
            "waiting": rules.waiting(request.user),
            "most_counted": rules.MOST_COUNTED,
            "sorts": Comment.Awaits.choices,
            "sort": sort,
        },
    )


def _form(row: Comment) -> DecisionForm:
    return DecisionForm(initial={"read": row.text}, auto_id=f"id_%s_{row.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MODERATE)
def decide(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a comment with what was decided about it before, and decide."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    visible = Comment.objects.visible_to(request.user).for_moderators()
    row = get_object_or_404(visible, uid=uid)
    form = _form(row)
    if request.method == "POST":
        form = DecisionForm(request.POST, auto_id=f"id_%s_{row.pk}")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            rules.decide(
                row,
                shows=said["shows"],
                by=request.user,
                at=timezone.now(),
                read=said["read"],
                reason=said["reason"],
                note=said["note"],
            )
        except Refused as refused:
            form.add_errors(refused.faults)
            form.data = {**form.data.dict(), "read": row.text}  # type: ignore[attr-defined]
        else:
            messages.success(
                request,
                _("Kommentaren visas för alla.") if said["shows"] else _("Kommentaren är dold."),
            )
            return redirect(_back_to_queue(request))
    decisions = row.decisions.select_related("decided_by").order_by("decided_at", "pk")
    return render(
        request,
        "comments/staff/decide.html",
        {
            "card": moderated_view(row, timezone.now()),
            "form": form,
            "decisions": [(each, rules.REASONS.get(each.reason)) for each in decisions],
            "may_judge": rules.may_judge(request.user, row),
        },
        status=422 if form.errors else 200,
    )


def _back_to_queue(request: HttpRequest) -> str:
    sort = request.GET.get("slag", "")
    return reverse("moderation_queue") + (f"?slag={sort}" if sort in Comment.Awaits else "")


@require_safe
@permitted(Action.MODERATE)
def handled(request: HttpRequest) -> HttpResponse:
    """List what was decided, the latest first, and how long it took."""
    since = timezone.now() - _STATISTICS_OF
    rows = rules.decisions(request.user)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("sida"))
    return render(
        request,
        "comments/staff/handled.html",
        {
            "page": page,
            "rows": [(each, rules.REASONS.get(each.reason)) for each in page],
            "handling": rules.handling(request.user, since),
            "days": _STATISTICS_OF.days,
        },
    )


def _with_places(rows: CommentQuerySet) -> CommentQuerySet:
    """Fetch with what names the place of each comment, in the same question."""
    wanted = rows.select_related("municipality", "pledge__police_area", "consultation")
    return wanted.defer("consultation__contents")


@require_safe
@permitted(Action.ANSWER_COMMENTS)
def to_answer(request: HttpRequest) -> HttpResponse:
    """List the comments that one may answer, those without an answer unless asked for all."""
    rows = Comment.objects.answered_by(request.user)
    chosen = request.GET.get("visa", "obesvarade")
    if chosen != "alla":
        rows = rows.unanswered()
    if chosen == "invandningar":
        rows = rows.filter(is_objection=True)
    page = Paginator(
        comment_presentation.told(_with_places(rows)).order_by("-published_at", "-pk"),
        _A_PAGE,
    ).get_page(request.GET.get("sida"))
    return render(
        request,
        "comments/staff/to_answer.html",
        {
            "page": page,
            "rows": [
                (row, comment_presentation.comment_view(row), comment_presentation.talk_of(row))
                for row in page
            ],
            "chosen": chosen,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.ANSWER_COMMENTS)
def answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Answer a comment in public for the municipality or the police."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    rows = comment_presentation.told(Comment.objects.answered_by(request.user))
    row = get_object_or_404(_with_places(rows), uid=uid)
    parties = rules.parties_to_answer_for(request.user, row)
    own = rules.answers_for(parties, row)
    if request.method == "POST" and "ta-bort" in request.POST:
        for each in own:
            if str(each.uid) == request.POST["ta-bort"]:
                rules.take_back_answer(each, by=request.user, at=timezone.now())
                messages.success(request, _("Svaret är borttaget."))
        return redirect("answer_comment", row.uid)
    form = OfficialAnswerForm(
        *((request.POST,) if request.method == "POST" else ()),
        parties=[str(party_name(party)) for party in parties],
    )
    if request.method == "POST" and form.is_valid():
        party = parties[int(form.cleaned_data["party"] or 0)]
        try:
            rules.answer(row, form.cleaned_data["text"], party, by=request.user, at=timezone.now())
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            messages.success(request, _("Svaret är publicerat."))
            return redirect("comments_to_answer")
    return render(
        request,
        "comments/staff/answer.html",
        {
            "form": form,
            "comment": comment_presentation.comment_view(row),
            "row": row,
            "talk": comment_presentation.talk_of(row),
            "own": [comment_presentation.comment_view(each) for each in own],
            "organisation": party_name(parties[0]) if len(parties) == 1 else "",
        },
        status=422 if form.errors else 200,
    )
