"""Remind of follow-ups that are due, and of periods not accounted for."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from pledges.follow_ups.reminders import remind_of_periods, send_reminders


class Command(BaseCommand):
    """Sends what is to be sent today; run again it sends nothing twice."""

    help = "Påminn om uppföljningar som är försenade, och om redovisningar som saknas."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and say how many pledges the letters concern."""
        sent = send_reminders(timezone.localdate()) + remind_of_periods(timezone.localdate())
        self.stdout.write(_("Påminnelser skickade för %(n)s löften.") % {"n": sent})
