"""Show what is decided about a pledge, and take new decisions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.accounts.step_up import step_up_response
from pledge_portal.pages.form_views import Question, act, confirm_page, posted
from pledge_portal.pages.pdf_files import pdf_response
from pledge_portal.pages.refusals import ChangedMeanwhile
from pledges import lifecycle
from pledges.decisions import calling_back, correcting, prolonging
from pledges.decisions.forms import (
    AnnulForm,
    CallBackForm,
    CorrectTargetForm,
    ProlongForm,
    initial_target,
)
from pledges.decisions.presentation import (
    act_views,
    decision_views,
    sentences_of_target,
    standing_sentence,
)
from pledges.decisions.prolonging import commitments_for_the_whole
from pledges.decisions.rules import may_decide
from pledges.models import Pledge, VoidFile
from pledges.presentation import target_text
from pledges.presentation.target_preview import TargetPreview
from pledges.progress.imagined import PledgeTime


@require_safe
@permitted(Action.READ_PLEDGES)
def decisions(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Show what is decided about a pledge, and what can be."""
    pledge = _visible(request, uid)
    standing = lifecycle.standing(pledge, timezone.localdate())
    context = {
        "pledge": pledge,
        "state": standing.state,
        "sentence": standing_sentence(pledge, standing),
        "decisions": decision_views(pledge),
        "acts": act_views(pledge, standing) if may_decide(request.user, pledge) else [],
        "is_public": bool(pledge.validity_periods.all()),
    }
    return render(request, "decisions/decisions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.DECIDE_ON_PLEDGES)
def annul(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Ask from which day and why a pledge is annulled, and annul it."""
    pledge = decided_on(request, uid)
    if (asking := step_up_response(request)) is not None:
        return asking
    form = AnnulForm(posted(request), pledge=pledge, initial={"from_day": timezone.localdate()})

    def submit() -> HttpResponse:
        names = ("from_day", "reason")
        from_day, reason = (form.cleaned_data[name] for name in names)
        lifecycle.annul(pledge, from_day, reason, on=timezone.localdate())
        messages.success(request, _("%(title)s är upphävt.") % {"title": pledge.title})
        return redirect("decisions", uid=uid)

    question = question_of(
        request,
        pledge,
        "annul_pledge",
        title=_("Upphäv löftet"),
        text=_(
            "Löftet gäller inte från och med dagen som du skriver. Det som lovades efter den dagen "
            "räknas inte. Löftet, dess insatser och skälet går att läsa för alla. Gällde det "
            "aldrig en enda dag fortsätter det löfte att gälla som det skulle ha ersatt. Ett "
            "upphävande kan inte ångras."
        ),
        button=_("Upphäv löftet"),
    )
    return confirm_page(request, question, submit, form)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.DECIDE_ON_PLEDGES)
def prolong(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Ask to which day and by which decision a pledge is prolonged."""
    pledge = decided_on(request, uid)
    if (asking := step_up_response(request)) is not None:
        return asking
    form = ProlongForm(
        posted(request), pledge=pledge, commitments=commitments_for_the_whole(pledge)
    )

    def submit() -> HttpResponse | None:
        if "forhandsgranska" in request.POST:
            return None
        prolonging.prolong(
            pledge,
            valid_to=form.cleaned_data["valid_to"],
            decision=form.decision(),
            reason=form.cleaned_data["reason"],
            numbers=form.numbers(),
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("%(title)s är förlängt.") % {"title": pledge.title})
        return redirect("decisions", uid=uid)

    question = question_of(
        request,
        pledge,
        "prolong_pledge",
        title=_("Förläng löftet"),
        text=_(
            "Löftet gäller till den nya dagen, och mål för varje period går vidare till dess. Ett "
            "antal som är lovat för hela löftet är detsamma om beslutet inte gav ett nytt. Det som "
            "är undertecknat ändras inte: beslutet står bredvid. Det kan inte ångras."
        ),
        button=_("Förläng löftet"),
    )

    def context() -> dict[str, object]:
        return {"public": _public_when_prolonged(pledge, form), "has_targets": form.commitments}

    return confirm_page(request, question, submit, form, "decisions/confirm_target.html", context)


def _public_when_prolonged(
    pledge: Pledge, form: ProlongForm
) -> list[tuple[str, list[TargetPreview]]]:
    """Return what everyone will read of the new numbers of a valid form."""
    if not form.is_valid():
        return []
    time = PledgeTime(pledge.valid_from, form.cleaned_data["valid_to"], pledge.until_replaced)
    if time.planned_end < time.valid_from:
        return []
    numbers = form.numbers()
    return [
        (
            _("Åtagande %(number)s") % {"number": commitment.number},
            sentences_of_target(
                commitment,
                {
                    **commitment.source_in_force.fields(),
                    "target_amount": numbers[commitment.number],
                },
                time,
            ),
        )
        for commitment in form.commitments
        if commitment.number in numbers
    ]


@require_safe
@permitted(Action.DECIDE_ON_PLEDGES)
def choose_target(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Ask which commitment's target is wrong."""
    pledge = decided_on(request, uid)
    commitments = pledge.commitments.prefetch_related("target_changes")
    context = {
        "pledge": pledge,
        "targets": [
            (commitment, target_text(commitment.source_in_force)) for commitment in commitments
        ],
    }
    return render(request, "decisions/choose_target.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.DECIDE_ON_PLEDGES)
def correct_target(request: StaffRequest, uid: UUID, number: int) -> HttpResponse:
    """Ask what is right in place of a signed target, since when and why."""
    pledge = decided_on(request, uid)
    commitment = get_object_or_404(pledge.commitments, number=number)
    if (asking := step_up_response(request)) is not None:
        return asking
    form = CorrectTargetForm(
        posted(request),
        commitment=commitment,
        initial={
            "corrected_on": timezone.localdate(),
            "version": commitment.target_changes.count(),
            **initial_target(commitment),
        },
    )

    def submit() -> HttpResponse | None:
        if "forhandsgranska" in request.POST:
            return None
        try:
            correcting.correct_target(
                commitment,
                form.target(),
                corrected_on=form.cleaned_data["corrected_on"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
                version=form.cleaned_data["version"],
            )
        except ChangedMeanwhile:
            form.rebase(commitment.target_changes.count())
            raise
        messages.success(request, _("Målet är rättat."))
        return redirect("decisions", uid=uid)

    question = question_of(
        request,
        pledge,
        "choose_target",
        title=_("Rätta målet i åtagande %(number)s") % {"number": number},
        text=_(
            "I löftet som är undertecknat står: %(target)s. Det ändras inte, och visas alltid. "
            "Bredvid visas rättelsen med dag och skäl, och siffrorna räknas mot den. Det kan inte "
            "ångras, men rättas igen."
        )
        % {"target": target_text(commitment)},
        button=_("Rätta målet"),
    )

    def context() -> dict[str, object]:
        target = form.target() if form.is_bound else commitment.source_in_force.fields()
        time = PledgeTime(pledge.valid_from, pledge.full_end, pledge.until_replaced)
        public = [("", sentences_of_target(commitment, target, time))] if target else []
        return {"public": public, "has_targets": True}

    return confirm_page(request, question, submit, form, "decisions/confirm_target.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.DECIDE_ON_PLEDGES)
def call_back(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Ask why an adopted pledge is called back, and open its text again."""
    pledge = decided_on(request, uid)
    if (asking := step_up_response(request)) is not None:
        return asking
    form = CallBackForm(posted(request), pledge=pledge)

    def submit() -> HttpResponse:
        reason = form.cleaned_data["reason"]
        calling_back.call_back(pledge, reason=reason, by=request.user, at=timezone.now())
        messages.success(request, _("Löftet är tillbaka som utkast. Texten går att ändra."))
        return redirect("decisions", uid=uid)

    question = question_of(
        request,
        pledge,
        "call_pledge_back",
        title=_("Kalla tillbaka löftet"),
        text=_(
            "Texten öppnas igen. Underskrifterna som är gjorda blir ogiltiga. De sparas med "
            "dokumentet, och det står i löftets historia att de är gjorda och varför de inte "
            "gäller. Ska löftet ges måste det antas och alla underteckna på nytt."
        ),
        button=_("Kalla tillbaka löftet"),
    )
    return confirm_page(request, question, submit, form)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.DECIDE_ON_PLEDGES)
def drop(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Ask whether a draft is laid aside, and do it."""
    pledge = decided_on(request, uid)
    question = question_of(
        request,
        pledge,
        "drop_draft",
        title=_("Lägg ned utkastet"),
        text=_(
            "Ingen skriver vidare på utkastet, och ett annat löfte kan få dess adress. Det går "
            "att läsa här, och att ta upp igen."
        ),
        button=_("Lägg ned utkastet"),
    )
    return confirm_page(
        request,
        question,
        lambda: act(
            request,
            lambda: calling_back.drop(pledge, at=timezone.now()),
            _("Utkastet är nedlagt."),
            "decisions",
            uid=uid,
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.DECIDE_ON_PLEDGES)
def take_up(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Ask whether a dropped draft is gone on with, and do it."""
    pledge = decided_on(request, uid)
    question = question_of(
        request,
        pledge,
        "take_up_draft",
        title=_("Ta upp utkastet igen"),
        text=_("Det går att skriva vidare på. Se efter vilken adress det ska ha."),
        button=_("Ta upp utkastet igen"),
    )
    return confirm_page(
        request,
        question,
        lambda: act(
            request,
            lambda: calling_back.take_up(pledge),
            _("Utkastet går att skriva vidare på."),
            "decisions",
            uid=uid,
        ),
    )


@require_safe
@permitted(Action.READ_PLEDGES)
def void_file(request: StaffRequest, uid: UUID, number: int) -> HttpResponse:
    """Hand out a document or a scan that fell with an adoption."""
    pledge = _visible(request, uid)
    file = get_object_or_404(VoidFile, recall__pledge=pledge, pk=number)
    return pdf_response(file.content, f"ogiltigt-{pledge.period}-{file.kind}-{file.number}.pdf")


def _visible(request: StaffRequest, uid: UUID) -> Pledge:
    """Return a pledge that the reader may read; raises Http404."""
    return get_object_or_404(Pledge.objects.visible_to(request.user).with_standing(), uid=uid)


def decided_on(request: StaffRequest, uid: UUID) -> Pledge:
    """Return a pledge that the reader decides about.

    Raises Http404 or PermissionDenied.
    """
    pledge = _visible(request, uid)
    if not may_decide(request.user, pledge):
        raise PermissionDenied
    return pledge


def question_of(request: StaffRequest, pledge: Pledge, page: str, **texts: str) -> Question:
    """Return the question of a page, or why there is nothing to decide there.

    To what is sent all the same the rule answers.
    """
    standing = lifecycle.standing(pledge, timezone.localdate())
    can_be = any(view.page == page for view in act_views(pledge, standing))
    if not can_be and request.method != "POST":
        sentence = standing_sentence(pledge, standing)
        texts |= {"text": f"{_('Det går inte nu.')} {sentence}", "button": ""}
    address = reverse("decisions", args=[pledge.uid])
    return Question(
        lead=pledge.title,
        back=address,
        trail=[(_("Arbetsyta"), reverse("workspace")), (_("Beslut om löftet"), address)],
        **texts,
    )
