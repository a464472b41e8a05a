"""Erase what has been kept as long as it may be."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from pledges.retention import erase_due


class Command(BaseCommand):
    """Erases what is due today; run again it has nothing to do."""

    help = "Radera kontaktuppgifter och annat som har sparats så länge det får."

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, and say how many rows."""
        erased = erase_due(timezone.localdate())
        self.stdout.write(_("Raderade uppgifter: %(n)s.") % {"n": erased})
