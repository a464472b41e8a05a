"""The web server waits for the database so long and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextvars import Context
from typing import Any

import pytest
from django.db import OperationalError, connection

from pledge_portal.database import patience

pytestmark = pytest.mark.django_db


@pytest.fixture
def another() -> Iterator[Any]:
    """Give a connection that isn't open yet."""
    opened = connection.copy()
    yield opened
    opened.close()


def shown(another: Any, name: str) -> str:
    with another.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


def as_web_server(act: Callable[[], object]) -> None:
    """Do something as a thread of the web server does."""

    def limited() -> None:
        patience.limit_waiting()
        act()

    Context().run(limited)


def test_the_web_servers_connections_have_limits_and_others_none(another: Any) -> None:
    def unlimited() -> None:
        assert shown(another, "statement_timeout") == shown(another, "lock_timeout") == "0"
        another.close()

    Context().run(unlimited)

    def limited() -> None:
        assert shown(another, "statement_timeout") == "30s"
        assert shown(another, "lock_timeout") == "10s"
        assert another.connection.info.get_parameters()["connect_timeout"] == "3"

    as_web_server(limited)


def test_a_database_that_does_not_answer_is_left_and_asked_anew(
    another: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "ANSWER_SECONDS", 0.2)

    def limited() -> None:
        began = time.monotonic()
        with pytest.raises(OperationalError), another.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
        assert time.monotonic() - began < 4
        # Its late answer is no answer to what is asked next.
        another.close_if_unusable_or_obsolete()
        assert shown(another, "lock_timeout") == "10s"

    as_web_server(limited)
