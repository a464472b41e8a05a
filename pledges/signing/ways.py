"""Say who signs how, and as whom; and what follows a no.

Those who prepare the signing of a party choose the way of each of its signatories, once the pledge
is adopted and until they have signed. A signatory who says no is not asked again by themselves;
somebody has to ask, or the text is opened and adopted anew.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import Role, User
from pledge_portal.accounts.permissions import Action, Person, may, memberships
from pledge_portal.accounts.same_person import is_same_person
from pledge_portal.pages.refusals import Refused
from pledges.documents.signing_order import lock_turn, open_decline
from pledges.models import (
    Decline,
    PaperScan,
    Pledge,
    PledgeDocument,
    ReturnedDocument,
    Signatory,
    SigningWay,
    Way,
)
from pledges.signing.keys import key_names


def place_of(signatory: Signatory) -> models.Model:
    """Return who sees to a person's signing.

    The municipality or the police area.

    A third party has nobody in the portal: the first municipality sees to theirs.
    """
    pledge = signatory.pledge
    return signatory.side or next(iter(pledge.giving_municipalities), pledge.police_area)


def may_arrange(user: Person, signatory: Signatory) -> bool:
    """Return whether a person prepares the signing of a signatory's party."""
    return may(user, Action.ARRANGE_SIGNING, place_of(signatory))


def way_of(signatory: Signatory) -> SigningWay | None:
    """Return how a signatory signs, None before it is chosen."""
    return getattr(signatory, "signing_way", None)


def may_confirm(user: Person, signatory: Signatory, scan: PaperScan) -> bool:
    """Return whether a person may confirm a scan of a signatory's signature.

    The signatory, or one who prepares the party's signing; never the one who handed it in.
    """
    return (
        may_hand_in(user, signatory)
        and scan.confirmed_at is None
        and isinstance(user, User)
        and not is_same_person(user, scan.vouched_by)
    )


def may_hand_in(user: Person, signatory: Signatory) -> bool:
    """Return whether a person may hand in a signatory's file or paper.

    The signatory, or one who prepares the party's signing.
    """
    return is_signatory(user, signatory) or may_arrange(user, signatory)


def _refuse_while_a_scan_waits(signatory: Signatory) -> None:
    """Raise Refused while a scan of their signature on paper is handed in."""
    if PaperScan.objects.filter(signatory=signatory).exists():
        raise Refused(
            _("En skanning av underskriften av %(name)s är lämnad. Ta tillbaka den först.")
            % {"name": signatory.name}
        )


def is_signatory(user: Person, signatory: Signatory) -> bool:
    """Return whether a person is the signatory.

    It is said so, and they hold the role for the party.
    """
    way = way_of(signatory)
    return (
        not signatory.third_party
        and way is not None
        and way.person_id is not None
        and way.person_id == user.pk
        and isinstance(user, User)
        and any(
            membership.role == Role.SIGNATORY and membership.place == place_of(signatory)
            for membership in memberships(user)
        )
    )


def accounts_for(signatory: Signatory) -> models.QuerySet[User]:
    """Return the people who can be a signatory.

    Those who hold the role for the party; a third party has none.
    """
    if signatory.third_party:
        return User.objects.none()
    place = (
        Q(memberships__municipality=signatory.municipality)
        if signatory.municipality is not None
        else Q(memberships__police_area=signatory.side)
    )
    held = Q(memberships__role=Role.SIGNATORY, is_active=True)
    return User.objects.filter(held & place).order_by("last_name", "first_name", "pk").distinct()


def visible_signatories(user: Person) -> models.QuerySet[Signatory]:
    """Return the signatories of the adopted pledges that a person may read.

    With what their pages need.
    """
    return (
        Signatory.objects.filter(pledge__in=Pledge.objects.visible_to(user))
        .exclude(pledge__adopted_at=None)
        .select_related(
            *("pledge__police_area", "municipality", "part", "police_area"),
            *("signature", "signing_way__person", "returned_document"),
            *("paper_scan__vouched_by", "paper_scan__confirmed_by"),
        )
        .prefetch_related("pledge__parties__municipality")
        .defer("returned_document__content", "paper_scan__content")
    )


def document_to_sign(signatory: Signatory) -> PledgeDocument:
    """Return the document as it is to be signed next.

    Raises Refused without one.
    """
    document = PledgeDocument.objects.latest_of(signatory.pledge)
    if document is None:
        raise Refused(_("Löftet saknar dokument att underteckna."))
    return document


@transaction.atomic
def set_order(pledge: Pledge, *, side_by_side: bool) -> None:
    """Say whether a pledge's signatories sign in any order.

    Raises Refused when somebody has signed, and while a scan of a signature waits to count. Who
    says it is in the pledge's history.
    """
    pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
    if pledge.signatures.exists():
        raise Refused(_("Någon har redan undertecknat, så ordningen står fast."))
    if pledge.paper_scans.exists():
        raise Refused(_("En skanning av en underskrift är lämnad. Ta tillbaka den först."))
    if pledge.signs_side_by_side != side_by_side:
        pledge.signs_side_by_side = side_by_side
        pledge.save(update_fields=["signs_side_by_side"])


@transaction.atomic
def set_way(
    signatory: Signatory, *, way: str, key_name: str, person: User | None, by: User, at: datetime
) -> SigningWay:
    """Say how a signatory signs.

    What was given back by another way is thrown away. Raises Refused when they have signed, while a
    scan of their signature waits, when the key or the account is none of the party's, or a key is
    to be used without an account.
    """
    Pledge.objects.select_for_update().get(pk=signatory.pledge_id)
    if Signatory.objects.filter(pk=signatory.pk, signature__isnull=False).exists():
        raise Refused(_("%(name)s har redan undertecknat.") % {"name": signatory.name})
    _refuse_while_a_scan_waits(signatory)
    if way == Way.KEY and person is None:
        raise Refused(_("Den som undertecknar i portalen behöver ett konto. Välj vems."))
    if way == Way.KEY and key_name not in key_names(signatory):
        raise Refused(_("Det finns ingen sådan nyckel. Välj en annan."))
    if person is not None and not accounts_for(signatory).filter(pk=person.pk).exists():
        raise Refused(_("Kontot har inte rollen undertecknare för den här parten. Välj ett annat."))
    if way != Way.OUTSIDE:
        ReturnedDocument.objects.filter(signatory=signatory).delete()
    chosen, _is_new = SigningWay.objects.update_or_create(
        signatory=signatory,
        defaults={
            "way": way,
            "key_name": key_name if way == Way.KEY else "",
            "person": person,
            "chosen_by": by,
            "chosen_at": at,
        },
    )
    return chosen


@transaction.atomic
def decline(
    signatory: Signatory, *, document_sha256: str, reason: str, by: User, at: datetime
) -> Decline:
    """Say no to signing the document, with a reason.

    Those who prepare the signing read it. Raises Refused when it isn't the person's turn, or the
    document is another one now.
    """
    turn = lock_turn(signatory)
    _refuse_while_a_scan_waits(signatory)
    if turn.document.sha256 != document_sha256:
        raise Refused(_("Dokumentet är ett annat nu. Läs det igen."))
    if not reason.strip():
        raise Refused(_("Skriv varför du inte undertecknar."))
    ReturnedDocument.objects.filter(signatory=signatory).delete()
    return Decline.objects.create(
        signatory=signatory,
        document_sha256=document_sha256,
        reason=reason.strip(),
        declined_by=by,
        declined_at=at,
    )


@transaction.atomic
def ask_again(signatory: Signatory, *, by: User, at: datetime) -> None:
    """Ask a signatory who said no once more.

    Raises Refused when there is no open no.
    """
    Pledge.objects.select_for_update().get(pk=signatory.pledge_id)
    answer = open_decline(signatory)
    if answer is None:
        raise Refused(_("%(name)s har inte avböjt.") % {"name": signatory.name})
    answer.asked_again_by, answer.asked_again_at = by, at
    try:
        answer.save(update_fields=["asked_again_by", "asked_again_at"])
    except IntegrityError as error:
        raise Refused(_("%(name)s är redan tillfrågad.") % {"name": signatory.name}) from (error)
