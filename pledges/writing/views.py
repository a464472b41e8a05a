"""Show the drafts of one's places, begin one, and see how it will look."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import posted
from pledge_portal.pages.pdf_files import pdf_response
from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.text import whole_number
from pledges import presentation
from pledges.adoptable import revises_annulled
from pledges.documents.errors import RenderingError
from pledges.lifecycle import standing
from pledges.models import Municipality, Pledge, PledgeVersion, PoliceArea
from pledges.models.pledge import prefetched_places
from pledges.writing import adoption, background, starting
from pledges.writing.document import draft_pdf
from pledges.writing.draft_presentation import draft_view
from pledges.writing.editing import latest_version
from pledges.writing.front_forms import BeginForm
from pledges.writing.parts import Part, part_named, part_of
from pledges.writing.presentation import (
    editor_view,
    part_in_words,
    version_differences,
    version_views,
)

_MAX_DRAFTS = 50
_VERSIONS_A_PAGE = 50


def found_draft(request: StaffRequest, uid: UUID) -> Pledge:
    """Return a pledge that the reader writes on; raises Http404."""
    drafted = Pledge.objects.drafted_by(request.user).select_related("police_area")
    return get_object_or_404(drafted, uid=uid)


def _read_draft(request: StaffRequest, uid: UUID) -> Pledge:
    """Return a pledge that the reader may read, to approve it for example.

    Raises Http404.
    """
    visible = Pledge.objects.visible_to(request.user).select_related("police_area")
    return get_object_or_404(visible, uid=uid)


def version_of(draft: Pledge) -> PledgeVersion:
    """Return a draft's latest version, or an adopted pledge's last one."""
    if draft.adopted_at is None:
        return latest_version(draft, timezone.now())
    return draft.versions.first() or PledgeVersion(pledge=draft, number=0)


@require_safe
@permitted(Action.READ_PLEDGES)
def drafts(request: StaffRequest) -> HttpResponse:
    """List what is being written, and what waits for signatures."""
    on = timezone.localdate()
    rows = (
        Pledge.objects.drafted_by(request.user)
        .exclude(pk__in=Pledge.objects.public().values("pk"))
        .with_standing()
        .select_related("revises__annulment")
        .annotate(open_remarks=Count("remarks", filter=Q(remarks__settled_at=None)))
        .order_by("-valid_from", "-pk")[:_MAX_DRAFTS]
    )
    return render(
        request,
        "writing/drafts.html",
        {
            "drafts": [
                (pledge, standing(pledge, on).state, revises_annulled(pledge)) for pledge in rows
            ]
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_PLEDGES)
def begin(request: StaffRequest) -> HttpResponse:
    """Begin the next pledge, from nothing or from an earlier one."""
    areas = starting.areas_to_write_for(request.user)
    municipalities = starting.municipalities_to_write_for(request.user, areas)
    earlier = {
        pledge.pk: pledge
        for pledge in Pledge.objects.visible_to(request.user)
        .select_related("police_area")
        .prefetch_related("municipalities", *prefetched_places())
        .order_by("-valid_from", "-pk")[:50]
    }
    form = BeginForm(
        posted(request),
        areas=areas,
        municipalities=municipalities,
        earlier=[
            (key, presentation.pledge_label_with_places(pledge)) for key, pledge in earlier.items()
        ],
        initial=_first_guess(areas, municipalities, list(earlier.values())),
    )
    if request.method == "POST" and form.is_valid():
        beginning = _beginning(form.cleaned_data)
        if not starting.may_begin(request.user, beginning):
            form.add_error("municipalities", _("Välj en kommun som du skriver för."))
        else:
            try:
                version = starting.begin(
                    beginning,
                    after=earlier.get(form.cleaned_data["after"]),
                    by=request.user,
                    at=timezone.now(),
                )
            except Refused as refused:
                form.add_errors(refused.faults)
            else:
                messages.success(request, _("Utkastet är påbörjat. Skriv det tillsammans."))
                return redirect("draft", uid=version.pledge.uid)
    return render(request, "writing/begin.html", {"form": form}, status=422 if form.errors else 200)


def _first_guess(
    areas: list[PoliceArea], municipalities: list[Municipality], earlier: list[Pledge]
) -> dict[str, Any]:
    """Return what the form begins with.

    Three years from the turn of the year, after the last.
    """
    year = timezone.localdate().year + 1
    guess: dict[str, Any] = {
        "title": _("Medborgarlöfte %(first)s–%(last)s") % {"first": year, "last": year + 2},
        "valid_from": f"{year}-01-01",
        "valid_to": f"{year + 2}-12-31",
        "until_replaced": True,
        "police_area": areas[0].pk if len(areas) == 1 else None,
    }
    # What is adopted is gone on from rather than what others are writing just now.
    last = next(
        (pledge for pledge in earlier if pledge.adopted_at), earlier[0] if earlier else None
    )
    if last is not None:
        parties = {municipality.pk for municipality in last.municipalities.all()}
        guess["after"] = last.pk
        guess["municipalities"] = [
            municipality.pk for municipality in municipalities if municipality.pk in parties
        ]
        guess["police_area"] = last.police_area_id
    elif len(municipalities) == 1:
        guess["municipalities"] = [municipalities[0].pk]
    return guess


def _beginning(cleaned: dict[str, Any]) -> starting.Beginning:
    return starting.Beginning(
        title=cleaned["title"],
        municipalities=list(cleaned["municipalities"]),
        holds_in=list(cleaned["holds_in"]),
        police_area=cleaned["police_area"],
        valid_from=cleaned["valid_from"],
        valid_to=cleaned["valid_to"],
        until_replaced=cleaned["until_replaced"],
        period=cleaned["period"] or starting.period_of(cleaned["valid_from"], cleaned["valid_to"]),
    )


@require_safe
@permitted(Action.WRITE_PLEDGES)
def draft(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show a whole draft: parts to change, what they lack, what to draw on."""
    row = found_draft(request, uid)
    version = version_of(row)
    remarks = dict(
        row.remarks.filter(settled_at=None)
        .order_by()
        .values_list("part")
        .annotate(number=Count("pk"))
    )
    approvals = adoption.approvals_of(row, version.number)
    return render(
        request,
        "writing/draft.html",
        {
            "pledge": row,
            "version": version,
            "state": standing(
                Pledge.objects.with_standing().get(pk=row.pk), timezone.localdate()
            ).state,
            "editor": editor_view(version.contents, remarks) if version.number else None,
            "view": draft_view(version.contents, row.police_area.name) if version.number else None,
            "approvals": approvals,
            "earlier": background.of_the_last_pledge(row),
            "municipalities": [party.municipality for party in row.parties.all()],
            "undo": _undo(request, row, version),
            "shown": _part_in(request, "visa"),
            "may_consult": Pledge.objects.consulted_on_by(request.user).filter(pk=row.pk).exists(),
            "is_locked": row.adopted_at is not None,
            "revises_annulled": revises_annulled(row),
        },
    )


def _undo(request: StaffRequest, row: Pledge, version: PledgeVersion) -> dict[str, Any] | None:
    """Return the part that was just taken away, as long as it can be had back."""
    number = _number(request.GET.get("version"), 0)
    part = _part_in(request, "angra")
    earlier_version = row.versions.filter(number=number).first()
    if (
        part is None
        or earlier_version is None
        or part_of(earlier_version.contents, part) is None
        or part_of(version.contents, part)
    ):
        return None
    return {"part": part, "version": number, "name": part_in_words(earlier_version.contents, part)}


def _part_in(request: StaffRequest, parameter: str) -> Part | None:
    try:
        return part_named(request.GET.get(parameter, ""))
    except ValueError:
        return None


@require_safe
@permitted(Action.READ_PLEDGES)
@csp_update({"object-src": ["'self'"], "frame-src": ["'self'"]})  # type: ignore[arg-type]
def preview(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show how a draft's page and document will look.

    All who may read it see that.
    """
    row = _read_draft(request, uid)
    version = version_of(row)
    return render(
        request,
        "writing/preview.html",
        {
            "pledge": row,
            "version": version,
            "draft": draft_view(version.contents, row.police_area.name),
        },
    )


@require_safe
@permitted(Action.READ_PLEDGES)
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type]
def document(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Hand out the draft as a PDF that says on every page that it is one."""
    row = _read_draft(request, uid)
    return pdf_answer(row)


def pdf_answer(row: Pledge) -> HttpResponse:
    """Return the answer that holds a draft's PDF, or says why there is none."""
    try:
        content = draft_pdf(row, timezone.now())
    except RenderingError as error:
        words = _("Dokumentet går inte att göra: %(reason)s") % {"reason": error}
        return HttpResponse(words, content_type="text/plain; charset=utf-8", status=422)
    return pdf_response(content, f"utkast-medborgarlofte-{row.period}.pdf")


@require_safe
@permitted(Action.WRITE_PLEDGES)
def versions(request: StaffRequest, uid: UUID) -> HttpResponse:
    """List a draft's versions, and show what differs between two of them."""
    row = found_draft(request, uid)
    latest = version_of(row)
    numbers = _Chosen(request, latest.number)
    shown = list(
        row.versions.select_related("saved_by").filter(number__lte=numbers.page_from)[
            : _VERSIONS_A_PAGE + 1
        ]
    )
    contents = {version.number: version.contents for version in shown}
    numbers_shown = [numbers.before, numbers.after] if numbers.are_two else []
    pair = {version.number: version for version in row.versions.filter(number__in=numbers_shown)}
    return render(
        request,
        "writing/versions.html",
        {
            "pledge": row,
            "latest": latest,
            "versions": version_views(shown[:_VERSIONS_A_PAGE], contents),
            "older": shown[_VERSIONS_A_PAGE].number if len(shown) > _VERSIONS_A_PAGE else None,
            "before": numbers.before,
            "after": numbers.after,
            "differences": version_differences(
                pair[numbers.before].contents, pair[numbers.after].contents
            )
            if len(pair) == 2
            else None,
            "asked": numbers.asked,
            "is_locked": row.adopted_at is not None,
        },
    )


class _Chosen:
    """Which two versions are compared, and from which one the list goes on."""

    def __init__(self, request: StaffRequest, latest: int) -> None:
        self.asked = "fran" in request.GET or "till" in request.GET
        self.before = _number(request.GET.get("fran"), max(1, latest - 1))
        self.after = _number(request.GET.get("till"), latest)
        self.page_from = _number(request.GET.get("aldre"), latest)
        self.are_two = self.asked and self.before != self.after


def _number(text: str | None, otherwise: int) -> int:
    number = whole_number(text or "")
    return otherwise if number is None else number
