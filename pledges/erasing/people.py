"""Take away who a person was that has left, from account and history.

The operator does it, by a decision. What the person did stands, as done by somebody without a name.
Texts that name them are searched by words (see rules); signed documents name them for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.factor_resets import end_logins
from pledge_portal.accounts.models import FactorReset, Invitation, PersonErasure, User
from pledge_portal.pages.refusals import Refused
from pledges.decided import day_fault
from pledges.models import ArchivePackage, ArchivePackagePiece, OpenDataFile

# In the database, so in no reader's language.
_NAME = "Borttagen person {}"
# No address that mail can be sent to (RFC 2606).
_ADDRESS = "borttagen-{}@borttagen.invalid"


@dataclass(frozen=True)
class Decision:
    """By which decision a person is erased, and why."""

    number: str
    decided_on: date
    reason: str


def check_may_be_erased(person: User, by: User) -> None:
    """Raise Refused, saying why, for who still has something to do here."""
    if PersonErasure.objects.filter(person=person).exists():
        raise Refused(_("Personen är redan raderad."))
    if person == by:
        raise Refused(_("Du kan inte radera dig själv."))
    if person.is_superuser or person.is_staff:
        raise Refused(
            _("Personen driver portalen. Ta först bort den behörigheten i administrationen.")
        )
    if roles := list(person.memberships.select_related("municipality", "police_area")):
        raise Refused(
            _("Avsluta först personens roller: %(roles)s.")
            % {"roles": ", ".join(f"{role.get_role_display()}, {role.place}" for role in roles)}
        )


@transaction.atomic
def erase(person: User, decision: Decision, by: User, at: datetime) -> int:
    """Take away who a person was; return how many changes lost a name.

    Raises Refused as `check_may_be_erased` does, and for a decision that nobody has made yet.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    check_may_be_erased(person, by)
    if fault := day_fault(decision.decided_on, timezone.localdate(at)):
        raise Refused({"beslutat_den": fault})
    erasure = PersonErasure.objects.create(
        person=person,
        decision=decision.number,
        decided_on=decision.decided_on,
        reason=decision.reason,
        erased_by=by,
        erased_at=at,
    )
    # Whoever makes a package meanwhile waits, and its maker has no name in it then.
    list(ArchivePackage.objects.select_for_update().order_by("pk").values_list("pk"))
    _close(person, by, at)
    _rename(person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_person(%s)", [erasure.pk])
        (changes,) = cursor.fetchone()
    ArchivePackagePiece.objects.all().delete()
    OpenDataFile.objects.all().delete()
    return int(changes)


def _close(person: User, by: User, at: datetime) -> None:
    """End all that lets a person in."""
    end_logins(person)
    for model in (Authenticator, SocialAccount, EmailAddress):
        model._default_manager.filter(user=person).delete()
    FactorReset.objects.unsettled().filter(person=person).update(
        withdrawn_at=at, withdrawn_by=by, withdrawn_because=FactorReset.Because.WITHDRAWN
    )
    Invitation.objects.open(at).filter(email__iexact=person.email).update(revoked_at=at)


def _rename(person: User) -> None:
    """Take the name and the address out of what is no history."""
    name, email = person.get_full_name(), person.email
    new_name, new_email = _NAME.format(person.pk), _ADDRESS.format(person.pk)
    Invitation.objects.filter(email__iexact=email).update(email=new_email)
    named = models.Q(object_repr__icontains=email)
    if name:
        named |= models.Q(object_repr__icontains=name)
    LogEntry.objects.filter(named).update(object_repr=new_name, change_message="")
    person.email, person.first_name, person.last_name = new_email, "", new_name
    person.is_active, person.last_login = False, None
    person.set_unusable_password()
    person.save()
