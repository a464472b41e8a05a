"""Drug-habit surveys from files: templates, and lists of several rounds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted, require
from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.form_views import form_page, posted, posted_files
from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.xlsx_files import xlsx_file
from pledges.exchange.tables import Table, TableError
from pledges.exchange.uploads import tell_if_too_large
from pledges.models.survey import Grade
from pledges.surveys import imports
from pledges.surveys import presentation as survey_presentation
from pledges.surveys.cells import SurveyRowsError
from pledges.surveys.forms import ConfirmListForm, ListForm, Targets
from pledges.surveys.imports import ListPreview
from pledges.surveys.round_lists import LIST_HEADINGS
from pledges.surveys.rows import as_text, pasted
from pledges.surveys.sums import ANSWERED, Group, Measure, row_label
from pledges.surveys.views import shown_faults, targets_of
from pledges.targets import school_year_label, school_year_of

_MAX_FAULTS = 200


@require_safe
@permitted(Action.WRITE_SURVEYS)
def template(request: HttpRequest) -> HttpResponse:
    """Return a file to fill in.

    It is a table of one round, or with `slag=lista` a list of several.
    """
    measures = [row_label(measure) for measure in Measure]
    groups = [str(capfirst(group.label)) for group in Group]
    rows: list[list[object]]
    if request.GET.get("slag") == "lista":
        name, title = "drogvanor-lista", "Omgångar"
        headings = [*LIST_HEADINGS, *measures]
        year = school_year_label(school_year_of(timezone.localdate()))
        rows = [[year, str(Grade.NINE.label), group.lower()] for group in groups[:2]]
    else:
        name, title = "drogvanor-tabell", "Omgång"
        headings = ["", *groups]
        rows = [[label] for label in (row_label(ANSWERED), *measures)]
    if request.GET.get("format") == "csv":
        return csv_file(f"{name}.csv", headings, rows)
    return xlsx_file(f"{name}.xlsx", {title: [headings, *rows]})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_SURVEYS)
def import_list(request: StaffRequest) -> HttpResponse:
    """Show every fault of a list of rounds, or preview it, and store it."""
    targets = targets_of(request.user)
    if "cells" in request.POST:
        return _confirm(request)
    form = ListForm(posted(request), posted_files(request), targets=targets)
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""))
    faults: list[tuple[int, str, str]] = []

    def submit() -> HttpResponse:
        cleaned = form.cleaned_data
        try:
            list_preview = _preview_of(request, cleaned, cleaned["table"])
            initial = {name: cleaned[name] for name in ("target", "method")}
            confirm_form = ConfirmListForm(
                initial={**initial, "cells": as_text(cleaned["table"])},
                targets=targets,
                has_questions=bool(list_preview.questions),
            )
        except SurveyRowsError as error:
            faults.extend(shown_faults(error.faults))
            raise Refused(_("Inget är sparat. Rätta felen och försök igen.")) from error
        except TableError as error:
            raise Refused(str(error)) from error
        return _preview_page(request, confirm_form, list_preview)

    return form_page(request, "surveys/import.html", form, submit, lambda: _list_context(faults))


def _list_context(faults: list[tuple[int, str, str]]) -> dict[str, Any]:
    return {
        "faults": faults[:_MAX_FAULTS],
        "number_of_faults": len(faults),
        "headings": LIST_HEADINGS,
    }


def _preview_of(request: StaffRequest, cleaned: dict[str, Any], table: Table) -> ListPreview:
    _words, commitment, municipality = targets_of(request.user)[cleaned["target"]]
    require(request.user, Action.WRITE_SURVEYS, municipality)
    today = timezone.localdate()
    return imports.preview(table, commitment, municipality, method=cleaned["method"], today=today)


def _confirm(request: StaffRequest) -> HttpResponse:
    """Store the list whose cells come back from its preview."""
    targets = targets_of(request.user)
    form = ConfirmListForm(request.POST, targets=targets, has_questions=False)
    if not form.is_valid():
        messages.error(request, _("Listan kom inte fram hel. Läs in den igen."))
        return redirect("import_surveys")
    cleaned = form.cleaned_data
    try:
        list_preview = _preview_of(request, cleaned, pasted(cleaned["cells"]))
        form = ConfirmListForm(
            request.POST, targets=targets, has_questions=bool(list_preview.questions)
        )
        if not form.is_valid():
            return _preview_page(request, form, list_preview)
        is_sure = bool(form.cleaned_data.get("is_sure"))
        stored = imports.store(list_preview, is_sure=is_sure, by=request.user, at=timezone.now())
    except SurveyRowsError as error:
        return _page_of_faults(request, error, cleaned, targets)
    except (TableError, Refused) as refused:
        messages.error(request, str(refused))
        return redirect("import_surveys")
    number = len(stored)
    done = ngettext("%(n)s omgång är sparad.", "%(n)s omgångar är sparade.", number)
    messages.success(request, done % {"n": number})
    return redirect("survey_rounds")


def _page_of_faults(
    request: StaffRequest, error: SurveyRowsError, cleaned: dict[str, Any], targets: Targets
) -> HttpResponse:
    """Show the list again, pasted, with the faults that it has by now."""
    data = {name: cleaned[name] for name in ("target", "method")} | {"pasted": cleaned["cells"]}
    form = ListForm(data, targets=targets)
    form.add_error(None, _("Inget är sparat. Rätta felen och försök igen."))
    context = {"form": form, **_list_context(shown_faults(error.faults))}
    return render(request, "surveys/import.html", context, status=422)


def _preview_page(
    request: HttpRequest, form: ConfirmListForm, list_preview: ListPreview
) -> HttpResponse:
    return render(
        request,
        "surveys/import_preview.html",
        {
            "form": form,
            "number": len(list_preview.entries),
            "rounds": [
                (
                    row,
                    survey_presentation.title_of(entry.grade, entry.school_year),
                    entry,
                    survey_presentation.sums_view(entry.sums),
                )
                for row, entry in list_preview.entries
            ],
            "remarks": list_preview.remarks,
            "questions": list_preview.questions,
        },
        status=422 if form.errors else 200,
    )
