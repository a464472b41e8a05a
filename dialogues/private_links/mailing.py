"""A private link by e-mail, to an address that is kept nowhere but in it.

Whoever holds the link may ask for it. Of the address only a fingerprint is kept for a day, so that
nobody is sent a heap of letters; whether there were some already isn't told.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from dialogues.private_links.own import Own
from pledge_portal.database.acting import as_portal
from pledge_portal.pages.network_limits import count

# So many are asked for by one network, such as a school's, within an hour.
MOST_AN_HOUR = 60
# So many are sent to one address, and of one link, within a day.
MOST_A_DAY = 3
_A_DAY = 24 * 60 * 60


def mail_link(own: Own, email: str, sending: uuid.UUID) -> None:
    """Put a letter with the private link on the queue; the same one once."""
    address = _fingerprint(email.lower())
    keys = (f"to:{address}", f"of:{_fingerprint(own.secret)}")
    if count(f"link-letter:{sending}:{address}", _A_DAY) > 1:
        return
    if max(count(f"link-letter:{key}", _A_DAY) for key in keys) > MOST_A_DAY:
        return
    context = {"own": own, "address": settings.SITE_URL + reverse(own.address, args=[own.secret])}
    body = render_to_string("private_links/letter.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    with as_portal():
        EmailMessage(_("Din privata länk"), body, None, [email], headers=headers).send()


def _fingerprint(text: str) -> str:
    key = f"link letter {settings.SECRET_KEY}".encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
