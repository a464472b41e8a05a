"""The serving role owns nothing, makes nothing and writes no history.

The attacks are tried by a login of its own, as somebody would who had got past the portal's code
and could send any SQL. (The other tests work as the role too, by a session of the owner's.)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from pledge_portal.database import connection_settings, rights
from pledge_portal.database.acting import as_owner
from pledge_portal.database.history import histories
from pledge_portal.database.rights import RightsError, ensure_roles, put_rights_in_force
from pledge_portal.database.roles import PUBLIC_ROLE, SERVER_ROLE
from pledge_portal.database.server_check import serves_as_owner
from pledges.models import Pledge
from tests.builders import a_pledge
from tests.served import server_address

pytestmark = pytest.mark.django_db

ATTACKS = [
    # Taking the guards away.
    ("ALTER TABLE pledges_pledge DISABLE TRIGGER USER", "must be owner"),
    ("ALTER TABLE pledges_pledge DISABLE TRIGGER pledges_pledge_guard_pledge", "must be owner"),
    ("ALTER TABLE pledges_pledge DISABLE ROW LEVEL SECURITY", "must be owner"),
    ("ALTER TABLE pledges_pledge ADD COLUMN x int", "must be owner"),
    ("DROP TABLE pledges_internalnote", "must be owner"),
    ("DROP TRIGGER pledges_pledge_guard_pledge ON pledges_pledge", "must be owner"),
    ("DROP POLICY public_rows ON pledges_pledge", "must be owner"),
    ("CREATE POLICY x ON pledges_pledge USING (true)", "must be owner"),
    ("COMMENT ON SCHEMA public IS 'x'", "must be owner"),
    ("SET session_replication_role = replica", "permission denied"),
    ("SELECT set_config('session_replication_role', 'replica', false)", "permission denied"),
    # Talking them round.
    ("CREATE TEMPORARY TABLE pledges_signature (LIKE pledges_signature)", "permission denied"),
    ("CREATE TEMPORARY VIEW pledges_signature AS SELECT 1 AS pledge_id", "permission denied"),
    ("CREATE TABLE pledges_mine (x int)", "permission denied"),
    ("CREATE SCHEMA mine", "permission denied"),
    (
        "CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "permission denied",
    ),
    (
        "CREATE OR REPLACE FUNCTION guard_pledge() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END'",
        "permission denied",
    ),
    ("ALTER FUNCTION record_change() RESET search_path", "must be owner"),
    (
        "CREATE TRIGGER x BEFORE INSERT ON pledges_pledge FOR EACH ROW"
        " EXECUTE FUNCTION refuse_change()",
        "permission denied",
    ),
    # Forging history, or losing it.
    (
        "INSERT INTO pledges_pledgeevent SELECT * FROM pledges_pledgeevent",
        "permission denied",
    ),
    ("UPDATE pledges_pledgeevent SET pgh_context = NULL", "permission denied"),
    ("DELETE FROM pledges_pledgeevent", "permission denied"),
    ("COPY pledges_pledgeevent FROM STDIN", "permission denied"),
    (
        "SELECT setval(pg_get_serial_sequence('pledges_pledgeevent', 'pgh_id'), 1)",
        "permission denied",
    ),
    ("INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())", "permission"),
    ("TRUNCATE pledges_internalnote", "permission denied"),
    ("TRUNCATE procrastinate_jobs CASCADE", "permission denied"),
    # Becoming somebody else.
    ("CREATE ROLE mine SUPERUSER", "permission denied"),
    (f"ALTER ROLE {SERVER_ROLE} CREATEDB", "permission denied"),
    ("CREATE DATABASE mine", "permission denied"),
    ("COPY pledges_pledge TO PROGRAM 'cat'", "permission denied"),
    ("SELECT pg_read_file('/etc/hostname')", "permission denied"),
]


@pytest.fixture
def serving(db: None) -> Iterator[psycopg.Connection]:
    """Give a connection by the serving account's own login."""
    name = connection.settings_dict["NAME"]
    address = {**server_address(), "user": SERVER_ROLE, "dbname": name}
    with psycopg.connect(**address, autocommit=True) as session:
        yield session


@pytest.mark.parametrize(("statement", "refusal"), ATTACKS)
def test_the_serving_role_can_not(
    serving: psycopg.Connection, statement: str, refusal: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=refusal):
        serving.execute(statement)


@pytest.mark.parametrize("words", ["ROLE", "SESSION AUTHORIZATION"])
def test_the_serving_role_can_not_become_the_owner(serving: psycopg.Connection, words: str) -> None:
    owner = settings.DATABASES["default"]["USER"]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        serving.execute(f'SET {words} "{owner}"')
    serving.execute("SET ROLE NONE")
    assert serving.execute("SELECT current_user").fetchone() == (SERVER_ROLE,)


def test_the_serving_role_owns_nothing_and_may_write_no_table_of_events() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user <> current_user")
        assert cursor.fetchone() == (SERVER_ROLE, True)
        cursor.execute(
            "SELECT count(*) FROM pg_shdepend WHERE refobjid = to_regrole(%s)"
            " AND refclassid = 'pg_authid'::regclass AND deptype = 'o'",
            [SERVER_ROLE],
        )
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND relkind = 'r' AND NOT has_table_privilege(oid, 'INSERT')"
        )
        assert {name for (name,) in cursor.fetchall()} == {
            "django_migrations",
            "pledges_withhelddocument",
            *(history.events._meta.db_table for history in histories()),
        }
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND relkind = 'r' AND has_table_privilege(oid, 'TRUNCATE, TRIGGER, REFERENCES')"
        )
        assert cursor.fetchall() == [("database_writeprobe",)]


def test_history_is_written_by_its_function_alone() -> None:
    pledge = a_pledge()
    events: Any = next(history.events for history in histories() if history.model is Pledge)
    (inserted, *_later) = events.objects.filter(pgh_obj=pledge.pk).order_by("pgh_id")
    assert inserted.pgh_label == "insert"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE prosecdef"
            " AND pronamespace = current_schema()::regnamespace ORDER BY 1"
        )
        assert [name for (name,) in cursor.fetchall()] == [
            "analyze_statistics",
            "erase_detail",
            "erase_person",
            "record_change",
            "stage_statistics",
            "withhold_document",
            "withhold_later_step",
        ]
        # Nobody but the serving role may call a function of the portal's.
        cursor.execute(
            "SELECT count(*) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
            " AND prosecdef AND has_function_privilege(%s, oid, 'EXECUTE')",
            [PUBLIC_ROLE],
        )
        assert cursor.fetchone() == (0,)


def test_rights_are_put_in_force_by_the_owner_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "as_owner", nullcontext)
    # Nothing is lacking, so nothing is asked of the account that serves.
    put_rights_in_force()
    assert not serves_as_owner()
    with as_owner():
        assert serves_as_owner()
        with connection.cursor() as cursor:
            cursor.execute("COMMENT ON SCHEMA public IS 'gammalt'")
    with pytest.raises(RightsError, match="DATABASE_OWNER_URL"):
        put_rights_in_force()


def test_rights_that_did_not_come_along_with_a_copy_are_put_in_force() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {SERVER_ROLE}")
        put_rights_in_force()
    assert not Pledge.objects.exists()


@pytest.mark.parametrize(
    ("attributes", "refusal"),
    [
        ("", ""),
        ("SUPERUSER", "får mer än det ska"),
        ("BYPASSRLS", "får mer än det ska"),
        ("CREATEROLE", "får mer än det ska"),
    ],
)
def test_an_account_that_may_more_than_it_should_does_not_serve(
    monkeypatch: pytest.MonkeyPatch, attributes: str, refusal: str
) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE portal_in_a_test LOGIN {attributes}")
        monkeypatch.setitem(connection.settings_dict, "OWNER", {})
        monkeypatch.setitem(connection.settings_dict, "USER", "portal_in_a_test")
        if refusal:
            with pytest.raises(RightsError, match=refusal):
                ensure_roles(cursor)
        else:
            ensure_roles(cursor)
            cursor.execute("SELECT pg_has_role('portal_in_a_test', %s, 'USAGE')", [SERVER_ROLE])
            assert cursor.fetchone() == (True,)
        monkeypatch.undo()


def test_the_owner_logs_in_on_its_own_to_the_same_database() -> None:
    serving, owner = "postgres://portal@db/lofte", "postgres://agare:x@db/lofte"
    configured = connection_settings(serving, owner, Path("/nowhere"))
    assert (configured["USER"], configured["OWNER"]["USER"]) == ("portal", "agare")
    assert "OWNER" not in connection_settings(serving, "", Path("/nowhere"))
    for address, other in (
        ("", owner),
        (serving, "postgres://agare@db/annan"),
        (serving, "mysql://agare@db/lofte"),
    ):
        with pytest.raises(ImproperlyConfigured):
            connection_settings(address, other, Path("/nowhere"))
