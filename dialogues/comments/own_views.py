"""The private link to one's own comment, and the links in letters about it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.comments import letters, presentation, rules
from dialogues.comments.forms import AppealForm, CommentForm
from dialogues.comments.public_views import SAYS_THANKS, form_page
from dialogues.models import Comment, CommentSender
from dialogues.moderation.reasons import told_decision
from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.guards import anonymous_form, private_page
from pledge_portal.pages.open_forms import WORK_BITS
from pledge_portal.pages.refusals import Refused


@require_safe
@private_page
def own(request: HttpRequest, secret: str) -> HttpResponse:
    """Show one's own comment, where it is on its way, and what was decided about it."""
    found = _found(secret)
    return render(
        request,
        "comments/own.html",
        {
            "secret": secret,
            "comment": presentation.comment_view(found),
            "row": found,
            "sender": found.sender,
            "decision": told_decision(found),
            "thread": letters.address_of(found),
            "can_be_changed": rules.can_be_changed(found, timezone.now()),
            "may_appeal": rules.may_appeal(found),
            "says_thanks": SAYS_THANKS in request.GET,
            "address": request.build_absolute_uri(reverse("own_comment", args=[secret])),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@anonymous_form
def change(request: HttpRequest, secret: str) -> HttpResponse:
    """Let one change one's own comment for a while."""
    found = _found(secret)
    at = timezone.now()
    if not rules.can_be_changed(found, at) and request.method != "POST":
        return redirect("own_comment", secret)
    form = CommentForm(
        request, initial={"text": found.text, "name": found.name, "email": found.sender.email}
    )
    if form.is_bound and form.is_valid():
        try:
            rules.change(secret, form.said(), at)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("own_comment", secret)
    about = rules.about_of(found)
    return form_page(request, form, about, "", secret=secret, objects=found.is_objection)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@anonymous_form
def withdraw(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask whether to take the comment back, and do it."""
    found = _found(secret)
    if request.method == "POST":
        rules.withdraw(secret, timezone.now())
        return redirect("own_comment", secret)
    context = {"secret": secret, "comment": presentation.comment_view(found)}
    return render(request, "comments/withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@anonymous_form
def appeal(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask for a hidden comment to be judged anew."""
    found = _found(secret)
    if not rules.may_appeal(found):
        return redirect("own_comment", secret)
    form = AppealForm(request)
    if form.is_bound and form.is_valid():
        try:
            rules.appeal(secret, form.cleaned_data["text"], timezone.now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("own_comment", secret)
    return render(
        request,
        "comments/appeal.html",
        {
            "secret": secret,
            "form": form,
            "comment": presentation.comment_view(found),
            "decision": told_decision(found),
            "work_bits": WORK_BITS,
        },
        status=form.status if form.errors else 200,
    )


def _found(secret: str) -> Comment:
    found = rules.by_secret(secret)
    if found is None:
        raise NotHere(
            _("Länken leder inte till någon kommentar. Se efter att hela adressen kom med."),
            reverse("start"),
            _("Hitta din kommun"),
        )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@anonymous_form
def letters_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether answers are to be written to the address; a program that follows every link in a
    letter says yes to nothing."""
    sender = _sender(token)
    is_done = request.method == "POST"
    if is_done:
        rules.confirm(sender, timezone.now())
    return _letters_page(request, "comments/letters_confirm.html", sender, is_done=is_done)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@anonymous_form
def letters_off(request: HttpRequest, token: str) -> HttpResponse:
    """Write no more to the address: with one click, or by the mail program itself (RFC 8058)."""
    sender = _sender(token)
    is_done = request.method == "POST"
    if is_done:
        rules.unsubscribe(sender)
    return _letters_page(request, "comments/letters_off.html", sender, is_done=is_done)


def _letters_page(
    request: HttpRequest, template: str, sender: CommentSender, *, is_done: bool
) -> HttpResponse:
    comment = presentation.comment_view(sender.comment)
    return render(request, template, {"comment": comment, "email": sender.email, "done": is_done})


def _sender(token: str) -> CommentSender:
    found = rules.sender_of(token)
    if found is None:
        raise NotHere(
            _("Länken gäller inte längre. Adressen är redan raderad, eller så fattas något i den."),
            reverse("start"),
            _("Hitta din kommun"),
        )
    return found
