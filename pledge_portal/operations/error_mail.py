"""Faults by letter to whoever runs the portal (ERROR_EMAIL).

A letter tells what the log tells and no more.
A fault that comes again within ten minutes gets no new letter, and the request that met it doesn't
wait for the letter to be sent.
"""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.core.mail import get_connection, send_mail

from pledge_portal.operations.logs import as_text, entry_of

SECONDS_BETWEEN = 600
_MAX_KINDS = 100
_logger = logging.getLogger(__name__)


class ErrorMailHandler(logging.Handler):
    """Send errors by letter."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._sent: dict[tuple[str, ...], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Send the record unless one like it was sent lately."""
        entry = entry_of(record)
        places = (error["type"] + "".join(error["at"][-1:]) for error in entry.get("errors", []))
        kind = (entry["event"], *places)
        now = time.monotonic()
        if now - self._sent.get(kind, -SECONDS_BETWEEN) < SECONDS_BETWEEN:
            return
        if len(self._sent) >= _MAX_KINDS:
            self._sent.clear()
        self._sent[kind] = now
        subject = f"Fel i {settings.SITE_URL}: {entry['event']}"
        threading.Thread(target=_send, args=(subject, as_text(entry))).start()


def _send(subject: str, text: str) -> None:
    try:
        # Not by the queue: what is wrong can be the database.
        connection = get_connection(settings.EMAIL_DELIVERY_BACKEND)
        send_mail(subject, text + "\n", None, settings.ERROR_EMAIL, connection=connection)
    except Exception:
        _logger.warning("error_mail.not_sent", exc_info=True)
