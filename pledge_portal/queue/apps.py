"""The queue as an app of Django's."""

from django.apps import AppConfig


class QueueConfig(AppConfig):
    """PROCRASTINATE_IMPORT_PATHS names the modules that declare jobs."""

    name = "pledge_portal.queue"
    label = "queue"
