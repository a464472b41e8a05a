"""The database role that the running code works as, and on whose behalf.

The role is the portal's own, the public's or the owner's (see database.roles). On whose behalf is
what the history of changes says beside each of them (see database.history). The connections look
here before each statement (`ActingConnection`), so that a change costs nothing until something is
asked, and only when the connection isn't told already.
"""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Any

from django.db import connection
from django.db.backends.base.base import NO_DB_ALIAS
from psycopg import sql
from psycopg.pq import TransactionStatus

from pledge_portal.database.patience import limit_answers, waiting_briefly, with_limits
from pledge_portal.database.roles import PUBLIC_ROLE


class _Role(Enum):
    """Who asks, as the statement that makes a connection work so."""

    PORTAL = "RESET ROLE"
    PUBLIC = f"SET ROLE {PUBLIC_ROLE}"
    OWNER = "SET ROLE NONE"


# Commands and whatever isn't a request are the portal's own.
_role: ContextVar[_Role] = ContextVar("role", default=_Role.PORTAL)

# What is told of each change, as JSON; empty when nobody has said.
_on_behalf: ContextVar[str] = ContextVar("on_behalf", default="")
# Where the trigger that writes the history looks for it (sql/record_change.sql).
_SETTING = "pledge_portal.on_behalf_of"


@contextmanager
def as_public() -> Iterator[None]:
    """Let everything within read as anonymous visitors do."""
    token = _role.set(_Role.PUBLIC)
    try:
        yield
    finally:
        _role.reset(token)


@contextmanager
def as_portal() -> Iterator[None]:
    """Let everything within read and write as the portal itself.

    For the rules that take in what a visitor sent, and that find what a private link opens: they
    look for that very row and nothing else. The public's role can't write at all.
    """
    token = _role.set(_Role.PORTAL)
    try:
        yield
    finally:
        _role.reset(token)


@contextmanager
def as_owner() -> Iterator[None]:
    """Let everything within work as the owner of the tables.

    For `migrate`, and what restores history. Where the owner has a login of its own (`OWNER` among
    the settings of the database), the connection is closed and another opened, so it can't be done
    within a transaction.
    """
    if _role.get() is _Role.OWNER:
        yield
        return
    token = _role.set(_Role.OWNER)
    try:
        _log_in_anew()
        yield
    finally:
        _role.reset(token)
        _log_in_anew()


def _log_in_anew() -> None:
    if "OWNER" in connection.settings_dict:
        if connection.in_atomic_block:
            raise RuntimeError("A transaction can't be begun by one login and ended by another.")
        connection.close()


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

    Also by whom: the operating system's own account.
    """
    return on_behalf_of(command=name, os_user=system_account())


def system_account() -> str:
    """Return who runs this, whatever the environment says."""
    account = os.getuid()
    try:
        return pwd.getpwuid(account).pw_name
    except KeyError:  # a container may run as a number alone
        return str(account)


class ActingConnection:
    """A Django connection that has the right role at each statement.

    It also knows then on whose behalf it works. Both are set for the session and not for the
    transaction: a request may ask outside of any. PostgreSQL takes such a setting back with the
    transaction that it was made in, so after every rollback both count as unknown. Poolers that
    share one connection between clients within a session (transaction pooling) don't keep them and
    can't be used.
    """

    _held: tuple[_Role, str] | None = None

    def get_connection_params(self) -> dict[str, Any]:
        """Return how to reach the database: as the owner, when it is who asks."""
        configured: dict[str, Any] = self.settings_dict  # type: ignore[has-type]
        if self._current_role() is _Role.OWNER:
            self.settings_dict = {**configured, **configured.get("OWNER", {})}
        try:
            parameters: dict[str, Any] = super().get_connection_params()  # type: ignore[misc]
        finally:
            self.settings_dict = configured
        return parameters

    def _current_role(self) -> _Role:
        # Databases are made and dropped by the owner (Django's tests do so).
        return _Role.OWNER if self.alias == NO_DB_ALIAS else _role.get()  # type: ignore[attr-defined]

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection.

        It begins as the portal's own user, on nobody's behalf, and waits as long as its thread may.
        """
        self._held = (_Role.PORTAL, "")
        new_connection = super().get_new_connection(with_limits(conn_params))  # type: ignore[misc]
        limit_answers(new_connection)
        return new_connection

    def is_usable(self) -> bool:
        """Return whether the connection still answers."""
        with waiting_briefly():
            return bool(super().is_usable())  # type: ignore[misc]

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor, with the connection told what it isn't told already."""
        current = (self._current_role(), _on_behalf.get())
        # A transaction that has failed takes nothing but its end.
        has_failed = (
            self.connection.info.transaction_status  # type: ignore[attr-defined]
            is TransactionStatus.INERROR
        )
        if current != self._held and not has_failed:
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


def _telling(held: tuple[_Role, str] | None, role: _Role, on_behalf: str) -> sql.Composed:
    """Return the statements that bring a connection from what it holds.

    They are sent together.
    """
    statements: list[sql.Composable] = []
    if held is None or held[0] is not role:
        statements.append(sql.SQL(role.value))
    if held is None or held[1] != on_behalf:
        statements.append(sql.SQL("SELECT set_config({}, {}, false)").format(_SETTING, on_behalf))
    return sql.SQL("; ").join(statements)
