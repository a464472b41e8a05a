"""Pages where staff write news, publish it, correct it and take it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from news import rules
from news.forms import (
    NewsCorrectionForm,
    NewsForm,
    ReasonForm,
    SettingForm,
    VersionForm,
    initial_of,
)
from news.lookup import news_written_by
from news.models import News, municipalities_written_for_by
from news.presentation import news_view, news_views
from pledge_portal.accounts.permissions import Action, StaffRequest, permitted, require
from pledge_portal.pages.form_views import Question, confirm_page, form_page, posted
from pledge_portal.pages.refusals import ChangedMeanwhile
from pledge_portal.pages.text import search_words

_PER_PAGE = 50


@require_safe
@permitted(Action.WRITE_NEWS)
def news(request: StaffRequest) -> HttpResponse:
    """List the news of one's municipalities: drafts first, then the latest."""
    query = search_words(request.GET.get("q", ""))
    rows = News.objects.visible_to(request.user).select_related("municipality", "taken_back")
    if query:
        rows = rows.filter(
            Q(title_sv__icontains=query)
            | Q(text_sv__icontains=query)
            | Q(title_en__icontains=query)
            | Q(text_en__icontains=query)
        )
    shows_waiting = request.GET.get("visa") == "vantar"
    if shows_waiting:
        rows = rows.waiting()
    page = Paginator(rows.staff_order(), _PER_PAGE).get_page(request.GET.get("sida"))
    pieces = list(page)
    context = {
        "page": page,
        "query": query,
        "shows_waiting": shows_waiting,
        "rows": [*zip(pieces, news_views(pieces, timezone.localdate()), strict=True)],
    }
    return render(request, "news/staff/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_NEWS)
def write(request: StaffRequest) -> HttpResponse:
    """Begin a piece of news as a draft."""
    own = municipalities_written_for_by(request.user)
    return _edit(request, News(), NewsForm(posted(request), municipalities=own))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_NEWS)
def change(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Change a draft."""
    piece = news_written_by(request.user, uid)
    on = timezone.localdate()
    own = municipalities_written_for_by(request.user).filter(pk=piece.municipality_id)
    form = NewsForm(posted(request), municipalities=own, news=piece, initial=initial_of(piece, on))
    return _edit(request, piece, form)


def _edit(request: StaffRequest, piece: News, form: NewsForm) -> HttpResponse:
    is_new = piece.pk is None
    context: dict[str, Any] = {"piece": None if is_new else piece}

    def submit() -> HttpResponse:
        municipality = form.cleaned_data["municipality"]
        require(request.user, Action.WRITE_NEWS, municipality)
        if is_new:
            piece.municipality = municipality
        try:
            saved = rules.save(
                piece,
                form.draft(),
                version=form.cleaned_data["version"] or 1,
                by=request.user,
                at=timezone.now(),
                still_right=form.still_right,
            )
        except ChangedMeanwhile:
            latest = news_written_by(request.user, piece.uid)
            context["latest"] = news_view(latest, timezone.localdate())
            form.rebase(latest.version)
            raise
        messages.success(request, _("Utkastet är sparat. Läs det som alla kommer att se det."))
        return redirect("news_detail", saved.uid)

    return form_page(request, "news/staff/edit.html", form, submit, lambda: context)


@require_safe
@permitted(Action.WRITE_NEWS)
def piece(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show news as everyone sees it, or will, with what can be done with it."""
    piece = news_written_by(request.user, uid)
    view = news_view(piece, timezone.localdate())
    return render(request, "news/staff/piece.html", {"row": piece, "piece": view})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_NEWS)
def publish(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Ask, and show news to everyone."""
    piece = news_written_by(request.user, uid)
    form = VersionForm(posted(request), initial={"version": piece.version})

    def submit() -> HttpResponse:
        rules.publish(
            piece,
            version=form.cleaned_data["version"],
            by=request.user,
            on=timezone.localdate(),
        )
        messages.success(request, _("Nyheten är publicerad."))
        return redirect("news_detail", uid)

    question = _question(
        piece,
        _("Publicera nyheten"),
        _("Alla kan läsa den. Den ändras aldrig sedan: det som är fel rättas bredvid."),
        button=_("Publicera"),
    )
    return confirm_page(request, question, submit, form, check=lambda: rules.check_is_draft(piece))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_NEWS)
def correct(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Write a correction beside published news."""
    piece = news_written_by(request.user, uid)
    form = NewsCorrectionForm(posted(request))

    def submit() -> HttpResponse:
        texts = {name: form.cleaned_data[name] for name in ("text_sv", "text_en")}
        rules.correct(piece, texts, by=request.user, at=timezone.now())
        messages.success(request, _("Rättelsen är publicerad."))
        return redirect("news_detail", uid)

    view = news_view(piece, timezone.localdate())
    return form_page(request, "news/staff/correct.html", form, submit, {"piece": view})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_NEWS)
def take_back(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Ask for the reason, and take published news back."""
    piece = news_written_by(request.user, uid)
    form = ReasonForm(posted(request))

    def submit() -> HttpResponse:
        rules.take_back(piece, form.cleaned_data["reason"], by=request.user, at=timezone.now())
        messages.success(request, _("Nyheten är tillbakatagen."))
        return redirect("news_detail", uid)

    question = _question(
        piece,
        _("Ta tillbaka nyheten"),
        _(
            "Ingen kan läsa den mer. På dess adress står att den är tillbakatagen, när och varför. "
            "Det går inte att ångra."
        ),
    )
    return confirm_page(request, question, submit, form, check=lambda: rules.check_is_read(piece))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_NEWS)
def delete(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Ask, and throw a draft away."""
    piece = news_written_by(request.user, uid)
    form = VersionForm(posted(request), initial={"version": piece.version})

    def submit() -> HttpResponse:
        rules.delete_draft(piece, version=form.cleaned_data["version"])
        messages.success(request, _("Utkastet är kastat."))
        return redirect("news_list")

    question = _question(piece, _("Kasta utkastet"), _("Texten tas bort. Det går inte att ångra."))
    return confirm_page(request, question, submit, form, check=lambda: rules.check_is_draft(piece))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_NEWS)
def drop(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Ask, and let news of what has happened not go out."""
    piece = news_written_by(request.user, uid)
    form = VersionForm(posted(request), initial={"version": piece.version})

    def submit() -> HttpResponse:
        rules.drop(piece, version=form.cleaned_data["version"])
        messages.success(request, _("Nyheten går inte ut."))
        return redirect("news_detail", uid)

    question = _question(
        piece, _("Släpp inte nyheten"), _("Den går inte ut. Ni kan publicera den senare ändå.")
    )
    return confirm_page(request, question, submit, form, check=lambda: rules.check_is_draft(piece))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_NEWS)
def setting(request: StaffRequest) -> HttpResponse:
    """Say whether news of what happens waits for staff."""
    own = municipalities_written_for_by(request.user)
    form = SettingForm(posted(request), municipalities=own)

    def submit() -> HttpResponse:
        municipality = form.cleaned_data["municipality"]
        require(request.user, Action.WRITE_NEWS, municipality)
        rules.let_wait(municipality, waits=form.cleaned_data["waits"] == "waits")
        messages.success(request, _("Inställningen är sparad."))
        return redirect("news_list")

    waiting = own.filter(news_setting__waits=True)
    return form_page(request, "news/staff/setting.html", form, submit, {"waiting": waiting})


def _question(piece: News, title: str, text: str, *, button: str = "") -> Question:
    """Return what is asked before something is done with a piece of news."""
    subject = str(news_view(piece, timezone.localdate()).title)
    address = reverse("news_detail", args=[piece.uid])
    return Question(
        title=title,
        subject=subject,
        text=text,
        button=button or title,
        back=address,
        trail=[(_("Nyheter"), reverse("news_list")), (subject, address)],
    )
