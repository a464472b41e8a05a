"""Drug-habit surveys from files: templates to fill in, and lists of several rounds."""

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

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, permitted, require
from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.xlsx_files import xlsx_file
from pledges.exchange.tables import Table, TableError
from pledges.exchange.uploads import tell_if_too_large
from pledges.models.survey import Grade
from pledges.surveys import imports
from pledges.surveys import presentation as in_words
from pledges.surveys.cells import SurveyRowsError
from pledges.surveys.forms import ConfirmListForm, ListForm
from pledges.surveys.imports import LookedOver
from pledges.surveys.round_lists import LIST_HEADINGS
from pledges.surveys.rows import as_text, pasted
from pledges.surveys.sums import ANSWERED, Group, Measure, row_label
from pledges.surveys.views import shown_faults, targets_of
from pledges.targets import school_year_label, school_year_of

_MOST_FAULTS = 200


@require_safe
@permitted(Action.WRITE_SURVEYS)
def template(request: HttpRequest) -> HttpResponse:
    """Give a file to fill in: a table of one round, or (`slag=lista`) a list of several."""
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
        rows = [[row] for row in (row_label(ANSWERED), *measures)]
    if request.GET.get("format") == "csv":
        return csv_file(f"{name}.csv", headings, rows)
    return xlsx_file(f"{name}.xlsx", {title: [headings, *rows]})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_SURVEYS)
def import_list(request: HttpRequest) -> HttpResponse:
    """Take a list of rounds; show every fault in it, or what would be stored; and store it."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    targets = targets_of(request.user)
    if "cells" in request.POST:
        return _confirm(request, request.user)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ListForm(*sent, targets=targets)
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""))
    faults: list[tuple[int, str, str]] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            looked = _look_over(request, said, said["table"])
            confirm = ConfirmListForm(
                initial={
                    "target": said["target"],
                    "method": said["method"],
                    "cells": as_text(said["table"]),
                },
                targets=targets,
                has_questions=bool(looked.questions),
            )
        except SurveyRowsError as refused:
            faults = shown_faults(refused.faults)
            form.add_error(None, _("Inget är sparat. Rätta felen och försök igen."))
        except (TableError, Refused) as refused:
            form.add_error(None, str(refused))
        else:
            return _preview(request, confirm, looked)
    return _list_page(request, form, faults)


def _list_page(
    request: HttpRequest, form: ListForm, faults: list[tuple[int, str, str]]
) -> HttpResponse:
    return render(
        request,
        "surveys/import.html",
        {
            "form": form,
            "faults": faults[:_MOST_FAULTS],
            "number_of_faults": len(faults),
            "headings": LIST_HEADINGS,
        },
        status=422 if form.errors else 200,
    )


def _look_over(request: HttpRequest, said: dict[str, Any], table: Table) -> LookedOver:
    _words, commitment, municipality = targets_of(request.user)[said["target"]]
    require(request.user, Action.WRITE_SURVEYS, municipality)
    today = timezone.localdate()
    return imports.look_over(table, commitment, municipality, method=said["method"], today=today)


def _confirm(request: HttpRequest, by: User) -> HttpResponse:
    """Store the list whose cells come back from its preview."""
    targets = targets_of(by)
    form = ConfirmListForm(request.POST, targets=targets, has_questions=False)
    if not form.is_valid():
        messages.error(request, _("Listan kom inte fram hel. Läs in den igen."))
        return redirect("import_surveys")
    said = form.cleaned_data
    try:
        looked = _look_over(request, said, pasted(said["cells"]))
        form = ConfirmListForm(request.POST, targets=targets, has_questions=bool(looked.questions))
        if not form.is_valid():
            return _preview(request, form, looked)
        is_sure = bool(form.cleaned_data.get("is_sure"))
        stored = imports.store(looked, is_sure=is_sure, by=by, at=timezone.now())
    except SurveyRowsError as refused:
        again = ListForm(
            {name: said[name] for name in ("target", "method")} | {"pasted": said["cells"]},
            targets=targets,
        )
        again.is_valid()
        again.add_error(None, _("Inget är sparat. Rätta felen och försök igen."))
        return _list_page(request, again, shown_faults(refused.faults))
    except (TableError, Refused) as refused:
        messages.error(request, str(refused))
        return redirect("import_surveys")
    number = len(stored)
    done = ngettext("%(n)s omgång är sparad.", "%(n)s omgångar är sparade.", number)
    messages.success(request, done % {"n": number})
    return redirect("survey_rounds")


def _preview(request: HttpRequest, form: ConfirmListForm, looked: LookedOver) -> HttpResponse:
    return render(
        request,
        "surveys/import_preview.html",
        {
            "form": form,
            "number": len(looked.entries),
            "rounds": [
                (
                    row,
                    in_words.title_of(entry.grade, entry.school_year),
                    entry,
                    in_words.sums_view(entry.sums),
                )
                for row, entry in looked.entries
            ],
            "remarks": looked.remarks,
            "questions": looked.questions,
        },
        status=422 if form.errors else 200,
    )
