"""Pages where staff choose a file of papers, preview it and save it."""

from __future__ import annotations

from itertools import zip_longest

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.answers import paper_files
from dialogues.answers.paper_files import Fault, PaperFileError, PapersRead
from dialogues.answers.paper_forms import ConfirmPapersForm, PaperFileForm
from dialogues.lookup import dialogue_run_by
from dialogues.models import Dialogue, District, Submission, Theme
from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.xlsx_files import xlsx_file
from pledges.exchange.uploads import tell_if_too_large

_MAX_SHOWN = 200
_RANKS = ("first", "second", "third")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def choose(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a file; show every fault in it, or a preview; and save it."""
    dialogue = dialogue_run_by(request.user, pk)
    if "rows" in request.POST:
        return _save(request, dialogue)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PaperFileForm(*sent)
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""))
    faults: list[Fault] = []
    if request.method == "POST" and form.is_valid():
        try:
            read = paper_files.read_papers(form.cleaned_data["file"], dialogue)
        except PaperFileError as refused:
            faults = refused.row_faults
            form.add_error("file" if not faults else None, str(refused))
        else:
            confirm = ConfirmPapersForm(
                initial={"rows": paper_files.pack(read.papers, dialogue)},
                has_doubts=bool(read.doubts),
            )
            return _preview(request, dialogue, confirm, read)
    return render(
        request,
        "dialogues/staff/paper_file.html",
        {
            "form": form,
            "dialogue": dialogue,
            "faults": faults[:_MAX_SHOWN],
            "number_of_faults": len(faults),
            "headings": list(paper_files.HEADINGS),
        },
        status=422 if form.errors else 200,
    )


def _preview(
    request: StaffRequest,
    dialogue: Dialogue,
    form: ConfirmPapersForm,
    read: PapersRead,
) -> HttpResponse:
    themes = Theme.objects.filter(municipality=dialogue.municipality_id)
    names = {str(theme.pk): theme.name for theme in themes}
    return render(
        request,
        "dialogues/staff/paper_preview.html",
        {
            "form": form,
            "dialogue": dialogue,
            "number": len(read.papers),
            "papers": [
                (
                    paper.row,
                    [names[paper.values[rank]] for rank in _RANKS if paper.values.get(rank)],
                    [names[key] for key in paper.values["also"]],
                    paper.values.get("text", ""),
                )
                for paper in read.papers[:_MAX_SHOWN]
            ],
            "doubts": read.doubts,
            "remarks": read.remarks,
        },
        status=422 if form.errors else 200,
    )


def _save(request: StaffRequest, dialogue: Dialogue) -> HttpResponse:
    try:
        papers = paper_files.unpack(request.POST["rows"], dialogue)
        doubts = paper_files.find_doubts(papers, dialogue)
        form = ConfirmPapersForm(request.POST, has_doubts=bool(doubts))
        if not form.is_valid():
            return _preview(request, dialogue, form, PapersRead(papers, doubts, []))
        new, old = paper_files.save_papers(papers, dialogue, request.user, timezone.now())
    except PaperFileError as refused:
        messages.error(request, str(refused))
        return redirect("paper_file", dialogue.pk)
    messages.success(
        request, ngettext("%(n)s svar är sparat.", "%(n)s svar är sparade.", new) % {"n": new}
    )
    if old:
        messages.info(
            request,
            ngettext("%(n)s svar fanns redan.", "%(n)s svar fanns redan.", old) % {"n": old},
        )
    return redirect("submissions", dialogue.pk)


@require_safe
@permitted(Action.RUN_DIALOGUES)
def template(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand out the file to fill in, with the choices on a sheet of their own."""
    dialogue = dialogue_run_by(request.user, pk)
    name = f"mall-svar-{dialogue.municipality.slug}"
    headings = list(paper_files.HEADINGS)
    if request.GET.get("format") == "csv":
        return csv_file(f"{name}.csv", headings, [])
    in_municipality = {"municipality": dialogue.municipality}
    themes = Theme.objects.in_use().in_order().filter(**in_municipality)
    districts = District.objects.in_use().in_order().filter(**in_municipality)
    columns = [
        [_("Teman"), *(theme.name_sv for theme in themes)],
        [_("Kommundel"), *(district.name for district in districts)],
        [_("Svarar som"), *(str(label) for label in Submission.Group.labels)],
    ]
    choices = zip_longest(*columns, fillvalue="")
    return xlsx_file(f"{name}.xlsx", {_("Svar"): [headings], _("Att välja på"): choices})
