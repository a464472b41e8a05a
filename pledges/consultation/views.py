"""Asking residents about drafts, in the workspace."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, permitted
from pledge_portal.pages.refusals import Refused
from pledges.consultation import rules
from pledges.consultation.forms import OutcomeForm, PublishForm
from pledges.consultation.presentation import consultation_view
from pledges.models import Consultation, Municipality, Pledge
from pledges.writing.draft_presentation import draft_view

_MOST = 100


@require_safe
@permitted(Action.CONSULT_ON_PLEDGES)
def consultations(request: HttpRequest) -> HttpResponse:
    """List the drafts of one's places, and the rounds of consultation on them."""
    on = timezone.localdate()
    rows = (
        Pledge.objects.consulted_on_by(request.user)
        .filter(Q(adopted_at=None) | Q(consultations__isnull=False))
        .distinct()
        .order_by("-valid_from", "-pk")
        .prefetch_related(
            "municipalities",
            Prefetch("consultations", Consultation.objects.without_the_draft()),
        )[:_MOST]
    )
    return render(
        request,
        "consultations/staff/list.html",
        {
            "drafts": [
                (
                    pledge,
                    [(each, consultation_view(each, on)) for each in pledge.consultations.all()],
                )
                for pledge in rows
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.CONSULT_ON_PLEDGES)
def of_draft(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """Show exactly what residents would see of a draft, and publish it."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    rows = Pledge.objects.consulted_on_by(request.user).select_related("police_area")
    draft = get_object_or_404(rows, uid=pledge)
    open_round = Consultation.objects.open(timezone.localdate()).filter(pledge=draft).first()
    if request.method != "POST" and open_round is not None:
        return redirect("consultation_work", open_round.uid)
    contents = rules.preview_of(draft)
    read = rules.fingerprint_of(contents)
    form = PublishForm(
        *((request.POST,) if request.method == "POST" else ()), initial={"read": read}
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = rules.publish(
                draft,
                form.texts(),
                form.cleaned_data["closes_on"],
                read=form.cleaned_data["read"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_errors(refused.faults)
            form.show_again(read)
        else:
            messages.success(request, _("Förslaget är publicerat. Nu kan invånarna tycka till."))
            return redirect("consultation_work", made.uid)
    return render(
        request,
        "consultations/staff/publish.html",
        {
            "pledge": draft,
            "form": form,
            "draft": draft_view(contents, draft.police_area.name),
            "open_round": open_round,
            "can_publish": draft.adopted_at is None and open_round is None,
        },
        status=422 if form.errors else 200,
    )


@require_safe
@permitted(Action.CONSULT_ON_PLEDGES)
def one(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show how a round goes: until when, and how many comments each commitment has."""
    return render(request, "consultations/staff/round.html", _context(_found(request, uid)))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.CONSULT_ON_PLEDGES)
def close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask whether to close a round before its last day, and do it."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    row = _found(request, uid)
    if request.method == "POST":
        try:
            rules.close(row, by=request.user, at=timezone.now())
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Samrådet är avslutat. Ingen kan lämna synpunkter längre."))
        return redirect("consultation_work", row.uid)
    return render(request, "consultations/staff/close.html", _context(row))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.CONSULT_ON_PLEDGES)
def outcome(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take in how residents' views changed the pledge; show it, and publish it when asked again."""
    row = _found(request, uid)
    form = OutcomeForm(*((request.POST,) if request.method == "POST" else ()))
    # It can't be changed once it is published: first it is shown as everyone will see it.
    if request.method == "POST" and form.is_valid() and "publicera" in request.POST:
        try:
            rules.tell_outcome(row, form.texts(), at=timezone.now())
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            messages.success(request, _("Invånarna kan nu läsa hur synpunkterna påverkade löftet."))
            return redirect("consultation_work", row.uid)
    shown = form.texts() if form.is_bound and not form.errors else None
    return render(
        request,
        "consultations/staff/outcome.html",
        {**_context(row), "form": form, "shown": shown},
        status=422 if form.errors else 200,
    )


def _found(request: HttpRequest, uid: UUID) -> Consultation:
    rows = Consultation.objects.visible_to(request.user).select_related("pledge", "police_area")
    return get_object_or_404(rows, uid=uid)


def _context(row: Consultation) -> dict[str, object]:
    places: list[Municipality] = list(row.municipalities.order_by("consultation_parties__position"))
    return {
        "row": row,
        "consultation": consultation_view(row, timezone.localdate()),
        "municipality": places[0],
    }
