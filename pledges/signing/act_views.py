"""Signing itself: with a key, by a file given back, on paper; or saying no."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pledge_portal.accounts.permissions import Action, permitted
from pledge_portal.accounts.step_up import asked_to_confirm, is_confirmed
from pledge_portal.pages.refusals import Refused
from pledges.documents.csc import Asks
from pledges.documents.store import sign_document
from pledges.exchange.uploads import tell_if_too_large
from pledges.models import GivenBack, Signatory
from pledges.signing import outside, ways
from pledges.signing import paper as on_paper
from pledges.signing.forms import (
    SCAN_BYTES,
    ConfirmForm,
    DeclineForm,
    GiveBackForm,
    PaperForm,
    SignForm,
)
from pledges.signing.keys import asks_of, backend_of, send_code
from pledges.signing.presentation import REFUSALS, SCAN_PROBLEMS
from pledges.signing.views import found, person


def _own(request: HttpRequest, pk: int) -> Signatory:
    """Return the signatory that the reader is; nobody else signs in their name."""
    row = found(request, pk)
    if not ways.is_the_one(request.user, row):
        raise PermissionDenied
    return row


def _own_or_arranged(request: HttpRequest, pk: int) -> Signatory:
    """Return a signatory whose file or paper the reader may hand in."""
    row = found(request, pk)
    if not (ways.is_the_one(request.user, row) or ways.may_arrange(request.user, row)):
        raise PermissionDenied
    return row


def _page(request: HttpRequest, template: str, form: Form, row: Signatory) -> HttpResponse:
    context = {
        "form": form,
        "signatory": row,
        "document": ways.document_to_sign(row),
        "way": ways.way_of(row),
    }
    return render(request, f"signing/{template}.html", context, status=422 if form.errors else 200)


def _signed(request: HttpRequest, row: Signatory) -> HttpResponse:
    messages.success(request, _("%(name)s har undertecknat.") % {"name": row.name})
    return redirect("signing_one", signatory=row.pk)


def _is_done(request: HttpRequest, row: Signatory) -> bool:
    """Return whether a signing that seemed broken off had come to its end after all."""
    return Signatory.objects.filter(pk=row.pk, signature__isnull=False).exists()


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.SIGN_PLEDGES)
def sign(request: HttpRequest, signatory: int) -> HttpResponse:
    """Sign with one's key, once the document is read and the second factor shown again."""
    row = _own(request, signatory)
    if (asking := asked_to_confirm(request)) is not None:
        return asking
    if _is_done(request, row):
        return _signed(request, row)
    way = ways.way_of(row)
    key_name = way.key_name if way else ""
    sent = request.POST if request.method == "POST" else None
    initial = {"document_sha256": ways.document_to_sign(row).sha256}
    try:
        asks = asks_of(backend_of(row, key_name))
    except Refused as refused:
        if sent is None:
            # Its service is away, or its key is: there is nothing to fill in.
            messages.error(request, str(refused))
            return redirect("signing_one", signatory=row.pk)
        asked_before = Asks(pin="pin" in sent, otp="otp" in sent)
        form = SignForm(sent, initial=initial, asks=asked_before)
        form.add_error(None, str(refused))
        return _page(request, "sign", form, row)
    form = SignForm(sent, initial=initial, asks=asks)
    if sent is not None and form.is_valid():
        try:
            sign_document(
                row,
                backend_of(row, key_name, form.codes),
                timezone.now(),
                form.cleaned_data["document_sha256"],
            )
        except Refused as refused:
            if _is_done(request, row):
                return _signed(request, row)
            form.add_error(None, str(refused))
        else:
            return _signed(request, row)
    return _page(request, "sign", form, row)


@require_POST
@permitted(Action.SIGN_PLEDGES)
def request_code(request: HttpRequest, signatory: int) -> HttpResponse:
    """Let the service that holds the signatory's key send them a one-time code."""
    row = _own(request, signatory)
    if not is_confirmed(request):
        # That page asks for the second factor, and is the one to come back to.
        return redirect("sign", signatory=row.pk)
    way = ways.way_of(row)
    try:
        send_code(backend_of(row, way.key_name if way else ""))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Underskriftstjänsten har skickat en kod till dig."))
    return redirect("sign", signatory=row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.SIGN_PLEDGES)
def decline(request: HttpRequest, signatory: int) -> HttpResponse:
    """Say no, and why."""
    row = _own(request, signatory)
    initial = {"document_sha256": ways.document_to_sign(row).sha256}
    form = DeclineForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            ways.decline(row, **_said(form), by=person(request), at=timezone.now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Du har avböjt. De som förbereder löftet får läsa varför."))
            return redirect("signing_one", signatory=row.pk)
    return _page(request, "decline", form, row)


def _said(form: DeclineForm) -> dict[str, str]:
    return {name: form.cleaned_data[name] for name in ("document_sha256", "reason")}


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.READ_PLEDGES)
def give_back(request: HttpRequest, signatory: int) -> HttpResponse:
    """Take the file that was signed outside, when it is the document with one signature."""
    row = _own_or_arranged(request, signatory)
    form = GiveBackForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
    )
    most = form.fields["file"].most_bytes  # type: ignore[attr-defined]
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""), most)
    if request.method == "POST" and form.is_valid():
        try:
            outside.give_back(row, form.cleaned_data["file"], by=person(request), at=timezone.now())
        except outside.NotTaken as refused:
            form.add_error("file", str(REFUSALS[refused.refusal]))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("confirm_given_back", signatory=row.pk)
    return _page(request, "give_back", form, row)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.READ_PLEDGES)
def confirm(request: HttpRequest, signatory: int) -> HttpResponse:
    """Show whose signature the file has, and take the yes to it."""
    row = _own_or_arranged(request, signatory)
    if (asking := asked_to_confirm(request)) is not None:
        return asking
    if _is_done(request, row):
        return _signed(request, row)
    kept = GivenBack.objects.defer("content").filter(signatory=row).first()
    if kept is None:
        return redirect("give_back", signatory=row.pk)
    initial = {"sha256": kept.sha256}
    form = ConfirmForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            outside.confirm(row, sha256=form.cleaned_data["sha256"])
        except Refused as refused:
            if _is_done(request, row):
                return _signed(request, row)
            is_file = isinstance(refused, outside.NotTaken)
            form.add_error(None, str(REFUSALS[refused.refusal] if is_file else refused))  # type: ignore[attr-defined]
        else:
            return _signed(request, row)
    context = {"form": form, "signatory": row, "kept": kept}
    return render(request, "signing/confirm.html", context, status=422 if form.errors else 200)


@require_POST
@permitted(Action.READ_PLEDGES)
def throw_away(request: HttpRequest, signatory: int) -> HttpResponse:
    """Forget the file that was given back, so that another can be."""
    row = _own_or_arranged(request, signatory)
    outside.throw_away(row)
    messages.success(request, _("Filen är kastad. Lämna en annan."))
    return redirect("give_back", signatory=row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.READ_PLEDGES)
def paper(request: HttpRequest, signatory: int) -> HttpResponse:
    """Take the scan of a page that was signed by hand."""
    row = _own_or_arranged(request, signatory)
    if (asking := asked_to_confirm(request)) is not None:
        return asking
    if _is_done(request, row):
        return _signed(request, row)
    form = PaperForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        initial={"signed_on": timezone.localdate()},
    )
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""), SCAN_BYTES)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            on_paper.sign_on_paper(
                row,
                said["file"],
                signed_on=said["signed_on"],
                by=person(request),
                at=timezone.now(),
            )
        except on_paper.ScanNotTaken as refused:
            form.add_error("file", str(SCAN_PROBLEMS[refused.problem]))
        except Refused as refused:
            if _is_done(request, row):
                return _signed(request, row)
            form.add_error(None, str(refused))
        else:
            return _signed(request, row)
    return _page(request, "paper", form, row)
