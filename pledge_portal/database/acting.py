"""As which database role the code that runs now reads: the portal's own, or the public's.

The connections look here before each statement (`RoleAware`), so that a change costs nothing until
something is asked, and only when the connection isn't in that role already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from pledge_portal.database.public_role import PUBLIC_ROLE

# Commands, migrations and whatever isn't a request are the portal's own.
_as_public: ContextVar[bool] = ContextVar("as_public", default=False)


@contextmanager
def as_public() -> Iterator[None]:
    """Let everything within read as anonymous visitors do."""
    token = _as_public.set(True)
    try:
        yield
    finally:
        _as_public.reset(token)


def streamed_as_public(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the parts of an answer that is made while it is sent, each made as the public."""
    steps = iter(parts)
    while True:
        with as_public():
            try:
                part = next(steps)
            except StopIteration:
                return
        yield part


class RoleAware:
    """A Django connection that is in the wanted role whenever a statement runs.

    The role is set for the session and not for the transaction: a request may ask outside of any.
    PostgreSQL takes such a setting back with the transaction that it was made in, so after every
    rollback the role counts as unknown. Poolers that share one connection between clients within a
    session (transaction pooling) don't keep it and can't be used.
    """

    _held: bool | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection, which begins as the portal's own user."""
        self._held = False
        return super().get_new_connection(conn_params)  # type: ignore[misc]

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor, with the connection put in the wanted role."""
        wanted = _as_public.get()
        if wanted is not self._held:
            with self.connection.cursor() as cursor:  # type: ignore[attr-defined]
                cursor.execute(f"SET ROLE {PUBLIC_ROLE}" if wanted else "RESET ROLE")
            self._held = wanted
        return super().create_cursor(name)  # type: ignore[misc]

    def _rollback(self) -> Any:
        self._held = None
        return super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._held = None
