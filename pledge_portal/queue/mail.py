"""Mail by way of the queue: no page waits for it, no letter is lost.

As Django's mail backend it takes every letter that anything in the portal sends. A letter is on the
queue once the transaction that it was sent in has been committed, and isn't when that is rolled
back. It gets its Message-ID there: what was being sent when a worker was killed may come twice, and
whoever gets both can tell that they are one. It lies sealed, since it can hold the link that lets
somebody in, and is gone from the database when it has been sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4, uuid5

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.sealing import seals
from pledge_portal.queue.jobs import LETTERS, defer, job

_PURPOSE = b"pledge_portal letters"


def delivery_connection() -> Any:
    """Return a connection to the mail server that EMAIL_URL names."""
    return get_connection(settings.EMAIL_DELIVERY_BACKEND)


def message_id(namespace: UUID, name: str) -> str:
    """Return a Message-ID that is the same each time for the same thing."""
    return f"<{uuid5(namespace, name)}@{urlsplit(settings.SITE_URL).hostname}>"


class QueuedEmailBackend(BaseEmailBackend):
    """Puts letters on the queue; `deliver` sends them to the mail server."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Put them there but for those to nobody, and return how many."""
        letters = [message for message in email_messages if message.recipients()]
        for letter in letters:
            defer(deliver, sealed=seals(_PURPOSE).encrypt(_packed(letter)).decode())
        return len(letters)


@job("deliver", _("Mejl"), queue=LETTERS)
def deliver(sealed: str) -> None:
    """Send a letter to the mail server."""
    fields = json.loads(seals(_PURPOSE).decrypt(sealed.encode()))
    EmailMultiAlternatives(**fields, connection=delivery_connection()).send()


def _marked(body: str) -> str:
    """Return a letter's text, which says so when a demonstration sends it.

    A letter is read away from the pages, whose first line says it.
    """
    if not settings.DEMONSTRATION:
        return body
    mark = gettext(
        "Mejlet kommer från en demonstration. Inget i det är ett beslut av en kommun eller av "
        "Polisen."
    )
    return f"{body.rstrip()}\n\n{mark}\n"


def rewrite_waiting(change: Callable[[str], str]) -> int:
    """Change the words of letters that wait or have failed.

    Returns how many became others.
    """
    changed = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, args ->> 'sealed' FROM procrastinate_jobs WHERE task_name = %s"
            " AND status IN ('todo', 'failed') ORDER BY id FOR UPDATE",
            [deliver.name],
        )
        for job_id, sealed in cursor.fetchall():
            try:
                packed = seals(_PURPOSE).decrypt(sealed.encode()).decode()
            except InvalidToken:  # nobody can read it any longer
                continue
            letter = json.loads(packed)
            fields = {
                **letter,
                "subject": change(letter["subject"]),
                "body": change(letter["body"]),
                "alternatives": [[change(text), *kind] for text, *kind in letter["alternatives"]],
            }
            if fields != letter:
                changed += 1
                resealed = seals(_PURPOSE).encrypt(json.dumps(fields).encode()).decode()
                cursor.execute(
                    "UPDATE procrastinate_jobs SET args = %s WHERE id = %s",
                    [json.dumps({"sealed": resealed}), job_id],
                )
    return changed


def _packed(message: EmailMessage) -> bytes:
    if message.attachments:
        raise ValueError("A letter with attachments can't be put on the queue.")
    # What can't be sent, such as a header of two lines, is refused now and not in the worker.
    message.message()
    headers = {"Message-ID": message_id(uuid4(), ""), **message.extra_headers}
    fields = {
        **{name: getattr(message, name) for name in ("from_email", "to", "cc", "bcc", "reply_to")},
        "subject": str(message.subject),
        "body": _marked(str(message.body)),
        "headers": headers,
        "alternatives": getattr(message, "alternatives", []),
    }
    return json.dumps(fields).encode()
