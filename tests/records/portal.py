"""A portal to empty: what the tests of restoring begin with, within their own transaction."""

from __future__ import annotations

from django.apps import apps
from django.db import connection

OURS = {"accounts", "dialogues", "pledges"}


def tables() -> list[str]:
    """Return the tables of our own, those of the history too."""
    return [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OURS and model._meta.managed
    ]


def empty_the_portal() -> None:
    """Take everything away, past the guards, as if the portal were new."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgname LIKE 'pgtrigger_refuse_truncate%'"
        )
        guards = cursor.fetchall()
        for table, guard in guards:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
        cursor.execute(f"TRUNCATE {', '.join(tables())} CASCADE")
        for table, guard in guards:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {guard}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
