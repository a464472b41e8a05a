"""Pages that the private link to one's own answer or comment opens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.comments import complaints
from dialogues.comments.forms import AppealForm
from dialogues.private_links.own import Own, OwnComment
from dialogues.reception import JUST_SENT
from pledge_portal.pages.decorators import anonymous_form, private_page
from pledge_portal.pages.form_views import form_page
from pledge_portal.pages.refusals import SentBefore


@require_safe
@private_page
def own(request: HttpRequest, secret: str, kind: type[Own]) -> HttpResponse:
    """Show what one sent, and what became of it."""
    own = kind(secret)
    context = {
        "own": own,
        "says_thanks": JUST_SENT in request.GET,
        "address": request.build_absolute_uri(reverse(own.address, args=[secret])),
        **own.context(),
    }
    return render(request, own.template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@anonymous_form
def change(request: HttpRequest, secret: str, kind: type[Own]) -> HttpResponse:
    """Let one change what one sent."""
    own = kind(secret)
    at = timezone.now()
    if not own.shows_form(at, is_sent=request.method == "POST"):
        return redirect(own.address, secret)
    form = own.form(request)

    def submit() -> HttpResponse:
        own.change(form, at)
        return redirect(own.address, secret)

    return form_page(
        request,
        own.change_template,
        form,
        submit,
        lambda: {"secret": secret, **own.form_context(at)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@anonymous_form
def withdraw(request: HttpRequest, secret: str, kind: type[Own]) -> HttpResponse:
    """Ask whether to withdraw what one sent, and do it."""
    own = kind(secret)
    if request.method == "POST":
        own.rules.withdraw(secret, timezone.now())
        return redirect(own.address, secret)
    return render(request, "private_links/withdraw.html", {"own": own, **own.context()})


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@anonymous_form
def appeal(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask for one's own hidden comment to be judged anew."""
    own = OwnComment(secret)
    # What was sent is answered even when it is too late now: it may have come in before.
    if request.method != "POST" and not complaints.may_appeal(own.item):
        return redirect(own.address, secret)
    form = AppealForm(request)

    def submit() -> HttpResponse:
        text = form.cleaned_data["text"]
        try:
            complaints.appeal(secret, text, timezone.now(), replaces=form.replaces)
        except SentBefore as refused:
            form.show_sent_before(refused)
            raise
        return redirect(own.address, secret)

    context = {"secret": secret, **own.context()}
    return form_page(request, "private_links/appeal.html", form, submit, context)
