"""Page where anyone tells that something is wrong on another page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dialogues.page_reports import rules
from dialogues.page_reports.forms import PageReportForm
from dialogues.waiting_times import wait_for_mending
from pledge_portal.pages.decorators import anonymous_form
from pledge_portal.pages.form_views import form_page
from pledge_portal.pages.refusals import SentBefore


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
def report_page(request: HttpRequest) -> HttpResponse:
    """Take in what is wrong on a page, and give a receipt."""
    page = rules.page_at(request.GET.get("sida", ""))
    form = PageReportForm(request)
    context: dict[str, object] = {"page": page, "form": form}

    def submit() -> HttpResponse:
        text, email = form.cleaned_data["text"], form.cleaned_data["email"]
        sending, at = UUID(form.cleaned_data["sending"]), timezone.now()
        try:
            rules.report(page, text, email, sending, at, replaces=form.replaces)
        except SentBefore as refused:
            form.show_sent_before(refused)
            context["first"] = refused.stored.text
            raise
        receipt = {
            **context,
            "is_done": True,
            "text": text,
            "email": email,
            "usual_time": wait_for_mending(page.municipality, at),
        }
        return render(request, "dialogues/report_page.html", receipt)

    return form_page(request, "dialogues/report_page.html", form, submit, context)
