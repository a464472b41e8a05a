"""Importing earlier actions from a file."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import (
    Action,
    StaffRequest,
    permitted,
    places_of,
    require,
)
from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.form_views import (
    Question,
    confirm_page,
    form_page,
    posted,
    posted_files,
)
from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.xlsx_files import xlsx_file
from pledges import presentation
from pledges.actions import importing
from pledges.actions.disclosure_text import row_view
from pledges.actions.import_forms import (
    ActionImportForm,
    ConfirmImportForm,
    UndoImportForm,
)
from pledges.actions.importing import FaultyRows
from pledges.actions.rows import HEADINGS, TEMPLATE_HEADINGS, ReadRow
from pledges.exchange.tables import TableError
from pledges.exchange.uploads import tell_if_too_large
from pledges.models import ActionImport, Municipality, Place, Pledge, PoliceArea
from pledges.models.pledge import prefetched_places

_A_PAGE = 100
_LATEST = 20
# Whoever has more faults than these has made the same one all the way down.
_MAX_FAULTS = 200

Side = PoliceArea | Municipality


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RECORD_ACTIONS)
def imports(request: StaffRequest) -> HttpResponse:
    """Take a file of earlier actions, and lead on to its preview.

    When it is faulty, every fault in it is shown.
    """
    targets = _targets(request.user)
    form = ActionImportForm(
        posted(request),
        posted_files(request),
        targets=[(key, label) for key, label, *_rest in targets],
    )
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""))
    faulty: list[ReadRow] = []

    def submit() -> HttpResponse:
        nonlocal faulty
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
            raise Refused(
                _("Inget är importerat. Rätta felen i filen och välj den igen.")
            ) from refused
        except TableError as error:
            raise Refused({"file": str(error)}) from error
        for remark in form.cleaned_data["file"].remarks:
            messages.info(request, remark)
        return redirect("action_import", uid=held.uid)

    def context() -> dict[str, object]:
        earlier = ActionImport.objects.visible_to(request.user, timezone.now()).confirmed()
        return {
            "pledges": {
                pledge.pk: presentation.pledge_label_with_places(pledge)
                for _key, _label, pledge, _side in targets
            },
            "headings": TEMPLATE_HEADINGS,
            "faults": _fault_lines(faulty),
            "number_of_faults": sum(len(row.faults) for row in faulty),
            "earlier": earlier.select_related("sent_by", "pledge__police_area").prefetch_related(
                *prefetched_places("pledge__")
            )[:_LATEST],
        }

    return form_page(request, "field/imports.html", form, submit, context)


def _targets(user: User) -> list[tuple[str, str, Pledge, Side]]:
    """Return what a file can be for: a key, words, the pledge and the side.

    The latest pledge first.
    """
    own = set(places_of(user, Action.RECORD_ACTIONS))
    begun = Pledge.objects.public().filter(valid_from__lte=timezone.localdate())
    targets: list[tuple[str, str, Pledge, Side]] = []
    for pledge in begun.visible_to(user).with_standing().order_by("-valid_from", "-pk"):
        sides: list[Side] = [*pledge.police_areas, *pledge.giving_municipalities]
        for side in sides:
            if side in own:
                kind = "p" if isinstance(side, PoliceArea) else "k"
                words = f"{presentation.pledge_label_with_places(pledge)} ({side})"
                targets.append((f"{pledge.pk}-{kind}{side.pk}", words, pledge, side))
    return targets


def _chosen(targets: list[tuple[str, str, Pledge, Side]], chosen: str) -> tuple[Pledge, Side]:
    return next((pledge, side) for key, _words, pledge, side in targets if key == chosen)


def _fault_lines(rows: list[ReadRow]) -> list[tuple[int, str, str]]:
    lines = [(row.number, fault.heading, fault.sentence) for row in rows for fault in row.faults]
    return lines[:_MAX_FAULTS]


@require_safe
@permitted(Action.RECORD_ACTIONS)
def template(request: HttpRequest, pledge: int) -> HttpResponse:
    """Give a file to fill in, with sheets of numbers and places to choose."""
    imported_for = get_object_or_404(Pledge.objects.public().visible_to(request.user), pk=pledge)
    places = Place.objects.filter(municipality__in=imported_for.municipalities.all())
    if request.GET.get("format") == "csv":
        return csv_file(f"insatser-{imported_for.period}.csv", TEMPLATE_HEADINGS, [])
    return xlsx_file(
        f"insatser-{imported_for.period}.xlsx",
        {
            "Insatser": [TEMPLATE_HEADINGS],
            "Åtaganden": [
                (HEADINGS["commitment"], "Vad det gäller"),
                *imported_for.commitments.order_by("number").values_list("number", "text"),
            ],
            "Platser": [
                (HEADINGS["place"], HEADINGS["municipality"]),
                *places.order_by("sort_key").values_list("name", "municipality__name"),
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RECORD_ACTIONS)
def detail(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show what a file would record, and record it; or that it is done."""
    file = _visible(request, uid)
    if file.confirmed_at is not None:
        context = {
            "done": file,
            "pledge": presentation.pledge_label_with_places(file.pledge),
            "number": file.actions.count(),
            "left": file.actions.counted().count(),
        }
        return render(request, "field/import_done.html", context)
    return _preview(request, file)


def _preview(request: StaffRequest, file: ActionImport) -> HttpResponse:
    at = timezone.now()
    today = timezone.localdate(at)
    preview = importing.preview(file, today)
    asking = preview.with_questions()
    faulty = preview.with_faults()
    form = ConfirmImportForm(posted(request), has_questions=bool(asking))

    def submit() -> HttpResponse:
        nonlocal faulty
        is_sure = bool(form.cleaned_data.get("is_sure"))
        try:
            done = importing.confirm(file, is_sure=is_sure, by=request.user, at=at)
        except FaultyRows as refused:
            faulty = refused.rows
            raise
        number = done.actions.count()
        text = ngettext("%(n)s insats är importerad.", "%(n)s insatser är importerade.", number)
        messages.success(request, text % {"n": number})
        return redirect("action_import", uid=file.uid)

    def context() -> dict[str, object]:
        page = Paginator(preview.rows, _A_PAGE).get_page(request.GET.get("sida"))
        questions = [(row.number, question) for row in asking for question in row.questions]
        return {
            "held": file,
            "pledge": presentation.pledge_label(file.pledge),
            "page": page,
            "rows": [row_view(row, today) for row in page],
            "questions": questions[:_MAX_FAULTS],
            "number_of_questions": len(questions),
            "faults": _fault_lines(faulty),
            "unknown": ", ".join(preview.unknown_headings),
        }

    return form_page(request, "field/import.html", form, submit, context)


def _visible(request: HttpRequest, uid: UUID) -> ActionImport:
    visible = ActionImport.objects.visible_to(request.user, timezone.now())
    return get_object_or_404(
        visible.select_related("pledge", "police_area", "municipality", "sent_by", "undone_by"),
        uid=uid,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RECORD_ACTIONS)
def undo(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Strike out all that an import recorded, with one reason."""
    done = _visible(request, uid)
    require(request.user, Action.RECORD_ACTIONS, done.place)
    form = UndoImportForm(posted(request))
    left = done.actions.counted().count()
    question = Question(
        title=_("Ångra importen"),
        lead=done.file_name,
        text=ngettext(
            "%(n)s insats stryks, även om den har rättats efter importen. Den finns kvar i listan, "
            "med ditt skäl.",
            "%(n)s insatser stryks, även de som har rättats efter importen. De finns kvar i "
            "listan, med ditt skäl.",
            left,
        )
        % {"n": left},
        button=_("Ångra importen"),
        back=reverse("action_import", args=[uid]),
        trail=[
            (_("Arbetsyta"), reverse("workspace")),
            (_("Importera insatser"), reverse("action_imports")),
        ],
    )

    def submit() -> HttpResponse:
        number = importing.undo(
            done, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
        )
        text = ngettext("%(n)s insats är struken.", "%(n)s insatser är strukna.", number)
        messages.success(request, text % {"n": number})
        return redirect("action_import", uid=uid)

    return confirm_page(request, question, submit, form)
