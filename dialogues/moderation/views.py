"""Pages where staff moderate comments and answer them."""

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

from dialogues.comments.hiding_reasons import REASONS
from dialogues.comments.presentation import comment_view, subject_path_of, with_replies
from dialogues.models import Comment
from dialogues.models.comment import CommentQuerySet
from dialogues.models.language import Language
from dialogues.moderation import rules
from dialogues.moderation.forms import DecisionForm, OfficialAnswerForm
from dialogues.moderation.presentation import moderated_view
from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import form_page, posted
from pledge_portal.pages.refusals import Refused
from pledges.follow_ups.presentation import party_name
from pledges.models.pledge import prefetched_places

_PER_PAGE = 20
_STATISTICS_OF = timedelta(days=90)


@require_safe
@permitted(Action.MODERATE)
def queue(request: StaffRequest) -> HttpResponse:
    """Show the comments that wait for a moderator, the longest waiting first."""
    waiting = Comment.objects.visible_to(request.user).waiting()
    sort = request.GET.get("slag", "")
    if sort in Comment.Awaits:
        waiting = waiting.filter(awaits=sort)
    # What is decided leaves the queue, so its first page is all that one works with.
    comments = list(waiting.for_moderators()[:_PER_PAGE])
    now = timezone.now()
    return render(
        request,
        "comments/staff/queue.html",
        {
            "cards": [
                (
                    moderated_view(comment, now),
                    _form(comment, request, reverse("moderate", args=[comment.uid])),
                )
                for comment in comments
            ],
            "waiting": rules.waiting(request.user),
            "most_counted": rules.MAX_COUNTED,
            "sorts": Comment.Awaits.choices,
            "sort": sort,
        },
    )


def _form(comment: Comment, request: HttpRequest, *actions: str) -> DecisionForm:
    data = posted(request, *actions)
    return DecisionForm(data, initial=_as_read(comment), auto_id=f"id_%s_{comment.pk}")


def _as_read(comment: Comment) -> dict[str, str]:
    return {"read": comment.text, "awaited": comment.awaits, "language": comment.language}


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MODERATE)
def decide(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show a comment with earlier decisions about it, and decide."""
    visible = Comment.objects.visible_to(request.user).for_moderators()
    comment = get_object_or_404(visible, uid=uid)
    form = _form(comment, request)

    def submit() -> HttpResponse:
        data = form.cleaned_data
        try:
            rules.decide(
                comment,
                shows=data["shows"],
                by=request.user,
                at=timezone.now(),
                read=data["read"],
                awaited=data["awaited"],
                reason=data["reason"],
                note=data["note"],
                language=data["language"],
            )
        except Refused:
            # The page shows the comment as it is now.
            form.data = {**form.data.dict(), **_as_read(comment)}  # type: ignore[attr-defined]
            raise
        messages.success(
            request,
            _("Kommentaren visas för alla.") if data["shows"] else _("Kommentaren är dold."),
        )
        return redirect(_queue_address(request))

    def context() -> dict[str, object]:
        decisions = comment.decisions.select_related("decided_by").order_by("decided_at", "pk")
        return {
            "card": moderated_view(comment, timezone.now()),
            "decisions": [(decision, REASONS.get(decision.reason)) for decision in decisions],
            "may_judge": rules.may_judge(request.user, comment),
        }

    return form_page(request, "comments/staff/decide.html", form, submit, context)


def _queue_address(request: HttpRequest) -> str:
    sort = request.GET.get("slag", "")
    return reverse("moderation_queue") + (f"?slag={sort}" if sort in Comment.Awaits else "")


@require_safe
@permitted(Action.MODERATE)
def handled(request: StaffRequest) -> HttpResponse:
    """List what was decided, the latest first, and how long it took."""
    decisions = rules.decisions(request.user)
    page = Paginator(decisions, _PER_PAGE).get_page(request.GET.get("sida"))
    return render(
        request,
        "comments/staff/handled.html",
        {
            "page": page,
            "rows": [(decision, REASONS.get(decision.reason)) for decision in page],
            "handling": rules.handling(request.user, timezone.now() - _STATISTICS_OF),
            "days": _STATISTICS_OF.days,
        },
    )


def _answerable(request: StaffRequest) -> CommentQuerySet:
    """Return the comments that one may answer, with the place of each."""
    comments = with_replies(Comment.objects.answered_by(request.user))
    places = comments.select_related("municipality", "pledge__police_area", "consultation")
    return places.defer("consultation__contents")


@require_safe
@permitted(Action.ANSWER_COMMENTS)
def to_answer(request: StaffRequest) -> HttpResponse:
    """List the comments that one may answer: the unanswered, or all."""
    comments = _answerable(request)
    chosen = request.GET.get("visa", "obesvarade")
    if chosen != "alla":
        comments = comments.unanswered()
    if chosen == "invandningar":
        comments = comments.filter(is_objection=True)
    latest = comments.prefetch_related(*prefetched_places("pledge__")).order_by(
        "-published_at", "-pk"
    )
    page = Paginator(latest, _PER_PAGE).get_page(request.GET.get("sida"))
    return render(
        request,
        "comments/staff/to_answer.html",
        {
            "page": page,
            "rows": [
                (comment, comment_view(comment), subject_path_of(comment), _place_of(comment))
                for comment in page
            ],
            "chosen": chosen,
        },
    )


def _place_of(comment: Comment) -> str:
    """Return where the pledge of a comment holds, with its part."""
    place = comment.municipality
    return comment.pledge.place_name(place) if comment.pledge else str(place)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.ANSWER_COMMENTS)
def answer(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Answer a comment in public for the municipality or the police."""
    comment = get_object_or_404(_answerable(request), uid=uid)
    parties = rules.parties_to_answer_for(request.user, comment)
    is_removal = request.method == "POST" and "ta-bort" in request.POST
    if is_removal:
        for reply in rules.answers_for(parties, comment):
            if str(reply.uid) == request.POST["ta-bort"]:
                rules.withdraw_answer(reply, by=request.user, at=timezone.now())
                messages.success(request, _("Svaret är borttaget."))
        if not request.POST.get("text", "").strip():
            return redirect("answer_comment", uid)
    # What is being written stays when another answer is taken away.
    form = OfficialAnswerForm(
        None if is_removal else posted(request),
        parties=[str(party_name(party)) for party in parties],
        comment=comment,
        initial=request.POST.dict(),
    )

    def submit() -> HttpResponse:
        party = parties[int(form.cleaned_data["party"] or 0)]
        data = form.cleaned_data
        language = data["language"] or Language.SWEDISH
        rules.answer(
            comment, data["text"], party, by=request.user, at=timezone.now(), language=language
        )
        messages.success(request, _("Svaret är publicerat."))
        return redirect("comments_to_answer")

    context = {
        "comment": comment_view(comment),
        "municipality": comment.municipality,
        "subject_path": subject_path_of(comment),
        "own": [comment_view(reply) for reply in rules.answers_for(parties, comment)],
        "organisation": party_name(parties[0]) if len(parties) == 1 else "",
    }
    return form_page(request, "comments/staff/answer.html", form, submit, context)
