"""Statistics in the workspace: overview, imports, wording indicators."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.form_views import form_page, posted, posted_files
from pledge_portal.pages.refusals import Refused
from pledges.exchange.uploads import tell_if_too_large
from pledges.models import EarlierFigure, HeldStatisticsFile, Indicator, StatisticsImport
from pledges.statistics import overview, staged_files
from pledges.statistics.formats.plain import DEFINING, HEADINGS
from pledges.statistics.forms import IndicatorForm, StatisticsFileForm
from pledges.statistics.importing import Report
from pledges.statistics.presentation import figure_text, period_label
from pledges.statistics.source_rows import StatisticsFileError

_A_PAGE = 20
_LATEST = 20
_MOST_REVISED = 100
_WORDED = ("name_sv", "name_en", "explanation_sv", "explanation_en", "better", "position")


@require_safe
@permitted(Action.MANAGE_STATISTICS)
def statistics(request: StaffRequest) -> HttpResponse:
    """List the indicators and what is stored of them, and recent imports."""
    words = request.GET.get("q", "")[:60]
    page = Paginator(overview.search(words), _A_PAGE).get_page(request.GET.get("sida"))
    return render(
        request,
        "statistics/overview.html",
        {
            "page": page,
            "words": words,
            "indicators": [
                (stored, period_label(stored.period, stored.begins) if stored.begins else "")
                for stored in overview.stored(page.object_list)
            ],
            "imports": StatisticsImport.objects.select_related("sent_by")[:_LATEST],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_STATISTICS)
def imports(request: StaffRequest) -> HttpResponse:
    """Show every fault of a file, or lead on to its preview."""
    form = StatisticsFileForm(posted(request), posted_files(request))
    length = request.headers.get("Content-Length", "")
    tell_if_too_large(form, "file", length, staged_files.MOST_BYTES)
    refused: StatisticsFileError | None = None

    def submit() -> HttpResponse:
        nonlocal refused
        name = str(getattr(request.FILES["file"], "name", ""))
        content = form.cleaned_data["file"]
        try:
            staged = staged_files.stage(content, name, by=request.user, at=timezone.now())
        except StatisticsFileError as error:
            refused = error
            raise Refused(
                _("Inget är importerat. Rätta felen i filen och välj den igen.")
            ) from error
        return redirect("statistics_preview", uid=staged.uid)

    def context() -> dict[str, object]:
        waiting = HeldStatisticsFile.objects.waiting_of(request.user, timezone.now())
        return {"waiting": waiting.defer("content").first(), **_faults_context(refused)}

    return form_page(request, "statistics/imports.html", form, submit, context)


def _faults_context(refused: StatisticsFileError | None) -> dict[str, object]:
    if refused is None:
        return {"faults": [], "number_of_faults": 0}
    return {"faults": refused.faults, "number_of_faults": refused.total}


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_STATISTICS)
def preview(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Preview one's own staged file, and import it when confirmed."""
    now = timezone.now()
    waiting = HeldStatisticsFile.objects.waiting_of(request.user, now).defer("content")
    staged = get_object_or_404(waiting, uid=uid)
    refused: StatisticsFileError | None = None
    if request.method == "POST":
        try:
            report = staged_files.confirm(staged, at=now)
        except HeldStatisticsFile.DoesNotExist:
            return redirect("statistics")
        except StatisticsFileError as error:
            refused = error
        else:
            return _imported(request, report)
    summary = staged.summary
    return render(
        request,
        "statistics/preview.html",
        {
            "staged": staged,
            "summary": summary,
            "format": StatisticsImport.Format(summary["format"]).label,
            "years": _years(summary["first"], summary["last"]),
            "same_as": _same_as(summary["same_as"]),
            **_faults_context(refused),
        },
        status=422 if refused else 200,
    )


def _same_as(uid: str) -> StatisticsImport | None:
    return StatisticsImport.objects.filter(uid=uid).first() if uid else None


def _years(first: str, last: str) -> str:
    years = [str(date.fromisoformat(day).year) for day in (first, last) if day]
    return "–".join(dict.fromkeys(years))


def _imported(request: StaffRequest, report: Report) -> HttpResponse:
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
def import_detail(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show an import, and the figures that it replaced."""
    done = get_object_or_404(StatisticsImport.objects.select_related("sent_by"), uid=uid)
    replaced = EarlierFigure.objects.filter(replaced_in=done)
    earlier = replaced.select_related("observation__indicator", "observation__area").order_by(
        "observation__indicator__position", "observation__area__code", "observation__begins", "pk"
    )[:_MOST_REVISED]
    return render(
        request,
        "statistics/imported.html",
        {
            "done": done,
            "revised": [
                {
                    "indicator": figure.observation.indicator.name,
                    "area": figure.observation.area.name,
                    "period": period_label(figure.observation.period, figure.observation.begins),
                    "before": figure_text(figure),
                    "after": figure_text(figure.observation),
                }
                for figure in earlier
            ],
        },
    )


@require_safe
@permitted(Action.MANAGE_STATISTICS)
def template(request: StaffRequest) -> HttpResponse:
    """Return the portal's own CSV to fill in.

    With `ny=1` it has the columns of new indicators.
    """
    headings = list(HEADINGS.values())
    if request.GET.get("ny") == "1":
        headings += DEFINING.values()
    return csv_file("statistik-mall.csv", headings, [])


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_STATISTICS)
def indicator(request: StaffRequest, key: str) -> HttpResponse:
    """Word an indicator.

    It is shared by all municipalities, so only the operator does.
    """
    if not request.user.is_superuser:
        raise PermissionDenied
    changed = get_object_or_404(Indicator, key=key)
    form = IndicatorForm(
        posted(request), initial={name: getattr(changed, name) for name in _WORDED}
    )

    def submit() -> HttpResponse:
        for name in _WORDED:
            setattr(changed, name, form.cleaned_data[name])
        changed.name_en = changed.name_en or None
        changed.explanation_en = changed.explanation_en or None
        changed.save()
        messages.success(request, _("Indikatorn är ändrad."))
        return redirect("statistics")

    return form_page(request, "statistics/indicator.html", form, submit, {"indicator": changed})
