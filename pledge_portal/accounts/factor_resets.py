"""A lost second factor goes by two people: one asks, another confirms.

An administrator of a place asks for somebody who holds a role there, and says how they know who it
is. Another confirms, who has spoken with the person too: an administrator of all places that the
person holds roles for, or an operator. Of operators only operators ask and confirm; nobody does so
for themselves. The person is written to at once, and stops it by a link or by logging in with the
factor. What nobody confirms within seven days comes to nothing.

Who is alone is helped by who owns the database (`manage.py remove_second_factor`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import user_logged_in
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.mail import send_mail
from django.db import models, transaction
from django.db.models import F
from django.dispatch import receiver
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import FactorReset, FactorResetQuerySet, User
from pledge_portal.accounts.permissions import (
    Action,
    Person,
    may,
    memberships,
    people_who_may,
    visible_memberships,
)
from pledge_portal.accounts.same_person import is_same_person
from pledge_portal.pages.refusals import Refused

_LINKS = signing.Signer(salt="the link that stops taking a second factor away")


def visible_people(user: Person) -> models.QuerySet[User]:
    """Return the others whose factor one may say is lost."""
    if not isinstance(user, User) or not user.is_active:
        return User.objects.none()
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    if user.is_superuser:
        return others
    own = visible_memberships(user).order_by().values("person")
    return others.filter(is_superuser=False, is_staff=False, pk__in=own)


def visible_resets(user: Person) -> FactorResetQuerySet:
    """Return what was asked for, of the same people."""
    return FactorReset.objects.filter(person__in=visible_people(user)).select_related(
        "person", "asked_by"
    )


def may_confirm(user: User, reset: FactorReset) -> bool:
    """Return whether a person may be the other one."""
    person = reset.person
    if not user.is_active or any(is_same_person(user, other) for other in (person, reset.asked_by)):
        return False
    if user.is_superuser:
        return True
    roles = memberships(person)
    return (
        bool(roles)
        and not (person.is_superuser or person.is_staff)
        and all(may(user, Action.MANAGE_PEOPLE, role.place) for role in roles)
    )


@transaction.atomic
def ask(person: User, identified_by: str, by: User, at: datetime) -> FactorReset:
    """Say that a second factor is lost, and how one knows who says so.

    Whether `by` may do so is the caller's to ask. Raises Refused when there is none, for one's own,
    and while another has asked.
    """
    if is_same_person(person, by):
        raise Refused(_("Du kan inte göra det för dig själv. Be en annan administratör."))
    _lock(person, at)
    earlier = FactorReset.objects.open(at).filter(person=person).select_related("asked_by").first()
    if earlier and not _asker_may(earlier):
        _end_without_asker(earlier, at)
    elif earlier:
        raise Refused(
            _("%(who)s har redan begärt det. Det väntar på en annan person.")
            % {"who": earlier.asked_by}
        )
    reset = _new(person, identified_by, at, asked_by=by)
    _write(
        _("Har du tappat ditt andra steg?"),
        [
            _(
                "%(who)s har sagt att du har tappat din app, nyckel eller dina reservkoder. När en "
                "annan person har bekräftat det tas de bort, och du loggar in med lösenordet och "
                "lägger till ett nytt andra steg."
            )
            % {"who": by},
            _(
                "Har du inte bett om det: stoppa det genom att logga in som vanligt, eller med den "
                "här länken."
            ),
        ],
        reverse("stop_factor_reset", args=[token_of(reset)]),
        [person],
    )
    _write(
        _("Bekräfta att ett andra steg är tappat"),
        [
            _("%(who)s har sagt att %(person)s har tappat sitt andra steg.")
            % {"who": by, "person": person},
            _("Tala själv med personen, på ett nummer som du redan har, och bekräfta det sedan."),
        ],
        reverse("confirm_factor_reset", args=[reset.pk]),
        _who_may_confirm(reset),
    )
    return reset


def _lock(person: User, at: datetime) -> None:
    """Let nobody else ask meanwhile; settle what was asked for too long ago."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    FactorReset.objects.unsettled().filter(person=person, expires_at__lte=at).update(
        withdrawn_at=F("expires_at"), withdrawn_because=FactorReset.Because.EXPIRED
    )


def _new(person: User, identified_by: str, at: datetime, **asked: object) -> FactorReset:
    if not Authenticator.objects.filter(user=person).exists():
        raise Refused(
            _("%(person)s har inget andra steg här, och lägger till ett vid nästa inloggning.")
            % {"person": person}
        )
    return FactorReset.objects.create(
        person=person,
        identified_by=identified_by,
        asked_at=at,
        expires_at=at + FactorReset.HOLDS_FOR,
        **asked,
    )


def _who_may_confirm(reset: FactorReset) -> Sequence[User]:
    """Return the administrators who may confirm; the operators without any."""
    roles = memberships(reset.person)
    administrators = people_who_may(
        Action.MANAGE_PEOPLE,
        [role.municipality_id for role in roles],
        [role.police_area_id for role in roles],
    )
    operators = User.objects.filter(is_superuser=True)
    return [user for user in administrators if may_confirm(user, reset)] or [
        user for user in operators if may_confirm(user, reset)
    ]


def confirm(reset: FactorReset, by: User, at: datetime) -> None:
    """Take the lost factor away as the second person.

    Raises Refused for who may not, and when it is settled already. Two who confirm at once: one
    does it. When who asked may do so no longer it comes to nothing, and they are written to.
    """
    with transaction.atomic():
        latest = _locked(reset)
        check_may_confirm(latest, by, at)
        asker_may = _asker_may(latest)
        if asker_may:
            latest.confirmed_by = by
            _take_away(latest, at)
            _write_done(
                latest,
                _("%(who)s begärde det och %(by)s bekräftade det.")
                % {"who": latest.asked_by, "by": by},
            )
        else:
            _end_without_asker(latest, at)
    if not asker_may:
        raise Refused(
            _(
                "%(who)s, som begärde det, får inte längre göra det, så det är inställt och "
                "%(who)s har fått ett mejl. Begär det på nytt, så bekräftar en annan person."
            )
            % {"who": latest.asked_by}
        )


def _asker_may(reset: FactorReset) -> bool:
    """Return whether who asked may still do so."""
    asker = reset.asked_by
    return asker is None or visible_people(asker).filter(pk=reset.person_id).exists()


def _end_without_asker(reset: FactorReset, at: datetime) -> None:
    """End what somebody asked for who may do so no longer, and write to them."""
    _settle(reset, FactorReset.Because.ASKER_MAY_NOT, at, None)
    _write_ended(reset)


def check_may_confirm(reset: FactorReset, by: User, at: datetime) -> None:
    """Raise Refused, saying why, for who may not take the factor away."""
    _check_open(reset, at)
    if is_same_person(by, reset.asked_by):
        raise Refused(_("Du begärde det själv. Nu ska en annan person bekräfta det."))
    if not may_confirm(by, reset):
        raise Refused(
            _(
                "Det bekräftas av en annan administratör för alla personens roller, eller av den "
                "som driver portalen."
            )
        )


def remove(person: User, identified_by: str, account: str, at: datetime) -> None:
    """Take a factor away without another person, as the owner of the database.

    `account` is who runs the command. Raises Refused when there is none.
    """
    with transaction.atomic():
        _lock(person, at)
        FactorReset.objects.unsettled().filter(person=person).update(
            withdrawn_at=at, withdrawn_because=FactorReset.Because.REPLACED
        )
        reset = _new(person, identified_by, at, command_account=account)
        _take_away(reset, at)
        _write_done(reset, _("Den som driver portalen gjorde det, ensam."))


def _locked(reset: FactorReset) -> FactorReset:
    """Return it as it is now, which nobody else changes meanwhile."""
    return (
        FactorReset.objects.select_for_update(of=("self",))
        .select_related("person", "asked_by", "confirmed_by")
        .get(pk=reset.pk)
    )


def _check_open(reset: FactorReset, at: datetime) -> None:
    if reset.done_at:
        raise Refused(_("Det andra steget är redan borttaget."))
    if reset.withdrawn_at:
        raise Refused(
            _("Det är inställt: %(because)s.") % {"because": reset.get_withdrawn_because_display()}
        )
    if reset.expires_at <= at:
        raise Refused(_("Det begärdes för mer än sju dagar sedan och gäller inte längre."))


def _take_away(reset: FactorReset, at: datetime) -> None:
    """Delete the person's factors and recovery codes, and end their logins."""
    Authenticator.objects.filter(user=reset.person).delete()
    end_logins(reset.person)
    reset.done_at = at
    reset.save(update_fields=["confirmed_by", "done_at"])


def end_logins(person: User) -> None:
    """Log a person out everywhere."""
    for session in UserSession.objects.filter(user=person):
        session.end()


def _write_done(reset: FactorReset, by_whom: str) -> None:
    _write(
        _("Ditt andra steg är borttaget"),
        [
            _("Din app, dina nycklar och dina reservkoder gäller inte längre, och du är utloggad.")
            + f" {by_whom}",
            _("Logga in med lösenordet. Då får du lägga till ett nytt andra steg."),
            _("Har du inte bett om det: byt lösenord genast och säg till den som driver portalen."),
        ],
        reverse("workspace"),
        [reset.person],
    )


@transaction.atomic
def withdraw(reset: FactorReset, by: User, at: datetime) -> None:
    """Take back what was asked for, and write so to the person.

    Raises Refused when it is settled already.
    """
    latest = _locked(reset)
    _check_open(latest, at)
    _settle(latest, FactorReset.Because.WITHDRAWN, at, by)
    _write(
        _("Ditt andra steg är kvar"),
        [_("%(who)s tog tillbaka att du hade tappat ditt andra steg.") % {"who": by}],
        reverse("workspace"),
        [latest.person],
    )


@transaction.atomic
def stop(reset: FactorReset, because: FactorReset.Because, at: datetime) -> None:
    """Keep the factor as its owner says, and write so to who asked.

    Raises Refused when it is settled already.
    """
    latest = _locked(reset)
    _check_open(latest, at)
    _settle(latest, because, at, None)
    _write_ended(latest)


def _write_ended(reset: FactorReset) -> None:
    """Write to who asked that it came to nothing, and why."""
    assert reset.asked_by is not None  # noqa: S101  (what a command does is never open)
    _write(
        _("Ett andra steg tas inte bort"),
        [
            _("Du begärde att %(person)s skulle få sitt andra steg borttaget. Det är inställt:")
            % {"person": reset.person}
            + f" {reset.get_withdrawn_because_display()}."
        ],
        reverse("people"),
        [reset.asked_by],
    )


def _settle(
    reset: FactorReset, because: FactorReset.Because, at: datetime, by: User | None
) -> None:
    reset.withdrawn_at, reset.withdrawn_because, reset.withdrawn_by = at, because, by
    reset.save(update_fields=["withdrawn_at", "withdrawn_because", "withdrawn_by"])


def token_of(reset: FactorReset) -> str:
    """Return what the person's link has in its address."""
    return _LINKS.sign(str(reset.pk))


def reset_of(token: str) -> FactorReset | None:
    """Return what a link stops; None when the link isn't ours."""
    try:
        key = _LINKS.unsign(token)
    except signing.BadSignature:
        return None
    return FactorReset.objects.select_related("person", "asked_by").filter(pk=key).first()


@receiver(user_logged_in)
def _stop_when_the_factor_is_used(request: HttpRequest, user: User, **_options: object) -> None:
    """Stop what was asked for once its owner has shown the factor."""
    records = get_authentication_records(request, user)
    if not any(record["method"] == "mfa" for record in records):
        return
    at = timezone.now()
    for reset in FactorReset.objects.open(at).filter(person=user):
        stop(reset, FactorReset.Because.FACTOR_USED, at)
        messages.info(
            request,
            _(
                "%(who)s hade begärt att ditt andra steg skulle tas bort. Du loggade in med det, "
                "så det är inställt."
            )
            % {"who": reset.asked_by},
        )


def _write(subject: str, sentences: Sequence[str], path: str, to: Sequence[User]) -> None:
    letter = {"sentences": sentences, "address": settings.SITE_URL + path}
    text = render_to_string("accounts/email/factor_reset.txt", letter)
    for person in to:
        send_mail(subject, text, None, [person.email])
