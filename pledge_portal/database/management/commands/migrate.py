"""`manage.py migrate`, which leaves a database of another edition alone."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from pledge_portal.database.schema_check import UnknownSchemaError, check_schema


class Command(migrate.Command):
    """Django's own, but for what it refuses."""

    def handle(self, *args: Any, database: str, **options: Any) -> None:
        """Bring the tables up to date, or raise CommandError."""
        try:
            check_schema(connections[database])
        except UnknownSchemaError as fault:
            raise CommandError(str(fault)) from fault
        super().handle(*args, database=database, **options)
