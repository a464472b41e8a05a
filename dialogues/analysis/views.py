"""Pages where staff find themes in answers, count, search and export them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.analysis import coding, counting
from dialogues.lookup import dialogue_read_by, dialogue_run_by
from dialogues.models import Dialogue, Submission, Theme
from dialogues.presentation import submission_view
from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.text import search_words, whole_number
from pledge_portal.pages.xlsx_files import xlsx_file
from pledges.models import Municipality

_PER_PAGE = 30
_MAX_COMPARED = 6


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def code(request: StaffRequest, pk: int) -> HttpResponse:
    """Show answers with the themes found in them, to code one or many."""
    dialogue = dialogue_run_by(request.user, pk)
    shows_all, query = request.GET.get("visa") == "alla", _query(request)
    if request.method == "POST":
        _code(request, dialogue)
        return redirect(request.get_full_path())
    submissions = Submission.objects.filter(dialogue=dialogue).counted().with_details()
    submissions = submissions.exclude(text="") if shows_all else submissions.uncoded()
    ordered = submissions.search(query) if query else submissions.order_by("submitted_at", "pk")
    page = Paginator(ordered, _PER_PAGE).get_page(request.GET.get("sida"))
    suggestions = coding.suggestions(dialogue.municipality, list(page))
    chosen = {**({"visa": "alla"} if shows_all else {}), **({"q": query} if query else {})}
    return render(
        request,
        "dialogues/staff/code.html",
        {
            "dialogue": dialogue,
            "page": page,
            "rows": [
                (submission.pk, submission_view(submission), suggestions.get(submission.pk, []))
                for submission in page
            ],
            "themes": list(
                Theme.objects.filter(municipality=dialogue.municipality).in_use().in_order()
            ),
            "shows_all": shows_all,
            "query": query,
            "page_query": urlencode(chosen) + "&" if chosen else "",
            "uncoded": dialogue.submissions.counted().uncoded().count(),
        },
    )


def _code(request: StaffRequest, dialogue: Dialogue) -> None:
    """Code what the form says: one answer by a click, or all that are ticked."""
    clicked, _colon, theme_clicked = request.POST.get("ett", "").partition(":")
    keys = [clicked] if clicked else request.POST.getlist("svar")
    theme_key = theme_clicked if clicked else request.POST.get("tema", "")
    counted = dialogue.submissions.counted().select_related("dialogue")
    submissions = list(counted.filter(pk__in=filter(None, map(_key, keys))))
    themes = Theme.objects.filter(municipality=dialogue.municipality_id)
    theme: Any = themes.filter(pk=_key(theme_key)).first()
    if theme is None or not submissions:
        messages.error(request, _("Kryssa för minst ett svar och välj ett tema."))
    elif "ta-bort" in request.POST:
        n = coding.uncode(submissions, theme)
        messages.success(
            request,
            _("%(theme)s är borttaget. Antal svar: %(n)s.") % {"theme": theme.name, "n": n},
        )
    else:
        n = coding.code(submissions, theme, request.user, timezone.now())
        messages.success(
            request,
            _("%(theme)s är kodat. Antal svar: %(n)s.") % {"theme": theme.name, "n": n},
        )


def _key(text: str) -> int | None:
    return whole_number(text, most_digits=18)


def _query(request: StaffRequest) -> str:
    return search_words(request.GET.get("q", ""))


@require_safe
@permitted(Action.READ_SUBMISSIONS)
def analysis(request: StaffRequest, pk: int) -> HttpResponse:
    """Count a dialogue's answers by theme, group and part of the municipality."""
    dialogue = dialogue_read_by(request.user, pk)
    return render(
        request,
        "dialogues/staff/analysis.html",
        {
            "dialogue": dialogue,
            "counts": counting.counts(dialogue),
            "fewest": counting.MIN_DISCLOSED,
            "uncoded": dialogue.submissions.counted().uncoded().count(),
        },
    )


@require_safe
@permitted(Action.READ_SUBMISSIONS)
def compare(request: StaffRequest, pk: int) -> HttpResponse:
    """Compare the latest dialogues of a municipality, theme by theme."""
    readable = Dialogue.objects.visible_to(request.user).filter(municipality=pk)
    municipality = get_object_or_404(
        Municipality.objects.filter(pk__in=readable.order_by().values("municipality")), pk=pk
    )
    announced = readable.exclude(announced_at=None).filter(called_off_at=None)
    latest = list(announced.order_by("-opens_on", "-pk")[:_MAX_COMPARED])[::-1]
    themes = list(Theme.objects.filter(municipality=municipality).in_order())
    return render(
        request,
        "dialogues/staff/compare.html",
        {
            "municipality": municipality,
            "dialogues": latest,
            "rows": counting.compare(latest, themes),
            "fewest": counting.MIN_DISCLOSED,
        },
    )


@require_safe
@permitted(Action.READ_SUBMISSIONS)
def search(request: StaffRequest) -> HttpResponse:
    """Search all answers that one may read.

    The words match in any of their forms, and misspelt a little.
    """
    query = _query(request)
    matches = Submission.objects.visible_to(request.user).counted().with_details().search(query)
    page = Paginator(matches, _PER_PAGE).get_page(request.GET.get("sida"))
    return render(
        request,
        "dialogues/staff/search.html",
        {
            "query": query,
            "page": page,
            "rows": [(submission.dialogue, submission_view(submission)) for submission in page],
        },
    )


@require_safe
@permitted(Action.READ_SUBMISSIONS)
def export(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand out a dialogue's answers as a file, without contact details."""
    dialogue = dialogue_read_by(request.user, pk)
    headings = [
        _("Lämnat"), _("Kom på"), _("Svarar som"), _("Del av kommunen"), _("Viktigast först"),
        _("Andra teman"), _("Kodade teman"), _("Med egna ord"), _("Får citeras utan namn"),
    ]  # fmt: skip
    counted = Submission.objects.filter(dialogue=dialogue).counted().with_details()
    rows = _cells(counted.order_by("submitted_at", "pk"))
    name = f"svar-{dialogue.municipality.slug}-{dialogue.number or dialogue.pk}"
    if request.GET.get("format") == "csv":
        return csv_file(f"{name}.csv", headings, rows)
    return xlsx_file(f"{name}.xlsx", {_("Svar"): [headings, *rows]})


def _cells(submissions: Iterable[Submission]) -> Iterator[list[object]]:
    for submission in submissions:
        view = submission_view(submission)
        yield [
            timezone.localtime(submission.submitted_at).strftime("%Y-%m-%d %H:%M"),
            view.source,
            view.group,
            view.district,
            ", ".join(view.ranked),
            ", ".join(view.ticked),
            ", ".join(view.coded),
            view.text,
            _("ja") if view.may_quote else _("nej"),
        ]
