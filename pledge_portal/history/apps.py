"""The history as an app of Django's."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class HistoryConfig(AppConfig):
    """Has every app say, in its module `tracking`, which of its models have a history."""

    name = "pledge_portal.history"
    label = "history"

    def ready(self) -> None:
        """Read the apps' modules."""
        autodiscover_modules("tracking")
