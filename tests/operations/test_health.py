"""Probes: does the portal live, and is it ready? Whatever else is wrong."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from contextvars import copy_context
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection
from django.test import RequestFactory

from pledge_portal.operations import readiness
from pledge_portal.wsgi import application
from tests.operations.conftest import BY_PROXY, OperatedPortal

READINESS = "pledge_portal.operations.readiness"
ODD_HOSTS = ["10.0.0.7", "10.0.0.7:8000", "[fe80::1]:80", "", "x/y", "a b", "any.example.org"]


@pytest.fixture(autouse=True)
def _asked_each_time() -> Iterator[None]:
    with patch.object(readiness, "SECONDS_OF_HOLDING", -1):
        yield


def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of what the application answers."""
    heard: list[Any] = []
    environ = RequestFactory().generic(method, path).environ | headers

    def answer() -> bytes:
        return b"".join(application(environ, lambda *said: heard.extend(said)))

    # What a request sets for its thread stays with it.
    body = copy_context().run(answer)
    status, sent = heard
    return int(status.split()[0]), dict(sent), body


@pytest.mark.django_db
def test_health_and_readiness() -> None:
    assert ask("/healthz")[2] == b"ok\n"
    status, headers, body = ask("/readyz")
    assert (status, body) == (200, b"ready\n")
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.django_db
def test_a_portal_that_is_not_migrated_is_not_ready() -> None:
    with patch(f"{READINESS}.migrations_on_disk", return_value={("pledges", "9999")}):
        status, _, body = ask("/readyz")
    assert (status, body) == (503, b"database is not migrated\n")


@pytest.mark.django_db
def test_a_database_without_any_tables_is_not_ready() -> None:
    parameters = connection.get_connection_params() | {"dbname": "template1"}
    with patch.object(connection, "get_connection_params", return_value=parameters):
        status, _, body = ask("/readyz")
    assert (status, body) == (503, b"database is not migrated\n")


@pytest.mark.django_db
@pytest.mark.parametrize("held", [False, True])
def test_a_database_that_takes_no_writing_is_not_ready(held: bool) -> None:
    parameters = connection.get_connection_params()
    with psycopg.connect(**parameters) as backup:
        if held:
            # A backup that reads the table is waited for by nobody.
            backup.execute("LOCK TABLE database_writeprobe IN ACCESS SHARE MODE")
        assert ask("/readyz")[0] == 200
        assert backup.execute("SELECT count(*) FROM database_writeprobe").fetchone() == (0,)
        backup.rollback()
    read_only = parameters | {"options": "-c default_transaction_read_only=on"}
    with patch.object(connection, "get_connection_params", return_value=read_only):
        status, _, body = ask("/readyz")
    assert (status, body) == (503, b"database takes no writing\n")


def test_a_portal_without_its_database_is_alive_but_not_ready() -> None:
    nobody = {"host": "127.0.0.1", "port": "1", "dbname": "ingen"}
    with (
        patch.object(connection, "get_connection_params", return_value=nobody),
        patch(f"{READINESS}._start_embedded"),
    ):
        assert ask("/readyz")[0] == 503
        assert ask("/healthz")[0] == 200


@pytest.mark.django_db
@pytest.mark.parametrize("host", ODD_HOSTS)
def test_probes_are_answered_whatever_host_they_ask_for(host: str) -> None:
    assert ask("/healthz", HTTP_HOST=host)[0] == 200
    assert ask("/readyz", HTTP_HOST=host)[0] == 200
    assert ask("/", HTTP_HOST=host)[0] == 400


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_probes_are_only_for_reading(address: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert ask(address, method)[0] == 405
    status, headers, body = ask(address, "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 0


@pytest.mark.django_db
def test_those_who_ask_at_once_open_one_connection() -> None:
    with (
        patch.object(readiness, "SECONDS_OF_HOLDING", 60),
        patch(f"{READINESS}.psycopg.connect", wraps=readiness.psycopg.connect) as connect,
    ):
        answers = {readiness.Readiness()() for _ in range(3)}
        asked = readiness.Readiness()
        assert {asked() for _ in range(3)} == answers
    assert connect.call_count == 4


def status_within(operated: OperatedPortal, address: str, seconds: float) -> tuple[int, bytes]:
    """Return status and body; an answer that takes longer raises TimeoutError."""
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(operated.url).port, seconds)
    try:
        connection.request("GET", address, headers={"Host": "10.1.2.3"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def sent_within(operated: OperatedPortal, seconds: float) -> tuple[int, bool]:
    """Send an answer; return the status, and whether its words came back."""
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(operated.url).port, seconds)
    headers = BY_PROXY | {
        "Host": "localhost",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    try:
        connection.request("POST", "/alvsbyn/dialoger/1/svara/", "text=Fler+lampor", headers)
        answer = connection.getresponse()
        return answer.status, b"Fler lampor</textarea>" in answer.read()
    finally:
        connection.close()


def ready_again(operated: OperatedPortal) -> None:
    """Wait until the portal is ready."""
    deadline = time.monotonic() + 60
    while status_within(operated, "/readyz", 30)[0] != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_probes_are_answered_while_every_thread_waits_for_the_database(
    operated: OperatedPortal,
) -> None:
    ready_again(operated)
    page = operated.get("/alvsbyn/", BY_PROXY | {"Host": "localhost"})
    assert (page.status, b"som den var klockan" in page.body) == (200, False)
    waiting = []
    operated.link.hang()
    # So long what was read of the versions holds.
    time.sleep(1.2)
    try:
        # Thrice as many readers as there are threads.
        for number in range(12):
            reader = http.client.HTTPConnection("127.0.0.1", urlsplit(operated.url).port)
            reader.request("GET", f"/alvsbyn/?{number}", headers=BY_PROXY | {"Host": "localhost"})
            waiting.append(reader)
        time.sleep(1.5)
        for _ in range(3):
            assert status_within(operated, "/healthz", 5) == (200, b"ok\n")
            status, reason = status_within(operated, "/readyz", 10)
            assert (status, reason) == (503, b"database does not answer\n")
        # They read what was kept, as of when, and nobody's words are lost.
        answers = [reader.getresponse() for reader in waiting]
        assert {answer.status for answer in answers} == {200}
        line = "Du läser sidan som den var klockan".encode()
        assert all(line in answer.read() for answer in answers)
        assert sent_within(operated, 15) == (503, True)
    finally:
        operated.link.mend()
    ready_again(operated)


def test_a_connection_that_says_nothing_holds_no_thread(operated: OperatedPortal) -> None:
    ready_again(operated)
    address = ("127.0.0.1", urlsplit(operated.url).port)
    silent = [socket.create_connection(address) for _ in range(12)]
    try:
        began = time.monotonic()
        page = operated.get("/om/", BY_PROXY | {"Host": "localhost"})
        assert page.status == 200
        # gunicorn's own worker would wait five seconds for each of them.
        assert time.monotonic() - began < 4
    finally:
        for connection in silent:
            connection.close()


def test_the_portal_is_alive_and_comes_back_when_its_database_is_cut_off(
    operated: OperatedPortal,
) -> None:
    ready_again(operated)
    operated.link.cut()
    try:
        time.sleep(1.5)
        assert status_within(operated, "/healthz", 5) == (200, b"ok\n")
        status, reason = status_within(operated, "/readyz", 10)
        assert (status, reason) == (503, b"database cannot be reached\n")
    finally:
        operated.link.mend()
    ready_again(operated)
    assert operated.get("/alvsbyn/", BY_PROXY | {"Host": "localhost"}).status == 200
