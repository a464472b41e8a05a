"""`manage.py migrate`, which leaves a database of another edition alone."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from pledge_portal.database.acting import as_owner
from pledge_portal.database.rights import NOT_THE_OWNER, owns_the_tables
from pledge_portal.database.schema_check import UnknownSchemaError, check_schema


class Command(migrate.Command):
    """Django's own, but for what it refuses."""

    def handle(self, *args: Any, database: str, **options: Any) -> None:
        """Bring the tables up to date as their owner, or raise CommandError."""
        with as_owner():
            try:
                check_schema(connections[database])
            except UnknownSchemaError as fault:
                raise CommandError(str(fault)) from fault
            with connections[database].cursor() as cursor:
                if not owns_the_tables(cursor):
                    raise CommandError(NOT_THE_OWNER)
            super().handle(*args, database=database, **options)
