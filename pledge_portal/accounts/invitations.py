"""Inviting people to hold a role, accepting, and ending a role."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import Invitation, Membership, Role, User
from pledge_portal.database.acting import on_behalf_of
from pledge_portal.pages.refusals import Refused


def invite(email: str, role: Role, place: models.Model, by: User, at: datetime) -> str:
    """Invite by e-mail; return the address of the link that was sent.

    Whether `by` may do so is the caller's to ask.
    """
    with transaction.atomic():
        # Only the latest letter to the same role works.
        addressee = {"email": email.lower(), "role": role}
        for earlier in (
            Invitation.objects.open(at)
            .filter(**addressee)
            .select_related("municipality", "police_area")
        ):
            if earlier.place == place:
                revoke(earlier, at)
        invitation, token = Invitation.new(email, role, place, by, at)
        address = settings.SITE_URL + reverse("accept_invitation", args=[token])
        send_mail(
            _("Inbjudan till Medborgarlöften"),
            render_to_string(
                "accounts/email/invitation.txt", {"invitation": invitation, "address": address}
            ),
            None,
            [invitation.email],
        )
    return address


def revoke(invitation: Invitation, at: datetime) -> bool:
    """Revoke an invitation; return False when it was used or revoked before."""
    waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    return bool(waiting.update(revoked_at=at))


@transaction.atomic
def end(membership: Membership, by: User) -> None:
    """End a role and write to whoever held it.

    Raises Refused for one's own: nobody shuts themselves out.
    """
    if membership.person_id == by.pk:
        raise Refused(_("Du kan inte avsluta din egen roll. Be en annan administratör."))
    membership.delete()
    _tell(membership, _("Din roll är avslutad"), by)


@transaction.atomic
def give_back(person: User, role: Role, place: models.Model, by: User) -> None:
    """Give a person a role that was ended, and write to them."""
    field = str(place._meta.model_name).replace("policearea", "police_area")
    held_for: dict[str, Any] = {"municipality": None, "police_area": None, field: place}
    membership, is_new = Membership.objects.get_or_create(person=person, role=role, **held_for)
    if is_new:
        _tell(membership, _("Du har fått tillbaka din roll"), by)


def _tell(membership: Membership, subject: str, by: User) -> None:
    letter = {
        "subject": subject,
        "membership": membership,
        "by": by,
        "address": settings.SITE_URL + reverse("own_account"),
    }
    text = render_to_string("accounts/email/role_changed.txt", letter)
    send_mail(subject, text, None, [membership.person.email])


@transaction.atomic
def accept(
    token: str, at: datetime, *, password: str | None, first_name: str = "", last_name: str = ""
) -> User:
    """Give the invited address the role; return the person, made if need be.

    The password and names are a new person's; one who has an account keeps what it has. Without a
    password the person logs in by the organisation's own login, or asks for one by e-mail. Raises
    Refused when the link doesn't hold. Two who use it at once: one gets in.
    """
    invitation = Invitation.objects.open(at).by_token(token).select_for_update().first()
    if invitation is None:
        raise Refused({})
    # Nobody is logged in yet; the letter's receiver is who acts.
    with on_behalf_of(email=invitation.email):
        person = User.objects.filter(email__iexact=invitation.email).first()
        if person is None:
            person = User.objects.create_user(
                invitation.email, password, first_name=first_name, last_name=last_name
            )
        Membership.objects.get_or_create(
            person=person,
            role=invitation.role,
            municipality=invitation.municipality,
            police_area=invitation.police_area,
        )
        invitation.accepted_at = at
        invitation.save(update_fields=["accepted_at"])
    return person
