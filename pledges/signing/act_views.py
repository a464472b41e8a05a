"""Sign with a key or by a file given back; or say no."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.accounts.step_up import is_confirmed, step_up_response
from pledge_portal.pages.form_views import act, form_page, posted, posted_files
from pledge_portal.pages.refusals import Refused
from pledges.documents.key_settings import Asks
from pledges.exchange.uploads import tell_if_too_large
from pledges.models import ReturnedDocument, Signatory
from pledges.signing import outside, ways
from pledges.signing.forms import ConfirmForm, DeclineForm, GiveBackForm, SignForm
from pledges.signing.keys import asks_of, backend_of, send_code
from pledges.signing.views import get_signatory


def _own(request: StaffRequest, pk: int) -> Signatory:
    """Return the signatory that the reader is; nobody else may sign."""
    signatory = get_signatory(request, pk)
    if not ways.is_signatory(request.user, signatory):
        raise PermissionDenied
    return signatory


def own_or_arranged(request: StaffRequest, pk: int) -> Signatory:
    """Return a signatory whose file or paper the reader may hand in."""
    signatory = get_signatory(request, pk)
    if not ways.may_hand_in(request.user, signatory):
        raise PermissionDenied
    return signatory


def _context(signatory: Signatory) -> Mapping[str, Any]:
    return {
        "signatory": signatory,
        "document": ways.document_to_sign(signatory),
        "way": ways.way_of(signatory),
    }


def signed(request: HttpRequest, signatory: Signatory) -> HttpResponse:
    """Say that somebody has signed, on their page."""
    messages.success(request, _("%(name)s har undertecknat.") % {"name": signatory.name})
    return redirect("signing_one", pk=signatory.pk)


def has_signed(signatory: Signatory) -> bool:
    """Return whether they have signed, perhaps while this request ran."""
    return Signatory.objects.filter(pk=signatory.pk, signature__isnull=False).exists()


def turned_away(request: HttpRequest, signatory: Signatory) -> HttpResponse | None:
    """Return where to go before acting for a signatory, or None.

    To the second factor, which has to be shown again; or to their page, once they have signed.
    """
    if (asking := step_up_response(request)) is not None:
        return asking
    return signed(request, signatory) if has_signed(signatory) else None


def _sign_once(
    request: HttpRequest, signatory: Signatory, sign: Callable[[], object]
) -> HttpResponse:
    """Sign, or go on when a signing that seemed broken off had worked.

    Raises Refused when neither is so.
    """
    try:
        sign()
    except Refused:
        if not has_signed(signatory):
            raise
    return signed(request, signatory)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.SIGN_PLEDGES)
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign with one's key, once the document is read.

    The second factor has to be shown again.
    """
    signatory = _own(request, pk)
    if (elsewhere := turned_away(request, signatory)) is not None:
        return elsewhere
    way = ways.way_of(signatory)
    key_name = way.key_name if way else ""
    sent = posted(request)
    initial = {"document_sha256": ways.document_to_sign(signatory).sha256}
    refusal = None
    try:
        asks = asks_of(backend_of(signatory, key_name))
    except Refused as refused:
        if sent is None:
            # Its service is away, or its key is: there is nothing to fill in.
            messages.error(request, str(refused))
            return redirect("signing_one", pk=pk)
        refusal, asks = refused, Asks(pin="pin" in sent, otp="otp" in sent)
    form = SignForm(sent, initial=initial, asks=asks)
    if refusal is not None:
        form.add_errors(refusal.faults)

    def submit() -> HttpResponse:
        # What signs takes a second to load, and no other page needs it.
        from pledges.documents.store import sign_document

        backend = backend_of(signatory, key_name, form.codes)
        sha256 = form.cleaned_data["document_sha256"]
        return _sign_once(
            request, signatory, lambda: sign_document(signatory, backend, timezone.now(), sha256)
        )

    return form_page(request, "signing/sign.html", form, submit, _context(signatory))


@require_POST
@permitted(Action.SIGN_PLEDGES)
def request_code(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the service that holds the key send its signatory a code."""
    signatory = _own(request, pk)
    if not is_confirmed(request):
        # That page asks for the second factor, and is the one to come back to.
        return redirect("sign", pk=pk)
    way = ways.way_of(signatory)
    return act(
        request,
        lambda: send_code(backend_of(signatory, way.key_name if way else "")),
        _("Underskriftstjänsten har skickat en kod till dig."),
        "sign",
        pk=pk,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.SIGN_PLEDGES)
def decline(request: StaffRequest, pk: int) -> HttpResponse:
    """Say no, and why."""
    signatory = _own(request, pk)
    initial = {"document_sha256": ways.document_to_sign(signatory).sha256}
    form = DeclineForm(posted(request), initial=initial)

    def submit() -> HttpResponse:
        ways.decline(
            signatory,
            document_sha256=form.cleaned_data["document_sha256"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("Du har avböjt. De som förbereder löftet får läsa varför."))
        return redirect("signing_one", pk=pk)

    return form_page(request, "signing/decline.html", form, submit, _context(signatory))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.READ_PLEDGES)
def give_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the file that was signed outside."""
    signatory = own_or_arranged(request, pk)
    form = GiveBackForm(posted(request), posted_files(request))
    most = form.fields["file"].max_bytes  # type: ignore[attr-defined]
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""), most)

    def submit() -> HttpResponse:
        file = form.cleaned_data["file"]
        outside.give_back(signatory, file, by=request.user, at=timezone.now())
        return redirect("confirm_returned_document", pk=pk)

    return form_page(request, "signing/give_back.html", form, submit, _context(signatory))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.READ_PLEDGES)
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Show whose signature the file has, and take the yes to it."""
    signatory = own_or_arranged(request, pk)
    if (elsewhere := turned_away(request, signatory)) is not None:
        return elsewhere
    returned_document = (
        ReturnedDocument.objects.defer("content").filter(signatory=signatory).first()
    )
    if returned_document is None:
        return redirect("give_back", pk=pk)
    form = ConfirmForm(posted(request), initial={"sha256": returned_document.sha256})

    def submit() -> HttpResponse:
        sha256 = form.cleaned_data["sha256"]
        return _sign_once(request, signatory, lambda: outside.confirm(signatory, sha256=sha256))

    context = {"signatory": signatory, "returned_document": returned_document}
    return form_page(request, "signing/confirm.html", form, submit, context)


@require_POST
@permitted(Action.READ_PLEDGES)
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget the file that was given back, so that another can be."""
    signatory = own_or_arranged(request, pk)
    return act(
        request,
        lambda: outside.discard(signatory),
        _("Filen är kastad. Lämna en annan."),
        "give_back",
        pk=pk,
    )
