"""The history as an app of Django's."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class HistoryConfig(AppConfig):
    """Reads every app's module `tracking`, which says what has a history."""

    name = "pledge_portal.history"
    label = "history"

    def ready(self) -> None:
        """Read the apps' modules, and fill the slots of the pages below."""
        from pledge_portal.history import slots  # noqa: F401  (registers what it shows)

        autodiscover_modules("tracking")
