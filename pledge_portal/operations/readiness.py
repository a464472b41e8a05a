"""Whether the database answers, is migrated and takes writing.

It has two seconds.

The question goes by a connection of its own, since the others may hang on one that doesn't answer.
"""

from __future__ import annotations

import select
import threading
import time
from functools import cache
from typing import Any

import psycopg
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg.pq import ExecStatus

SECONDS = 2
# Of a database that hangs, and of one on a machine that is too busy.
SLOW = "database does not answer"
# So long an answer holds: strangers who ask often open no connections.
SECONDS_OF_HOLDING = 1
Answer = tuple[str, str]  # an HTTP status and a line with the reason


class Readiness:
    """The answer to /readyz, asked for by one at a time and held for a moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answer: Answer | None = None
        self._until = 0.0

    def __call__(self) -> Answer:
        """Return 200, or 503 with the reason."""
        with self._lock:
            if self._answer is None or time.monotonic() >= self._until:
                self._answer = _ask()
                self._until = time.monotonic() + SECONDS_OF_HOLDING
            return self._answer


@cache
def migrations_on_disk() -> frozenset[tuple[str, str]]:
    """Return (app, name) of every migration of the code that runs here."""
    loader = MigrationLoader(None)
    return frozenset(
        key for key, migration in (loader.disk_migrations or {}).items() if not migration.replaces
    )


# A new file's first pages, so that the disk must have room for them; taken back at once. A backup
# that reads the table isn't waited for: then it is written to as it is. A role that may not empty
# it does likewise.
_EMPTY = b"""DO $$ BEGIN SET LOCAL lock_timeout = 100; TRUNCATE database_writeprobe;
EXCEPTION WHEN lock_not_available OR insufficient_privilege THEN NULL; END $$"""
_WRITE = b"""INSERT INTO database_writeprobe (filler)
SELECT string_agg(uuid_send(gen_random_uuid()), '') FROM generate_series(1, 1000)"""


def _ask() -> Answer:
    parameters = connection.get_connection_params()
    with_limits = {**parameters, "connect_timeout": SECONDS, "autocommit": True}
    deadline = time.monotonic() + SECONDS
    try:
        asked = psycopg.connect(**with_limits)
        try:
            missing = migrations_on_disk() - _applied_migrations(asked, deadline)
            if missing:
                return _not_ready("database is not migrated")
            if not _takes_writing(asked, deadline):
                return _not_ready("database takes no writing")
        finally:
            asked.close()
    except (TimeoutError, psycopg.errors.ConnectionTimeout):
        return _not_ready(SLOW)
    except psycopg.Error:
        _start_embedded()
        return _not_ready("database cannot be reached")
    return "200 OK", "ready\n"


def _not_ready(reason: str) -> Answer:
    return "503 Service Unavailable", f"{reason}\n"


def _applied_migrations(asked: psycopg.Connection[Any], deadline: float) -> set[tuple[str, str]]:
    """Ask the database which migrations it has had.

    Raises TimeoutError at the deadline, which is in the clock of `time.monotonic`.
    """
    result = _answer(asked, b"SELECT app, name FROM django_migrations", deadline)
    if result is None or result.status != ExecStatus.TUPLES_OK:
        return set()
    return {(_text(result, row, 0), _text(result, row, 1)) for row in range(result.ntuples)}


def _takes_writing(asked: psycopg.Connection[Any], deadline: float) -> bool:
    """Return whether the database lets itself be written to.

    It doesn't when its disk is full, or it only lets itself be read. Nothing stays written. Raises
    TimeoutError at the deadline.
    """
    results = [_answer(asked, command, deadline) for command in (b"BEGIN", _EMPTY, _WRITE)]
    _answer(asked, b"ROLLBACK", deadline)
    return all(result and result.status == ExecStatus.COMMAND_OK for result in results)


def _answer(asked: psycopg.Connection[Any], command: bytes, deadline: float) -> Any:
    """Return the result of a command.

    psycopg's own methods wait for as long as it takes. Raises TimeoutError at the deadline.
    """
    pq = asked.pgconn
    pq.send_query(command)
    latest = None
    while True:
        while pq.is_busy():
            remaining = max(0.0, deadline - time.monotonic())
            if not select.select([pq.socket], [], [], remaining)[0]:
                raise TimeoutError
            pq.consume_input()
        result = pq.get_result()
        if result is None:
            return latest
        latest = result


def _text(result: Any, row: int, column: int) -> str:
    return (result.get_value(row, column) or b"").decode()


def _start_embedded() -> None:
    """Start the embedded server if it is the portal's.

    Requests for pages start it too, but none may come to a portal that isn't ready.
    """
    if folder := connection.settings_dict.get("EMBEDDED_FOLDER"):
        from pledge_portal.database.backend.base import used_server

        threading.Thread(target=used_server(folder).hold, daemon=True).start()
