"""Recording what is done: for officers above all, on a phone, in under a minute."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, may, permitted, require
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledges.actions import action_disclosure, disclosure_text, files, recording
from pledges.actions.filters import ActionFilter
from pledges.actions.forms import ActionForm, ReasonForm
from pledges.models import Commitment, CompletedAction, InternalNote, Municipality, Place
from pledges.models.pledge import Pledge

_A_PAGE = 50
_MOST_IN_FILE = 50_000
_FILES = {"csv": files.as_csv, "xlsx": files.as_xlsx}
# What was typed when the login had run out, kept in the session until it is shown again.
_TYPED = "typed_action"


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, commitment: int) -> HttpResponseBase:
    """Record a completed action for a commitment.

    When the login has run out meanwhile, what was typed waits on the other side of a new one.
    """
    if not request.user.is_authenticated and request.method == "POST":
        request.session[_TYPED] = {"commitment": commitment, **_typed(request)}
    return _record(request, pk=commitment)


@permitted(Action.RECORD_ACTIONS)
def _record(request: HttpRequest, pk: int) -> HttpResponse:
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    on = timezone.localdate()
    commitment = _commitment(get_object_or_404(_recordable(request.user, on), pk=pk))
    municipality, place = _side(request, commitment.pledge)
    require(request.user, Action.RECORD_ACTIONS, place)
    options: dict[str, Any] = {"commitment": commitment, "today": on, "side": _side_name(place)}
    if request.method == "POST":
        form = ActionForm(request.POST, **options)
        if form.is_valid() and not form.ask_if_another(request.user, timezone.now()):
            entry = form.entry()
            place = recording.recording_place(request.user, commitment.pledge, entry.municipality)
            require(request.user, Action.RECORD_ACTIONS, place)
            assert place is not None  # noqa: S101  (nobody is permitted anything at None)
            try:
                action, is_new = recording.record(
                    entry,
                    by=request.user,
                    place=place,
                    submission=form.cleaned_data["submission"],
                    at=timezone.now(),
                )
            except Refused as refused:
                form.add_errors(refused.faults)
            else:
                said = _("Insatsen är sparad.") if is_new else _("Insatsen var redan sparad.")
                messages.success(request, said)
                return redirect(f"{reverse('action', args=[action.uid])}?sparad=1")
    else:
        typed = request.session.pop(_TYPED, None)
        if typed is not None and typed.pop("commitment", None) == pk:
            messages.info(request, _("Det du skrev finns kvar. Tryck på Spara en gång till."))
            options["initial"] = typed
        form = ActionForm(**options)
    return render(
        request,
        "field/record.html",
        {
            "form": form,
            "commitment": commitment,
            "municipality": municipality,
            "tells": disclosure_text.disclosure_summary(
                action_disclosure.disclosure_of(commitment)
            ),
            "is_search": commitment.kind == Commitment.Kind.DRUG_DOG_SEARCH,
        },
        status=422 if form.errors else 200,
    )


def _typed(request: HttpRequest) -> dict[str, str]:
    names = ActionForm.base_fields
    return {name: request.POST[name][:2000] for name in names if name in request.POST}


def _recordable(user: User, on: date) -> Any:
    return Commitment.objects.recordable_by(user, on).select_related("focus_area")


def _commitment(commitment: Commitment) -> Commitment:
    """Give the commitment its pledge with all that tells when it was in force."""
    commitment.pledge = Pledge.objects.with_standing().get(pk=commitment.pledge_id)
    return commitment


def _side(request: HttpRequest, pledge: Pledge) -> tuple[Municipality, Any]:
    """Return a municipality that the person may record for, and the place they do it for."""
    for party in pledge.parties.all():
        place = recording.recording_place(request.user, pledge, party.municipality)
        if place is not None:
            return party.municipality, place
    return pledge.parties.all()[0].municipality, None


def _side_name(place: Any) -> str:
    side = CompletedAction.Side
    return side.MUNICIPALITY if isinstance(place, Municipality) else side.POLICE


@require_safe
@permitted(Action.RECORD_ACTIONS)
def choose(request: HttpRequest) -> HttpResponse:
    """Choose the commitment that something was done for."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    on = timezone.localdate()
    found = _recordable(request.user, on).select_related("pledge", "focus_area")
    return render(request, "field/choose.html", {"commitments": found})


@require_safe
@permitted(Action.READ_PLEDGES)
def log(request: HttpRequest) -> HttpResponse:
    """List the actions of one's pledges, the latest first, filtered as asked; or give a file."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    visible = CompletedAction.objects.visible_to(request.user)
    commitments = (
        Commitment.objects.visible_to(request.user)
        .filter(pledge__in=Pledge.objects.public())
        .select_related("pledge")
        .order_by("-pledge__valid_from", "number")
    )
    places = Place.objects.visible_to(request.user).order_by("sort_key", "pk")
    asked = ActionFilter(request.GET or None, commitments=commitments, places=places)
    found = asked.narrowed(visible).select_related(
        "commitment__pledge", "municipality", "place", "recorded_by", "published"
    )
    if request.GET.get("format") in _FILES:
        return _FILES[request.GET["format"]](found.latest_first()[:_MOST_IN_FILE])
    page = Paginator(found.latest_first(), _A_PAGE).get_page(request.GET.get("sida"))
    query = request.GET.copy()
    query.pop("sida", None)
    return render(
        request,
        "field/log.html",
        {
            "form": asked,
            "page": page,
            "query": f"{query.urlencode()}&" if query else "",
            "today": timezone.localdate(),
        },
    )


@require_safe
@permitted(Action.READ_PLEDGES)
def action(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show everything about one action, also right after it was saved."""
    found = _found(request, uid)
    note = InternalNote.objects.visible_to(request.user).filter(action=found).first()
    published = getattr(found, "published", None)
    return render(
        request,
        "field/action.html",
        {
            "action": found,
            "note": note,
            "corrections": disclosure_text.corrections(found),
            "publication": disclosure_text.publication_text(found, published, timezone.localdate()),
            "may_change": _may_change(request, found),
            "is_new": "sparad" in request.GET,
        },
    )


def _found(request: HttpRequest, uid: UUID) -> CompletedAction:
    visible = CompletedAction.objects.visible_to(request.user)
    found = get_object_or_404(
        visible.select_related(
            "commitment__pledge", "municipality", "place", "recorded_by", "struck_by", "published"
        ),
        uid=uid,
    )
    found.commitment.pledge = Pledge.objects.with_standing().get(pk=found.commitment.pledge_id)
    return found


def _may_change(request: HttpRequest, found: CompletedAction) -> bool:
    return may(request.user, Action.RECORD_ACTIONS, recording.recorded_for(found))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RECORD_ACTIONS)
def correct(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Correct an action, with the reason; a change by somebody else meanwhile is shown first."""
    found = _changeable(request, uid)
    note = InternalNote.objects.visible_to(request.user).filter(action=found).first()
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    options: dict[str, Any] = {
        "commitment": found.commitment,
        "today": timezone.localdate(),
        "side": found.recorded_side,
        "action": found,
        "note": note.text if note else "",
    }
    form = ActionForm(request.POST if request.method == "POST" else None, **options)
    theirs: CompletedAction | None = None
    if request.method == "POST" and form.is_valid():
        try:
            recording.correct(
                found,
                form.entry(),
                version=form.cleaned_data["version"] or 0,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile as refused:
            theirs = found
            form.add_errors(refused.faults)
            # What they wrote is kept; sending it again changes what the other person saved.
            form.rebase(found.version)
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            messages.success(request, _("Rättelsen är sparad."))
            return redirect("action", uid=uid)
    return render(
        request,
        "field/correct.html",
        {
            "form": form,
            "action": found,
            "commitment": found.commitment,
            "theirs": theirs,
            "is_search": found.commitment.kind == Commitment.Kind.DRUG_DOG_SEARCH,
        },
        status=422 if form.errors else 200,
    )


def _changeable(request: HttpRequest, uid: UUID) -> CompletedAction:
    found = _found(request, uid)
    require(request.user, Action.RECORD_ACTIONS, recording.recorded_for(found))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RECORD_ACTIONS)
def strike_out(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Strike an action out, with the reason."""
    return _with_reason(
        request, uid, recording.strike_out, _("Insatsen är struken."), "field/strike_out.html"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RECORD_ACTIONS)
def reinstate(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Undo a strike-out, with the reason."""
    return _with_reason(
        request, uid, recording.reinstate, _("Insatsen räknas igen."), "field/reinstate.html"
    )


def _with_reason(
    request: HttpRequest, uid: UUID, change: Any, said: str, template: str
) -> HttpResponse:
    found = _changeable(request, uid)
    form = ReasonForm(
        request.POST if request.method == "POST" else None, initial={"version": found.version}
    )
    if request.method == "POST" and form.is_valid():
        try:
            change(found, **_reason(form), by=request.user, at=timezone.now())
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            messages.success(request, said)
            return redirect("action", uid=uid)
    return render(
        request, template, {"form": form, "action": found}, status=422 if form.errors else 200
    )


def _reason(form: ReasonForm) -> dict[str, Any]:
    return {"version": form.cleaned_data["version"], "reason": form.cleaned_data["reason"]}
