"""Papers from a file: chosen, looked over, taken in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.analysis.forms import ConfirmPapersForm, PaperFileForm
from dialogues.answers import paper_files
from dialogues.answers.paper_files import Fault, PaperFileError
from dialogues.models import Dialogue, District, Submission, Theme
from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, permitted
from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.xlsx_files import xlsx_file
from pledges.exchange.uploads import tell_if_too_large

_MOST_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def choose(request: HttpRequest, dialogue: int) -> HttpResponse:
    """Take a file; show every fault in it, or what would be taken in; and take it in."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    found = _run(request, dialogue)
    if "rows" in request.POST:
        return _take_in(request, found, request.user)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PaperFileForm(*sent)
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""))
    faults: list[Fault] = []
    if request.method == "POST" and form.is_valid():
        try:
            papers, questions = paper_files.read_papers(form.cleaned_data["file"], found)
        except PaperFileError as refused:
            faults = refused.faults
            form.add_error("file" if not faults else None, str(refused))
        else:
            confirm = ConfirmPapersForm(
                initial={"rows": paper_files.pack(papers, found)}, has_questions=bool(questions)
            )
            return _preview(request, found, confirm, papers, questions)
    return render(
        request,
        "dialogues/staff/paper_file.html",
        {
            "form": form,
            "dialogue": found,
            "faults": [(each.row, each.heading, each.sentence) for each in faults[:_MOST_SHOWN]],
            "number_of_faults": len(faults),
            "headings": list(paper_files.HEADINGS),
        },
        status=422 if form.errors else 200,
    )


def _preview(
    request: HttpRequest,
    dialogue: Dialogue,
    form: ConfirmPapersForm,
    papers: list[paper_files.Paper],
    questions: list[Fault],
) -> HttpResponse:
    themes = Theme.objects.filter(municipality=dialogue.municipality_id)
    names = {str(each.pk): each.name for each in themes}
    ranks = ("first", "second", "third")
    return render(
        request,
        "dialogues/staff/paper_preview.html",
        {
            "form": form,
            "dialogue": dialogue,
            "number": len(papers),
            "papers": [
                (
                    paper.row,
                    [names[paper.said[rank]] for rank in ranks if paper.said.get(rank)],
                    [names[key] for key in paper.said["also"]],
                    paper.said.get("text", ""),
                )
                for paper in papers[:_MOST_SHOWN]
            ],
            "questions": [(each.row, each.heading, each.sentence) for each in questions],
        },
        status=422 if form.errors else 200,
    )


def _take_in(request: HttpRequest, dialogue: Dialogue, by: User) -> HttpResponse:
    try:
        papers = paper_files.unpack(request.POST["rows"], dialogue)
        questions = paper_files.questions(papers, dialogue)
        form = ConfirmPapersForm(request.POST, has_questions=bool(questions))
        if not form.is_valid():
            return _preview(request, dialogue, form, papers, questions)
        new, old = paper_files.take_in(papers, dialogue, by, timezone.now())
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
def template(request: HttpRequest, dialogue: int) -> HttpResponse:
    """Hand out the file to fill in, with what can be chosen on sheets of its own."""
    found = _run(request, dialogue)
    name = f"mall-svar-{found.municipality.slug}"
    headings = list(paper_files.HEADINGS)
    if request.GET.get("format") == "csv":
        return csv_file(f"{name}.csv", headings, [])
    here = {"municipality": found.municipality}
    themes = Theme.objects.in_use().in_order().filter(**here)
    districts = District.objects.in_use().in_order().filter(**here)
    lists = [
        [_("Teman"), *(each.name_sv for each in themes)],
        [_("Kommundel"), *(each.name for each in districts)],
        [_("Svarar som"), *(str(label) for label in Submission.Group.labels)],
    ]
    longest = max(len(each) for each in lists)
    columns = [[*each, *[""] * (longest - len(each))] for each in lists]
    return xlsx_file(
        f"{name}.xlsx", {_("Svar"): [headings], _("Att välja på"): zip(*columns, strict=True)}
    )


def _run(request: HttpRequest, dialogue: int) -> Dialogue:
    return get_object_or_404(
        Dialogue.objects.run_by(request.user).select_related("municipality"), pk=dialogue
    )
