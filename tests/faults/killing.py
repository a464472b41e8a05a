"""Killing a command, or the database server, in the midst of its work.

A command is killed at drawn moments over its whole run, and at set points: another session holds a
lock on a table, so the command stands still exactly when it comes to writing there, with all it
wrote before uncommitted.
"""

import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.commands import Command
from tests.served import run_manage

# KILLS=100 kills as often as an evening has room for.
KILLS = int(os.environ.get("KILLS", "4"))
SECONDS_TO_REACH_A_POINT = 60
SIGN = ("sign_pledge", "alvsbyn", "2023-2025", "--demo")


@dataclass(frozen=True)
class Place:
    """A migrated database with the municipalities, and its environment.

    The environment leads to the database.
    """

    environment: dict[str, str]
    database: dict[str, Any]

    def manage(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; fails the test unless it succeeds."""
        return run_manage(self.environment, *_without_checks(arguments))

    def connect(self) -> psycopg.Connection:
        """Open a session of one's own, which commits as it goes."""
        return psycopg.connect(**self.database, autocommit=True)

    def begin(self, *arguments: str | Path) -> Command:
        """Start a command and return at once."""
        return Command(self.environment, *_without_checks(arguments))

    @contextmanager
    def stopping_at(self, table: str) -> Iterator[None]:
        """Let no session write to `table` meanwhile; reading goes on."""
        holder = psycopg.connect(**self.database)
        try:
            holder.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(table)))
            yield
        finally:
            holder.close()

    def wait_until_stopped(self, command: Command) -> None:
        """Return when the command waits for the lock.

        Raises AssertionError when it never does.
        """
        deadline = time.monotonic() + SECONDS_TO_REACH_A_POINT
        with self.connect() as watcher:
            while not watcher.execute(
                "SELECT 1 FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ).fetchone():
                assert command.returncode is None, f"never stopped: {command.communicate()}"
                assert time.monotonic() < deadline, "never came to the point"
                time.sleep(0.02)

    def wait_until_quiet(self) -> None:
        """Return when no session but ours is left.

        Then what a killed command began is taken back.
        """
        with self.connect() as watcher:
            while watcher.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone():
                time.sleep(0.02)


def _without_checks(arguments: tuple[str | Path, ...]) -> list[str]:
    """Return the command without Django's checks of addresses and models.

    They take a third of the time of a start, and write nothing.
    """
    has_none = arguments[0] in {"shell", "work"}
    return [*map(str, arguments), *([] if has_none else ["--skip-checks"])]


def moments(seconds: float, seed: int) -> list[float]:
    """Return KILLS delays spread over a run of `seconds`.

    Each is drawn within its own share.
    """
    drawn = random.Random(seed)  # noqa: S311  (spreads kills; nothing secret)
    return [seconds * (share + drawn.random()) / KILLS for share in range(KILLS)]


def kill_after(
    place: Place, delay: float, *arguments: str | Path, kill: Callable[[Any], None] | None = None
) -> bool:
    """Start a command and kill it after `delay` seconds.

    When `kill` is given, what it kills is killed instead. Returns whether the command had said that
    all was done.
    """
    command = place.begin(*arguments)
    time.sleep(delay)
    if kill is None:
        command.kill()
    else:
        kill(command)
    command.communicate()
    return command.returncode == 0


def timed(act: Callable[[], object]) -> float:
    """Return how many seconds `act` takes."""
    began = time.monotonic()
    act()
    return time.monotonic() - began
