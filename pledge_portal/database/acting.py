"""The database role that the running code works as, and on whose behalf.

The role is the portal's own or the public's. On whose behalf is what the history of changes says
beside each of them (see database.history). The connections look here before each statement
(`ActingConnection`), so that a change costs nothing until something is asked, and only when the
connection isn't told already.
"""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

from psycopg import sql

from pledge_portal.database.patience import limit_answers, waiting_briefly, with_limits
from pledge_portal.database.public_role import PUBLIC_ROLE

# Commands, migrations and whatever isn't a request are the portal's own.
_as_public: ContextVar[bool] = ContextVar("as_public", default=False)

# What is told of each change, as JSON; empty when nobody has said.
_on_behalf: ContextVar[str] = ContextVar("on_behalf", default="")
# Where the trigger that writes the history looks for it (sql/record_change.sql).
_SETTING = "pledge_portal.on_behalf_of"


@contextmanager
def as_public() -> Iterator[None]:
    """Let everything within read as anonymous visitors do."""
    token = _as_public.set(True)
    try:
        yield
    finally:
        _as_public.reset(token)


@contextmanager
def as_portal() -> Iterator[None]:
    """Let everything within read and write as the portal itself.

    For the rules that take in what a visitor sent, and that find what a private link opens: they
    look for that very row and nothing else. The public's role can't write at all.
    """
    token = _as_public.set(False)
    try:
        yield
    finally:
        _as_public.reset(token)


def streamed_as_public(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the parts of a streamed answer, each made as the public.

    Such an answer is made while it is sent.
    """
    steps = iter(parts)
    while True:
        with as_public():
            try:
                part = next(steps)
            except StopIteration:
                return
        yield part


@contextmanager
def on_behalf_of(**details: Any) -> Iterator[None]:
    """Let the history record these details of every change made within.

    They are added to what it records already. Known are `person` (a key), `name`, `email`,
    `address`, `command`, `os_user` and `reason`; the values must be such as JSON has.
    """
    known = json.loads(_on_behalf.get() or "{}") | details
    token = _on_behalf.set(json.dumps(known, ensure_ascii=False))
    try:
        yield
    finally:
        _on_behalf.reset(token)


def as_command(name: str) -> AbstractContextManager[None]:
    """Let the history record that a command of the terminal made the changes.

    Also by whom: the operating system's own account, whatever the environment says.
    """
    account = os.getuid()
    try:
        os_user = pwd.getpwuid(account).pw_name
    except KeyError:  # a container may run as a number alone
        os_user = str(account)
    return on_behalf_of(command=name, os_user=os_user)


class ActingConnection:
    """A Django connection that has the right role at each statement.

    It also knows then on whose behalf it works. Both are set for the session and not for the
    transaction: a request may ask outside of any. PostgreSQL takes such a setting back with the
    transaction that it was made in, so after every rollback both count as unknown. Poolers that
    share one connection between clients within a session (transaction pooling) don't keep them and
    can't be used.
    """

    _held: tuple[bool, str] | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection.

        It begins as the portal's own user, on nobody's behalf, and waits as long as its thread may.
        """
        self._held = (False, "")
        connection = super().get_new_connection(with_limits(conn_params))  # type: ignore[misc]
        limit_answers(connection)
        return connection

    def is_usable(self) -> bool:
        """Return whether the connection still answers."""
        with waiting_briefly():
            return bool(super().is_usable())  # type: ignore[misc]

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor, with the connection told what it isn't told already."""
        current = (_as_public.get(), _on_behalf.get())
        if current != self._held:
            with self.connection.cursor() as cursor:  # type: ignore[attr-defined]
                cursor.execute(_telling(self._held, *current))
            self._held = current
        return super().create_cursor(name)  # type: ignore[misc]

    def _rollback(self) -> Any:
        self._held = None
        return super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._held = None


def _telling(held: tuple[bool, str] | None, as_public: bool, on_behalf: str) -> sql.Composed:
    """Return the statements that bring a connection from what it holds.

    They are sent together.
    """
    statements: list[sql.Composable] = []
    if held is None or held[0] is not as_public:
        statements.append(sql.SQL(f"SET ROLE {PUBLIC_ROLE}" if as_public else "RESET ROLE"))
    if held is None or held[1] != on_behalf:
        statements.append(sql.SQL("SELECT set_config({}, {}, false)").format(_SETTING, on_behalf))
    return sql.SQL("; ").join(statements)
