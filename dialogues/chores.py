"""What is done by the hour with what residents have written."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy

from dialogues.comments.letters import send_letters
from dialogues.retention.rules import erase_what_is_due
from pledge_portal.queue.chores import chore
from pledge_portal.queue.jobs import LETTERS


@chore("send_letters", gettext_lazy("Mejl som väntar"), queue=LETTERS)
def send_waiting_letters() -> None:
    """Send the letters about comments that still wait."""
    send_letters()


@chore("erase_old_data", gettext_lazy("Gallring"))
def erase_old_data() -> None:
    """Erase what has been kept as long as it may."""
    erase_what_is_due(timezone.localdate())
