"""Send the letters about comments that wait."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from dialogues.comments.letters import send_letters


class Command(BaseCommand):
    """Sends what could not be sent at once; run again it has nothing to do."""

    help = "Skicka de brev om kommentarer som väntar."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and say how many."""
        try:
            sent = send_letters()
        except OSError as fault:
            raise CommandError(
                _("Mejlen kunde inte skickas: %(reason)s") % {"reason": fault}
            ) from fault
        self.stdout.write(_("Skickade mejl: %(n)s.") % {"n": sent})
