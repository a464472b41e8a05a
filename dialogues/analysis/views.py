"""Finding themes in answers, counting them, searching them and taking them out as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.analysis import coding, counting
from dialogues.calendar import presentation as calendar_presentation
from dialogues.models import Dialogue, Submission, Theme
from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, permitted
from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.xlsx_files import xlsx_file
from pledges.models import Municipality

_A_PAGE = 30
_LONGEST_QUERY = 100
_MOST_COMPARED = 6


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.RUN_DIALOGUES)
def code(request: HttpRequest, dialogue: int) -> HttpResponse:
    """Show answers with the themes that are in them, to find others by one click or many."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    found = get_object_or_404(
        Dialogue.objects.run_by(request.user).select_related("municipality"), pk=dialogue
    )
    shows_all, query = request.GET.get("visa") == "alla", _query(request)
    if request.method == "POST":
        _code(request, found, request.user)
        return redirect(request.get_full_path())
    rows = Submission.objects.filter(dialogue=found).counted().told()
    rows = rows.exclude(text="") if shows_all else rows.uncoded()
    rows = rows.search(query) if query else rows.order_by("submitted_at", "pk")
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("sida"))
    submissions = list(page)
    themes = Theme.objects.filter(municipality=found.municipality)
    chosen = {**({"visa": "alla"} if shows_all else {}), **({"q": query} if query else {})}
    likely = coding.suggestions(found.municipality, submissions)
    return render(
        request,
        "dialogues/staff/code.html",
        {
            "dialogue": found,
            "page": page,
            "rows": [
                (each.pk, calendar_presentation.submission_view(each), likely.get(each.pk, []))
                for each in submissions
            ],
            "themes": list(themes.in_use().in_order()),
            "shows_all": shows_all,
            "query": query,
            "kept": urlencode(chosen) + "&" if chosen else "",
            "left": found.submissions.counted().uncoded().count(),
        },
    )


def _code(request: HttpRequest, dialogue: Dialogue, by: User) -> None:
    """Do what the form says: one answer and theme by a click, or a theme in those ticked."""
    one, _colon, theme_of_one = request.POST.get("ett", "").partition(":")
    keys = [one] if one else request.POST.getlist("svar")
    key = theme_of_one if one else request.POST.get("tema", "")
    rows = dialogue.submissions.counted().select_related("dialogue")
    chosen = list(rows.filter(pk__in=[int(each) for each in keys if _is_key(each)]))
    themes = Theme.objects.filter(municipality=dialogue.municipality_id)
    theme: Any = themes.filter(pk=int(key)).first() if _is_key(key) else None
    if theme is None or not chosen:
        messages.error(request, _("Kryssa för minst ett svar och välj ett tema."))
    elif "ta-bort" in request.POST:
        n = coding.uncode(chosen, theme)
        messages.success(
            request,
            _("%(theme)s är borttaget. Antal svar: %(n)s.") % {"theme": theme.name, "n": n},
        )
    else:
        n = coding.code(chosen, theme, by, timezone.now())
        messages.success(
            request,
            _("%(theme)s är kodat. Antal svar: %(n)s.") % {"theme": theme.name, "n": n},
        )


def _is_key(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) < 18


def _query(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:_LONGEST_QUERY]


@require_safe
@permitted(Action.READ_SUBMISSIONS)
def analysis(request: HttpRequest, dialogue: int) -> HttpResponse:
    """Count a dialogue's answers by theme, group and part of the municipality."""
    found = get_object_or_404(
        Dialogue.objects.visible_to(request.user).select_related("municipality"), pk=dialogue
    )
    return render(
        request,
        "dialogues/staff/analysis.html",
        {
            "dialogue": found,
            "counts": counting.counts(found),
            "fewest": counting.FEWEST_TOLD,
            "left": found.submissions.counted().uncoded().count(),
        },
    )


@require_safe
@permitted(Action.READ_SUBMISSIONS)
def compare(request: HttpRequest, municipality: int) -> HttpResponse:
    """Set the latest dialogues of a municipality beside one another, theme by theme."""
    rows = Dialogue.objects.visible_to(request.user).filter(municipality=municipality)
    place = get_object_or_404(
        Municipality.objects.filter(pk__in=rows.order_by().values("municipality")), pk=municipality
    )
    announced = rows.exclude(announced_at=None).filter(called_off_at=None)
    latest = list(announced.order_by("-opens_on", "-pk")[:_MOST_COMPARED])[::-1]
    themes = list(Theme.objects.filter(municipality=place).in_order())
    return render(
        request,
        "dialogues/staff/compare.html",
        {
            "municipality": place,
            "dialogues": latest,
            "rows": counting.compare(latest, themes),
            "fewest": counting.FEWEST_TOLD,
        },
    )


@require_safe
@permitted(Action.READ_SUBMISSIONS)
def search(request: HttpRequest) -> HttpResponse:
    """Search all answers that one may read, in any form of the words and misspelt a little."""
    query = _query(request)
    rows = Submission.objects.visible_to(request.user).counted().told().search(query)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("sida"))
    return render(
        request,
        "dialogues/staff/search.html",
        {
            "query": query,
            "page": page,
            "rows": [(each.dialogue, calendar_presentation.submission_view(each)) for each in page],
        },
    )


@require_safe
@permitted(Action.READ_SUBMISSIONS)
def export(request: HttpRequest, dialogue: int) -> HttpResponse:
    """Hand out a dialogue's answers as a file, without contact details."""
    found = get_object_or_404(
        Dialogue.objects.visible_to(request.user).select_related("municipality"), pk=dialogue
    )
    headings = [
        _("Lämnat"), _("Kom på"), _("Svarar som"), _("Del av kommunen"), _("Viktigast först"),
        _("Andra teman"), _("Kodade teman"), _("Med egna ord"), _("Får citeras utan namn"),
    ]  # fmt: skip
    rows = Submission.objects.filter(dialogue=found).counted().told().order_by("submitted_at", "pk")
    name = f"svar-{found.municipality.slug}-{found.number or found.pk}"
    if request.GET.get("format") == "csv":
        return csv_file(f"{name}.csv", headings, _cells(rows))
    return xlsx_file(f"{name}.xlsx", {_("Svar"): [headings, *_cells(rows)]})


def _cells(rows: Iterable[Submission]) -> Iterator[list[object]]:
    for row in rows:
        view = calendar_presentation.submission_view(row)
        yield [
            timezone.localtime(row.submitted_at).strftime("%Y-%m-%d %H:%M"),
            view.source,
            view.group,
            view.district,
            ", ".join(view.ranked),
            ", ".join(view.ticked),
            ", ".join(view.coded),
            view.text,
            _("ja") if view.may_quote else _("nej"),
        ]
