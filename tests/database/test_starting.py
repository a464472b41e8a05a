"""A start waits for as long as work goes on, and says what it waits for."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from unittest.mock import Mock, patch

import psycopg
import pytest
from django.core.management.base import CommandError
from django.db import connection

from pledge_portal.database import embedded, preparation
from pledge_portal.database.embedded import EmbeddedServer
from pledge_portal.database.preparation import one_at_a_time
from pledge_portal.operations.management.commands import serve


class Clock:
    """A clock that a thousand seconds of waiting moves in no time."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def wait(answers: Iterator[str], *, alive: bool = True) -> tuple[str, float]:
    """Wait for a web server that answers so; return what was said and when."""
    output, clock = io.StringIO(), Clock()
    web_server = Mock(is_alive=Mock(return_value=alive))
    with (
        patch.object(serve, "_readiness", side_effect=answers),
        patch.object(serve, "time", clock),
    ):
        serve.Command(stdout=output)._wait_until_ready(web_server)
    return output.getvalue(), clock.now


def test_a_web_server_that_starts_slowly_is_waited_for() -> None:
    output, seconds = wait(chain(repeat("Connection refused", 200), ["503", "200"]))
    assert seconds > 300
    assert output.count("Väntar på att webbservern ska bli klar") > 20
    assert "Connection refused" in output


def test_a_web_server_that_is_there_at_once_is_not_talked_about() -> None:
    assert wait(iter(["Connection refused", "200"]))[0] == ""


def test_a_portal_that_says_itself_that_it_is_not_ready_is_given_up() -> None:
    with pytest.raises(CommandError, match="/readyz gav 503"):
        wait(repeat("503"))


@pytest.mark.parametrize("reason", ["database does not answer", "database takes no writing"])
def test_a_busy_machine_is_told_from_a_portal_that_is_not_ready(reason: str) -> None:
    response = Mock(status=503, read=Mock(return_value=f"{reason}\n".encode()))
    asked = Mock(getresponse=Mock(return_value=response))
    with patch.object(serve.http.client, "HTTPConnection", return_value=asked):
        answer = serve._readiness()
    assert answer.isdigit() == (reason == "database takes no writing")


def test_a_database_that_is_being_recovered_is_waited_for(tmp_path: Path) -> None:
    lines: list[str] = []
    server, clock = EmbeddedServer(tmp_path, notify=lines.append), Clock()
    (tmp_path / "server.log").write_text("redo in progress\n")
    states = chain(repeat("starting", 20_000), ["ready"])
    with (
        patch.object(server, "_status", side_effect=states),
        patch.object(embedded, "time", clock),
    ):
        server._start()
    assert clock.now > 300
    assert len(lines) > 20
    assert "redo in progress" in lines[-1]


def test_a_web_server_that_ended_is_not_waited_for() -> None:
    with pytest.raises(CommandError, match="kunde inte starta"):
        wait(repeat("Connection refused"), alive=False)


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_another_start_says_so() -> None:
    lines: list[str] = []
    with one_at_a_time(lines.append):
        assert lines == []
    parameters = {**connection.get_connection_params()}
    names = ("host", "port", "user", "password", "dbname")
    address = {name: parameters[name] for name in names if parameters.get(name)}
    with psycopg.connect(**address, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [preparation._PREPARING])
        let_go = threading.Timer(
            0.3, other.execute, ["SELECT pg_advisory_unlock(%s)", [preparation._PREPARING]]
        )
        let_go.start()
        with one_at_a_time(lines.append):
            let_go.join()
    assert lines == ["Väntar på en annan start, som gör i ordning samma databas."]
