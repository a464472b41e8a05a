"""The database as an app of Django's."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DatabaseConfig(AppConfig):
    """Puts the roles' rights in force whenever tables may have changed."""

    name = "pledge_portal.database"
    label = "database"

    def ready(self) -> None:
        """Ask to be told when migrations have run."""
        post_migrate.connect(_put_rights_in_force, sender=self)


def _put_rights_in_force(using: str, **_options: Any) -> None:
    from pledge_portal.database.rights import put_rights_in_force

    put_rights_in_force(using)
