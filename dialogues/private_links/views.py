"""Pages that the private link to one's own answer or comment opens."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.comments import complaints
from dialogues.comments.forms import AppealForm
from dialogues.private_links.forms import MailLinkForm
from dialogues.private_links.mailing import MOST_AN_HOUR, mail_link
from dialogues.private_links.own import Own, OwnComment
from dialogues.reception import JUST_SENT, receipt_address
from pledge_portal.pages.decorators import anonymous_form, private_page
from pledge_portal.pages.form_views import form_page
from pledge_portal.pages.network_limits import sent_this_hour
from pledge_portal.pages.refusals import SentBefore


@require_safe
@private_page
def own(request: HttpRequest, secret: str, kind: type[Own]) -> HttpResponse:
    """Show what one sent, and what became of it."""
    own = kind(secret)
    context = {
        "own": own,
        # Links in the browser's history from before have no value.
        "just_done": request.GET.get(JUST_SENT) or ("sent" if JUST_SENT in request.GET else ""),
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
        return redirect(receipt_address(own.address, secret, "changed"))

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
        return redirect(receipt_address(own.address, secret, "withdrawn"))
    return render(request, "private_links/withdraw.html", {"own": own, **own.context()})


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@anonymous_form
def mail(request: HttpRequest, secret: str, kind: type[Own]) -> HttpResponse:
    """Mail the private link to whoever holds it.

    What the page says is the same whether or not anything had been mailed there before.
    """
    own = kind(secret)
    form = MailLinkForm(request)

    def submit() -> HttpResponse | None:
        if sent_this_hour(request, "link-letters") > MOST_AN_HOUR:
            form.refuse_for_a_while()
            return None
        mail_link(own, form.cleaned_data["email"], UUID(form.cleaned_data["sending"]))
        return redirect(receipt_address(own.address, secret, "mailed"))

    return form_page(request, "private_links/mail.html", form, submit, {"own": own})


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
        return redirect(receipt_address(own.address, secret, "appealed"))

    context = {"secret": secret, **own.context()}
    return form_page(request, "private_links/appeal.html", form, submit, context)
