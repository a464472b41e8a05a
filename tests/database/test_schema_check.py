"""A database of another edition is left alone, and the operator told."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core import management
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection
from psycopg import conninfo

import manage
from pledge_portal.database.cluster import programs
from tests.served import database_url, environment_for, free_port, own_database, run_manage

# As portals from before the migrations were made anew have it.
OLDER = (
    "DELETE FROM django_migrations WHERE app IN ('database', 'pledges');"
    "INSERT INTO django_migrations (app, name, applied) VALUES"
    " ('database', '0001_guards', now()), ('pledges', '0016_sha256_index', now())"
)
WITHOUT_RECORDS = "DROP TABLE django_migrations"
# The first migrations were written anew since: a column, and a guard, that this edition has.
WITHOUT_A_COLUMN = "ALTER TABLE pledges_municipality DROP COLUMN sort_key CASCADE"
WITHOUT_A_GUARD = "DROP TRIGGER pledges_signature_guard_signature ON pledges_signature"
NEWER = "INSERT INTO django_migrations (app, name, applied) VALUES ('pledges', '0999_new', now())"


@pytest.fixture
def address(migrated_database: str) -> Iterator[dict[str, Any]]:
    """Give a database of the test's own that has had all migrations."""
    with own_database("schema_check", migrated_database) as address:
        yield address


def run(address: dict[str, Any], statement: str, *command: str) -> str:
    """Run a command on the database after a statement; return how it refused.

    Nothing may be otherwise in the database afterwards.
    """
    with psycopg.connect(**address) as server:
        server.execute(statement)
        server.execute("INSERT INTO accounts_attempts VALUES ('4711', '', now())")
    environment = environment_for(
        Path("/nowhere"), DATABASE_URL=database_url(address), PORT=str(free_port()), SECRET_KEY="x"
    )
    before = dump(address)
    done = run_manage(environment, *command, check=False)
    assert dump(address) == before
    assert "4711" in before
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def dump(address: dict[str, Any]) -> str:
    """Return all that the database holds."""
    program = [programs() / "pg_dump", "--restrict-key=same"]
    done = subprocess.run(
        [*program, f"--dbname={conninfo.make_conninfo(**address)}"],
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


@pytest.mark.parametrize("command", ["migrate", "serve"])
@pytest.mark.parametrize("statement", [OLDER, WITHOUT_RECORDS, WITHOUT_A_COLUMN, WITHOUT_A_GUARD])
def test_an_older_database_is_left_alone_and_its_pledges_can_be_taken_along(
    address: dict[str, Any], statement: str, command: str
) -> None:
    output = run(address, statement, command)
    assert "äldre utgåva" in output
    for way in ("export_records", "import_records", "export_pledge", "import_pledge"):
        assert f"manage.py {way}" in output


@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_a_newer_database_is_left_alone(address: dict[str, Any], command: str) -> None:
    output = run(address, NEWER, command)
    assert "nyare utgåva" in output
    assert "pledges.0999_new" in output


def test_a_step_of_somebody_elses_app_is_no_hindrance(address: dict[str, Any]) -> None:
    with psycopg.connect(**address) as server:
        server.execute(NEWER.replace("'pledges'", "'earlier_library'"))
    environment = environment_for(Path("/nowhere"), DATABASE_URL=database_url(address))
    run_manage(environment | {"SECRET_KEY": "x"}, "migrate", "--verbosity", "0")


BEHIND = "DELETE FROM django_migrations WHERE app = 'dialogues'"
CASES = [
    (BEHIND, "Databasen är inte uppgraderad"),
    (NEWER, "nyare utgåva"),
    (OLDER, "äldre utgåva"),
    (WITHOUT_RECORDS, "äldre utgåva"),
]


@pytest.mark.usefixtures("as_the_owner", "db")
@pytest.mark.parametrize(("statement", "sentence"), CASES)
def test_a_command_says_why_it_can_not_use_a_database(
    monkeypatch: pytest.MonkeyPatch, statement: str, sentence: str
) -> None:
    """It isn't said by where in the program a table was missed."""

    def miss_a_column(arguments: list[str]) -> None:
        raise ProgrammingError('column "new" does not exist')

    monkeypatch.setattr(management, "execute_from_command_line", miss_a_column)
    monkeypatch.setattr("sys.argv", ["manage.py", "send_reminders"])
    with pytest.raises(ProgrammingError):
        manage.main()  # the database is in order: the fault is the program's
    with connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(SystemExit, match=sentence):
        manage.main()
    for command in ("work", "chores"):
        with pytest.raises(CommandError, match=sentence):
            call_command(command)


@pytest.mark.usefixtures("as_the_owner", "db")
def test_an_empty_database_is_told_from_an_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", lambda *_: [])
    with pytest.raises(CommandError, match=r"Det finns ingen portal i .*DATA_FOLDER"):
        call_command("work")
