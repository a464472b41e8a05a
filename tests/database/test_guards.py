"""The database holds the guards that the house says, and no others.

The functions are said by files, the triggers by the models, what the public may read by READABLE.
All of it is thrown away and made anew, and compared with what was there: so a file, a model or a
database that was changed alone is told by its name.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from pledge_portal.database import functions
from pledge_portal.database.functions import function_files, function_statements
from pledge_portal.database.rights import put_rights_in_force
from pledge_portal.database.triggers import Trigger
from tests.builders import a_pledge
from tests.served import database_url, environment_for, own_database, run_manage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_the_owner")]

# Those of an extension are its own; those of the queue are compared with its library's files, and
# have no fixed search path (tests/queue/test_schema.py says why).
FUNCTIONS = (
    "FROM pg_proc WHERE pronamespace = quote_ident(current_schema())::regnamespace"
    " AND proname !~ '^procrastinate_' AND NOT EXISTS"
    " (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
)
HELD = f"""
SELECT concat('function ', proname), pg_get_functiondef(oid) {FUNCTIONS}
UNION ALL
SELECT format('trigger %s on %s', tgname, tgrelid::regclass),
    concat(pg_get_triggerdef(oid), tgenabled)
    FROM pg_trigger WHERE NOT tgisinternal AND tgname !~ '^procrastinate_'
UNION ALL
SELECT format('policy %s on %s', policyname, tablename),
    concat_ws(' ', permissive, roles, cmd, qual, with_check)
    FROM pg_policies WHERE schemaname = current_schema()
UNION ALL
SELECT concat('rights to ', relname), concat_ws(' ', relrowsecurity, relforcerowsecurity, (
        SELECT string_agg(acl::text, ' ' ORDER BY acl::text) FROM unnest(relacl) AS acl))
    FROM pg_class WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind = 'r'
"""


def held() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(HELD)
        return dict(cursor.fetchall())


def made_anew() -> dict[str, str]:
    """Return what the database holds when it is made as the house says.

    All of it is made, and nothing is left of it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for name in held():
            what, _, rest = name.partition(" ")
            if what in {"trigger", "policy"}:
                cursor.execute(f"DROP {what} {rest}")
        cursor.execute("SELECT format('DROP FUNCTION %s CASCADE', oid::regprocedure)" + FUNCTIONS)
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
        for statement in function_statements(connection):
            cursor.execute(statement)
        with connection.schema_editor() as editor:
            for model in apps.get_models(include_auto_created=True):
                for constraint in model._meta.constraints:
                    if isinstance(constraint, Trigger):
                        editor.execute(constraint.create_sql(model, editor))
        cursor.execute("SELECT format('COMMENT ON SCHEMA %I IS NULL', current_schema())")
        cursor.execute(cursor.fetchone()[0])
        put_rights_in_force()
        made = held()
        transaction.set_rollback(True)
    return made


def differences() -> set[str]:
    """Return the names of what differs from what the house says."""
    return {name for name, _definition in held().items() ^ made_anew().items()}


def test_the_database_holds_what_the_house_says() -> None:
    assert len(held()) > 300
    assert differences() == set()


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        (
            "CREATE OR REPLACE FUNCTION guard_pledge() RETURNS trigger LANGUAGE plpgsql"
            " SET search_path = public, pg_temp AS 'BEGIN RETURN NEW; END'",
            "function guard_pledge",
        ),
        ("ALTER FUNCTION guard_document() RESET search_path", "function guard_document"),
        (
            "CREATE FUNCTION stray() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "function stray",
        ),
        (
            "DROP TRIGGER pledges_pledge_guard_pledge ON pledges_pledge",
            "trigger pledges_pledge_guard_pledge on pledges_pledge",
        ),
        (
            "ALTER TABLE pledges_pledge DISABLE TRIGGER pledges_pledge_guard_pledge",
            "trigger pledges_pledge_guard_pledge on pledges_pledge",
        ),
        (
            "CREATE TRIGGER stray BEFORE INSERT ON pledges_pledge FOR EACH ROW"
            " EXECUTE FUNCTION refuse_change()",
            "trigger stray on pledges_pledge",
        ),
        (
            "ALTER POLICY public_rows ON pledges_pledge USING (true)",
            "policy public_rows on pledges_pledge",
        ),
        (
            "CREATE POLICY stray ON pledges_pledge USING (true)",
            "policy stray on pledges_pledge",
        ),
        ("ALTER TABLE pledges_pledge DISABLE ROW LEVEL SECURITY", "rights to pledges_pledge"),
        (
            "GRANT SELECT ON pledges_internalnote TO pledge_portal_public",
            "rights to pledges_internalnote",
        ),
    ],
)
def test_a_database_changed_by_hand_is_seen(statement: str, difference: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert differences() == {difference}


def test_a_changed_file_is_seen_and_in_force_after_the_next_migration(tmp_path: Path) -> None:
    files = function_files()
    file = next(file for file in files if file.stem == "guard_pledge")
    changed = tmp_path / file.name
    changed.write_text(file.read_text().replace("undertecknat och kan", "signerat och kan"))
    with patch.object(functions, "function_files", return_value=[*(set(files) - {file}), changed]):
        assert differences() == {"function guard_pledge"}
        put_rights_in_force()
        assert differences() == set()
    assert differences() == {"function guard_pledge"}


def test_a_trigger_that_a_model_no_longer_declares_is_seen() -> None:
    meta = apps.get_model("pledges", "Pledge")._meta
    remaining = [
        constraint for constraint in meta.constraints if "guard_pledge" not in constraint.name
    ]
    with patch.object(meta, "constraints", remaining):
        assert differences() == {"trigger pledges_pledge_guard_pledge on pledges_pledge"}


def search_paths(cursor: Any) -> dict[str, list[str]]:
    cursor.execute(f"SELECT proname, proconfig {FUNCTIONS}")
    return dict(cursor.fetchall())


def test_every_function_has_a_file_of_its_own_and_a_fixed_search_path() -> None:
    files = function_files()
    for file in files:
        made = re.findall(r"CREATE OR REPLACE FUNCTION (\w+)\(", file.read_text())
        assert made == [file.stem]
    with connection.cursor() as cursor:
        fixed = search_paths(cursor)
    assert fixed == {file.stem: ["search_path=public, pg_temp"] for file in files}


def test_nobodys_own_table_is_taken_for_the_portals() -> None:
    a_pledge()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("CREATE TEMPORARY TABLE pledges_signature (LIKE pledges_signature)")
        with pytest.raises(IntegrityError, match="undertecknat"), transaction.atomic():
            cursor.execute("UPDATE pledges_pledge SET title = 'x'")


def test_the_portals_tables_may_lie_in_another_schema(tmp_path: Path) -> None:
    with own_database("schema", "template0") as address:
        with psycopg.connect(**address) as server:
            server.execute('CREATE SCHEMA "Portalen"')
            server.execute(
                f'ALTER DATABASE {address["dbname"]} SET search_path = "Portalen", public'
            )
        environment = environment_for(tmp_path, DATABASE_URL=database_url(address))
        run_manage(environment, "migrate", "--verbosity", "0")
        with psycopg.connect(**address) as server:
            fixed = search_paths(server.cursor())
            # Nothing but our own schema is searched, whatever the session's path says.
            server.execute("SET search_path = ''")
            with pytest.raises(psycopg.errors.RestrictViolation, match="kan inte tömmas"):
                server.execute('TRUNCATE "Portalen".pledges_annulment')
        assert set(fixed) == {file.stem for file in function_files()}
        assert all(path == ['search_path="Portalen", pg_temp'] for path in fixed.values())
