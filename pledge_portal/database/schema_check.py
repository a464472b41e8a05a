"""Whether this edition can use the database, or bring it up to date.

If it can't be brought up to date, nothing in it is touched. The migrations were made anew before
the first release, so a database from before then has tables that none of them knows how to change.
What it holds is taken along as files.
"""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from pledge_portal.database.initial import InitialMigration

# In every database that was made since the migrations were made anew.
_FIRST = ("database", "0001_initial")

_OLDER = """\
Databasen är gjord av en äldre utgåva av portalen, från före version 1.0. Den här utgåvan kan inte
använda den, och har varken ändrat eller tagit bort något i den. Så här följer löftena med:
  1. I den äldre utgåvan, med den här databasen, för varje löfte som är undertecknat:
         manage.py export_records alvsbyn 2023-2025 FIL.zip
     och för varje utkast:
         manage.py export_pledge alvsbyn 2027-2029 --output FIL.toml
  2. I den här utgåvan, med en ny och tom databas (en annan DATA_FOLDER eller DATABASE_URL):
         manage.py migrate
         manage.py load_municipalities
         manage.py import_records FIL.zip
         manage.py import_pledge FIL.toml
Behåll den äldre tills allt är med. Var det bara demonstrationen räcker det att flytta undan mappen
{data} och starta igen. Mer står i docs/operating.md, Upgrade."""

_NEWER = """\
Databasen är gjord av en nyare utgåva av portalen: den har ändrats av {names}, som den här utgåvan
inte har. Ingenting i den är rört. Kör den nyare utgåvan, eller återställ en säkerhetskopia."""

_EMPTY = """\
Det finns ingen portal i {where}. Stämmer DATA_FOLDER eller DATABASE_URL? En ny görs i ordning av
manage.py migrate, eller av make run."""

_BEHIND = """\
Databasen är inte uppgraderad till den här utgåvan: {missing} av {all} steg återstår. Ta en
säkerhetskopia och skriv manage.py migrate. Mer står i docs/operating.md, Upgrade."""


class UnknownSchemaError(Exception):
    """The database is of another edition; the text says what to do."""


def check_schema(connection: BaseDatabaseWrapper) -> None:
    """Raise UnknownSchemaError if it can't be brought up to date."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    known = MigrationLoader(None).disk_migrations or {}
    ours = {key[0] for key, migration in known.items() if isinstance(migration, InitialMigration)}
    unknown = sorted(".".join(key) for key in applied - set(known) if key[0] in ours)
    if _FIRST not in applied and (unknown or _has_tables(connection, ours)):
        raise UnknownSchemaError(_OLDER.format(data=settings.DATA_FOLDER))
    if unknown:
        raise UnknownSchemaError(_NEWER.format(names=", ".join(unknown)))
    waiting = {label for label, _name in set(known) - applied}
    if not _has_what_its_migrations_make(connection, ours - waiting):
        raise UnknownSchemaError(_OLDER.format(data=settings.DATA_FOLDER))


def _has_what_its_migrations_make(connection: BaseDatabaseWrapper, labels: set[str]) -> bool:
    """Return whether each table has its columns, constraints and triggers.

    Until the first release the first migrations are written anew under the same names, so that
    their records don't tell which of them made the tables.
    """
    columns: set[tuple[str, str]] = set()
    names: set[str] = set()
    for model in apps.get_models():
        meta = model._meta
        if meta.app_label in labels and meta.managed and not meta.proxy:
            fields = meta.local_concrete_fields
            columns |= {(meta.db_table, field.column) for field in fields if field.column}
            names |= {rule.name for rule in [*meta.constraints, *meta.indexes]}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relnamespace = quote_ident(current_schema())::regnamespace"
            " AND c.relname = ANY(%s) AND a.attnum > 0 AND NOT a.attisdropped",
            [sorted({table for table, _column in columns})],
        )
        if set(cursor.fetchall()) != columns:
            return False
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%(names)s)"
            " UNION SELECT conname FROM pg_constraint WHERE conname = ANY(%(names)s)"
            " UNION SELECT tgname FROM pg_trigger WHERE tgname = ANY(%(names)s)",
            {"names": sorted(names)},
        )
        return {name for (name,) in cursor.fetchall()} == names


def why_out_of_date(connection: BaseDatabaseWrapper) -> str | None:
    """Return what to do before this edition can use the database, or None."""
    try:
        check_schema(connection)
    except UnknownSchemaError as fault:
        return str(fault)
    known = {
        key
        for key, migration in (MigrationLoader(None).disk_migrations or {}).items()
        if not migration.replaces
    }
    missing = known - set(MigrationRecorder(connection).applied_migrations())
    if missing == known:
        settings_dict = connection.settings_dict
        return _EMPTY.format(where=settings_dict.get("EMBEDDED_FOLDER") or settings_dict["NAME"])
    return _BEHIND.format(missing=len(missing), all=len(known)) if missing else None


def _has_tables(connection: BaseDatabaseWrapper, labels: set[str]) -> bool:
    """Return whether there are tables of these apps, made by whatever it was."""
    models = [model for model in apps.get_models() if model._meta.app_label in labels]
    names = connection.introspection.table_names()
    return any(model._meta.db_table in names for model in models)
