"""Whether two accounts are one person's, as far as that can be known.

What takes two people takes two accounts; one human may have two. Addresses that are the same
mailbox are known: in other letters' size, with a tag after a plus sign, or with dots where the
service counts none. A login of an organisation is bound to one account, by the table of it. Two
mailboxes of one human can't be told from two humans: pages say so to whoever confirms.
"""

from __future__ import annotations

import unicodedata

from django.db.models import Q
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User

# Services whose addresses are the same whatever dots are in them, by the name that others go by.
_WITHOUT_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def mailbox(email: str) -> str:
    """Return an address as the mailbox that it leads to, most likely."""
    name, _at, domain = unicodedata.normalize("NFKC", email).casefold().strip().rpartition("@")
    name, domain = name.partition("+")[0] or name, domain.rstrip(".")
    if domain in _WITHOUT_DOTS:
        name, domain = name.replace(".", ""), _WITHOUT_DOTS[domain]
    return f"{name}@{domain}"


def is_same_person(one: User | None, other: User | None) -> bool:
    """Return whether two accounts are known to be one person's."""
    if one is None or other is None:
        return False
    return one.pk == other.pk or mailbox(one.email) == mailbox(other.email)


def other_account_of(email: str) -> User | None:
    """Return an account with another address for the same mailbox."""
    domain = email.rpartition("@")[2].casefold()
    domains = {domain, *(name for name in _WITHOUT_DOTS if domain in _WITHOUT_DOTS)}
    own = mailbox(email)
    at_domain = Q(pk__in=[])
    for name in domains:
        at_domain |= Q(email__iendswith=f"@{name}")
    others = User.objects.filter(at_domain, is_active=True).exclude(email__iexact=email)
    return next((user for user in others.order_by("pk") if mailbox(user.email) == own), None)


def what_is_not_known() -> str:
    """Return what whoever confirms is told: that accounts are no people."""
    return _(
        "Portalen ser att kontona är två, men inte att det är två människor som använder dem. "
        "Bekräfta bara om du är en annan människa."
    )
