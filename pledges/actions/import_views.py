"""Importing earlier actions from a file."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, permitted, places_of, require
from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.xlsx_files import xlsx_file
from pledges import presentation
from pledges.actions import importing
from pledges.actions.disclosure_text import row_view
from pledges.actions.import_forms import (
    ActionImportForm,
    ConfirmImportForm,
    UndoImportForm,
    tell_if_too_large,
)
from pledges.actions.importing import FaultyRows, ImportedAlready
from pledges.actions.rows import HEADINGS, TEMPLATE_HEADINGS, ReadRow
from pledges.exchange.tables import TableError
from pledges.models import ActionImport, Municipality, Place, Pledge, PoliceArea

_A_PAGE = 100
_LATEST = 20
# Whoever has more faults than these has made the same one all the way down.
_MOST_FAULTS = 200

Side = PoliceArea | Municipality


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RECORD_ACTIONS)
def imports(request: HttpRequest) -> HttpResponse:
    """Take a file of earlier actions, and show every fault in it or lead on to its preview."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    targets = _targets(request.user)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ActionImportForm(*sent, targets=[(key, label) for key, label, *_rest in targets])
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""))
    faulty: list[ReadRow] = []
    if request.method == "POST" and form.is_valid():
        pledge, side = _chosen(targets, form.cleaned_data["target"])
        try:
            held = importing.hold(
                form.cleaned_data["file"],
                file_name=str(getattr(request.FILES["file"], "name", "")),
                pledge=pledge,
                side=side,
                by=request.user,
                at=timezone.now(),
            )
        except FaultyRows as refused:
            faulty = refused.rows
            form.add_error(None, _("Inget är importerat. Rätta felen i filen och välj den igen."))
        except ImportedAlready as refused:
            form.add_error("file", str(refused))
        except TableError as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("action_import", uid=held.uid)
    return render(
        request,
        "field/imports.html",
        {
            "form": form,
            "pledges": {
                pledge.pk: presentation.pledge_label(pledge) for _k, _w, pledge, _s in targets
            },
            "headings": TEMPLATE_HEADINGS,
            "faults": _shown_faults(faulty),
            "number_of_faults": sum(len(row.faults) for row in faulty),
            "earlier": ActionImport.objects.visible_to(request.user, timezone.now())
            .confirmed()
            .select_related("sent_by", "pledge")[:_LATEST],
        },
        status=422 if form.errors else 200,
    )


def _targets(user: User) -> list[tuple[str, str, Pledge, Side]]:
    """Return what a file can be for: a key, words, the pledge and the side; the latest first."""
    own = set(places_of(user, Action.RECORD_ACTIONS))
    begun = Pledge.objects.public().filter(valid_from__lte=timezone.localdate())
    found: list[tuple[str, str, Pledge, Side]] = []
    for pledge in begun.visible_to(user).with_standing().order_by("-valid_from", "-pk"):
        sides: list[Side] = [pledge.police_area, *(p.municipality for p in pledge.parties.all())]
        for side in sides:
            if side in own:
                kind = "p" if isinstance(side, PoliceArea) else "k"
                words = f"{presentation.pledge_label(pledge)} ({side})"
                found.append((f"{pledge.pk}-{kind}{side.pk}", words, pledge, side))
    return found


def _chosen(targets: list[tuple[str, str, Pledge, Side]], chosen: str) -> tuple[Pledge, Side]:
    return next((pledge, side) for key, _words, pledge, side in targets if key == chosen)


def _shown_faults(rows: list[ReadRow]) -> list[tuple[int, str, str]]:
    every = [(row.number, fault.heading, fault.sentence) for row in rows for fault in row.faults]
    return every[:_MOST_FAULTS]


@require_safe
@permitted(Action.RECORD_ACTIONS)
def template(request: HttpRequest, pledge: int) -> HttpResponse:
    """Give a file to fill in: the headings, and sheets with the numbers and places to choose."""
    found = get_object_or_404(Pledge.objects.public().visible_to(request.user), pk=pledge)
    places = Place.objects.filter(municipality__in=found.municipalities.all())
    if request.GET.get("format") == "csv":
        return csv_file(f"insatser-{found.period}.csv", TEMPLATE_HEADINGS, [])
    return xlsx_file(
        f"insatser-{found.period}.xlsx",
        {
            "Insatser": [TEMPLATE_HEADINGS],
            "Åtaganden": [
                (HEADINGS["commitment"], "Vad det gäller"),
                *found.commitments.order_by("number").values_list("number", "text"),
            ],
            "Platser": [
                (HEADINGS["place"], HEADINGS["municipality"]),
                *places.order_by("sort_key").values_list("name", "municipality__name"),
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RECORD_ACTIONS)
def one(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show what a file would record, and record it; afterwards show that it is done."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    found = _found(request, uid)
    if found.confirmed_at is not None:
        return render(
            request,
            "field/import_done.html",
            {
                "done": found,
                "pledge": presentation.pledge_label(found.pledge),
                "number": found.actions.count(),
                "left": _left(found),
            },
        )
    at = timezone.now()
    looked_over = importing.look_over(found, timezone.localdate(at))
    questions = looked_over.with_questions()
    form = ConfirmImportForm(
        request.POST if request.method == "POST" else None, has_questions=bool(questions)
    )
    faulty = looked_over.with_faults()
    if request.method == "POST" and form.is_valid():
        is_sure = bool(form.cleaned_data.get("is_sure"))
        try:
            done = importing.confirm(found, is_sure=is_sure, by=request.user, at=at)
        except FaultyRows as refused:
            faulty = refused.rows
            form.add_error(None, str(refused))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            _say_done(request, done)
            return redirect("action_import", uid=uid)
    page = Paginator(looked_over.rows, _A_PAGE).get_page(request.GET.get("sida"))
    return render(
        request,
        "field/import.html",
        {
            "form": form,
            "held": found,
            "pledge": presentation.pledge_label(found.pledge),
            "page": page,
            "rows": [row_view(row, timezone.localdate(at)) for row in page],
            "questions": [(row.number, each) for row in questions for each in row.questions][
                :_MOST_FAULTS
            ],
            "number_of_questions": sum(len(row.questions) for row in questions),
            "faults": _shown_faults(faulty),
            "unknown": ", ".join(looked_over.unknown_headings),
        },
        status=422 if form.errors else 200,
    )


def _say_done(request: HttpRequest, done: ActionImport) -> None:
    number = done.actions.count()
    said = ngettext("%(n)s insats är importerad.", "%(n)s insatser är importerade.", number)
    messages.success(request, said % {"n": number})


def _found(request: HttpRequest, uid: UUID) -> ActionImport:
    visible = ActionImport.objects.visible_to(request.user, timezone.now())
    return get_object_or_404(
        visible.select_related("pledge", "police_area", "municipality", "sent_by", "undone_by"),
        uid=uid,
    )


def _left(done: ActionImport) -> int:
    return done.actions.counted().count()


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RECORD_ACTIONS)
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Strike out all that an import recorded, with one reason."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    found = _found(request, uid)
    require(request.user, Action.RECORD_ACTIONS, found.place)
    form = UndoImportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            number = importing.undo(found, reason=reason, by=request.user, at=timezone.now())
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            said = ngettext("%(n)s insats är struken.", "%(n)s insatser är strukna.", number)
            messages.success(request, said % {"n": number})
            return redirect("action_import", uid=uid)
    return render(
        request,
        "field/import_undo.html",
        {"form": form, "done": found, "left": _left(found)},
        status=422 if form.errors else 200,
    )
