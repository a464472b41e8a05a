"""Pages of people, invitations and one's own account beside allauth's."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pledge_portal.accounts.demonstration_links import tell_link
from pledge_portal.accounts.ended_roles import ended_roles
from pledge_portal.accounts.factor_resets import may_confirm, visible_people, visible_resets
from pledge_portal.accounts.forms import AcceptInvitationForm, InvitationForm
from pledge_portal.accounts.invitations import accept, end, give_back, invite, revoke
from pledge_portal.accounts.models import ROLE_TEXTS, Invitation, User
from pledge_portal.accounts.permissions import (
    Action,
    StaffRequest,
    managed_places,
    memberships,
    permitted,
    require,
    visible_invitations,
    visible_memberships,
)
from pledge_portal.accounts.single_sign_on import organisation_account, unbind
from pledge_portal.accounts.step_up import step_up_response
from pledge_portal.pages.form_views import Question, act, confirm_page, form_page, posted
from pledge_portal.pages.refusals import Refused

_LATEST = 100


@require_safe
@permitted(Action.ENTER_WORKSPACE)
def own_account(request: StaffRequest) -> HttpResponse:
    """Show who one is, one's roles, and the ways to mind the account."""
    return render(
        request,
        "accounts/own_account.html",
        {
            "roles": memberships(request.user),
            "organisation_account": organisation_account(request.user),
        },
    )


@require_POST
@permitted(Action.ENTER_WORKSPACE)
def unbind_organisation_account(request: StaffRequest) -> HttpResponse:
    """Take away the link to the organisation's own login."""
    if response := step_up_response(request, back_to=reverse("own_account")):
        return response
    if unbind(request.user):
        messages.success(request, _("Kopplingen till din organisations inloggning är borttagen."))
    return redirect("own_account")


@require_safe
@permitted(Action.ENTER_WORKSPACE)
def second_factor_needed(request: HttpRequest) -> HttpResponse:
    """Say why a second factor is needed, and lead to setting one up."""
    return render(request, "accounts/second_factor_needed.html")


@require_safe
@permitted(Action.MANAGE_PEOPLE)
def people(request: StaffRequest) -> HttpResponse:
    """List who hold roles for one's places, and the open invitations."""
    at = timezone.now()
    with_factors = visible_people(request.user).filter(Exists(_factors_of(OuterRef("pk"))))
    resets = visible_resets(request.user).open(at).order_by("asked_at")
    return render(
        request,
        "accounts/people.html",
        {
            "memberships": visible_memberships(request.user).annotate(
                has_second_factor=Exists(
                    _factors_of(OuterRef("person")).exclude(type=Authenticator.Type.RECOVERY_CODES)
                ),
                can_have_lost_it=Exists(with_factors.filter(pk=OuterRef("person"))),
            ),
            # Administrators see them by their roles.
            "without_role": User.objects.filter(memberships=None, erasure=None)
            .exclude(pk=request.user.pk)
            .annotate(can_have_lost_it=Exists(with_factors.filter(pk=OuterRef("pk"))))
            .order_by("email")[:_LATEST]
            if request.user.is_superuser
            else (),
            "resets": [(reset, may_confirm(request.user, reset)) for reset in resets[:_LATEST]],
            "ended": ended_roles(request.user, at),
            "invitations": visible_invitations(request.user).open(at),
        },
    )


def trail_of_people() -> list[tuple[str, str]]:
    """Return the trail of the list of people: words and addresses."""
    return [(_("Arbetsyta"), reverse("workspace")), (_("Personer"), reverse("people"))]


def _factors_of(person: OuterRef) -> QuerySet[Authenticator]:
    """Return what a person shows at login, recovery codes too."""
    return Authenticator.objects.filter(user=person)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_PEOPLE)
def invite_person(request: StaffRequest) -> HttpResponse:
    """Invite somebody to a role for a place that one administers."""
    form = InvitationForm(posted(request), places=managed_places(request.user))

    def submit() -> HttpResponse:
        email, role, place = (form.cleaned_data[name] for name in ("email", "role", "place"))
        require(request.user, Action.MANAGE_PEOPLE, place)
        address = invite(email, role, place, request.user, timezone.now())
        messages.success(request, _("Inbjudan är skickad till %(email)s.") % {"email": email})
        tell_link(request, address)
        return redirect("people")

    return form_page(
        request, "accounts/invite_person.html", form, submit, lambda: {"role_texts": ROLE_TEXTS}
    )


@require_POST
@permitted(Action.MANAGE_PEOPLE)
def revoke_invitation(request: StaffRequest, pk: int) -> HttpResponse:
    """Make an invitation's link stop working."""
    invitation = get_object_or_404(visible_invitations(request.user), pk=pk)
    if revoke(invitation, timezone.now()):
        messages.success(
            request, _("Inbjudan till %(email)s är återkallad.") % {"email": invitation.email}
        )
    return redirect("people")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_PEOPLE)
def end_membership(request: StaffRequest, pk: int) -> HttpResponse:
    """End a person's role for a place that one administers, after asking."""
    membership = get_object_or_404(visible_memberships(request.user), pk=pk)
    question = Question(
        title=_("Avsluta rollen"),
        subject=str(membership),
        text=_(
            "Personen kan inte längre göra det som rollen ger, och får ett mejl om det. Rollen kan "
            "ges tillbaka inom 30 dagar."
        ),
        button=_("Avsluta rollen"),
        back=reverse("people"),
        trail=trail_of_people(),
    )
    done = _("%(who)s är avslutad.") % {"who": membership}
    return confirm_page(
        request,
        question,
        lambda: act(request, lambda: end(membership, request.user), done, "people"),
    )


@require_POST
@permitted(Action.MANAGE_PEOPLE)
def give_back_role(request: StaffRequest, pk: int) -> HttpResponse:
    """Give back a role that was ended by mistake."""
    for ended in ended_roles(request.user, timezone.now()):
        if ended.pk == pk:
            give_back(ended.person, ended.role, ended.place, request.user)
            messages.success(
                request, _("%(person)s har fått tillbaka rollen.") % {"person": ended.person}
            )
            return redirect("people")
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password1", "password2")
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever holds its link, and take their yes."""
    at = timezone.now()
    invitation = (
        Invitation.objects.open(at)
        .by_token(token)
        .select_related("invited_by", "municipality", "police_area")
        .first()
    )
    if invitation is None:
        return render(request, "accounts/invitation_closed.html", status=410)
    if request.user.is_authenticated and request.user.email.lower() != invitation.email:
        return render(
            request, "accounts/invitation_for_other.html", {"invitation": invitation}, status=403
        )
    is_known = User.objects.filter(email__iexact=invitation.email).exists()
    form = AcceptInvitationForm(posted(request), invitation=invitation)
    if request.method == "POST" and (is_known or form.is_valid()):
        new = {} if is_known else form.cleaned_data
        try:
            accept(
                token,
                at,
                password=new.get("password1", ""),
                first_name=new.get("first_name", ""),
                last_name=new.get("last_name", ""),
            )
        except Refused:
            return render(request, "accounts/invitation_closed.html", status=410)
        messages.success(request, _("Välkommen! Logga in för att börja."))
        return redirect("workspace")
    return render(
        request,
        "accounts/accept_invitation.html",
        {"invitation": invitation, "token": token, "form": None if is_known else form},
    )
