"""What everyone reads of comments, and commenting without an account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.comments import presentation as conversation
from dialogues.comments import rules
from dialogues.comments.forms import CommentForm, ReportForm
from dialogues.comments.rules import About
from dialogues.models import Comment
from dialogues.models.comment import CommentQuerySet
from dialogues.urls.converters import round_in
from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.freshness import Shows, public_page
from pledge_portal.pages.guards import anonymous_form
from pledge_portal.pages.open_forms import WORK_BITS
from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.text import Wording
from pledges import presentation
from pledges.consultation.presentation import consultation_view
from pledges.models import Commitment, Consultation, FollowUp, Municipality, Pledge
from pledges.presentation.lookup import get_consultation_or_404, get_pledge_or_404
from pledges.writing.draft_presentation import commitment_of

SAYS_THANKS = "tack"
_ALL_REPLIES = 500
_PARAMETERS = ("atagande", "uppfoljning", "visa", "ordning", "efter")


@require_safe
@public_page(
    shows=Shows.MUNICIPALITY, parameters=("atagande", "uppfoljning", "visa", "ordning", "efter")
)
def comments(request: HttpRequest, slug: str, talk: str) -> HttpResponse:
    """List the comments on a pledge or a draft, or on a part of it, a page at a time."""
    about = _about(request, slug, talk)
    rows = _threads(about)
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
@public_page(shows=Shows.MUNICIPALITY)
def thread(request: HttpRequest, slug: str, talk: str, uid: UUID) -> HttpResponse:
    """Show one comment with all its replies."""
    _row, found, about = _shown(slug, talk, uid)
    row = conversation.told(Comment.objects.filter(pk=found.pk), _ALL_REPLIES).get()
    view = conversation.comment_view(row, _ALL_REPLIES)
    return render(request, "comments/thread.html", {**_context(about), "comment": view})


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
def write(request: HttpRequest, slug: str, talk: str) -> HttpResponse:
    """Take in a comment, a reply or an objection, and lead to its receipt."""
    about = _about(request, slug, talk)
    if answered := _uuid(request.GET.get("svar", "")):
        _row, parent, of_thread = _shown(slug, talk, answered)
        about = replace(of_thread, parent=parent)
    objects = "invandning" in request.GET and None not in {about.commitment, about.follow_up}
    objects = objects and about.parent is None
    at = timezone.now()
    form = CommentForm(request)
    # What was sent is answered even when it is too late now: it may have come in before.
    if form.is_bound and form.is_valid():
        said, sending = form.said(is_objection=objects), UUID(form.cleaned_data["sending"])
        try:
            secret = rules.comment(about, said, sending, at)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(f"{reverse('own_comment', args=[secret])}?{SAYS_THANKS}")
    return form_page(request, form, about, rules.closed_because(about, at), objects=objects)


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
            "shown_at_once": not rules.has_to_wait(about.municipality),
            "work_bits": WORK_BITS,
        },
        status=form.status if form.errors else 200,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
def report(request: HttpRequest, slug: str, talk: str, uid: UUID) -> HttpResponse:
    """Tell the moderators that a comment should not stand."""
    row, parent, about = _shown(slug, talk, uid)
    form = ReportForm(request)
    is_done = False
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        sending = UUID(said["sending"])
        rules.report(row, said["reason"], said["text"], sending, timezone.now())
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


def _threads(about: About) -> CommentQuerySet:
    if about.consultation is not None:
        return conversation.threads_on_draft(
            about.municipality, about.consultation.pk, commitment=about.number
        )
    return conversation.threads(
        about.municipality,
        about.pledge_key,
        commitment=about.commitment.number if about.commitment else None,
        follow_up=about.follow_up,
    )


def query_of(about: About) -> dict[str, str]:
    """Return the part of an address that says what is commented on."""
    found = {}
    if about.commitment is not None:
        found["atagande"] = str(about.commitment.number)
    if about.number is not None:
        found["atagande"] = str(about.number)
    if about.follow_up is not None:
        found["uppfoljning"] = about.follow_up.meeting_on.isoformat()
    return found


@dataclass(frozen=True)
class _Subject:
    """The pledge or the draft that is talked about: where its page is, and what it is called."""

    address: str
    title: Wording
    short_name: str
    is_draft: bool


def _subject(about: About) -> tuple[str, _Subject]:
    """Return the part of an address that names what is talked about, and what it is."""
    on, slug = timezone.localdate(), about.municipality.slug
    if about.consultation is not None:
        draft = consultation_view(about.consultation, on)
        address = reverse("consultation_round", args=[slug, draft.period, draft.number])
        return draft.talk, _Subject(address, draft.title, _("Samråd"), is_draft=True)
    assert about.pledge is not None  # noqa: S101  (what is no draft is a pledge)
    view = presentation.pledge_view(about.pledge, about.municipality, on)
    address = reverse("pledge", args=[slug, view.period])
    return view.period, _Subject(address, view.title, view.period_name, is_draft=False)


def _context(about: About) -> dict[str, object]:
    talk, subject = _subject(about)
    commitment = about.commitment
    if about.consultation is not None and about.number is not None:
        row = about.consultation.contents["commitments"][about.number - 1]
        commitment = commitment_of(about.number, row)
    return {
        "municipality": about.municipality,
        "talk": talk,
        "subject": subject,
        "commitment": commitment,
        "commitment_text": (
            presentation.commitment_view(commitment, []).text if commitment else None
        ),
        "follow_up": about.follow_up,
        "query": urlencode(query_of(about)),
    }


def _about(request: HttpRequest, slug: str, talk: str) -> About:
    whole = _whole(slug, talk)
    number = request.GET.get("atagande", "")
    if whole.consultation is not None:
        return replace(whole, number=_number(whole.consultation, slug, number))
    assert whole.pledge is not None  # noqa: S101  (what is no draft is a pledge)
    return replace(
        whole,
        commitment=_commitment(whole.pledge, whole.municipality, number),
        follow_up=_follow_up(whole.pledge, whole.municipality, request.GET.get("uppfoljning", "")),
    )


def _whole(slug: str, talk: str) -> About:
    """Return the pledge or the draft that an address names; raises NotHere when there is none."""
    period, number = round_in(talk)
    if number is None:
        row, place, _rows = get_pledge_or_404(slug, period)
        return About(place, row)
    consultation, place = get_consultation_or_404(slug, period, number)
    return About(place, consultation=consultation)


def _number(row: Consultation, slug: str, number: str) -> int | None:
    if not number:
        return None
    is_number = number.isdecimal() and len(number) < 5
    if is_number and 1 <= int(number) <= len(row.contents["commitments"]):
        return int(number)
    raise NotHere(
        _("Förslaget har inget åtagande med det numret."),
        reverse("consultation_round", args=[slug, row.period, row.number]),
        _("Visa hela förslaget"),
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


def _shown(slug: str, talk: str, uid: UUID) -> tuple[Comment, Comment, About]:
    """Return a comment that is shown, the thread that it stands in, and what that is about."""
    whole = _whole(slug, talk)
    found = rules.shown_comment(whole, uid)
    if found is None:
        raise NotHere(
            _("Kommentaren visas inte. Den kan vänta på granskning eller ha tagits bort."),
            reverse("comments", args=[slug, talk]),
            _("Visa alla kommentarer"),
        )
    shown, parent = found
    about = replace(
        whole,
        commitment=parent.commitment,
        follow_up=parent.follow_up,
        number=parent.consultation_commitment,
    )
    return shown, parent, about


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
