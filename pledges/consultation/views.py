"""Asking residents about drafts, in the workspace."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.erasure_marks import erasure_note
from pledge_portal.pages.form_views import Question, act, confirm_page, form_page, posted
from pledge_portal.pages.refusals import Refused
from pledges.consultation import rules
from pledges.consultation.forms import OutcomeForm, PublishForm
from pledges.consultation.news import news_view
from pledges.consultation.presentation import consultation_view
from pledges.models import Consultation, Municipality, Pledge
from pledges.models.pledge import prefetched_places
from pledges.writing.draft_presentation import draft_view

_MAX_CONSULTATIONS = 100


@require_safe
@permitted(Action.CONSULT_ON_PLEDGES)
def consultations(request: HttpRequest) -> HttpResponse:
    """List the drafts of a person's places, and the consultations on them."""
    on = timezone.localdate()
    drafts = (
        Pledge.objects.consulted_on_by(request.user)
        .filter(Q(adopted_at=None) | Q(consultations__isnull=False))
        .distinct()
        .order_by("-valid_from", "-pk")
        .select_related("police_area")
        .prefetch_related(
            *prefetched_places(),
            Prefetch("consultations", Consultation.objects.without_the_draft()),
        )[:_MAX_CONSULTATIONS]
    )
    views = [
        (draft, [(row, consultation_view(row, on)) for row in draft.consultations.all()])
        for draft in drafts
    ]
    return render(request, "consultations/staff/list.html", {"drafts": views})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.CONSULT_ON_PLEDGES)
def publish(request: StaffRequest, pledge: UUID) -> HttpResponse:
    """Show exactly what residents would see of a draft, and publish it."""
    drafts = Pledge.objects.consulted_on_by(request.user).select_related("police_area")
    draft = get_object_or_404(drafts, uid=pledge)
    open_round = Consultation.objects.open(timezone.localdate()).filter(pledge=draft).first()
    if request.method != "POST" and open_round is not None:
        return redirect("consultation_work", open_round.uid)
    contents = rules.preview(draft)
    fingerprint = rules.fingerprint(contents)
    shown = draft_view(contents, draft.police_area.name)
    place = draft.municipalities.order_by("pledge_parties__position").first()
    form = PublishForm(posted(request), initial={"read": fingerprint})

    def submit() -> HttpResponse:
        try:
            published = rules.publish(
                draft,
                form.texts(),
                form.cleaned_data["closes_on"],
                read=form.cleaned_data["read"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused:
            form.show_again(fingerprint)
            raise
        messages.success(request, _("Förslaget är publicerat. Nu kan invånarna tycka till."))
        return redirect("consultation_work", published.uid)

    return form_page(
        request,
        "consultations/staff/publish.html",
        form,
        submit,
        {
            "pledge": draft,
            "draft": shown,
            "municipality": place,
            "news": place and news_view(contents, shown, place, key=draft.pk, at=timezone.now()),
            "annexes": draft.annexes.defer("content"),
            "open_round": open_round,
            "erased": erasure_note(*rules.texts_in(contents)),
            "can_publish": draft.adopted_at is None and open_round is None,
        },
    )


@require_safe
@permitted(Action.CONSULT_ON_PLEDGES)
def detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show until when a consultation is open and how many comments it has."""
    return render(request, "consultations/staff/round.html", _context(_visible(request, uid)))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.CONSULT_ON_PLEDGES)
def close(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Ask whether to close a consultation before its last day, and do it."""
    consultation = _visible(request, uid)
    on = timezone.localdate()
    until = consultation_view(consultation, on).until
    is_open = consultation.is_open(on)
    consequence = _(
        "Avslutar du samrådet nu kan ingen lämna synpunkter längre. Det går inte att öppna igen, "
        "men förslaget och synpunkterna går att läsa."
    )
    question = Question(
        title=_("Avsluta samrådet"),
        lead=consultation.pledge.title,
        text=f"{until} {consequence}" if is_open else until,
        button=_("Avsluta samrådet") if is_open else "",
        back=reverse("consultation_work", args=[uid]),
        trail=[
            (_("Arbetsyta"), reverse("workspace")),
            (_("Samråd"), reverse("consultation_list")),
        ],
    )
    return confirm_page(
        request,
        question,
        lambda: act(
            request,
            lambda: rules.close(consultation, by=request.user, at=timezone.now()),
            _("Samrådet är avslutat. Ingen kan lämna synpunkter längre."),
            "consultation_work",
            uid=uid,
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.CONSULT_ON_PLEDGES)
def outcome(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Publish how residents' views changed the pledge, once shown.

    It can't be changed once it is published: first it is shown as everyone will see it.
    """
    consultation = _visible(request, uid)
    form = OutcomeForm(posted(request))

    def submit() -> HttpResponse | None:
        if "publicera" not in request.POST:
            return None
        rules.publish_outcome(consultation, form.texts(), at=timezone.now())
        messages.success(request, _("Invånarna kan nu läsa hur synpunkterna påverkade löftet."))
        return redirect("consultation_work", uid)

    def context() -> dict[str, object]:
        preview = form.texts() if form.is_bound and not form.errors else None
        return {**_context(consultation), "preview": preview}

    return form_page(request, "consultations/staff/outcome.html", form, submit, context)


def _visible(request: HttpRequest, uid: UUID) -> Consultation:
    visible = Consultation.objects.visible_to(request.user).select_related("pledge", "police_area")
    return get_object_or_404(visible, uid=uid)


def _context(consultation: Consultation) -> dict[str, object]:
    municipalities: list[Municipality] = list(
        consultation.municipalities.order_by("consultation_parties__position")
    )
    return {
        "row": consultation,
        "consultation": consultation_view(consultation, timezone.localdate()),
        "municipality": municipalities[0],
    }
