"""Pages where everyone reads comments, and residents write them."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.comments import complaints, presentation, rules
from dialogues.comments.forms import CommentForm, ReportForm
from dialogues.comments.hiding_reasons import REASONS
from dialogues.comments.lookup import get_comment_or_404, get_part_or_404
from dialogues.comments.rules import About
from dialogues.comments.subject import query_of, subject_context, write_context
from dialogues.models import Comment
from dialogues.models.comment import CommentQuerySet
from dialogues.reception import receipt_address
from dialogues.waiting_times import wait_for_moderator
from pledge_portal.pages.decorators import anonymous_form
from pledge_portal.pages.form_views import form_page
from pledge_portal.pages.page_versions import Shows, public_page
from pledge_portal.pages.refusals import SentBefore

_ALL_REPLIES = 500
_PARAMETERS = ("atagande", "uppfoljning", "visa", "ordning", "efter")


@require_safe
@public_page(shows=Shows.MUNICIPALITY, parameters=_PARAMETERS)
def comments(request: HttpRequest, slug: str, subject_path: str) -> HttpResponse:
    """List the comments on a pledge, a draft or a part of it, by pages."""
    about = _about(request, slug, subject_path)
    threads = _threads(about)
    only = request.GET.get("visa", "")
    if only == "invandningar":
        threads = threads.filter(is_objection=True)
    elif only == "besvarade":
        answers = Comment.objects.public().official()
        threads = threads.filter(pk__in=answers.order_by().values("parent"))
    oldest_first = request.GET.get("ordning") == "aldst"
    after = _uuid(request.GET.get("efter", ""))
    page = presentation.page_of(threads, after=after, oldest_first=oldest_first)
    chosen = {
        **query_of(about),
        **({"visa": only} if only else {}),
        **({"ordning": "aldst"} if oldest_first else {}),
    }
    return render(
        request,
        "comments/list.html",
        {
            **subject_context(about),
            "page": page,
            "only": only,
            "oldest_first": oldest_first,
            "is_first": "efter" not in request.GET,
            "first": f"?{urlencode(chosen)}",
            "next": f"?{urlencode({**chosen, 'efter': page.next})}" if page.next else "",
        },
    )


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def thread(request: HttpRequest, slug: str, subject_path: str, uid: UUID) -> HttpResponse:
    """Show one comment with all its replies."""
    shown, _parent, about = get_comment_or_404(slug, subject_path, uid)
    comment = presentation.with_replies(Comment.objects.filter(pk=shown.pk), _ALL_REPLIES).get()
    view = presentation.comment_view(comment, _ALL_REPLIES)
    return render(request, "comments/thread.html", {**subject_context(about), "comment": view})


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
def write(request: HttpRequest, slug: str, subject_path: str) -> HttpResponse:
    """Take in a comment, a reply or an objection, and lead to its receipt."""
    about = _about(request, slug, subject_path)
    if answered := _uuid(request.GET.get("svar", "")):
        _comment, parent, of_thread = get_comment_or_404(slug, subject_path, answered)
        about = replace(of_thread, parent=parent)
    is_assessment = about.commitment is not None and about.follow_up is not None
    is_objection = "invandning" in request.GET and is_assessment and about.parent is None
    at = timezone.now()
    form = CommentForm(request)
    first: dict[str, object] = {}

    def submit() -> HttpResponse:
        sending = UUID(form.cleaned_data["sending"])
        comment = form.new_comment(is_objection=is_objection)
        try:
            secret = rules.submit(about, comment, sending, at, replaces=form.replaces)
        except SentBefore as refused:
            form.show_sent_before(refused)
            first["first"] = presentation.comment_view(refused.stored)
            first["first_address"] = reverse("own_comment", args=[rules.secret_of_comment(sending)])
            raise
        return redirect(receipt_address("own_comment", secret))

    # What was sent is answered even when it is too late now: it may have come in before.
    return form_page(
        request,
        "comments/write.html",
        form,
        submit,
        lambda: {
            **write_context(about, rules.closed_because(about, at), is_objection=is_objection),
            **first,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
def report(request: HttpRequest, slug: str, subject_path: str, uid: UUID) -> HttpResponse:
    """Tell the moderators that a comment should not stand."""
    comment, parent, about = get_comment_or_404(slug, subject_path, uid)
    form = ReportForm(request)
    context = {
        **subject_context(about),
        "comment": presentation.comment_view(comment),
        "thread": parent.uid,
    }

    def submit() -> HttpResponse:
        data = form.cleaned_data
        sending, at = UUID(data["sending"]), timezone.now()
        try:
            complaints.report(
                comment, data["reason"], data["text"], sending, at, replaces=form.replaces
            )
        except SentBefore as refused:
            form.show_sent_before(refused)
            reason = REASONS[refused.stored.reason].name
            context["first"] = f"{reason}\n\n{refused.stored.text}".strip()
            raise
        waits = wait_for_moderator(comment.municipality, [Comment.Awaits.REPORT], at)
        receipt = {**context, "form": form, "is_done": True, "usual_time": waits}
        return render(request, "comments/report.html", receipt)

    return form_page(request, "comments/report.html", form, submit, context)


def _about(request: HttpRequest, slug: str, subject_path: str) -> About:
    """Return what an address and its query name."""
    return get_part_or_404(
        slug,
        subject_path,
        number=request.GET.get("atagande", ""),
        meeting_on=request.GET.get("uppfoljning", ""),
    )


def _threads(about: About) -> CommentQuerySet:
    if about.consultation is not None:
        return presentation.threads_on_draft(
            about.municipality, about.consultation.pk, commitment=about.number
        )
    return presentation.threads(
        about.municipality,
        about.pledge_key,
        commitment=about.commitment.number if about.commitment else None,
        follow_up=about.follow_up,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
