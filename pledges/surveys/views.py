"""Drug-habit surveys in the workspace: entering and publishing rounds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pledge_portal.accounts.permissions import (
    Action,
    Person,
    StaffRequest,
    keys_of_own_places,
    may,
    permitted,
    require,
)
from pledge_portal.pages.erasure_marks import erasure_note
from pledge_portal.pages.form_views import Question, confirm_page, form_page, posted
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges import presentation
from pledges.exchange.rows import RowFault
from pledges.exchange.uploads import tell_if_too_large
from pledges.models import SurveyRound
from pledges.models.pledge import prefetched_places
from pledges.surveys import presentation as survey_presentation
from pledges.surveys import publishing, rounds
from pledges.surveys.cells import SurveyRowsError
from pledges.surveys.forms import (
    FillForm,
    PublishForm,
    RoundForm,
    Targets,
    VersionForm,
    WithdrawForm,
    target_key,
)
from pledges.surveys.publishing import Preview, State
from pledges.surveys.rows import read_round

_A_PAGE = 25


@require_safe
@permitted(Action.WRITE_SURVEYS)
def survey_rounds(request: StaffRequest) -> HttpResponse:
    """List the rounds of one's municipalities, with their states."""
    visible = publishing.with_publications(SurveyRound.objects.visible_to(request.user))
    ordered = (
        visible.select_related("commitment__pledge")
        .prefetch_related(*prefetched_places("commitment__pledge__"))
        .order_by("municipality__sort_key", "-school_year", "grade", "pk")
    )
    page = Paginator(ordered, _A_PAGE).get_page(request.GET.get("sida"))
    return render(
        request,
        "surveys/list.html",
        {
            "page": page,
            "rounds": [
                (
                    survey_round,
                    survey_presentation.round_title(survey_round),
                    publishing.state(survey_round),
                    rounds.sums_of(survey_round),
                    survey_round.commitment.pledge.place_name(survey_round.municipality),
                )
                for survey_round in page
            ],
            "may_add": bool(targets_of(request.user)),
        },
    )


def targets_of(user: Person) -> Targets:
    """Return what rounds of a person's municipalities can belong to.

    By the form's keys.
    """
    own = keys_of_own_places(user, Action.WRITE_SURVEYS)
    targets = {}
    for commitment, municipality in rounds.targets(None if own is None else own[0]):
        pledge = presentation.pledge_label(commitment.pledge)
        label = _("%(municipality)s: åtagande %(number)s i %(pledge)s") % {
            "municipality": commitment.pledge.place_name(municipality),
            "number": commitment.number,
            "pledge": pledge,
        }
        targets[target_key(commitment.pk, municipality.pk)] = (label, commitment, municipality)
    return targets


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_SURVEYS)
def add(request: StaffRequest) -> HttpResponse:
    """Enter a new round."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_SURVEYS)
def change(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Change a round; a change by somebody else meanwhile is shown first."""
    return _edit(request, _survey_round(request, uid))


def _survey_round(request: StaffRequest, uid: UUID) -> SurveyRound:
    visible = SurveyRound.objects.visible_to(request.user)
    return get_object_or_404(publishing.with_publications(visible), uid=uid)


def _edit(request: StaffRequest, survey_round: SurveyRound | None) -> HttpResponse:
    """Store a round's numbers from the table; or only fill the table."""
    targets = targets_of(request.user)
    options: dict[str, Any] = {"targets": targets, "today": timezone.localdate()}
    context: dict[str, Any] = {"round": survey_round, "targets": targets, "fill": FillForm()}
    if "fill" in request.POST:
        return _fill_page(request, options, context)
    initial = RoundForm.initial_from(survey_round) if survey_round else {"version": 1}
    form = RoundForm(posted(request), initial=initial, **options)
    typed = posted(request)
    pasted = typed.get("pasted", "") if typed is not None else ""
    if pasted.strip() or request.FILES.get("file"):
        context["fill"] = FillForm(initial={"pasted": pasted})
        form.add_error(
            None, _("Tabellen är inte inläst. Tryck på Läs in i tabellen, eller töm fältet.")
        )

    def submit() -> HttpResponse:
        entry = form.entry()
        require(request.user, Action.WRITE_SURVEYS, entry.municipality)
        try:
            saved = rounds.save(
                entry,
                changes=survey_round,
                version=form.cleaned_data["version"] or 1,
                is_sure=form.cleaned_data["is_sure"],
                by=request.user,
                at=timezone.now(),
            )
        except rounds.QuestionsLeft as unsure:
            form.ask_if_sure(unsure.questions)
            raise Refused({}) from unsure
        except ChangedMeanwhile:
            if survey_round is not None:
                form.rebase(survey_round.version)
                sums = rounds.sums_of(survey_round)
                context["current_sums"] = survey_presentation.sums_view(sums)
            raise
        messages.success(request, _("Omgången är sparad."))
        return redirect("survey_round", uid=saved.uid)

    return form_page(request, "surveys/edit.html", form, submit, context)


def _fill_page(
    request: StaffRequest, options: dict[str, Any], context: dict[str, Any]
) -> HttpResponse:
    """Read a pasted table or a file into the table of sums.

    The page shows the faults of what was read, or remarks on what was computed.
    """
    fill = FillForm(request.POST, request.FILES)
    tell_if_too_large(fill, "file", request.headers.get("Content-Length", ""))
    initial: dict[str, Any] = RoundForm.typed(request.POST)
    context["fill"] = fill
    if fill.is_valid():
        try:
            table = read_round(fill.cleaned_data["table"])
        except SurveyRowsError as refused:
            fill.add_error(None, _("Inget är inläst. Rätta felen och läs in tabellen igen."))
            context["faults"] = shown_faults(refused.faults)
        else:
            fields = {n: value for n, value in initial.items() if n in RoundForm.base_fields}
            initial = {**fields, **table.cells}
            context |= {"fill": FillForm(), "is_filled": True, "remarks": table.remarks}
    context["form"] = RoundForm(initial=initial, **options)
    status = 422 if context["fill"].errors else 200
    return render(request, "surveys/edit.html", context, status=status)


def shown_faults(faults: list[tuple[int, RowFault]]) -> list[tuple[int, str, str]]:
    """Return faults as field/_row_faults.html lists them."""
    return [(row, fault.heading, fault.sentence) for row, fault in faults]


@require_safe
@permitted(Action.WRITE_SURVEYS)
def detail(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show a round with its sums, its state and its publications."""
    survey_round = _survey_round(request, uid)
    return render(
        request,
        "surveys/round.html",
        {
            "round": survey_round,
            "title": survey_presentation.round_title(survey_round),
            "state": publishing.state(survey_round),
            "sums": survey_presentation.sums_view(rounds.sums_of(survey_round)),
            "publications": survey_round.publications.select_related("published_by"),
            "may_publish": _may_publish(request, survey_round),
        },
    )


def _may_publish(request: StaffRequest, survey_round: SurveyRound) -> bool:
    return may(request.user, Action.PUBLISH_SURVEYS, survey_round.municipality)


@require_safe
@permitted(Action.WRITE_SURVEYS)
def preview(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show what the public will see, and why the rest is hidden."""
    survey_round = _survey_round(request, uid)
    current = publishing.preview(survey_round)
    context = _preview_context(request, survey_round, current)
    data = posted(request, reverse("publish_survey_round", args=[uid]))
    form = _publish_form(survey_round, current, data)
    return render(request, "surveys/preview.html", {"form": form, **context})


def _publish_form(
    survey_round: SurveyRound, current: Preview, data: QueryDict | None = None
) -> PublishForm:
    return PublishForm(
        data,
        initial={"version": survey_round.version},
        is_first=publishing.state(survey_round) == State.DRAFT,
        has_alike=bool(current.alike),
    )


def _preview_context(
    request: StaffRequest, survey_round: SurveyRound, current: Preview
) -> dict[str, Any]:
    state = publishing.state(survey_round)
    context: dict[str, Any] = {
        "round": survey_round,
        "title": survey_presentation.round_title(survey_round),
        "state": state,
        "is_as_published": publishing.is_as_published(survey_round, current),
        "may_publish": _may_publish(request, survey_round),
        "is_first": state == State.DRAFT,
        "erased": erasure_note(survey_round.instrument, survey_round.note),
    }
    if current.refused is not None:
        context["refused"] = survey_presentation.refusal_sentences(current.refused)
    if current.published is not None:
        context["alike"] = [publishing.alike_question(other) for other in current.alike]
        reasons = survey_presentation.reasons(current.published)
        sums = rounds.sums_of(survey_round)
        public, shares = publishing.public_part(survey_round, current.published)
        context["public"] = public
        context["shares"] = survey_presentation.shares_view(shares, reasons)
        context["hidden_groups"] = survey_presentation.hidden_groups(sums, current.published)
    return context


@require_POST
@permitted(Action.PUBLISH_SURVEYS)
def publish(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Publish what was previewed."""
    survey_round = _round_to_publish(request, uid)
    current = publishing.preview(survey_round)
    form = _publish_form(survey_round, current, request.POST)

    def submit() -> HttpResponse:
        at = timezone.now()
        with _rebasing(form, survey_round):
            publishing.publish(
                survey_round,
                reason=form.cleaned_data.get("reason", ""),
                version=form.cleaned_data["version"],
                is_sure=form.cleaned_data.get("is_sure", False),
                by=request.user,
                at=at,
                today=timezone.localdate(at),
            )
        messages.success(request, _("Omgången är publicerad."))
        return redirect("survey_round", uid=uid)

    return form_page(
        request,
        "surveys/preview.html",
        form,
        submit,
        lambda: _preview_context(request, survey_round, current),
    )


def _round_to_publish(request: StaffRequest, uid: UUID) -> SurveyRound:
    survey_round = _survey_round(request, uid)
    require(request.user, Action.PUBLISH_SURVEYS, survey_round.municipality)
    return survey_round


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.PUBLISH_SURVEYS)
def withdraw(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Remove what the public sees of a round, with the reason."""
    survey_round = _round_to_publish(request, uid)
    form = WithdrawForm(posted(request), initial={"version": survey_round.version})

    def submit() -> HttpResponse:
        with _rebasing(form, survey_round):
            publishing.withdraw(
                survey_round,
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
                by=request.user,
                at=timezone.now(),
            )
        messages.success(request, _("Omgången är tillbakadragen."))
        return redirect("survey_round", uid=uid)

    question = _question(
        survey_round,
        title=_("Ta tillbaka"),
        text=_(
            "Allmänheten ser inte omgången längre. Summorna finns kvar här. Det som redan har "
            "visats räknas med om eleverna publiceras igen, också som en ny omgång."
        ),
        button=_("Ta tillbaka omgången"),
    )
    return confirm_page(request, question, submit, form)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_SURVEYS)
def delete(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Delete a round that was never published."""
    survey_round = _survey_round(request, uid)
    form = VersionForm(posted(request), initial={"version": survey_round.version})

    def submit() -> HttpResponse:
        with _rebasing(form, survey_round):
            rounds.delete(survey_round, version=form.cleaned_data["version"])
        messages.success(request, _("Omgången är kastad."))
        return redirect("survey_rounds")

    if publishing.state(survey_round) == State.DRAFT:
        text = _("Omgången och alla dess summor tas bort. Det går inte att ångra.")
        button = _("Kasta omgången")
    else:
        text, button = rounds.published_sentence(), ""
    question = _question(survey_round, title=_("Kasta omgången"), text=text, button=button)
    return confirm_page(request, question, submit, form)


def _question(survey_round: SurveyRound, **texts: str) -> Question:
    address = reverse("survey_round", args=[survey_round.uid])
    return Question(
        lead=str(survey_round.municipality),
        back=address,
        trail=[
            (_("Drogvanor"), reverse("survey_rounds")),
            (survey_presentation.round_title(survey_round), address),
        ],
        **texts,
    )


@contextmanager
def _rebasing(form: WorkspaceForm, survey_round: SurveyRound) -> Iterator[None]:
    """Let a form that somebody else's change refused be sent again."""
    try:
        yield
    except ChangedMeanwhile:
        form.rebase(survey_round.version)
        raise
