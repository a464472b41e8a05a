"""Pages for a second factor that is lost: ask, confirm, withdraw and stop."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pledge_portal.accounts import factor_resets
from pledge_portal.accounts.demonstration_links import tell_link
from pledge_portal.accounts.factor_resets import visible_people, visible_resets
from pledge_portal.accounts.forms import AskFactorResetForm, ConfirmFactorResetForm
from pledge_portal.accounts.models import FactorReset
from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.accounts.same_person import what_is_not_known
from pledge_portal.accounts.step_up import step_up_response
from pledge_portal.accounts.views import trail_of_people
from pledge_portal.pages.form_views import Question, act, confirm_page, posted


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_PEOPLE)
def ask(request: StaffRequest, person: int) -> HttpResponse:
    """Say that somebody has lost their second factor, and how one knows."""
    who = get_object_or_404(visible_people(request.user), pk=person)
    # Before anything is typed, so that nothing typed is lost by it.
    if (response := step_up_response(request)) is not None:
        return response
    form = AskFactorResetForm(posted(request))
    question = Question(
        title=_("Tappat andra steg"),
        subject=f"{who}, {who.email}",
        text=_(
            "Har personen tappat sin telefon eller nyckel och alla reservkoder? Begär då att de "
            "tas bort. En annan person måste bekräfta det inom sju dagar. Personen får ett mejl "
            "nu, och kan stoppa det."
        ),
        button=_("Begär att det tas bort"),
        back=reverse("people"),
        trail=trail_of_people(),
    )

    def submit() -> HttpResponse:
        reset = factor_resets.ask(
            who, form.cleaned_data["identified_by"], request.user, timezone.now()
        )
        messages.success(
            request, _("Begäran om %(person)s väntar nu på en annan person.") % {"person": who}
        )
        path = reverse("stop_factor_reset", args=[factor_resets.token_of(reset)])
        tell_link(request, settings.SITE_URL + path)
        return redirect("people")

    return confirm_page(request, question, submit, form)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_PEOPLE)
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a lost factor away, as the second person."""
    reset = get_object_or_404(visible_resets(request.user), pk=pk)
    if (response := step_up_response(request)) is not None:
        return response
    asked = _("%(who)s begärde det %(day)s. Så vet %(who)s att det är personen: %(how)s") % {
        "who": reset.asked_by or reset.command_account,
        "day": date_format(timezone.localtime(reset.asked_at), r"j F \k\l. H.i"),
        "how": reset.identified_by,
    }
    question = Question(
        title=_("Bekräfta ett tappat andra steg"),
        lead=f"{reset.person}, {reset.person.email}",
        subject=asked,
        text=_(
            "Personens app, nycklar och reservkoder tas bort, och personen loggas ut överallt. "
            "Sedan räcker lösenordet för att logga in och lägga till ett nytt andra steg. "
            "Personen får ett mejl. Det kan inte ångras."
        ),
        button=_("Ta bort det andra steget"),
        back=reverse("people"),
        trail=trail_of_people(),
    )
    form = ConfirmFactorResetForm(posted(request))
    form.fields["have_spoken"].help_text = what_is_not_known()

    def submit() -> HttpResponse:
        factor_resets.confirm(reset, request.user, timezone.now())
        messages.success(
            request,
            _("%(person)s har inget andra steg längre, och har fått ett mejl.")
            % {"person": reset.person},
        )
        return redirect("people")

    def check() -> None:
        factor_resets.check_may_confirm(reset, request.user, timezone.now())

    return confirm_page(request, question, submit, form, check=check)


@require_POST
@permitted(Action.MANAGE_PEOPLE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back what was asked for."""
    reset = get_object_or_404(visible_resets(request.user), pk=pk)
    done = _("%(person)s har kvar sitt andra steg.") % {"person": reset.person}
    return act(
        request,
        lambda: factor_resets.withdraw(reset, request.user, timezone.now()),
        done,
        "people",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever holds the letter's link keep their second factor."""
    reset = factor_resets.reset_of(token)
    if reset is None:
        return render(request, "accounts/stop_factor_reset.html", status=404)
    if request.method == "POST":
        return act(
            request,
            lambda: factor_resets.stop(reset, FactorReset.Because.STOPPED, timezone.now()),
            _("Det är stoppat. Ditt andra steg är kvar."),
            "stop_factor_reset",
            token=token,
        )
    is_open = FactorReset.objects.open(timezone.now()).filter(pk=reset.pk).exists()
    return render(request, "accounts/stop_factor_reset.html", {"reset": reset, "is_open": is_open})
