"""The queue as an app of Django's."""

from django.apps import AppConfig


class QueueConfig(AppConfig):
    """The jobs themselves are in the modules that PROCRASTINATE_IMPORT_PATHS names."""

    name = "pledge_portal.queue"
    label = "queue"
