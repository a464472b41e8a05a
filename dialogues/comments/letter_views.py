"""Pages that the links in letters about comments open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dialogues.comments import presentation, rules
from dialogues.models import CommentSender
from pledge_portal.pages.decorators import anonymous_form, private_page
from pledge_portal.pages.errors import NotHere


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@anonymous_form
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether answers are to be written to the address.

    It takes a click: a program that follows every link in a letter says yes to nothing.
    """
    sender = _find_sender(token)
    if request.method == "POST":
        rules.confirm(sender, timezone.now())
    return _page(request, "comments/letters_confirm.html", sender)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@anonymous_form
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Write no more to the address, by a click or by the mail program itself.

    Mail programs send the POST of RFC 8058.
    """
    sender = _find_sender(token)
    if request.method == "POST":
        rules.unsubscribe(sender)
    return _page(request, "comments/letters_off.html", sender)


def _page(request: HttpRequest, template: str, sender: CommentSender) -> HttpResponse:
    context = {
        "comment": presentation.comment_view(sender.comment),
        "email": sender.email,
        "is_done": request.method == "POST",
    }
    return render(request, template, context)


def _find_sender(token: str) -> CommentSender:
    sender = rules.sender_of(token)
    if sender is None:
        raise NotHere(
            _("Länken gäller inte längre. Adressen är redan raderad, eller så fattas något i den."),
            reverse("start"),
            _("Hitta din kommun"),
        )
    return sender
