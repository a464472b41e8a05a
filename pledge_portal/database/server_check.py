"""Whether the database server is fit for the portal.

Each fault is told in one sentence.
"""

from django.contrib.postgres.operations import CreateExtension
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.utils import NotSupportedError

from pledge_portal.database.acting import as_owner
from pledge_portal.database.rights import RightsError, ensure_roles, owns_the_tables
from pledge_portal.database.schema_check import UnknownSchemaError, check_schema

# The oldest PostgreSQL whose SQL the portal keeps to.
OLDEST_POSTGRESQL = 15


class UnfitServerError(Exception):
    """The server can't be used; the text is a sentence for the operator."""


def check_server() -> None:
    """Check that the configured server can be reached and used.

    Raises UnfitServerError when it can't.
    """
    with as_owner():
        _check_server()


def serves_as_owner() -> bool:
    """Return whether the portal answers by the account that owns its tables.

    Whoever got past the portal's code could then get past the database's guards too.
    """
    with connection.cursor() as cursor:
        return owns_the_tables(cursor)


def _check_server() -> None:
    try:
        connection.ensure_connection()
    except (OperationalError, NotSupportedError, ImproperlyConfigured) as fault:
        raise UnfitServerError(f"Databasen svarar inte: {_first_line(fault)}") from fault
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        major = int(cursor.fetchone()[0]) // 10_000
        if major < OLDEST_POSTGRESQL:
            raise UnfitServerError(
                f"Databasen är PostgreSQL {major}. Portalen behöver {OLDEST_POSTGRESQL} eller"
                " nyare."
            )
        try:
            check_schema(connection)
        except UnknownSchemaError as fault:
            raise UnfitServerError(str(fault)) from fault
        for extension in wanted_extensions():
            cursor.execute(
                "SELECT count(*) FILTER (WHERE installed_version IS NOT NULL), count(*),"
                " has_database_privilege(current_database(), 'CREATE')"
                " FROM pg_available_extensions WHERE name = %s",
                [extension],
            )
            installed, available, may_create = cursor.fetchone()
            if not available:
                raise UnfitServerError(
                    f"PostgreSQL saknar tillägget {extension}. Det finns i Debians paket"
                    f" postgresql-{major}."
                )
            if not installed and not may_create:
                raise UnfitServerError(
                    f"Databaskontot får inte skapa tillägget {extension}. Låt en administratör"
                    f" köra: CREATE EXTENSION {extension};"
                )
        try:
            if owns_the_tables(cursor):
                ensure_roles(cursor)
        except RightsError as fault:
            raise UnfitServerError(str(fault)) from fault


def wanted_extensions() -> list[str]:
    """Return the names of the extensions that the migrations make."""
    migrations = MigrationLoader(None).disk_migrations or {}
    return sorted(
        {
            operation.name
            for migration in migrations.values()
            for operation in migration.operations
            if isinstance(operation, CreateExtension)
        }
    )


def _first_line(fault: Exception) -> str:
    return next(iter(str(fault).strip().splitlines()), type(fault).__name__)
