"""How long the web server waits for the database.

A server that hangs, starts again or has locked what is asked for must not hold the web server's
threads. Its own limits (statement_timeout, lock_timeout) help while it works; one that doesn't
answer at all is left after `ANSWER_SECONDS`, and sooner where a short answer is asked for. Commands
and the worker wait for as long as their work takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from django.db import Error, InterfaceError, OperationalError

CONNECT_SECONDS = 3
LOCK_SECONDS = 10
STATEMENT_SECONDS = 30
# Longer than the server's own limits, whose words are better.
ANSWER_SECONDS = 35
# For what is answered at once, by a database that answers at all.
SHORT_SECONDS = 2

_READ_ONLY = "25006"
_longest: ContextVar[float | None] = ContextVar("longest_answer", default=None)


def limit_waiting() -> None:
    """Limit how long this thread waits for the database from now on."""
    _longest.set(ANSWER_SECONDS)


@contextmanager
def waiting_briefly() -> Iterator[None]:
    """Let nothing within wait longer than a short answer takes."""
    token = _longest.set(SHORT_SECONDS)
    try:
        yield
    finally:
        _longest.reset(token)


def is_away(error: BaseException | None) -> bool:
    """Return whether an error says that the database can't do its work now.

    It is gone, hangs or is locked, its disk is full, or it only lets itself be read. Nothing is
    wrong with what was asked for.
    """
    if isinstance(error, (OperationalError, InterfaceError)):
        return True
    return isinstance(error, Error) and getattr(error.__cause__, "sqlstate", None) == _READ_ONLY


def with_limits(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return a new connection's parameters, with the limits of this thread."""
    if _longest.get() is None:
        return parameters
    limits = {"statement_timeout": STATEMENT_SECONDS, "lock_timeout": LOCK_SECONDS}
    options = [f"-c {name}={seconds}s" for name, seconds in limits.items()]
    if given := parameters.get("options"):
        options.append(given)  # the operator's own go before
    return {"connect_timeout": CONNECT_SECONDS, **parameters, "options": " ".join(options)}


def limit_answers(connection: psycopg.Connection[Any]) -> None:
    """Let a connection wait for no answer longer than its thread may."""
    wait = connection.wait

    def wait_in_time(generator: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return wait(generator, interval, timeout or _longest.get())
        except psycopg.errors._WaitTimeout as error:
            # Whatever it would answer later is no answer to the next question.
            connection.pgconn.finish()
            raise psycopg.OperationalError("the database does not answer") from error

    connection.wait = wait_in_time  # type: ignore[assignment, method-assign]
