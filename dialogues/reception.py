"""Reception of all that residents send, and the private links to it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.models import Reception
from pledges.models import Municipality

# In the query of one's own page: that what it shows was just sent, or what was just done with it.
JUST_SENT = "tack"
# A text of this many signs is hardly written twice by chance within this time.
LONG_ENOUGH = 40
SAME_WITHIN = timedelta(days=1)


def reception_closed_because(municipality: Municipality | int, at: datetime) -> str:
    """Return why a municipality's reception is closed; empty when it is open."""
    reception = Reception.objects.filter(municipality=municipality).first()
    time = timezone.localtime(at).time()
    if reception is None or reception.is_open(time):
        return ""
    if reception.is_stopped:
        return reception.stopped_because or _("Kommunen tar inte emot svar just nu.")
    return _("Kommunen tar emot svar mellan %(opens)s och %(closes)s.") % {
        "opens": f"{reception.opens:%H.%M}",
        "closes": f"{reception.closes:%H.%M}",
    }


def secret_of(sending: uuid.UUID, purpose: str = "private link") -> str:
    """Return the secret of the private link to what was sent.

    Who sends again gets the same one: 256 bits that can't be worked out without the portal's own
    key. Each `purpose` has its own.
    """
    key = f"{purpose} {settings.SECRET_KEY}".encode()
    digest = hmac.new(key, sending.bytes, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def receipt_address(name: str, secret: str, done: str = "sent") -> str:
    """Return the address, by its name, of what one has just sent or done."""
    return f"{reverse(name, args=[secret])}?{JUST_SENT}={done}"


def fingerprint(secret: str) -> str:
    """Return what the database holds of a secret: nothing that opens a link."""
    return hashlib.sha256(secret.encode()).hexdigest()
