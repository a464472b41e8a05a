"""What everyone reads of comments, and commenting without an account."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogues import commenting, conversation
from dialogues.commenting import About
from dialogues.forms.comment import CommentForm, ReportForm
from dialogues.models import Comment
from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.freshness import public_page
from pledge_portal.pages.guards import anonymous_form
from pledge_portal.pages.open_forms import WORK_BITS
from pledges import presentation
from pledges.models import Commitment, FollowUp, Municipality, Pledge
from pledges.views.found import found_pledge

SAYS_THANKS = "tack"
_ALL_REPLIES = 500


@require_safe
@public_page
def comments(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """List the comments on a pledge or a part of it, a page at a time."""
    about = _about(request, slug, period)
    rows = conversation.threads(
        about.municipality,
        about.pledge,
        commitment=about.commitment.number if about.commitment else None,
        follow_up=about.follow_up,
    )
    only = request.GET.get("visa", "")
    if only == "invandningar":
        rows = rows.filter(is_objection=True)
    elif only == "besvarade":
        answers = Comment.objects.public().official()
        rows = rows.filter(pk__in=answers.order_by().values("parent"))
    oldest_first = request.GET.get("ordning") == "aldst"
    page = conversation.page_of(
        rows, after=_uuid(request.GET.get("efter", "")), oldest_first=oldest_first
    )
    chosen = {
        **query_of(about),
        **({"visa": only} if only else {}),
        **({"ordning": "aldst"} if oldest_first else {}),
    }
    return render(
        request,
        "comments/list.html",
        {
            **_context(about),
            "page": page,
            "only": only,
            "oldest_first": oldest_first,
            "is_first": "efter" not in request.GET,
            "first": f"?{urlencode(chosen)}",
            "next": f"?{urlencode({**chosen, 'efter': page.next})}" if page.next else "",
        },
    )


@require_safe
@public_page
def thread(request: HttpRequest, slug: str, period: str, uid: UUID) -> HttpResponse:
    """Show one comment with all its replies."""
    _row, found, about = _shown(slug, period, uid)
    row = conversation.told(Comment.objects.filter(pk=found.pk), _ALL_REPLIES).get()
    view = conversation.comment_view(row, _ALL_REPLIES)
    return render(request, "comments/thread.html", {**_context(about), "comment": view})


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
def write(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Take in a comment, a reply or an objection, and lead to its receipt."""
    about = _about(request, slug, period)
    if answered := _uuid(request.GET.get("svar", "")):
        _row, parent, of_thread = _shown(slug, period, answered)
        about = replace(of_thread, parent=parent)
    objects = "invandning" in request.GET and None not in {about.commitment, about.follow_up}
    objects = objects and about.parent is None
    at = timezone.now()
    form = CommentForm(request)
    # What was sent is answered even when it is too late now: it may have come in before.
    if form.is_bound and form.is_valid():
        said, sending = form.said(is_objection=objects), UUID(form.cleaned_data["sending"])
        try:
            secret = commenting.comment(about, said, sending, at)
        except commenting.CommentError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(f"{reverse('own_comment', args=[secret])}?{SAYS_THANKS}")
    return form_page(request, form, about, commenting.closed_because(about, at), objects=objects)


def form_page(
    request: HttpRequest,
    form: CommentForm,
    about: About,
    closed: str,
    *,
    secret: str = "",
    objects: bool = False,
) -> HttpResponse:
    """Answer with the form for a comment, kept by nobody."""
    answered = conversation.comment_view(about.parent) if about.parent else None
    response = render(
        request,
        "comments/write.html",
        {
            **_context(about),
            "form": form,
            "closed": closed,
            "secret": secret,
            "answered": answered,
            "objects": objects,
            "shown_at_once": not commenting.has_to_wait(about.municipality),
            "work_bits": WORK_BITS,
        },
        status=form.status if form.errors else 200,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
def report(request: HttpRequest, slug: str, period: str, uid: UUID) -> HttpResponse:
    """Tell the moderators that a comment should not stand."""
    row, parent, about = _shown(slug, period, uid)
    form = ReportForm(request)
    is_done = False
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        sending = UUID(said["sending"])
        commenting.report(row, said["reason"], said["text"], sending, timezone.now())
        is_done = True
    response = render(
        request,
        "comments/report.html",
        {
            **_context(about),
            "form": form,
            "comment": conversation.comment_view(row),
            "thread": parent.uid,
            "is_done": is_done,
            "work_bits": WORK_BITS,
        },
        status=form.status if form.errors else 200,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def query_of(about: About) -> dict[str, str]:
    """Return the part of an address that says what is commented on."""
    found = {}
    if about.commitment is not None:
        found["atagande"] = str(about.commitment.number)
    if about.follow_up is not None:
        found["uppfoljning"] = about.follow_up.meeting_on.isoformat()
    return found


def _context(about: About) -> dict[str, object]:
    return {
        "municipality": about.municipality,
        "pledge": presentation.pledge_view(about.pledge, about.municipality, timezone.localdate()),
        "commitment": about.commitment,
        "commitment_text": (
            presentation.commitment_view(about.commitment, []).text if about.commitment else None
        ),
        "follow_up": about.follow_up,
        "query": urlencode(query_of(about)),
    }


def _about(request: HttpRequest, slug: str, period: str) -> About:
    row, place, _rows = found_pledge(slug, period)
    return About(
        place,
        row,
        _commitment(row, place, request.GET.get("atagande", "")),
        _follow_up(row, place, request.GET.get("uppfoljning", "")),
    )


def _commitment(row: Pledge, place: Municipality, number: str) -> Commitment | None:
    if not number:
        return None
    found = None
    if number.isdecimal() and len(number) < 5:
        found = row.commitments.filter(number=int(number)).first()
    if found is None:
        raise NotHere(
            _("Löftet har inget åtagande med det numret."),
            reverse("pledge", args=[place.slug, row.period]),
            _("Visa hela löftet"),
        )
    return found


def _follow_up(row: Pledge, place: Municipality, day: str) -> FollowUp | None:
    if not day:
        return None
    try:
        found = FollowUp.objects.public().filter(pledge=row, meeting_on=date.fromisoformat(day))
    except ValueError:
        found = FollowUp.objects.none()
    if (one := found.first()) is None:
        raise NotHere(
            _("Det finns ingen uppföljning från den dagen."),
            reverse("follow_ups_public", args=[place.slug, row.period]),
            _("Visa alla uppföljningar"),
        )
    return one


def _shown(slug: str, period: str, uid: UUID) -> tuple[Comment, Comment, About]:
    """Return a comment that is shown, the thread that it stands in, and what that is about."""
    row, place, _rows = found_pledge(slug, period)
    found = commenting.shown_comment(place, row, uid)
    if found is None:
        raise NotHere(
            _("Kommentaren visas inte. Den kan vänta på granskning eller ha tagits bort."),
            reverse("comments", args=[slug, period]),
            _("Visa alla kommentarer"),
        )
    shown, parent = found
    return shown, parent, About(place, row, parent.commitment, parent.follow_up)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
