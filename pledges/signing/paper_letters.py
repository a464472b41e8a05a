"""Write to a signatory about a scan of their signature.

It says what to do if it is wrong. The letter goes to the account that they are said to have, to the
address that was given with the scan, and to an account of their own name. Of a scan that is taken
back those who handed it in and confirmed it are told too.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.models import User
from pledges.models import PaperScan, Signatory
from pledges.signing.ways import accounts_for, place_of, way_of

HANDED_IN, REPLACED, CONFIRMED, TAKEN_BACK = "handed_in", "replaced", "confirmed", "taken_back"

_SUBJECTS: dict[str, str | Promise] = {
    HANDED_IN: gettext_lazy("En skanning av din underskrift är lämnad"),
    REPLACED: gettext_lazy("Skanningen av din underskrift är utbytt"),
    CONFIRMED: gettext_lazy("Skanningen av din underskrift är bekräftad"),
    TAKEN_BACK: gettext_lazy("Skanningen av underskriften är tillbakatagen"),
}


def account_address(signatory: Signatory) -> str:
    """Return the e-mail address of the account of a signatory, or ""."""
    way = way_of(signatory)
    return way.person.email if way is not None and way.person is not None else ""


def _accounts_of_the_name(signatory: Signatory) -> list[str]:
    """Return the addresses of the party's signatories of the same name.

    Whoever prepares the signing can choose another account for them, or none.
    """
    return [
        person.email
        for person in accounts_for(signatory)
        if person.get_full_name().casefold() == signatory.name.casefold()
    ]


def send(
    scan: PaperScan,
    event: str,
    by: User | None,
    *,
    reason: str = "",
    earlier: PaperScan | None = None,
) -> None:
    """Write about what came of a scan, once the transaction is committed.

    `earlier` is the scan that it replaces: who was written to about that one is about this.
    """
    signatory = scan.signatory
    has_account = bool(account_address(signatory))
    theirs = [
        *(account_address(signatory), scan.letter_to, earlier.letter_to if earlier else ""),
        *_accounts_of_the_name(signatory),
    ]
    letter: dict[str, Any] = {
        "event": event,
        "scan": scan,
        "signatory": signatory,
        "pledge": signatory.pledge,
        "by": by,
        "reason": reason,
        "place": place_of(signatory),
        "address": settings.SITE_URL + reverse("signing_one", args=[signatory.pk]),
    }
    for address in dict.fromkeys(filter(None, theirs)):
        _send(event, address, {**letter, "is_theirs": True, "has_account": has_account})
    if event == TAKEN_BACK:
        for person in (scan.vouched_by, scan.confirmed_by):
            if person is not None and person != by and person.email not in theirs:
                _send(event, person.email, letter)


def _send(event: str, address: str, letter: dict[str, Any]) -> None:
    text = render_to_string("signing/email/paper.txt", letter)
    send_mail(str(_SUBJECTS[event]), text, None, [address])
