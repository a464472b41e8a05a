"""Drug-habit surveys in the workspace: entering rounds, and publishing what may be told of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import (
    Action,
    Person,
    keys_of_own_places,
    may,
    permitted,
    require,
)
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledges import presentation
from pledges.exchange.rows import RowFault
from pledges.exchange.uploads import tell_if_too_large
from pledges.models import SurveyRound
from pledges.surveys import presentation as in_words
from pledges.surveys import publishing, rounds
from pledges.surveys.cells import SurveyRowsError
from pledges.surveys.forms import (
    FillForm,
    PublishForm,
    RoundForm,
    TakeBackForm,
    Targets,
    VersionForm,
    target_key,
)
from pledges.surveys.publishing import State
from pledges.surveys.rows import read_round

_A_PAGE = 25


@require_safe
@permitted(Action.WRITE_SURVEYS)
def survey_rounds(request: HttpRequest) -> HttpResponse:
    """List the rounds of one's municipalities, and where each is on its way to the public."""
    visible = publishing.with_publications(SurveyRound.objects.visible_to(request.user))
    ordered = visible.order_by("municipality__sort_key", "-school_year", "grade", "pk")
    page = Paginator(ordered, _A_PAGE).get_page(request.GET.get("sida"))
    return render(
        request,
        "surveys/list.html",
        {
            "page": page,
            "rows": [
                (each, in_words.round_title(each), publishing.state(each), rounds.sums_of(each))
                for each in page
            ],
            "may_add": bool(targets_of(request.user)),
        },
    )


def targets_of(user: Person) -> Targets:
    """Return what rounds of a person's municipalities can belong to, by the form's keys."""
    own = keys_of_own_places(user, Action.WRITE_SURVEYS)
    found = {}
    for commitment, municipality in rounds.targets(None if own is None else own[0]):
        pledge = presentation.pledge_label(commitment.pledge)
        words = _("%(municipality)s: åtagande %(number)s i %(pledge)s") % {
            "municipality": municipality,
            "number": commitment.number,
            "pledge": pledge,
        }
        found[target_key(commitment.pk, municipality.pk)] = (words, commitment, municipality)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_SURVEYS)
def add(request: HttpRequest) -> HttpResponse:
    """Enter a new round."""
    return _enter(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_SURVEYS)
def change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Change a round; a change by somebody else meanwhile is shown first."""
    return _enter(request, _found(request, uid))


def _found(request: HttpRequest, uid: UUID) -> SurveyRound:
    visible = SurveyRound.objects.visible_to(request.user)
    return get_object_or_404(publishing.with_publications(visible), uid=uid)


def _enter(request: HttpRequest, found: SurveyRound | None) -> HttpResponse:
    """Take a round's numbers from the table; or fill the table, saving nothing."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    targets = targets_of(request.user)
    options: dict[str, Any] = {"targets": targets, "today": timezone.localdate()}
    context: dict[str, Any] = {"round": found, "targets": targets, "fill": FillForm()}
    if request.method != "POST":
        form = RoundForm(initial=RoundForm.of(found) if found else {"version": 1}, **options)
        return _form_page(request, form, context)
    fill = FillForm(request.POST, request.FILES)
    tell_if_too_large(fill, "file", request.headers.get("Content-Length", ""))
    if "fill" in request.POST:
        initial, read = _filled(request, fill)
        return _form_page(request, RoundForm(initial=initial, **options), {**context, **read})
    form = RoundForm(request.POST, **options)
    if request.POST.get("pasted", "").strip() or request.FILES.get("file"):
        context["fill"] = FillForm(initial={"pasted": request.POST.get("pasted", "")})
        form.add_error(
            None, _("Tabellen är inte inläst. Tryck på Läs in i tabellen, eller töm fältet.")
        )
    if form.is_valid():
        entry = form.entry()
        require(request.user, Action.WRITE_SURVEYS, entry.municipality)
        try:
            saved = rounds.save(
                entry,
                changes=found,
                version=form.cleaned_data["version"] or 1,
                is_sure=form.cleaned_data["is_sure"],
                by=request.user,
                at=timezone.now(),
            )
        except rounds.QuestionsLeft as refused:
            form.ask_if_sure(refused.questions)
        except ChangedMeanwhile as refused:
            form.add_errors(refused.faults)
            if found is not None:
                form.rebase(found.version)
                context["theirs"] = in_words.sums_view(rounds.sums_of(found))
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            messages.success(request, _("Omgången är sparad."))
            return redirect("survey_round", uid=saved.uid)
    return _form_page(request, form, context)


def _filled(request: HttpRequest, fill: FillForm) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the table begins with when a pasted table is read into it, and what the page
    says of it: faults, or what was reckoned."""
    typed: dict[str, Any] = RoundForm.typed(request.POST)
    if not fill.is_valid():
        return typed, {"fill": fill}
    try:
        read = read_round(fill.cleaned_data["table"])
    except SurveyRowsError as refused:
        fill.add_error(None, _("Inget är inläst. Rätta felen och läs in tabellen igen."))
        return typed, {"fill": fill, "faults": shown_faults(refused.faults)}
    kept = {name: value for name, value in typed.items() if name in RoundForm.base_fields}
    return {**kept, **read.cells}, {"fill": FillForm(), "is_filled": True, "remarks": read.remarks}


def shown_faults(faults: list[tuple[int, RowFault]]) -> list[tuple[int, str, str]]:
    """Return faults as field/_row_faults.html lists them."""
    return [(row, fault.heading, fault.sentence) for row, fault in faults]


def _form_page(request: HttpRequest, form: RoundForm, context: dict[str, Any]) -> HttpResponse:
    is_faulty = bool(form.errors or context["fill"].errors)
    return render(
        request, "surveys/edit.html", {"form": form, **context}, status=422 if is_faulty else 200
    )


@require_safe
@permitted(Action.WRITE_SURVEYS)
def one(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a round with its sums, where it is on its way to the public, and what came before."""
    found = _found(request, uid)
    return render(
        request,
        "surveys/round.html",
        {
            "round": found,
            "title": in_words.round_title(found),
            "state": publishing.state(found),
            "sums": in_words.sums_view(rounds.sums_of(found)),
            "publications": found.publications.select_related("published_by"),
            "may_publish": _may_publish(request, found),
        },
    )


def _may_publish(request: HttpRequest, found: SurveyRound) -> bool:
    return may(request.user, Action.PUBLISH_SURVEYS, found.municipality)


@require_safe
@permitted(Action.WRITE_SURVEYS)
def preview(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show what the public will see, and why the rest is hidden."""
    return _preview_page(request, _found(request, uid), None)


def _preview_page(
    request: HttpRequest, found: SurveyRound, form: PublishForm | None
) -> HttpResponse:
    seen = publishing.preview(found)
    state = publishing.state(found)
    is_first = state == State.DRAFT
    context: dict[str, Any] = {
        "round": found,
        "title": in_words.round_title(found),
        "state": state,
        "is_as_published": state == State.PUBLISHED and publishing.is_as_told(found, seen),
        "may_publish": _may_publish(request, found),
        "form": form or PublishForm(initial={"version": found.version}, is_first=is_first),
        "is_first": is_first,
    }
    if seen.published is None:
        context["refused"] = in_words.refusal_in_words(seen.refused)
    else:
        row, shares = publishing.public_part(found, seen.published)
        context["public"] = row
        context["shares"] = in_words.shares_view(shares, in_words.reasons(seen.published))
        context["hidden_groups"] = in_words.hidden_groups(rounds.sums_of(found), seen.published)
    status = 422 if form is not None and form.errors else 200
    return render(request, "surveys/preview.html", context, status=status)


@require_POST
@permitted(Action.PUBLISH_SURVEYS)
def publish(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Publish what was previewed."""
    found = _to_publish(request, uid)
    at = timezone.now()
    form = PublishForm(request.POST, is_first=publishing.state(found) == State.DRAFT)
    if form.is_valid():
        try:
            publishing.publish(
                found,
                reason=form.cleaned_data.get("reason", ""),
                version=form.cleaned_data["version"],
                by=_person(request),
                at=at,
                today=timezone.localdate(at),
            )
        except Refused as refused:
            form.add_errors(refused.faults)
            form.rebase(found.version)
        else:
            messages.success(request, _("Omgången är publicerad."))
            return redirect("survey_round", uid=uid)
    return _preview_page(request, found, form)


def _to_publish(request: HttpRequest, uid: UUID) -> SurveyRound:
    found = _found(request, uid)
    require(request.user, Action.PUBLISH_SURVEYS, found.municipality)
    return found


def _person(request: HttpRequest) -> Any:
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.PUBLISH_SURVEYS)
def take_back(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take away what the public sees of a round, with the reason."""
    found = _to_publish(request, uid)
    form = TakeBackForm(
        request.POST if request.method == "POST" else None, initial={"version": found.version}
    )
    if request.method == "POST" and form.is_valid():
        try:
            publishing.take_back(
                found,
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
                by=_person(request),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_errors(refused.faults)
            form.rebase(found.version)
        else:
            messages.success(request, _("Omgången är tillbakadragen."))
            return redirect("survey_round", uid=uid)
    context = {"round": found, "title": in_words.round_title(found), "form": form}
    return render(request, "surveys/take_back.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_SURVEYS)
def throw_away(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Remove a round that was never published."""
    found = _found(request, uid)
    form = VersionForm(
        request.POST if request.method == "POST" else None, initial={"version": found.version}
    )
    if request.method == "POST" and form.is_valid():
        try:
            rounds.throw_away(found, version=form.cleaned_data["version"])
        except Refused as refused:
            form.add_errors(refused.faults)
            form.rebase(found.version)
        else:
            messages.success(request, _("Omgången är kastad."))
            return redirect("survey_rounds")
    context = {
        "round": found,
        "title": in_words.round_title(found),
        "state": publishing.state(found),
        "form": form,
    }
    return render(request, "surveys/throw_away.html", context, status=422 if form.errors else 200)
