"""Load the demonstration's dialogues."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.demonstration import load_comments, load_dialogues, load_views
from pledges.models import Municipality


class Command(BaseCommand):
    """Does nothing when they are there already."""

    help = "Läs in demonstrationens medborgardialoger, efter load_demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how many."""
        if not settings.DEMONSTRATION:
            raise CommandError(_("Demonstrationen läses bara in när DEMONSTRATION=1 är satt."))
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
