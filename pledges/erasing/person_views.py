"""The page on which an operator erases a person who has left."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.accounts.step_up import step_up_response
from pledge_portal.accounts.views import trail_of_people
from pledge_portal.pages.form_views import Question, confirm_page, posted
from pledges.erasing import people
from pledges.erasing.forms import PersonErasureForm


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.ERASE_PEOPLE)
def erase(request: StaffRequest, person: int) -> HttpResponse:
    """Ask for the decision, say what follows, and erase."""
    who = get_object_or_404(User, pk=person)
    # Before anything is typed, so that nothing typed is lost by it.
    if (response := step_up_response(request)) is not None:
        return response
    question = Question(
        title=_("Radera personen"),
        subject=f"{who}, {who.email}",
        text=_(
            "Namnet och e-postadressen tas bort ur kontot, ur historiken och ur inbjudningar, och "
            "kontot stängs. Det som personen har gjort står kvar, utan namn. Arkivpaket som är "
            "gjorda tas bort och kan göras på nytt. Namnet står kvar i undertecknade dokument. "
            "Det går inte att ångra."
        ),
        button=_("Radera för gott"),
        back=reverse("people"),
        trail=trail_of_people(),
    )
    form = PersonErasureForm(posted(request), person=who)

    def submit() -> HttpResponse:
        n = people.erase(who, form.decision, request.user, timezone.now())
        messages.success(
            request,
            _("Personen är raderad. Ändringar som inte längre har något namn: %(n)s.") % {"n": n},
        )
        return redirect("people")

    def check() -> None:
        people.check_may_be_erased(who, request.user)

    return confirm_page(request, question, submit, form, check=check)
