"""Hand in a scan of a signature on paper, confirm it, or take it back."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.accounts.same_person import what_is_not_known
from pledge_portal.pages.form_views import (
    Question,
    act,
    confirm_page,
    form_page,
    posted,
    posted_files,
)
from pledge_portal.pages.pdf_files import pdf_response
from pledges.exchange.uploads import tell_if_too_large
from pledges.models import PaperScan, Signatory
from pledges.signing import paper, ways
from pledges.signing.act_views import has_signed, own_or_arranged, signed, turned_away
from pledges.signing.forms import SCAN_BYTES, ConfirmPaperForm, PaperForm, TakeBackPaperForm
from pledges.signing.paper_letters import account_address


def _scan_of(signatory: Signatory) -> PaperScan | None:
    """Return the scan of a signatory's that is there."""
    return getattr(signatory, "paper_scan", None)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.READ_PLEDGES)
def hand_in(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the scan of a page that was signed by hand, or another for it."""
    signatory = own_or_arranged(request, pk)
    if (elsewhere := turned_away(request, signatory)) is not None:
        return elsewhere
    earlier = _scan_of(signatory)
    initial: dict[str, Any] = {"signed_on": timezone.localdate()}
    if earlier is not None:
        initial = {
            "signed_on": earlier.signed_on,
            "replaces": earlier.sha256,
            "letter_to": earlier.letter_to,
        }
    form = PaperForm(
        posted(request),
        posted_files(request),
        initial=initial,
        is_first=earlier is None,
        has_account=bool(account_address(signatory)),
    )
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""), SCAN_BYTES)

    def submit() -> HttpResponse:
        typed = form.cleaned_data
        paper.hand_in(
            signatory,
            typed["file"],
            signed_on=typed["signed_on"],
            by=request.user,
            at=timezone.now(),
            replaces=typed["replaces"],
            reason=typed.get("reason", ""),
            letter_to=typed.get("letter_to", ""),
        )
        messages.success(request, _("Skanningen är lämnad. Någon annan ska bekräfta den."))
        return redirect("signing_one", pk=pk)

    context = {"signatory": signatory, "earlier": earlier}
    return form_page(request, "signing/paper.html", form, submit, context)


@require_safe
@permitted(Action.READ_PLEDGES)
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type]
def scan(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the scan to those who may confirm it or take it back."""
    signatory = own_or_arranged(request, pk)
    content = PaperScan.objects.filter(signatory=signatory).values_list("content", flat=True)
    if (written := content.first()) is None:
        raise Http404
    return pdf_response(written, f"underskrift-{signatory.pledge.period}-{signatory.position}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.READ_PLEDGES)
@csp_update({"object-src": ["'self'"], "frame-src": ["'self'"]})  # type: ignore[arg-type]
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a scan beside what it is to show, and take the yes to it."""
    signatory = own_or_arranged(request, pk)
    if (elsewhere := turned_away(request, signatory)) is not None:
        return elsewhere
    waiting = _scan_of(signatory)
    if waiting is None or waiting.confirmed_at is not None:
        return redirect("signing_one", pk=pk)
    if not ways.may_confirm(request.user, signatory, waiting):
        raise PermissionDenied
    seen = {"sha256": waiting.sha256, "signed_on": waiting.signed_on.isoformat()}
    form = ConfirmPaperForm(posted(request), initial=seen)

    def submit() -> HttpResponse:
        compared = {name: form.cleaned_data[name] for name in seen}
        paper.confirm(signatory, **compared, by=request.user, at=timezone.now())
        messages.success(request, _("Skanningen är bekräftad. Underskriften räknas om ett dygn."))
        return redirect("signing_one", pk=pk)

    context = {
        "signatory": signatory,
        "scan": waiting,
        "document": ways.document_to_sign(signatory),
        "not_known": what_is_not_known(),
    }
    return form_page(request, "signing/confirm_paper.html", form, submit, context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.READ_PLEDGES)
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a scan back that doesn't count yet, after asking why."""
    signatory = own_or_arranged(request, pk)
    if has_signed(signatory):
        return signed(request, signatory)
    if _scan_of(signatory) is None:
        return redirect("signing_one", pk=pk)
    form = TakeBackPaperForm(posted(request))
    text = _(
        "Skanningen raderas och underskriften räknas inte. Den som lämnade skanningen, den som "
        "bekräftade den och undertecknaren, om adressen är känd, får mejl med ditt skäl. Att "
        "skanningen var lämnad står kvar i historiken."
    )
    if signatory.pledge.signatures.exists():
        text += " " + _("Andra har redan undertecknat. Deras underskrifter står kvar.")
    question = Question(
        title=_("Ta tillbaka skanningen"),
        lead=signatory.pledge.title,
        subject=str(signatory),
        text=text,
        button=_("Ta tillbaka skanningen"),
        back=reverse("signing_one", args=[pk]),
        trail=[
            (_("Underskrifter"), reverse("signing")),
            (signatory.name, reverse("signing_one", args=[pk])),
        ],
    )

    def submit() -> HttpResponse:
        paper.take_back(signatory, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("Skanningen är tillbakatagen."))
        return redirect("signing_one", pk=pk)

    return confirm_page(request, question, submit, form)


@require_POST
@permitted(Action.READ_PLEDGES)
def count(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a signature count whose day has passed, or say why it can't."""
    signatory = own_or_arranged(request, pk)
    return act(
        request,
        lambda: paper.count(signatory, at=timezone.now()),
        _("%(name)s har undertecknat.") % {"name": signatory.name},
        "signing_one",
        pk=pk,
    )
