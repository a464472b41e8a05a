"""Take a signature on paper: a scan of the document, signed by hand.

One person hands the scan in, another compares it with the paper and confirms it, and the signatory
gets a letter about both. A day later it counts, as any other signature: it isn't changed any more,
and the last one puts the pledge in force. Until then the scan can be replaced or taken back. It is
no electronic signature: the document stays as it was, and whoever examines it finds nothing of it
there.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.models import User
from pledge_portal.accounts.same_person import is_same_person
from pledge_portal.database.acting import on_behalf_of
from pledge_portal.pages.refusals import Refused
from pledge_portal.queue.chores import chore
from pledges.documents.sandbox import take_scan_in_sandbox
from pledges.documents.signing_order import lock_turn, store_signature
from pledges.models import PaperScan, Pledge, Signatory, Signature, Way
from pledges.models.signing import WAITING
from pledges.signing import paper_letters as letters
from pledges.signing.refusals import ScanNotTaken

# A scan that nobody has confirmed then has been forgotten, and can be handed in again.
UNCONFIRMED_DAYS = 30

logger = logging.getLogger(__name__)


def hand_in(
    signatory: Signatory,
    file: bytes,
    *,
    signed_on: date,
    by: User,
    at: datetime,
    replaces: str = "",
    reason: str = "",
    letter_to: str = "",
) -> PaperScan:
    """Keep the scan of a signature by hand, set on the day `signed_on`.

    `by` is who says so. `replaces` is the SHA-256 of the scan that goes for it, with a `reason`;
    its bytes are not kept. `letter_to` is the address of a signatory without an account. Raises
    ScanNotTaken, or Refused for a day that can't be, when it isn't their turn, or when another scan
    is there than the one to be replaced.
    """
    adopted_at = signatory.pledge.adopted_at
    if signed_on > timezone.localdate(at):
        raise Refused({"signed_on": _("Dagen har inte varit än.")})
    if adopted_at is not None and signed_on < timezone.localdate(adopted_at):
        raise Refused(
            {"signed_on": _("Dokumentet fanns inte den dagen: löftet var inte antaget än.")}
        )
    if replaces and not reason.strip():
        raise Refused({"reason": _("Skriv varför skanningen byts ut.")})
    taken = take_scan_in_sandbox(file)
    if taken.problem is not None:
        raise ScanNotTaken(taken.problem)
    why = {"reason": reason.strip()} if replaces else {}
    with transaction.atomic(), on_behalf_of(**why):
        turn = lock_turn(signatory, Way.PAPER)
        earlier = _waiting_scan(signatory)
        if replaces != (earlier.sha256 if earlier else ""):
            raise Refused(_("Skanningen är en annan nu. Läs sidan om underskriften igen."))
        scan = PaperScan.store(
            turn.signatory,
            taken.content,
            pages=taken.pages,
            signed_on=signed_on,
            by=by,
            at=at,
            letter_to=letter_to,
        )
        letters.send(scan, letters.REPLACED if earlier else letters.HANDED_IN, by, earlier=earlier)
        return scan


def waiting_scans(signatory: Signatory) -> QuerySet[PaperScan]:
    """Return the scan that waits to count, if there is one."""
    return PaperScan.objects.filter(signatory=signatory, counted_at=None).defer("content")


def _waiting_scan(signatory: Signatory) -> PaperScan | None:
    """Return it as it is now, which nobody changes or purges meanwhile."""
    return waiting_scans(signatory).select_for_update(of=("self",)).first()


def confirm(
    signatory: Signatory, *, sha256: str, signed_on: date, by: User, at: datetime
) -> PaperScan:
    """Say that a scan shows the paper as the signatory signed it, that day.

    `sha256` is that of the scan that the person has compared, `signed_on` the day that they were
    told with it: the same picture can be handed in anew with another. Twice by the same is once.
    Raises Refused when either is another one now, or when `by` handed it in.
    """
    with transaction.atomic():
        turn = lock_turn(signatory, Way.PAPER)
        scan = _waiting_scan(signatory)
        if scan is None or (scan.sha256, scan.signed_on) != (sha256, signed_on):
            raise Refused(_("Skanningen är en annan nu. Se efter igen."))
        if scan.confirmed_by_id == by.pk:
            return scan
        if scan.confirmed_by_id is not None:
            raise Refused(_("Någon annan har redan bekräftat skanningen."))
        if is_same_person(scan.vouched_by, by):
            raise Refused(_("Du har lämnat skanningen. Någon annan behöver bekräfta den."))
        scan.signatory = turn.signatory
        scan.confirmed_by, scan.confirmed_at = by, at
        scan.save(update_fields=["confirmed_by", "confirmed_at"])
        letters.send(scan, letters.CONFIRMED, by)
        return scan


@transaction.atomic
def take_back(signatory: Signatory, *, reason: str, by: User) -> None:
    """Take back a scan that doesn't count yet, with a reason.

    The signatory, and those who handed it in and confirmed it, get letters. Raises Refused when
    there is none.
    """
    Pledge.objects.select_for_update().get(pk=signatory.pledge_id)
    if not reason.strip():
        raise Refused({"reason": _("Skriv varför skanningen tas tillbaka.")})
    scan = _waiting_scan(signatory)
    if scan is None:
        raise Refused(_("Det finns ingen skanning att ta tillbaka."))
    with on_behalf_of(reason=reason.strip()):
        letters.send(scan, letters.TAKEN_BACK, by, reason=reason.strip())
        scan.delete()


def take_back_all(pledge: Pledge, *, reason: str, by: User | None) -> None:
    """Take back what waits to count of a pledge.

    Belongs in the transaction in which its adoption falls.
    """
    for scan in PaperScan.objects.filter(pledge=pledge, counted_at=None).defer("content"):
        letters.send(scan, letters.TAKEN_BACK, by, reason=reason)
        scan.delete()


def count(signatory: Signatory, *, at: datetime) -> Signature:
    """Let a confirmed signature on paper count, a day after it was confirmed.

    The last one puts the pledge in force. Raises Refused when it isn't due.
    """
    with transaction.atomic():
        turn = lock_turn(signatory, Way.PAPER)
        scan = _waiting_scan(signatory)
        if scan is None or scan.counts_at is None or scan.counts_at > at:
            raise Refused(_("Underskriften är inte bekräftad, eller dess dygn har inte gått."))
        # Nobody needs to be reached any more.
        scan.counted_at, scan.letter_to = at, ""
        scan.save(update_fields=["counted_at", "letter_to"])
        return store_signature(
            turn,
            bytes(turn.document.content),
            at=at,
            way=Way.PAPER,
            signed_at=timezone.make_aware(datetime.combine(scan.signed_on, time())),
        )


def count_due(at: datetime) -> int:
    """Let signatures on paper count whose day has passed; return how many.

    One that can't, such as the last of a pledge that begins on another's day, goes on waiting; its
    page says why to whoever asks.
    """
    due = Signatory.objects.filter(
        paper_scan__counted_at=None, paper_scan__confirmed_at__lte=at - WAITING
    )
    counted = 0
    for signatory in due.order_by("pledge", "position"):
        try:
            count(signatory, at=at)
        except Refused:
            logger.warning("paper_signature.not_counted", extra={"signatory": signatory.pk})
        else:
            counted += 1
    return counted


@chore("count_paper_signatures", gettext_lazy("Underskrifter på papper som räknas efter ett dygn"))
def count_today() -> None:
    """Let every signature on paper count that is due."""
    count_due(timezone.now())


def purge_expired(on: date) -> int:
    """Forget scans unconfirmed for a month; return how many."""
    before = timezone.make_aware(datetime.combine(on - timedelta(days=UNCONFIRMED_DAYS), time()))
    old = PaperScan.objects.filter(confirmed_at=None, vouched_at__lt=before)
    _all, of_kind = old.delete()
    return of_kind.get(PaperScan._meta.label, 0)
