"""What all tests share: the database server and a way past its guards.

The way past them is for when a test ends.
"""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from pledge_portal.database.acting import as_owner
from pledge_portal.database.cluster import SUPERUSER
from pledge_portal.database.embedded import EmbeddedServer
from tests.settings import FOLDER

# How quickly a busy machine thinks of examples says nothing of the portal.
hypothesis.settings.register_profile(
    "portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("portal")

pytest_plugins = [
    "tests.served",
    "tests.template",
    "tests.browsing",
    "tests.collecting",
    "tests.jobs",
]

# About how many seconds a test takes where tests start servers or browsers, kill, or ask for all.
_LONG = {
    "tests/accounts/test_every_address.py": 40,
    "tests/attacks/": 20,
    "tests/browser/": 6,
    "tests/database/test_commands.py": 15,
    "tests/faults/": 15,
}
_server = pytest.StashKey[EmbeddedServer]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the tests' own server.

    None is started when DATABASE_URL names one or this is a worker of xdist.
    """
    if hasattr(config, "workerinput"):
        return
    if "EMBEDDED_FOLDER" in settings.DATABASES["default"]:
        server = EmbeddedServer(FOLDER / "postgres", durable=False)
        server.hold()
        config.stash[_server] = server
        _drop_databases_of_dead_runs(server)
    # Not above: pytest loads it as a plugin first.
    from tests.served import make_serving_account

    make_serving_account()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the tests' own server unless another run uses it."""
    server = config.stash.get(_server, None)
    if server is not None:
        server.release()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let every process begin with its share of the tests that take long.

    xdist gives each process as many tests, as they stand; whoever has none left takes from the end
    of another's. What is long and comes last keeps one process, and the others wait for it.
    """
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    by_file: dict[str, list[pytest.Item]] = {}
    for item in items:
        by_file.setdefault(item.nodeid.partition("::")[0], []).append(item)
    seconds = {name: _seconds(name) * len(tests) for name, tests in by_file.items()}
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    taken = [0] * workers
    for name in sorted(filter(seconds.get, by_file), key=lambda name: (-seconds[name], name)):
        lightest = taken.index(min(taken))
        shares[lightest] += by_file[name]
        taken[lightest] += seconds[name]
    short = [item for name, tests in by_file.items() if not seconds[name] for item in tests]
    left = len(items)
    for number, share in enumerate(shares):
        size = left // (workers - number)
        how_many = max(0, size - len(share))
        share += short[:how_many]
        del short[:how_many]
        left -= len(share)
    items[:] = [item for share in shares for item in share] + short


def _seconds(name: str) -> int:
    """Return about how many seconds each test of a file takes, 0 for a moment."""
    return next((seconds for place, seconds in _LONG.items() if name.startswith(place)), 0)


def _drop_databases_of_dead_runs(server: EmbeddedServer) -> None:
    """Remove the databases that killed runs left behind.

    They are known by the process number in the name.
    """
    address = server.connection_settings("postgres")
    with psycopg.connect(
        host=address["HOST"], user=SUPERUSER, dbname="postgres", autocommit=True
    ) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            run = re.match(r"(?:test_pledge_portal|served|template)_(\d+)", name)
            if run and not psutil.pid_exists(int(run[1])):
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """Give an empty folder for a database server of the test's own.

    The test stops the server itself.

    Not pytest's `tmp_path`: every run of pytest closes the parent of all such folders to others,
    and so shuts out the account that runs the server in root's stead.
    """
    with tempfile.TemporaryDirectory(prefix="pledge-portal-") as folder:
        yield Path(folder)


@pytest.fixture
def as_the_owner() -> Iterator[None]:
    """Let a test work as the owner of the tables, who alone may alter them."""
    with as_owner():
        yield


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_guards() -> Iterator[None]:
    """Switch the database's guards off while a test's tables are cleared.

    This is done after a test with real transactions. Signed pledges refuse DELETE and TRUNCATE, so
    the clearing after such a test (and nothing else) switches the triggers off and, in the same
    transaction, on again as they were. It needs no more rights than owning the tables.
    """
    original = BaseDatabaseOperations.execute_sql_flush
    states = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}

    def execute_sql_flush(self: Any, sql_list: list[str]) -> None:
        with (
            as_owner(),
            transaction.atomic(using=self.connection.alias),
            self.connection.cursor() as cursor,
        ):
            cursor.execute(
                "SELECT tgrelid::regclass::text, quote_ident(tgname), tgenabled FROM pg_trigger"
                " WHERE NOT tgisinternal AND tgenabled <> 'D'"
            )
            triggers = cursor.fetchall()
            for table, trigger, _ in triggers:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
            for sql in sql_list:
                cursor.execute(sql)
            for table, trigger, state in triggers:
                cursor.execute(f"ALTER TABLE {table} {states[state]} TRIGGER {trigger}")

    BaseDatabaseOperations.execute_sql_flush = execute_sql_flush
    yield
    BaseDatabaseOperations.execute_sql_flush = original
