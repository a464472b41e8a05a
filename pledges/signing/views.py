"""What is to be signed, by whom and how."""

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

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, permitted
from pledge_portal.pages.refusals import Refused
from pledges.models import Decline, Pledge, PledgeDocument, Signatory
from pledges.signing import ways
from pledges.signing.forms import OrderForm, WayForm
from pledges.signing.keys import key_names
from pledges.signing.presentation import SigningView, signing_views, way_choices_note

_MOST_PLEDGES = 20


@require_safe
@permitted(Action.READ_PLEDGES)
def overview(request: HttpRequest) -> HttpResponse:
    """List the adopted pledges of one's places that somebody has still to sign."""
    waiting = (
        Pledge.objects.visible_to(request.user)
        .exclude(adopted_at=None)
        .exclude(pk__in=Pledge.objects.public().values("pk"))
        .with_standing()
        .order_by("adopted_at", "pk")[:_MOST_PLEDGES]
    )
    pledges = [
        (pledge, views, _who_orders(views))
        for pledge in waiting
        for views in [views_of(request, pledge)]
    ]
    return render(request, "signing/overview.html", {"pledges": pledges})


def _who_orders(views: list[SigningView]) -> SigningView | None:
    """Return a signatory through whom the reader may say the order, while it can be said."""
    if any(view.state == "signed" for view in views):
        return None
    return next((view for view in views if view.may_arrange), None)


def views_of(request: HttpRequest, pledge: Pledge) -> list[SigningView]:
    """Return a pledge's signatories as the reader may see them, in a fixed number of queries."""
    signatories = list(
        pledge.signatories.select_related("signature", "municipality", "signing_way__person")
    )
    steps = PledgeDocument.objects.filter(pledge=pledge).order_by().values("sha256")
    declines = Decline.objects.filter(
        signatory__pledge=pledge, asked_again_at=None, document_sha256__in=steps
    )
    return signing_views(
        pledge, signatories, list(declines.select_related("declined_by")), request.user
    )


def found(request: HttpRequest, pk: int) -> Signatory:
    """Return a signatory of a pledge that the reader may read; raises Http404."""
    return get_object_or_404(ways.visible_signatories(request.user), pk=pk)


def person(request: HttpRequest) -> User:
    """Return who asks."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    return request.user


@require_safe
@permitted(Action.READ_PLEDGES)
@csp_update({"object-src": ["'self'"], "frame-src": ["'self'"]})  # type: ignore[arg-type]
def one(request: HttpRequest, signatory: int) -> HttpResponse:
    """Show what a signatory signs: the document itself, its fingerprint, and what can be done."""
    row = found(request, signatory)
    view = next(v for v in views_of(request, row.pledge) if v.signatory.pk == row.pk)
    return render(
        request,
        "signing/signatory.html",
        {
            "view": view,
            "signatory": row,
            "way": ways.way_of(row),
            "document": _shown_document(row),
            "given_back": getattr(row, "given_back", None),
            "may_act": view.is_mine or view.may_arrange,
        },
    )


def _shown_document(row: Signatory) -> PledgeDocument:
    """Return the document that a signatory has signed, or is to sign next."""
    if hasattr(row, "signature"):
        return PledgeDocument.objects.get(pk=row.signature.document_id)
    return ways.document_to_sign(row)


@require_safe
@permitted(Action.READ_PLEDGES)
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type]
def document(request: HttpRequest, signatory: int) -> HttpResponse:
    """Hand out the very bytes that are signed, to be shown in the page or saved."""
    row = found(request, signatory)
    shown = _shown_document(row)
    response = HttpResponse(bytes(shown.content), content_type="application/pdf")
    how = "attachment" if "spara" in request.GET else "inline"
    name = f"medborgarlofte-{row.pledge.period}-steg-{shown.step}.pdf"
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.ARRANGE_SIGNING)
def arrange(request: HttpRequest, signatory: int) -> HttpResponse:
    """Say how a signatory signs, and as whom they log in."""
    row = found(request, signatory)
    if not ways.may_arrange(request.user, row):
        raise PermissionDenied
    way = ways.way_of(row)
    form = WayForm(
        request.POST if request.method == "POST" else None,
        initial={"way": way.way, "person": way.person_id, "key_name": way.key_name} if way else {},
        people=ways.accounts_for(row),
        keys=key_names(row),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            ways.choose(
                row,
                way=said["way"],
                key_name=said.get("key_name", ""),
                person=said["person"],
                by=person(request),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("Det är sparat hur %(name)s undertecknar.") % {"name": row.name}
            )
            return redirect("signing_one", signatory=row.pk)
    context = {"form": form, "signatory": row, "note": way_choices_note()}
    return render(request, "signing/arrange.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.ARRANGE_SIGNING)
def order(request: HttpRequest, signatory: int) -> HttpResponse:
    """Say whether the signatories of a signatory's pledge sign in their order or in any."""
    row = found(request, signatory)
    if not ways.may_arrange(request.user, row):
        raise PermissionDenied
    form = OrderForm(
        request.POST if request.method == "POST" else None,
        initial={"order": "any" if row.pledge.signs_side_by_side else "given"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            ways.set_order(row.pledge, side_by_side=form.cleaned_data["order"] == "any")
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Ordningen är sparad."))
            return redirect("signing")
    signatories = row.pledge.signatories.all()
    context = {"form": form, "signatory": row, "signatories": signatories}
    return render(request, "signing/order.html", context, status=422 if form.errors else 200)


@require_POST
@permitted(Action.ARRANGE_SIGNING)
def ask_again(request: HttpRequest, signatory: int) -> HttpResponse:
    """Ask a signatory who said no once more."""
    row = found(request, signatory)
    if not ways.may_arrange(request.user, row):
        raise PermissionDenied
    try:
        ways.ask_again(row, by=person(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s kan underteckna igen.") % {"name": row.name})
    return redirect("signing_one", signatory=row.pk)
