"""The fixture `served`: a real portal for tests over HTTP.

It is started as an operator starts it.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from django.conf import settings
from psycopg import errors, sql

from pledge_portal.database.roles import ATTRIBUTES, SERVER_ROLE
from tests.commands import ROOT, Command
from tests.settings import FOLDER, RUN

SECONDS_TO_START = 180
# Packing styles takes a portal longer than all else that it does at its first start.
PACKED = FOLDER / "packed-styles"


@dataclass(frozen=True)
class Answer:
    """What a portal answered; header names are lower-case."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class ServedPortal:
    """A portal that answers at `url`.

    It has a database and a data folder of its own.
    """

    url: str
    environment: dict[str, str]
    database: dict[str, Any]
    folder: Path

    def run(
        self, *arguments: str | Path, check: bool = True, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `manage.py` with `arguments` beside the portal.

        Returns what it printed. With `check`, an exit code other than 0 fails the test and shows
        what was printed.
        """
        return run_manage(self.environment, *arguments, check=check, stdin=stdin)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """Ask for `path` without following redirects; nothing is unpacked."""
        asked = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        try:
            asked.request("GET", path, headers=headers or {})
            answer = asked.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read())
        finally:
            asked.close()

    def connect(self) -> psycopg.Connection:
        """Open a connection of one's own to the portal's database.

        It commits as it goes.
        """
        return psycopg.connect(**self.database, autocommit=True)


def run_manage(
    environment: dict[str, str],
    *arguments: str | Path,
    check: bool = True,
    stdin: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` with `arguments` in `environment`.

    See `ServedPortal.run`.
    """
    command = Command(environment, *arguments, stdin=stdin)
    stdout, stderr = command.communicate()
    done = subprocess.CompletedProcess(arguments, command.wait(), stdout, stderr)
    if check and done.returncode:
        pytest.fail(f"manage.py {arguments} gave {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


def environment_for(folder: Path, **changes: str) -> dict[str, str]:
    """Return the environment of a portal whose data lie in `folder`.

    The portal is one's own. Nothing of the tests' own settings or of the caller's goes along, but
    for `changes`.
    """
    ours = {"PATH", "HOME", "LANG", "TMPDIR", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"}
    inherited = {name: value for name, value in os.environ.items() if name in ours}
    return {
        **inherited,
        "DJANGO_SETTINGS_MODULE": "pledge_portal.settings",
        "DATA_FOLDER": str(folder),
        "PYTHONUNBUFFERED": "1",
        **changes,
    }


def free_port() -> int:
    """Return the number of a port of 127.0.0.1 that nobody listens to now."""
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


def server_address() -> dict[str, Any]:
    """Return psycopg's arguments for the tests' database server.

    They are without a database's name.
    """
    configured = settings.DATABASES["default"]
    return {
        "host": configured["HOST"] or configured.get("OPTIONS", {}).get("host") or None,
        "port": configured["PORT"] or None,
        "user": configured["USER"] or None,
        "password": configured.get("PASSWORD") or None,
    }


def make_serving_account() -> None:
    """Make the account that portals serve as on the tests' server.

    It has the owner's password.
    """
    address = server_address()
    with psycopg.connect(**address, dbname="postgres", autocommit=True) as server:
        for role, attributes in ATTRIBUTES.items():
            with suppress(errors.DuplicateObject, errors.UniqueViolation):
                server.execute(f"CREATE ROLE {role} {attributes}")
        with suppress(errors.InternalError_):  # another run does so at the same moment
            server.execute(
                sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(SERVER_ROLE), address["password"]
                )
            )


def database_urls(database: dict[str, Any]) -> dict[str, str]:
    """Return the settings of a portal that serves as the serving role.

    Its tables are the owner's. The database is given as psycopg's arguments, as the owner.
    """
    return {
        "DATABASE_URL": database_url({**database, "user": SERVER_ROLE}),
        "DATABASE_OWNER_URL": database_url(database),
    }


def database_url(database: dict[str, Any]) -> str:
    """Return the DATABASE_URL for a database given as psycopg's arguments."""
    user = quote(database["user"] or "", safe="")
    if database["password"]:
        user += ":" + quote(database["password"], safe="")
    host = database["host"] or ""
    at = f"{user}@" if user else ""
    if host.startswith("/"):
        return f"postgres://{at}/{host}/{database['dbname']}"
    port = f":{database['port']}" if database["port"] else ""
    return f"postgres://{at}{host}{port}/{database['dbname']}"


def create_database(name: str, template: str = "template0") -> dict[str, Any]:
    """Make a database on the tests' server, empty or a copy.

    Returns psycopg's arguments for it.
    """
    address = server_address()
    with psycopg.connect(**address, dbname="postgres", autocommit=True) as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    return {**address, "dbname": name}


def drop_database(name: str) -> None:
    """Remove a database from the tests' server, if it is there.

    It is removed whoever uses it.
    """
    with psycopg.connect(**server_address(), dbname="postgres", autocommit=True) as server:
        server.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


@contextmanager
def own_database(name: str, template: str = "template0") -> Iterator[dict[str, Any]]:
    """Make a database on the tests' server, and remove it afterwards.

    It is empty or a copy. Yields psycopg's arguments for it.
    """
    drop_database(name)
    try:
        yield create_database(name, template)
    finally:
        drop_database(name)


@contextmanager
def serving(
    environment: dict[str, str],
    log: Path,
    *options: str,
    command: tuple[str, ...] = (),
    packed: bool = True,
) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the portal of `environment` and stop it in good order.

    Its lines go to `log`. `command` stands in for `manage.py serve`; `packed=False` lets it pack
    its styles itself. Fails the test when the portal doesn't get ready.
    """
    folder = Path(environment["DATA_FOLDER"])
    if packed:
        _bring_packed_styles(folder)
    with log.open("wb") as output:
        portal = subprocess.Popen(
            command or [sys.executable, str(ROOT / "manage.py"), "serve", *options],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while "http://" not in log.read_text().partition("Portalen är igång")[2]:
            if portal.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"The portal did not start:\n{log.read_text()}")
            time.sleep(0.1)
        _keep_packed_styles(folder)
        yield portal
    finally:
        if portal.poll() is None:
            portal.send_signal(signal.SIGTERM)
            try:
                portal.wait(30)
            except subprocess.TimeoutExpired:
                portal.kill()
                portal.wait()


def _bring_packed_styles(folder: Path) -> None:
    """Give a new portal the styles that an earlier one packed.

    It packs anew if they are stale.
    """
    if PACKED.exists() and not (folder / "collected-static").exists():
        shutil.copytree(PACKED, folder, dirs_exist_ok=True)


def _keep_packed_styles(folder: Path) -> None:
    """Keep a portal's packed styles for the next one.

    They are left when they are the same.
    """
    mark = "collected-static.fingerprint"
    fingerprint = (folder / mark).read_text()
    if (PACKED / mark).exists() and (PACKED / mark).read_text() == fingerprint:
        return
    draft = PACKED.with_name(f"{PACKED.name}.{os.getpid()}")
    shutil.copytree(folder / "collected-static", draft / "collected-static")
    (draft / mark).write_text(fingerprint)
    shutil.rmtree(PACKED, ignore_errors=True)
    try:
        draft.rename(PACKED)
    except OSError:  # another process was first
        shutil.rmtree(draft)


@pytest.fixture(scope="session")
def served(
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
    demonstration_database: Callable[[Path], str],
) -> Iterator[ServedPortal]:
    """Serve a portal with the demonstration, over HTTP as in production.

    One for each process of pytest-xdist, shared by its tests: change nothing that another test
    reads, or work on a pledge of your own.
    """
    folder = tmp_path_factory.mktemp("served")
    port = free_port()
    with own_database(f"served_{RUN}_{worker_id}", demonstration_database(folder)) as database:
        environment = environment_for(
            folder,
            **database_urls(database),
            HOST="127.0.0.1",
            PORT=str(port),
            # Letters are put there, a file for each connection to the post.
            EMAIL_URL=f"filemail:///{folder / 'letters'}",
        )
        with serving(environment, folder / "log", "--workers", "1"):
            yield ServedPortal(f"http://127.0.0.1:{port}", environment, database, folder)
