"""`manage.py make_news`: make news of what has happened, at once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from news.events import make_news


class Command(BaseCommand):
    """Does what the chore does; run again it makes none twice."""

    help = "Gör nyheter av det som har hänt, i stället för att vänta på bakgrundsjobbet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them, and say how many."""
        if made := make_news(timezone.localdate()):
            self.stdout.write(_("Nyheter: %(n)s.") % {"n": made})
