"""Hide what raised thresholds of surveys no longer let the public read."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from pledges.surveys.thresholds import apply_thresholds


class Command(BaseCommand):
    """Does at once what is done when the portal starts, and by the hour."""

    help = "Dölj det som höjda gränser för drogvaneundersökningar inte längre låter visas."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many rounds there were, if any."""
        if rounds := apply_thresholds(timezone.now()):
            self.stdout.write(f"Gränserna är höjda: {rounds} undersökningar är genomgångna.")
