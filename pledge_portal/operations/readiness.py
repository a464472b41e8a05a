"""Whether the database answers within two seconds and is migrated.

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


def _ask() -> Answer:
    try:
        missing = migrations_on_disk() - _applied_migrations(time.monotonic() + SECONDS)
    except (TimeoutError, psycopg.errors.ConnectionTimeout):
        return _not_ready("database does not answer")
    except psycopg.Error:
        _start_embedded()
        return _not_ready("database cannot be reached")
    return _not_ready("database is not migrated") if missing else ("200 OK", "ready\n")


def _not_ready(reason: str) -> Answer:
    return "503 Service Unavailable", f"{reason}\n"


def _applied_migrations(deadline: float) -> set[tuple[str, str]]:
    """Ask the database which migrations it has had.

    Raises TimeoutError at the deadline, which is in the clock of `time.monotonic`.
    """
    parameters = connection.get_connection_params()
    with_limits = {**parameters, "connect_timeout": SECONDS, "autocommit": True}
    asked = psycopg.connect(**with_limits)
    try:
        # psycopg's own methods wait for as long as it takes.
        pq = asked.pgconn
        pq.send_query(b"SELECT app, name FROM django_migrations")
        while pq.is_busy():
            remaining = max(0.0, deadline - time.monotonic())
            if not select.select([pq.socket], [], [], remaining)[0]:
                raise TimeoutError
            pq.consume_input()
        result = pq.get_result()
    finally:
        asked.close()
    if result is None or result.status != ExecStatus.TUPLES_OK:
        return set()
    return {(_text(result, row, 0), _text(result, row, 1)) for row in range(result.ntuples)}


def _text(result: Any, row: int, column: int) -> str:
    return (result.get_value(row, column) or b"").decode()


def _start_embedded() -> None:
    """Start the embedded server if it is the portal's.

    Requests for pages start it too, but none may come to a portal that isn't ready.
    """
    if folder := connection.settings_dict.get("EMBEDDED_FOLDER"):
        from pledge_portal.database.backend.base import used_server

        threading.Thread(target=used_server(folder).hold, daemon=True).start()
