"""The queue's tables and functions are what the library says.

They come by the migrations of procrastinate. Its functions are made without a search path of their
own, unlike ours: they run with the rights of whoever calls them, and nobody but the portal's own
account may write, or read, the tables that they work on.
"""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction
from procrastinate.contrib.django import app

from pledge_portal.database.acting import as_public

pytestmark = pytest.mark.django_db

HELD = """
SELECT concat('function ', proname), pg_get_functiondef(oid)
    FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace AND proname ~ '^procrastinate_'
UNION ALL
SELECT format('trigger %%s on %%s', tgname, relname),
    pg_get_triggerdef(pg_trigger.oid) || tgenabled::text
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = %(schema)s::regnamespace AND relname ~ '^procrastinate_'
    AND NOT tgisinternal
UNION ALL
SELECT concat('index ', indexname), indexdef
    FROM pg_indexes WHERE schemaname = %(schema)s AND tablename ~ '^procrastinate_'
UNION ALL
SELECT format('column %%s of %%s', column_name, table_name),
    concat_ws(' ', udt_name, column_default, is_nullable, character_maximum_length)
    FROM information_schema.columns
    WHERE table_schema = %(schema)s AND table_name ~ '^procrastinate_'
UNION ALL
SELECT format('constraint %%s on %%s', conname, relname), pg_get_constraintdef(pg_constraint.oid)
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE relnamespace = %(schema)s::regnamespace AND relname ~ '^procrastinate_' AND contype <> 'n'
"""


def held(schema: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(HELD, {"schema": schema})
        return {name: text.replace(f"{schema}.", "") for name, text in cursor.fetchall()}


def of_the_library() -> dict[str, str]:
    """Return what the library makes where there is nothing, and undo it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA the_library")
        cursor.execute("SET LOCAL search_path = the_library")
        cursor.execute(app.schema_manager.get_schema())
        made = held("the_library")
        transaction.set_rollback(True)
    return made


@pytest.mark.usefixtures("as_the_owner")
def test_the_database_holds_what_the_library_says() -> None:
    library, ours = of_the_library(), held("public")
    assert len(library) > 60
    assert {name for name, _definition in library.items() ^ ours.items()} == set()


def test_no_function_of_the_queue_lends_its_callers_any_right() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE prosecdef), count(*) FROM pg_proc"
            " WHERE proname ~ '^procrastinate_'"
        )
        lending, functions = cursor.fetchone()
        assert lending == 0
        assert functions > 15
        for call in (
            "SELECT procrastinate_register_worker_v1()",
            "SELECT procrastinate_fetch_job_v2(NULL, NULL)",
            "SELECT procrastinate_cancel_job_v1(1, true, true)",
        ):
            with (
                as_public(),
                pytest.raises(ProgrammingError, match="denied"),
                transaction.atomic(),
                connection.cursor() as public,
            ):
                public.execute(call)
