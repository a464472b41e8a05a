"""Recording what is done: above all on a phone, in under a minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, StaffRequest, permitted, require
from pledge_portal.pages.form_views import Question, confirm_page, form_page, posted
from pledge_portal.pages.refusals import ChangedMeanwhile, SentBefore
from pledges.actions import action_disclosure, files, recording
from pledges.actions.disclosure_text import (
    corrections,
    disclosure_summary,
    divergences,
    publication_text,
)
from pledges.actions.filters import ActionFilter
from pledges.actions.forms import ActionForm, ReasonForm
from pledges.actions.presentation import counts_by_itself, days_label, recorder_text
from pledges.models import Commitment, CompletedAction, InternalNote, Municipality, Place
from pledges.models.pledge import Pledge, prefetched_places

_A_PAGE = 50
_MAX_IN_FILE = 50_000
_FILES = {"csv": files.as_csv, "xlsx": files.as_xlsx}


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RECORD_ACTIONS)
def record(request: StaffRequest, commitment: int) -> HttpResponse:
    """Record a completed action for a commitment."""
    on = timezone.localdate()
    commitment_row = _with_standing(get_object_or_404(_recordable(request.user, on), pk=commitment))
    municipality, place = _side(request, commitment_row.pledge)
    require(request.user, Action.RECORD_ACTIONS, place)
    form = ActionForm(
        posted(request),
        commitment=commitment_row,
        today=on,
        side=_side_name(place),
    )

    context: dict[str, object] = {
        "commitment": commitment_row,
        "municipality": municipality,
        "disclosure": disclosure_summary(action_disclosure.disclosure_of(commitment_row)),
        "is_search": commitment_row.kind == Commitment.Kind.DRUG_DOG_SEARCH,
        "counts_by_itself": counts_by_itself(commitment_row),
    }

    def submit() -> HttpResponse | None:
        if form.ask_if_another(request.user, timezone.now()):
            return None
        entry = form.entry()
        place = recording.recording_place(request.user, commitment_row.pledge, entry.municipality)
        require(request.user, Action.RECORD_ACTIONS, place)
        assert place is not None  # noqa: S101  (nobody is permitted anything at None)
        try:
            action, is_new = recording.record(
                entry,
                by=request.user,
                place=place,
                submission=form.cleaned_data["submission"],
                at=timezone.now(),
                is_another=form.cleaned_data["is_another"],
            )
        except SentBefore as refused:
            form.asked.add("is_another")
            context["earlier"] = refused.stored
            raise
        messages.success(
            request, _("Insatsen är sparad.") if is_new else _("Insatsen var redan sparad.")
        )
        return redirect(f"{reverse('action', args=[action.uid])}?sparad=1")

    return form_page(request, "field/record.html", form, submit, context)


def _recordable(user: User, on: date) -> Any:
    return Commitment.objects.recordable_by(user, on).select_related("focus_area")


def _with_standing(commitment: Commitment) -> Commitment:
    """Give the commitment its pledge with all that says when it is in force."""
    commitment.pledge = Pledge.objects.with_standing().get(pk=commitment.pledge_id)
    return commitment


def _side(request: HttpRequest, pledge: Pledge) -> tuple[Municipality, Any]:
    """Return a municipality that a person may record for, and as whom."""
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
def choose(request: StaffRequest) -> HttpResponse:
    """Choose the commitment that something was done for."""
    on = timezone.localdate()
    commitments = (
        _recordable(request.user, on)
        .select_related("pledge__police_area", "focus_area")
        .prefetch_related(*prefetched_places("pledge__"))
    )
    return render(request, "field/choose.html", {"commitments": commitments})


@require_safe
@permitted(Action.READ_PLEDGES)
def log(request: HttpRequest) -> HttpResponse:
    """List the actions of a person's pledges, filtered; or give a file."""
    visible = CompletedAction.objects.visible_to(request.user)
    commitments = (
        Commitment.objects.visible_to(request.user)
        .filter(pledge__in=Pledge.objects.public())
        .select_related("pledge__police_area")
        .prefetch_related(*prefetched_places("pledge__"))
        .order_by("-pledge__valid_from", "pledge_id", "number")
    )
    places = Place.objects.visible_to(request.user).order_by("sort_key", "pk")
    form = ActionFilter(request.GET or None, commitments=commitments, places=places)
    actions = (
        form.narrowed(visible)
        .select_related(
            "commitment__pledge__police_area", "municipality", "place", "recorded_by", "published"
        )
        .select_related("police_area")
        .latest_first()
    )
    if request.GET.get("format") in _FILES:
        return _FILES[request.GET["format"]](actions[:_MAX_IN_FILE])
    with_places = actions.prefetch_related(*prefetched_places("commitment__pledge__"))
    page = Paginator(with_places, _A_PAGE).get_page(request.GET.get("sida"))
    query = request.GET.copy()
    query.pop("sida", None)
    return render(
        request,
        "field/log.html",
        {
            "form": form,
            "page": page,
            "actions": [
                (
                    action,
                    action.commitment.pledge.place_name(action.municipality),
                    recorder_text(action),
                )
                for action in page
            ],
            "query": f"{query.urlencode()}&" if query else "",
            "today": timezone.localdate(),
        },
    )


@require_safe
@permitted(Action.READ_PLEDGES)
def action(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show everything about one action, also right after it was saved."""
    shown = _visible(request, uid)
    published = getattr(shown, "published", None)
    return render(
        request,
        "field/action.html",
        {
            "action": shown,
            "recorder": recorder_text(shown),
            "note": _note(request, shown),
            "corrections": corrections(shown),
            "publication": publication_text(shown, published, timezone.localdate()),
            "may_change": recording.may_change(request.user, shown),
            "is_new": "sparad" in request.GET,
        },
    )


def _note(request: HttpRequest, action: CompletedAction) -> InternalNote | None:
    return InternalNote.objects.visible_to(request.user).filter(action=action).first()


def _visible(request: HttpRequest, uid: UUID) -> CompletedAction:
    visible = CompletedAction.objects.visible_to(request.user)
    action = get_object_or_404(
        visible.select_related(
            "commitment__pledge", "municipality", "place", "recorded_by", "struck_by", "published"
        ).select_related("police_area"),
        uid=uid,
    )
    _with_standing(action.commitment)
    return action


def _changeable(request: HttpRequest, uid: UUID) -> CompletedAction:
    action = _visible(request, uid)
    if not recording.may_change(request.user, action):
        raise PermissionDenied
    return action


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RECORD_ACTIONS)
def correct(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Correct an action, with the reason.

    A change by somebody else meanwhile is shown first.
    """
    action = _changeable(request, uid)
    note = _note(request, action)
    form = ActionForm(
        posted(request),
        commitment=action.commitment,
        today=timezone.localdate(),
        side=action.recorded_side,
        action=action,
        note=note.text if note else "",
    )
    theirs: CompletedAction | None = None

    def submit() -> HttpResponse | None:
        nonlocal theirs
        if form.ask_if_another(request.user, timezone.now()):
            return None
        try:
            recording.correct(
                action,
                form.entry(),
                version=form.cleaned_data["version"] or 0,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile:
            theirs = action
            # What they wrote is kept; sending it again changes what the other person saved.
            form.rebase(action.version)
            raise
        messages.success(request, _("Rättelsen är sparad."))
        return redirect("action", uid=uid)

    def context() -> dict[str, object]:
        return {
            "action": action,
            "commitment": action.commitment,
            "theirs": theirs,
            "divergences": divergences(theirs, form.entry(), note.text if note else "")
            if theirs
            else [],
            "is_search": action.commitment.kind == Commitment.Kind.DRUG_DOG_SEARCH,
        }

    return form_page(request, "field/correct.html", form, submit, context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RECORD_ACTIONS)
def strike_out(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Strike an action out, with the reason."""
    return _with_reason(
        request,
        uid,
        recording.strike_out,
        _("Insatsen är struken."),
        title=_("Stryk en insats"),
        text=_(
            "Insatsen räknas inte längre och visas inte för allmänheten. Den finns kvar här, med "
            "ditt skäl."
        ),
        button=_("Stryk insatsen"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RECORD_ACTIONS)
def reinstate(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Undo a strike-out, with the reason."""
    return _with_reason(
        request,
        uid,
        recording.reinstate,
        _("Insatsen räknas igen."),
        title=_("Ångra strykningen"),
        text=_("Insatsen räknas igen och visas för allmänheten som förut."),
        button=_("Låt insatsen räknas igen"),
    )


def _with_reason(
    request: StaffRequest, uid: UUID, change: Callable[..., object], done: str, **words: str
) -> HttpResponse:
    action = _changeable(request, uid)
    commitment = action.commitment
    amount = f"{_('Antal')} {action.amount} {action.unit}".rstrip()
    form = ReasonForm(posted(request), initial={"version": action.version})
    question = Question(
        subject=format_html(
            "<strong>{}</strong>: {}. {} ({})",
            days_label(action.done_on, action.last_day or action.done_on, is_span=True),
            commitment.number,
            commitment.text,
            ", ".join(filter(None, [amount, str(action.place or ""), action.public_note])),
        ),
        back=reverse("action", args=[uid]),
        trail=[
            (_("Arbetsyta"), reverse("workspace")),
            (_("Insatser"), reverse("action_log")),
        ],
        **words,
    )

    def submit() -> HttpResponse:
        try:
            change(
                action,
                version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile:
            # The page tells how it stands now; another yes is about that.
            form.rebase(action.version)
            raise
        messages.success(request, done)
        return redirect("action", uid=uid)

    return confirm_page(request, question, submit, form)
