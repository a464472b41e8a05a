"""Take a signature on paper: a scan of the document, signed by hand.

It puts the pledge in force as any other, but it is no electronic signature: the document stays as
it was, and whoever examines it finds nothing of it there.
"""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import Refused
from pledges.documents.sandbox import check_scan_in_sandbox
from pledges.documents.signing_order import lock_turn, store_signature
from pledges.models import PaperScan, Signatory, Signature, Way
from pledges.signing.refusals import ScanNotTaken


def sign_on_paper(
    signatory: Signatory, scan: bytes, *, signed_on: date, by: User, at: datetime
) -> Signature:
    """Keep the scan of a signature by hand, set on the day `signed_on`.

    `by` is who says so. Raises ScanNotTaken, or Refused for a day that can't be or when it isn't
    their turn.
    """
    adopted_at = signatory.pledge.adopted_at
    if signed_on > timezone.localdate(at):
        raise Refused(_("Dagen har inte varit än."))
    if adopted_at is not None and signed_on < timezone.localdate(adopted_at):
        raise Refused(_("Dokumentet fanns inte den dagen: löftet var inte antaget än."))
    result = check_scan_in_sandbox(scan)
    if result.problem is not None:
        raise ScanNotTaken(result.problem)
    with transaction.atomic():
        turn = lock_turn(signatory, Way.PAPER)
        PaperScan.store(signatory, scan, pages=result.pages, by=by, at=at)
        return store_signature(
            turn,
            bytes(turn.document.content),
            at=at,
            way=Way.PAPER,
            signed_at=timezone.make_aware(datetime.combine(signed_on, time())),
        )
