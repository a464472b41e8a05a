"""The commands that start, stop and use the database.

They are tested as an operator meets them.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pledge_portal.database.embedded import EmbeddedServer
from tests.served import ROOT, environment_for, free_port, run_manage, serving
from tests.template import restore


@pytest.fixture
def folder(server_folder: Path) -> Iterator[Path]:
    """Give a data folder of the test's own.

    A server that the test leaves running is stopped.
    """
    yield server_folder
    EmbeddedServer(server_folder / "postgres").stop()


def test_the_database_is_started_shown_and_stopped_by_hand(folder: Path) -> None:
    environment = environment_for(folder)
    assert "stoppad" in run_manage(environment, "db", "status").stdout
    assert "manage.py db stop" in run_manage(environment, "db", "start").stdout
    assert "går" in run_manage(environment, "db", "status").stdout
    # A command that comes and goes leaves it running.
    run_manage(environment, "migrate", "contenttypes", "--verbosity", "0")
    assert EmbeddedServer(folder / "postgres").is_running()
    assert "stoppad" in run_manage(environment, "db", "stop").stdout
    assert not EmbeddedServer(folder / "postgres").is_running()


def test_a_command_starts_the_database_that_it_needs_and_stops_it_after(folder: Path) -> None:
    environment = environment_for(folder)
    run_manage(environment, "migrate", "contenttypes", "--verbosity", "0")
    assert not EmbeddedServer(folder / "postgres").is_running()
    output = run_manage(environment, "showmigrations", "contenttypes").stdout
    assert "[X] 0001_initial" in output


def test_a_command_that_needs_no_database_starts_none(folder: Path) -> None:
    run_manage(environment_for(folder), "check")
    assert not (folder / "postgres").exists()


def test_stopping_by_hand_is_refused_when_the_database_is_somebody_elses(folder: Path) -> None:
    environment = environment_for(folder, DATABASE_URL="postgres://ingen@127.0.0.1:1/ingen")
    done = run_manage(environment, "db", "stop", check=False)
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["serve", "migrate", "showmigrations"])
def test_a_server_that_cannot_be_reached_gets_one_line(folder: Path, command: str) -> None:
    environment = environment_for(
        folder, DATABASE_URL="postgres://ingen@127.0.0.1:1/ingen", PORT=str(free_port())
    )
    done = run_manage(environment, command, check=False)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "127.0.0.1" in done.stderr


@pytest.mark.parametrize("address", ["mysql://a@b/c", "sqlite:///fil", "strunt"])
def test_an_address_of_another_kind_of_database_gets_one_line(folder: Path, address: str) -> None:
    done = run_manage(environment_for(folder, DATABASE_URL=address), "serve", check=False)
    assert done.returncode == 1
    assert "PostgreSQL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_gets_one_line_and_starts_nothing(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run_manage(environment_for(folder, PORT=port), "serve", check=False)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert port in done.stderr
    assert "PORT=" in done.stderr
    assert not (folder / "postgres").exists()


def test_an_address_that_is_not_this_machines_gets_one_line(folder: Path) -> None:
    environment = environment_for(folder, HOST="203.0.113.7", PORT=str(free_port()))
    done = run_manage(environment, "serve", check=False)
    assert done.returncode == 1
    assert "HOST" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_portal_starts_keeps_its_data_and_stops_all_that_it_started(folder: Path) -> None:
    port = free_port()
    environment = environment_for(folder, PORT=str(port))
    server = EmbeddedServer(folder / "postgres")
    with serving(environment, folder / "log", "--workers", "1", packed=False) as portal:
        styles = re.findall(r'href="(/static/[^"]+\.css)"', _page(port, "/alvsbyn/2023-2025/"))
        assert styles
        assert [_status(port, style) for style in styles] == [200] * len(styles)
        first = run_manage(environment, "export_pledge", "alvsbyn", "2023-2025").stdout
        # A command beside the portal doesn't take the database away from it.
        assert server.is_running()
        assert _status(port, "/readyz") == 200
        portal.send_signal(signal.SIGINT)
        assert portal.wait(30) == 0
    assert not server.is_running()
    _assert_free(port)

    with serving(environment, folder / "log", "--workers", "1") as portal:
        second = (folder / "log").read_text()
        assert "Tabellerna" not in second, "migrated again"
        assert "läses in" not in second, "looked for what is missing of the demonstration"
        assert "demo-polis@example.se" in second
        again = run_manage(environment, "export_pledge", "alvsbyn", "2023-2025").stdout
        assert again == first
        portal.send_signal(signal.SIGTERM)
        assert portal.wait(30) == 0
    assert not server.is_running()


def test_after_sigkill_of_everything_the_portal_starts_on_what_was_there(
    folder: Path, demonstration_database: Callable[[Path], str]
) -> None:
    port = free_port()
    environment = environment_for(folder, PORT=str(port))
    server = EmbeddedServer(folder / "postgres")
    server.hold()
    restore(demonstration_database(folder), server)
    server.release()
    log = folder / "log"
    with log.open("wb") as output:
        portal = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "serve", "--workers", "1"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    while "igång" not in log.read_text():
        assert portal.poll() is None, log.read_text()
        time.sleep(0.1)
    os.killpg(portal.pid, signal.SIGKILL)
    portal.wait()
    assert server.is_running(), "the database outlives the portal's sudden death"
    with serving(environment, log, "--workers", "1"):
        assert _status(port, "/alvsbyn/") == 200
    assert not server.is_running(), "and is stopped by the next portal"


def _status(port: int, path: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return int(answer.status)


def _page(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return str(answer.read().decode())


def _assert_free(port: int) -> None:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        attempt.bind(("127.0.0.1", port))
