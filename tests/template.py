"""Databases made once for each run and copied for whoever needs one.

One has had all migrations, which take seconds of a processor where a copy takes a fifth of one; one
has the demonstration too, with the data folder that belongs to it. That a portal makes all of that
by itself at its first start is seen by tests/database/test_commands.py.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg import conninfo, sql

from pledge_portal.database.cluster import SUPERUSER, programs
from pledge_portal.database.embedded import EmbeddedServer
from tests.served import (
    database_urls,
    drop_database,
    environment_for,
    own_database,
    run_manage,
    server_address,
)
from tests.settings import FOLDER, RUN

MIGRATED = f"template_{RUN}"
DEMONSTRATION = f"template_{RUN}_demonstration"
_DEMONSTRATION_FOLDER = FOLDER / f"demonstration-{RUN}"
_making = pytest.StashKey[threading.Thread]()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin with the database while xdist's workers still look for tests.

    All of them need it.
    """
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    if config.getoption("numprocesses", None):
        config.stash[_making] = threading.Thread(target=demonstration)
        config.stash[_making].start()


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the databases at the end of the run."""
    if hasattr(config, "workerinput"):
        return
    if _making in config.stash:
        config.stash[_making].join()
    for name in (DEMONSTRATION, MIGRATED):
        if _lock(name).exists():
            drop_database(name)
            _lock(name).unlink()
    shutil.rmtree(_DEMONSTRATION_FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_database() -> str:
    """Give the name of a database with all migrations, to copy.

    Nobody may stay connected to it.
    """
    return migrated()


@pytest.fixture(scope="session")
def demonstration_database() -> Callable[[Path], str]:
    """Give a function that returns the demonstration database's name.

    The database is to be copied likewise. What its portal keeps beside the database is put in the
    folder that is given.
    """
    return demonstration


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Make the tests' database a copy of the migrated one.

    This is not done when an earlier one is used again.
    """
    if not request.config.getoption("reuse_db"):
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = migrated()


def migrated() -> str:
    """Return the migrated database's name.

    Makes it if no process has done so.
    """
    with _made_once(MIGRATED, "template0") as environment:
        if environment:
            run_manage(environment, "migrate", "--verbosity", "0")
    return MIGRATED


def demonstration(folder: Path | None = None) -> str:
    """Return the name of the database with the demonstration.

    Makes it likewise.
    """
    source = migrated()
    with _made_once(DEMONSTRATION, source) as environment:
        if environment:
            for loading in ("load_demonstration", "load_demonstration_dialogues"):
                run_manage(environment, loading)
            # Each served copy would make documents for its own address that nobody reads.
            name = f"{DEMONSTRATION}_draft"
            with psycopg.connect(**server_address(), dbname=name, autocommit=True) as draft:
                draft.execute(
                    "DELETE FROM procrastinate_jobs WHERE task_name ~ '^renew_statistics'"
                )
    if folder is not None:
        shutil.copytree(_DEMONSTRATION_FOLDER, folder, dirs_exist_ok=True)
    return DEMONSTRATION


def restore(name: str, server: EmbeddedServer) -> None:
    """Fill the portal's database on an embedded server as `name` is.

    The server is one's own, and runs.
    """
    server.ensure_database("pledge_portal")
    theirs, ours = server_address(), server.connection_settings("pledge_portal")
    dumped = subprocess.run(
        [
            programs() / "pg_dump",
            "-Fc",
            f"--dbname={conninfo.make_conninfo(**theirs, dbname=name)}",
        ],
        capture_output=True,
        check=True,
    ).stdout
    subprocess.run(
        [
            *(programs() / "pg_restore", "--single-transaction", "--no-owner"),
            *("-h", ours["HOST"], "-U", SUPERUSER, "-d", ours["NAME"]),
        ],
        input=dumped,
        check=True,
    )


@contextmanager
def _made_once(name: str, template: str) -> Iterator[dict[str, str] | None]:
    """Yield the environment to fill a copy of `template` in.

    Yields None when `name` is there. The copy gets its name when it is filled, and other processes
    wait for it.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _lock(name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(**server_address(), dbname="postgres", autocommit=True) as server:
            if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                yield None
                return
            with own_database(f"{name}_draft", template) as draft:
                yield environment_for(_DEMONSTRATION_FOLDER, **database_urls(draft))
                server.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                        sql.Identifier(draft["dbname"]), sql.Identifier(name)
                    )
                )


def _lock(name: str) -> Path:
    return FOLDER / f"{name}.lock"
