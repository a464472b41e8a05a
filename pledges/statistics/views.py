"""Statistics in the workspace: overview, imports, wording indicators."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.database.english import english_is_right
from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.form_views import (
    Question,
    confirm_page,
    form_page,
    posted,
    posted_files,
)
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledges.exchange.uploads import tell_if_too_large
from pledges.models import EarlierFigure, HeldStatisticsFile, Indicator, StatisticsImport
from pledges.statistics import overview, staged_files, taking_back
from pledges.statistics.formats.plain import DEFINING, HEADINGS
from pledges.statistics.forms import (
    ConfirmImportForm,
    IndicatorForm,
    StatisticsFileForm,
    TakeBackForm,
)
from pledges.statistics.importing import Report
from pledges.statistics.presentation import change_lines, figure_text, period_label
from pledges.statistics.source_rows import StatisticsFileError
from pledges.statistics.staging import LARGE_CHANGE_TEXT

_A_PAGE = 20
_LATEST = 20
_MAX_REVISED = 100
_CHANGES_A_PAGE = 100
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
    tell_if_too_large(form, "file", length, staged_files.MAX_BYTES)
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
    form = ConfirmImportForm(posted(request), large_changes=staged.summary["large_changes"])
    refused: StatisticsFileError | None = None

    def submit() -> HttpResponse:
        nonlocal refused
        accepts_large = form.cleaned_data.get("accepts_large", False)
        try:
            report = staged_files.confirm(staged, accepts_large=accepts_large, at=now)
        except HeldStatisticsFile.DoesNotExist:
            return redirect("statistics")
        except StatisticsFileError as error:
            refused = error
            raise Refused(_("Inget är importerat.")) from error
        except ChangedMeanwhile as error:
            try:
                staged_files.look_again(staged, at=now)
            except StatisticsFileError as faults:
                refused = faults
            else:
                messages.warning(request, str(error))
                return redirect("statistics_preview", uid=staged.uid)
            raise
        return _imported(request, report)

    def context() -> dict[str, object]:
        summary = staged.summary
        page = Paginator(staged.changes, _CHANGES_A_PAGE).get_page(request.GET.get("sida"))
        return {
            "staged": staged,
            "summary": summary,
            "format": StatisticsImport.Format(summary["format"]).label,
            "years": _years(summary["first"], summary["last"]),
            "same_as": _same_as(summary["same_as"]),
            "page": page,
            "changes": change_lines(list(page)),
            "large_change": LARGE_CHANGE_TEXT,
            **_faults_context(refused),
        }

    return form_page(request, "statistics/preview.html", form, submit, context)


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
    people = StatisticsImport.objects.select_related("sent_by", "taken_back_by")
    done = get_object_or_404(people, uid=uid)
    replaced = EarlierFigure.objects.filter(replaced_in=done)
    earlier = replaced.select_related("observation__indicator", "observation__area").order_by(
        "observation__indicator__position", "observation__area__code", "observation__begins", "pk"
    )[:_MAX_REVISED]
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


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_STATISTICS)
def take_back(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Take an import back as a whole, with a reason."""
    done = get_object_or_404(StatisticsImport.objects.standing(), uid=uid)
    is_allowed = taking_back.may_take_back(request.user, done)
    gone, changed = taking_back.figures_touched(done)
    question = Question(
        title=_("Ta tillbaka importen"),
        subject=done.file_name,
        text=_(
            "Siffror som försvinner: %(gone)s. Siffror som blir som de var förut: %(changed)s."
            " Det som senare importer har ändrat står kvar."
        )
        % {"gone": gone, "changed": changed}
        if is_allowed
        else _("Importen har siffror för andra områden än dina. Be driften att ta tillbaka den."),
        button=_("Ta tillbaka importen") if is_allowed else "",
        back=reverse("statistics_import", args=[done.uid]),
        trail=[
            (_("Arbetsyta"), reverse("workspace")),
            (_("Statistik"), reverse("statistics")),
        ],
    )
    form = TakeBackForm(posted(request))

    def submit() -> HttpResponse:
        reason = form.cleaned_data["reason"]
        taking_back.take_back(done, reason=reason, by=request.user, at=timezone.now())
        messages.success(request, _("Importen är tillbakatagen. Siffrorna är som före den."))
        return redirect("statistics_import", uid=done.uid)

    return confirm_page(request, question, submit, form)


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
        posted(request),
        initial={name: getattr(changed, name) for name in _WORDED},
        older_english=changed.older_english,
    )

    def submit() -> HttpResponse:
        for name in _WORDED:
            setattr(changed, name, form.cleaned_data[name])
        changed.name_en = changed.name_en or None
        changed.explanation_en = changed.explanation_en or None
        changed.save()
        english_is_right(changed, form.still_right)
        messages.success(request, _("Indikatorn är ändrad."))
        return redirect("statistics")

    return form_page(request, "statistics/indicator.html", form, submit, {"indicator": changed})
