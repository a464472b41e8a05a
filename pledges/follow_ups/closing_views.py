"""Say in the workspace that a period is done, and see which ones aren't."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.permissions import Action, StaffRequest, may, permitted
from pledge_portal.pages.form_views import Question, act, confirm_page, posted
from pledge_portal.pages.refusals import Refused
from pledges import presentation
from pledges.actions.tallies import reported_in_public
from pledges.closings import rules
from pledges.closings.responsible import awaited_for, name_of, speaker
from pledges.follow_ups.figures import figures
from pledges.follow_ups.forms import UndoForm
from pledges.follow_ups.open_periods import open_periods
from pledges.follow_ups.presentation import party_name
from pledges.lifecycle import standing
from pledges.models import Commitment, PeriodClosing, Pledge
from pledges.presentation.validity import period_label
from pledges.progress import ClosedTime
from pledges.targets import Span

_MAX_CLOSINGS = 100


@require_safe
@permitted(Action.READ_PLEDGES)
def periods(request: StaffRequest) -> HttpResponse:
    """List the periods that lack their account, and what has been closed."""
    pledges = (
        Pledge.objects.visible_to(request.user)
        .public()
        .with_standing()
        .prefetch_related("commitments")
        .order_by("-valid_from", "-pk")
    )
    lacking = open_periods(pledges, timezone.localdate())
    visible = {pledge.pk: pledge for pledge in pledges}
    closings = (
        PeriodClosing.objects.filter(commitment__pledge__in=visible)
        .select_related("commitment", "municipality", "police_area", "closed_by")
        .order_by("-closed_at", "-pk")
    )
    rows = [
        {
            "pledge": visible[key],
            "is_given_up": of_pledge[0].is_given_up,
            "periods": [
                {
                    "period": period,
                    "may_close": period.may_be_closed_by(request.user),
                }
                for period in of_pledge
            ],
        }
        for key, of_pledge in lacking.items()
    ]
    context = {
        "number_of_own": sum(
            period.is_awaited_from(request.user)
            for of_pledge in lacking.values()
            for period in of_pledge
        ),
        # Of pledges that ended long ago last: nobody is asked for them on the first page.
        "rows": sorted(rows, key=lambda row: bool(row["is_given_up"])),
        "closings": [
            {
                "closing": closing,
                "pledge": visible[closing.commitment.pledge_id],
                "period": period_label(closing.first_day, closing.last_day),
                "party": closing.third_party or party_name(closing.party),
                "may_undo": closing.undone_at is None
                and may(request.user, Action.CLOSE_PERIODS, closing.party),
            }
            for closing in closings[:_MAX_CLOSINGS]
        ],
    }
    return render(request, "follow_up/periods.html", context)


def _commitment(request: HttpRequest, pk: int) -> Commitment:
    commitment = get_object_or_404(Commitment.objects.visible_to(request.user), pk=pk)
    commitment.pledge = Pledge.objects.with_standing().get(pk=commitment.pledge_id)
    return commitment


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.CLOSE_PERIODS)
def close(request: StaffRequest, commitment: int, first_day: date) -> HttpResponse:
    """Ask whether all of a period is reported, and close it."""
    answering = _commitment(request, commitment)
    givers = answering.pledge.givers
    if not any(may(request.user, Action.CLOSE_PERIODS, giver) for giver in givers):
        raise PermissionDenied
    try:
        span = rules.period_from(answering, first_day, timezone.localdate())
    except Refused as refused:
        return confirm_page(request, _question(answering, str(refused)), _to_the_list)
    awaited = awaited_for(
        answering, span, PeriodClosing.objects.in_force().filter(commitment=answering)
    )
    own = [
        (responsible, party)
        for responsible in awaited
        if (party := speaker(request.user, answering, responsible)) is not None
    ]
    if not own:
        text = _("Den som är ansvarig för åtagandet säger själv att det är klart.")
        return confirm_page(request, _question(answering, text), _to_the_list)

    def submit() -> HttpResponse:
        def change() -> None:
            rules.close_for_all(answering, first_day, own, by=request.user, at=timezone.now())

        done = _("Det är sagt att redovisningen för perioden är klar.")
        return act(request, change, done, "open_periods")

    text = format_html(
        _(
            "Du säger för {names} att allt som har gjorts under {period} är redovisat. När alla "
            "ansvariga har sagt det läser allmänheten, om inget mer redovisas: ”{sentences}”"
        ),
        names=", ".join(str(name_of(answering, responsible)) for responsible, _party in own),
        period=period_label(span.first, span.last),
        sentences=_when_closed(answering, span, timezone.localdate()),
    )
    button = _("Redovisningen är klar")
    return confirm_page(request, _question(answering, text, button), submit)


def _when_closed(commitment: Commitment, span: Span, on: date) -> SafeString:
    """Return what everybody will read of a period once it is closed."""
    reported = reported_in_public([commitment.pledge], on)
    closed = ClosedTime(span.first, span.last, on, "")
    reported.closed.setdefault(commitment.pk, []).append(closed)
    return figures(commitment, reported, standing(commitment.pledge, on), span.first, span.last)


def _to_the_list() -> HttpResponse:
    return redirect("open_periods")


def _question(commitment: Commitment, text: str, button: str = "") -> Question:
    return Question(
        title=_("Är redovisningen klar?"),
        subject=f"{commitment.number}. {commitment.text}",
        lead=presentation.pledge_label_with_places(commitment.pledge),
        text=text,
        button=button,
        back=reverse("open_periods"),
        trail=_trail(),
    )


def _trail() -> list[tuple[str, str]]:
    return [
        (_("Arbetsyta"), reverse("workspace")),
        (_("Redovisning"), reverse("open_periods")),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.CLOSE_PERIODS)
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask why a closed period is opened again, and open it."""
    visible = PeriodClosing.objects.filter(
        commitment__in=Commitment.objects.visible_to(request.user)
    )
    closing = get_object_or_404(
        visible.select_related("commitment__pledge", "municipality", "police_area"), pk=pk
    )
    if not may(request.user, Action.CLOSE_PERIODS, closing.party):
        raise PermissionDenied
    form = UndoForm(posted(request))

    def submit() -> HttpResponse:
        rules.undo(closing, form.cleaned_data["reason"], by=request.user, at=timezone.now())
        messages.success(request, _("Perioden är öppnad igen."))
        return redirect("open_periods")

    question = Question(
        title=_("Öppna perioden igen"),
        subject=f"{closing.commitment.number}. {closing.commitment.text}",
        lead=presentation.pledge_label_with_places(closing.commitment.pledge),
        text=_(
            "Då är redovisningen för %(period)s inte klar längre, och det syns för alla. "
            "Skälet står kvar i historiken."
        )
        % {"period": period_label(closing.first_day, closing.last_day)},
        button=_("Öppna perioden igen"),
        back=reverse("open_periods"),
        trail=_trail(),
    )
    return confirm_page(request, question, submit, form)
