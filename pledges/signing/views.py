"""Show what is to be signed, by whom and how; and arrange it."""

from __future__ import annotations

from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import act, form_page, posted
from pledge_portal.pages.pdf_files import pdf_response
from pledges.models import Decline, Pledge, PledgeDocument, Signatory
from pledges.signing import ways
from pledges.signing.forms import OrderForm, WayForm
from pledges.signing.keys import key_names
from pledges.signing.presentation import SigningView, signing_views, way_choices_note

_MAX_PLEDGES = 20


@require_safe
@permitted(Action.READ_PLEDGES)
def overview(request: StaffRequest) -> HttpResponse:
    """List the adopted pledges of one's places that wait for a signature."""
    waiting = (
        Pledge.objects.visible_to(request.user)
        .exclude(adopted_at=None)
        .exclude(pk__in=Pledge.objects.public().values("pk"))
        .with_standing()
        .order_by("adopted_at", "pk")[:_MAX_PLEDGES]
    )
    pledges = [
        (pledge, views, _who_orders(views))
        for pledge in waiting
        for views in [load_signing_views(request, pledge)]
    ]
    return render(request, "signing/overview.html", {"pledges": pledges})


def _who_orders(views: list[SigningView]) -> SigningView | None:
    """Return a signatory through whom the reader may say the order.

    None once somebody has signed.
    """
    if any(view.state == "signed" for view in views):
        return None
    return next((view for view in views if view.may_arrange), None)


def load_signing_views(request: HttpRequest, pledge: Pledge) -> list[SigningView]:
    """Return a pledge's signatories as the reader may see them.

    In a fixed number of queries.
    """
    signatories = list(
        pledge.signatories.select_related(
            *("signature", "municipality", "signing_way__person"),
            *("paper_scan__vouched_by", "paper_scan__confirmed_by"),
        ).defer("paper_scan__content")
    )
    steps = PledgeDocument.objects.filter(pledge=pledge).order_by().values("sha256")
    declines = Decline.objects.filter(
        signatory__pledge=pledge, asked_again_at=None, document_sha256__in=steps
    )
    return signing_views(
        pledge,
        signatories,
        list(declines.select_related("declined_by")),
        request.user,
        timezone.now(),
    )


def get_signatory(request: HttpRequest, pk: int) -> Signatory:
    """Return a signatory of a pledge that the reader may read.

    Raises Http404.
    """
    return get_object_or_404(ways.visible_signatories(request.user), pk=pk)


@require_safe
@permitted(Action.READ_PLEDGES)
@csp_update({"object-src": ["'self'"], "frame-src": ["'self'"]})  # type: ignore[arg-type]
def signatory_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what a signatory signs, its fingerprint, and what can be done."""
    signatory = get_signatory(request, pk)
    views = load_signing_views(request, signatory.pledge)
    view = next(view for view in views if view.signatory.pk == pk)
    return render(
        request,
        "signing/signatory.html",
        {
            "view": view,
            "signatory": signatory,
            "way": ways.way_of(signatory),
            "document": _shown_document(signatory),
            "returned_document": getattr(signatory, "returned_document", None),
            "may_act": view.is_mine or view.may_arrange,
        },
    )


def _shown_document(signatory: Signatory) -> PledgeDocument:
    """Return the document that a signatory has signed, or is to sign next."""
    if hasattr(signatory, "signature"):
        return PledgeDocument.objects.get(pk=signatory.signature.document_id)
    return ways.document_to_sign(signatory)


@require_safe
@permitted(Action.READ_PLEDGES)
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type]
def document(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand out the very bytes that are signed, to be shown or saved."""
    signatory = get_signatory(request, pk)
    shown = _shown_document(signatory)
    name = f"medborgarlofte-{signatory.pledge.period}-steg-{shown.step}.pdf"
    return pdf_response(shown.content, name, is_saved="spara" in request.GET)


def _arranged(request: StaffRequest, pk: int) -> Signatory:
    """Return a signatory whose signing the reader prepares."""
    signatory = get_signatory(request, pk)
    if not ways.may_arrange(request.user, signatory):
        raise PermissionDenied
    return signatory


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.ARRANGE_SIGNING)
def arrange(request: StaffRequest, pk: int) -> HttpResponse:
    """Say how a signatory signs, and as whom they log in."""
    signatory = _arranged(request, pk)
    way = ways.way_of(signatory)
    form = WayForm(
        posted(request),
        initial={"way": way.way, "person": way.person_id, "key_name": way.key_name} if way else {},
        people=ways.accounts_for(signatory),
        keys=key_names(signatory),
    )

    def submit() -> HttpResponse:
        ways.set_way(
            signatory,
            way=form.cleaned_data["way"],
            key_name=form.cleaned_data.get("key_name", ""),
            person=form.cleaned_data["person"],
            by=request.user,
            at=timezone.now(),
        )
        sentence = _("Det är sparat hur %(name)s undertecknar.")
        messages.success(request, sentence % {"name": signatory.name})
        return redirect("signing_one", pk=pk)

    context = {"signatory": signatory, "note": way_choices_note()}
    return form_page(request, "signing/arrange.html", form, submit, context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.ARRANGE_SIGNING)
def order(request: StaffRequest, pk: int) -> HttpResponse:
    """Say whether a pledge's signatories sign in their order or in any."""
    signatory = _arranged(request, pk)
    pledge = signatory.pledge
    initial = {"order": "any" if pledge.signs_side_by_side else "given"}
    form = OrderForm(posted(request), initial=initial)

    def submit() -> HttpResponse:
        ways.set_order(pledge, side_by_side=form.cleaned_data["order"] == "any")
        messages.success(request, _("Ordningen är sparad."))
        return redirect("signing")

    context = {"signatory": signatory, "signatories": pledge.signatories.all()}
    return form_page(request, "signing/order.html", form, submit, context)


@require_POST
@permitted(Action.ARRANGE_SIGNING)
def ask_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask a signatory who said no once more."""
    signatory = _arranged(request, pk)
    return act(
        request,
        lambda: ways.ask_again(signatory, by=request.user, at=timezone.now()),
        _("%(name)s kan underteckna igen.") % {"name": signatory.name},
        "signing_one",
        pk=pk,
    )
