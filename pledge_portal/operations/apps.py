"""How the portal is run, as an app of Django's."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "pledge_portal.operations"
    label = "operations"
