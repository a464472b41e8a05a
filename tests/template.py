"""A database that has had all migrations, made once for each run and copied for whoever needs one.

Migrating takes twenty seconds of a processor, copying a fifth of one. That an empty database is
migrated as the portal starts is seen by tests/database/test_commands.py.
"""

from __future__ import annotations

import fcntl
import threading

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from tests.served import (
    create_database,
    database_url,
    drop_database,
    environment_for,
    run_manage,
    server_address,
)
from tests.settings import FOLDER, RUN

NAME = f"template_{RUN}"
_making = pytest.StashKey[threading.Thread]()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin with the database while xdist's workers, which all need it, still look for tests."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    if config.getoption("numprocesses", None):
        config.stash[_making] = threading.Thread(target=make)
        config.stash[_making].start()


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the database at the end of the run."""
    if hasattr(config, "workerinput"):
        return
    if _making in config.stash:
        config.stash[_making].join()
    if (FOLDER / f"{NAME}.lock").exists():
        drop_database(NAME)
        (FOLDER / f"{NAME}.lock").unlink()


@pytest.fixture(scope="session")
def migrated_database() -> str:
    """The name of a database that has had all migrations, to copy; nobody may stay connected."""
    return make()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Make the tests' database a copy of the migrated one, unless an earlier run's is used again."""
    if not request.config.getoption("reuse_db"):
        name = request.getfixturevalue("migrated_database")
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = name


def make() -> str:
    """Return the name of the run's migrated database, making it if no process has done so."""
    address = server_address()
    draft = f"{NAME}_draft"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{NAME}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(**address, dbname="postgres", autocommit=True) as server:
            if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                return NAME
            drop_database(draft)
            create_database(draft)
            url = database_url({**address, "dbname": draft})
            run_manage(environment_for(FOLDER, DATABASE_URL=url), "migrate", "--verbosity", "0")
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(draft), sql.Identifier(NAME)
                )
            )
    return NAME
