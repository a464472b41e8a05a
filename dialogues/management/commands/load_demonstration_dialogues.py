"""Load the demonstration's dialogues."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from pledges.demonstration.mark import is_loaded, remember_loaded
from pledges.models import Municipality


class Command(BaseCommand):
    """Does nothing when they are there already."""

    help = "Läs in demonstrationens medborgardialoger, efter load_demonstration."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --unless-loaded."""
        parser.add_argument(
            "--unless-loaded",
            action="store_true",
            help="leta inte efter vad som saknas när allt lästes in vid en tidigare start",
        )

    def handle(self, *args: Any, unless_loaded: bool, **options: Any) -> None:
        """Load, and say how many."""
        if not settings.DEMONSTRATION:
            raise CommandError(_("Demonstrationen läses bara in när DEMONSTRATION=1 är satt."))
        if unless_loaded and is_loaded():
            return
        # What makes documents takes a second to import.
        from dialogues.demonstration import load_comments, load_dialogues, load_views

        place = Municipality.objects.filter(slug="alvsbyn").first()
        if place is None:
            raise CommandError(_("Kör load_demonstration först."))
        if loaded := load_dialogues(place, timezone.localdate()):
            self.stdout.write(_("Demonstrationen: %(n)s medborgardialoger.") % {"n": loaded})
        if loaded := load_comments(place):
            self.stdout.write(_("Demonstrationen: %(n)s kommentarer.") % {"n": loaded})
        if loaded := load_views(place):
            self.stdout.write(
                _("Demonstrationen: %(n)s synpunkter på nästa löfte.") % {"n": loaded}
            )
        remember_loaded()
