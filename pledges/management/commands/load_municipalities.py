"""Load the 290 municipalities of Sweden."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from pledges.municipality_list import load_municipalities


class Command(BaseCommand):
    """Adds those that are missing; changes none that is there."""

    help = "Läs in Sveriges 290 kommuner. Kommuner som redan finns ändras inte."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many were new."""
        new = load_municipalities()
        self.stdout.write(self.style.SUCCESS(_("%(new)s kommuner har lagts till.") % {"new": new}))
