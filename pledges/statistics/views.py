"""Statistics in the workspace: what there is, importing more, wording indicators."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, permitted
from pledge_portal.pages.csv_files import csv_file
from pledges.exchange.uploads import tell_if_too_large
from pledges.models import EarlierFigure, HeldStatisticsFile, Indicator, StatisticsImport
from pledges.statistics import overview, staged_files
from pledges.statistics.formats.plain import DEFINING, HEADINGS
from pledges.statistics.forms import IndicatorForm, StatisticsFileForm
from pledges.statistics.importing import Report
from pledges.statistics.presentation import figure_in_words, period_label
from pledges.statistics.source_rows import Fault, StatisticsFileError

_A_PAGE = 20
_LATEST = 20
_MOST_REVISED = 100
_WORDED = ("name_sv", "name_en", "explanation_sv", "explanation_en", "better", "position")


@require_safe
@permitted(Action.MANAGE_STATISTICS)
def statistics(request: HttpRequest) -> HttpResponse:
    """List the indicators, with how much there is of each, and the latest imports."""
    words = request.GET.get("q", "")[:60]
    page = Paginator(overview.search(words), _A_PAGE).get_page(request.GET.get("sida"))
    return render(
        request,
        "statistics/overview.html",
        {
            "page": page,
            "words": words,
            "indicators": [
                (each, period_label(each.period, each.begins) if each.begins else "")
                for each in overview.stored(page.object_list)
            ],
            "imports": StatisticsImport.objects.select_related("sent_by")[:_LATEST],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_STATISTICS)
def imports(request: HttpRequest) -> HttpResponse:
    """Take a file, and show every fault in it or lead on to its preview."""
    assert isinstance(request.user, User)  # noqa: S101  (seen to by `permitted`)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = StatisticsFileForm(*sent)
    length = request.headers.get("Content-Length", "")
    tell_if_too_large(form, "file", length, staged_files.MOST_BYTES)
    refused: StatisticsFileError | None = None
    if request.method == "POST" and form.is_valid():
        name = str(getattr(request.FILES["file"], "name", ""))
        try:
            held = staged_files.hold(
                form.cleaned_data["file"], name, by=request.user, at=timezone.now()
            )
        except StatisticsFileError as fault:
            refused = fault
            form.add_error(None, _("Inget är importerat. Rätta felen i filen och välj den igen."))
        else:
            return redirect("statistics_preview", uid=held.uid)
    waiting = HeldStatisticsFile.objects.waiting_of(request.user, timezone.now())
    return render(
        request,
        "statistics/imports.html",
        {
            "form": form,
            "waiting": waiting.defer("content").first(),
            **_told(refused),
        },
        status=422 if form.errors else 200,
    )


def _told(refused: StatisticsFileError | None) -> dict[str, object]:
    faults: list[Fault] = refused.faults if refused else []
    return {"faults": faults, "number_of_faults": refused.total if refused else 0}


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_STATISTICS)
def preview(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show what one's own waiting file would bring, and write it when told to."""
    now = timezone.now()
    waiting = HeldStatisticsFile.objects.waiting_of(request.user, now).defer("content")
    held = get_object_or_404(waiting, uid=uid)
    refused: StatisticsFileError | None = None
    if request.method == "POST":
        try:
            report = staged_files.confirm(held, at=now)
        except HeldStatisticsFile.DoesNotExist:
            return redirect("statistics")
        except StatisticsFileError as fault:
            refused = fault
        else:
            return _say_done(request, report)
    summary = held.summary
    return render(
        request,
        "statistics/preview.html",
        {
            "held": held,
            "summary": summary,
            "format": StatisticsImport.Format(summary["format"]).label,
            "years": _years(summary["first"], summary["last"]),
            "same_as": _same_as(summary["same_as"]),
            **_told(refused),
        },
        status=422 if refused else 200,
    )


def _same_as(uid: str) -> StatisticsImport | None:
    return StatisticsImport.objects.filter(uid=uid).first() if uid else None


def _years(first: str, last: str) -> str:
    years = [str(date.fromisoformat(day).year) for day in (first, last) if day]
    return "–".join(dict.fromkeys(years))


def _say_done(request: HttpRequest, report: Report) -> HttpResponse:
    if report.done is None:
        messages.info(request, _("Allt i filen fanns redan. Inget är ändrat."))
        return redirect("statistics")
    messages.success(request, _("Filen är importerad."))
    if report.new:
        names = ", ".join(report.new[:_LATEST])
        messages.info(request, _("Nya indikatorer: %(names)s.") % {"names": names})
    return redirect("statistics_import", uid=report.done.uid)


@require_safe
@permitted(Action.MANAGE_STATISTICS)
def imported(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show what an import came to, and the figures that it replaced."""
    done = get_object_or_404(StatisticsImport.objects.select_related("sent_by"), uid=uid)
    replaced = EarlierFigure.objects.filter(replaced_in=done)
    rows = replaced.select_related("observation__indicator", "observation__area").order_by(
        "observation__indicator__position", "observation__area__code", "observation__begins", "pk"
    )[:_MOST_REVISED]
    return render(
        request,
        "statistics/imported.html",
        {
            "done": done,
            "revised": [
                {
                    "indicator": each.observation.indicator.name,
                    "area": each.observation.area.name,
                    "period": period_label(each.observation.period, each.observation.begins),
                    "before": figure_in_words(each),
                    "after": figure_in_words(each.observation),
                }
                for each in rows
            ],
        },
    )


@require_safe
@permitted(Action.MANAGE_STATISTICS)
def template(request: HttpRequest) -> HttpResponse:
    """Give the portal's own CSV to fill in, with or without the columns of new indicators."""
    headings = list(HEADINGS.values())
    if request.GET.get("ny") == "1":
        headings += DEFINING.values()
    return csv_file("statistik-mall.csv", headings, [])


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_STATISTICS)
def indicator(request: HttpRequest, key: str) -> HttpResponse:
    """Word an indicator. It is shared by all municipalities, so only the operator does."""
    if not getattr(request.user, "is_superuser", False):
        raise PermissionDenied
    found = get_object_or_404(Indicator, key=key)
    form = IndicatorForm(
        *((request.POST,) if request.method == "POST" else ()),
        initial={name: getattr(found, name) for name in _WORDED},
    )
    if request.method == "POST" and form.is_valid():
        for name in _WORDED:
            setattr(found, name, form.cleaned_data[name])
        found.name_en, found.explanation_en = found.name_en or None, found.explanation_en or None
        found.save()
        messages.success(request, _("Indikatorn är ändrad."))
        return redirect("statistics")
    return render(
        request,
        "statistics/indicator.html",
        {"form": form, "indicator": found},
        status=422 if form.errors else 200,
    )
