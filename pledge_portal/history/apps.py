"""The history as an app of Django's."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class HistoryConfig(AppConfig):
    """Reads every app's module `tracking`, which says what has a history."""

    name = "pledge_portal.history"
    label = "history"

    def ready(self) -> None:
        """Read the apps' modules."""
        autodiscover_modules("tracking")
