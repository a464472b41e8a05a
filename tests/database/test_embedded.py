"""The embedded PostgreSQL starts, keeps its data, and gets up again.

It gets up after whatever felled it.
"""

import os
import pwd
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from pledge_portal.database.account import let_through, server_account
from pledge_portal.database.cluster import SUPERUSER, EmbeddedServerError, programs
from pledge_portal.database.embedded import EmbeddedServer

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def folder(server_folder: Path) -> Iterator[Path]:
    """Give a data folder of the test's own.

    A server that the test leaves running is stopped.
    """
    chosen = server_folder / "data" / "postgres"
    yield chosen
    EmbeddedServer(chosen, durable=False).stop()


@pytest.fixture
def server(folder: Path) -> EmbeddedServer:
    return EmbeddedServer(folder, durable=False)


def connect(server: EmbeddedServer, database: str = "postgres") -> psycopg.Connection:
    address = server.connection_settings(database)
    return psycopg.connect(
        host=address["HOST"],
        port=address["PORT"],
        user=SUPERUSER,
        dbname=address["NAME"],
        autocommit=True,
    )


def write(server: EmbeddedServer, text: str) -> None:
    with connect(server) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [text])


def read(server: EmbeddedServer) -> list[str]:
    with connect(server) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM note")]


def in_another_process(folder: Path, *lines: str) -> subprocess.Popen[str]:
    """Run `lines` in a process of their own.

    `server` is the server in `folder` there.
    """
    script = "\n".join(
        [
            "import sys, time",
            "from pathlib import Path",
            "from pledge_portal.database.embedded import EmbeddedServer",
            f"server = EmbeddedServer(Path({str(folder)!r}), durable=False)",
            *lines,
        ]
    )
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_naming_the_settings_starts_nothing(server: EmbeddedServer) -> None:
    settings = server.connection_settings("pledge_portal")
    assert settings["NAME"] == "pledge_portal"
    assert not server.is_running()
    assert not server.folder.parent.exists()


def test_what_was_written_is_there_after_a_stop_and_a_start(server: EmbeddedServer) -> None:
    server.start()
    write(server, "löfte")
    server.stop()
    assert not server.is_running()
    with pytest.raises(psycopg.OperationalError):
        connect(server)
    server.start()
    assert read(server) == ["löfte"]


def test_starting_or_stopping_twice_changes_nothing(server: EmbeddedServer) -> None:
    server.stop()
    server.start()
    write(server, "kvar")
    server.start()
    assert read(server) == ["kvar"]
    server.stop()
    server.stop()
    assert not server.is_running()


def test_the_server_listens_to_no_network_address(server: EmbeddedServer) -> None:
    server.start()
    with connect(server) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert server.folder.stat().st_mode & 0o077 == 0


def test_a_served_database_waits_for_the_disk(server_folder: Path) -> None:
    server = EmbeddedServer(server_folder / "postgres")
    try:
        server.start()
        with connect(server) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
                assert connection.execute(f"SHOW {setting}").fetchone() == ("on",), setting
    finally:
        server.stop()


def test_swedish_letters_are_letters(server: EmbeddedServer) -> None:
    server.start()
    with connect(server) as connection:
        assert connection.execute("SELECT lower('ÅÄÖ'), upper('åäö')").fetchone() == ("åäö", "ÅÄÖ")
        answer = connection.execute(
            "SELECT to_tsvector('swedish', 'ÄLVSBYNS KOMMUN') @@"
            " to_tsquery('swedish', 'älvsbyns & kommunerna')"
        )
        assert answer.fetchone() == (True,)


def test_two_processes_that_start_at_once_get_the_same_server(folder: Path) -> None:
    starters = [
        in_another_process(folder, "server.start(); print(server._postmaster())") for _ in range(3)
    ]
    outcomes = [(*starter.communicate(timeout=120), starter.returncode) for starter in starters]
    assert [code for *_, code in outcomes] == [0, 0, 0], outcomes
    assert len({output for output, *_ in outcomes}) == 1


def test_after_sigkill_the_next_start_recovers_what_was_committed(server: EmbeddedServer) -> None:
    server.start()
    write(server, "före")
    server.kill()
    assert (server.folder / "postmaster.pid").exists()
    assert not server.is_running()
    server.start()
    assert read(server) == ["före"]


@pytest.mark.parametrize("name", ["postmaster.pid", ".s.PGSQL.5432.lock"])
def test_a_pid_file_that_now_names_a_stranger_does_not_stop_the_start(
    server: EmbeddedServer, name: str
) -> None:
    server.start()
    write(server, "före")
    server.kill()
    file = (server.folder if name == "postmaster.pid" else server.socket_folder) / name
    lines = file.read_text().splitlines()
    # As after a power cut: the number has been given to a living process of the same account.
    stranger = subprocess.Popen(
        ["sleep", "60"], user=server.folder.stat().st_uid if os.geteuid() == 0 else None
    )
    try:
        file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        assert not server.is_running()
        server.start()
        assert read(server) == ["före"]
        server.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_session_left_over_from_a_killed_server_does_not_stop_the_start(
    server: EmbeddedServer,
) -> None:
    server.start()
    write(server, "före")
    with connect(server) as connection:
        backend = connection.info.backend_pid
        busy = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import psycopg, sys; psycopg.connect(sys.argv[1]).execute("
                "'DO $$ BEGIN LOOP NULL; END LOOP; END $$')",
                f"host={server.socket_folder} user=postgres dbname=postgres",
            ],
            stderr=subprocess.DEVNULL,
        )
        while not connection.execute(
            "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND pid <> %s", [backend]
        ).fetchone():
            time.sleep(0.02)
    os.kill(server._postmaster() or 0, 9)
    while server.is_running():
        time.sleep(0.01)
    try:
        server.start()
        assert read(server) == ["före"]
    finally:
        busy.kill()
        busy.wait()


def test_a_path_too_long_for_a_socket_works_through_a_private_folder(server_folder: Path) -> None:
    server = EmbeddedServer(server_folder / ("långt" * 30) / "postgres", durable=False)
    try:
        server.start()
        assert server.socket_folder != server.folder
        assert server.socket_folder.stat().st_mode & 0o777 == 0o700
        write(server, "nådd")
        assert EmbeddedServer(server.folder).socket_folder == server.socket_folder
        assert read(server) == ["nådd"]
        server.stop()
        assert not server.socket_folder.exists()
    finally:
        server.stop()


def test_a_socket_folder_that_others_may_enter_is_refused(server_folder: Path) -> None:
    server = EmbeddedServer(server_folder / ("långt" * 30) / "postgres", durable=False)
    server.socket_folder.mkdir()
    server.socket_folder.chmod(0o777)
    try:
        with pytest.raises(EmbeddedServerError, match="öppen för andra"):
            server.start()
    finally:
        server.socket_folder.rmdir()


@pytest.mark.parametrize("name", ["med mellanslag", "med,komma", "med'citat\"tecken", "åäö"])
def test_odd_folder_names_work(server_folder: Path, name: str) -> None:
    server = EmbeddedServer(server_folder / name / "postgres", durable=False)
    try:
        server.start()
        write(server, name)
        assert read(server) == [name]
    finally:
        server.stop()


def test_a_database_that_was_half_made_when_its_maker_was_killed_is_made_again(
    folder: Path, server: EmbeddedServer
) -> None:
    maker = in_another_process(folder, "server.start()")
    while not list(folder.parent.glob("postgres.making-*/base")):
        assert maker.poll() is None, "the making was over before it could be interrupted"
        time.sleep(0.001)
    for process in [*psutil.Process(maker.pid).children(recursive=True), psutil.Process(maker.pid)]:
        process.kill()
    maker.wait()
    assert not folder.exists()
    server.start()
    write(server, "hel")
    assert read(server) == ["hel"]
    assert not list(folder.parent.glob("postgres.making-*"))


def test_a_folder_with_other_things_in_it_is_left_alone(server: EmbeddedServer) -> None:
    server.folder.mkdir(parents=True)
    (server.folder / "brev.txt").write_text("viktigt")
    with pytest.raises(EmbeddedServerError, match="annat än en databas"):
        server.start()
    assert (server.folder / "brev.txt").read_text() == "viktigt"


def test_the_data_of_another_postgresql_are_refused_with_a_reason(server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    (server.folder / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedServerError, match="PostgreSQL 12"):
        server.start()


def test_a_server_that_cannot_start_says_why(server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    with (server.folder / "postgresql.conf").open("a") as configuration:
        configuration.write("shared_buffers = nonsens\n")
    with pytest.raises(EmbeddedServerError, match="nonsens"):
        server.start()


def test_the_last_user_stops_the_server(folder: Path, server: EmbeddedServer) -> None:
    other = EmbeddedServer(folder, durable=False)
    server.hold()
    other.hold()
    server.release()
    assert server.is_running()
    other.release()
    assert not server.is_running()


def test_a_user_that_was_killed_no_longer_keeps_the_server_up(
    folder: Path, server: EmbeddedServer
) -> None:
    user = in_another_process(
        folder, "server.hold()", "print('har', flush=True)", "time.sleep(100)"
    )
    assert user.stdout is not None
    assert user.stdout.readline() == "har\n"
    server.hold()
    user.kill()
    user.communicate()
    assert server.is_running()
    server.release()
    assert not server.is_running()


def test_a_server_asked_to_stay_outlives_its_users_until_it_is_stopped(
    server: EmbeddedServer,
) -> None:
    server.start()
    server.stay()
    server.hold()
    server.release()
    assert server.is_running()
    server.stop()
    server.hold()
    server.release()
    assert not server.is_running(), "the wish to stay was for the run that is over"


def test_a_database_is_made_once(server: EmbeddedServer) -> None:
    server.start()
    server.ensure_database("kommun-å")
    server.ensure_database("kommun-å")
    with connect(server, "kommun-å") as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        # A copy is restored into it without any being made by hand.
        roles = connection.execute(
            "SELECT rolname, rolcanlogin FROM pg_roles WHERE rolname ~ '^pledge' ORDER BY 1"
        ).fetchall()
        assert roles == [("pledge_portal_public", False), ("pledge_portal_server", True)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run the server as another account")
def test_root_reaches_a_server_in_a_folder_that_only_root_may_enter(server_folder: Path) -> None:
    closed = server_folder / "stängd"
    closed.mkdir(mode=0o700)
    lines: list[str] = []
    server = EmbeddedServer(closed / "data" / "postgres", durable=False, notify=lines.append)
    try:
        server.start()
        write(server, "nådd")
        assert read(server) == ["nådd"]
        assert str(closed) in "".join(lines)
        # Nobody but the server's account was let in.
        assert closed.stat().st_mode & 0o007 == 0
        listing = subprocess.run(
            ["ls", str(closed)], user="nobody", capture_output=True, check=False
        )
        assert listing.returncode != 0
        stranger = subprocess.run(
            ["ls", str(server.folder.parent)],
            user="daemon",
            group="daemon",
            extra_groups=[],
            capture_output=True,
            check=False,
        )
        assert stranger.returncode != 0
        lines.clear()
        server.stop()
        server.start()
        assert lines == []
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run the server as another account")
def test_a_folder_that_a_group_has_for_itself_is_not_taken_from_it(server_folder: Path) -> None:
    closed = server_folder / "gruppens"
    closed.mkdir()
    closed.chmod(0o750)
    with pytest.raises(EmbeddedServerError, match=f"setfacl -m u:nobody:x {closed}"):
        EmbeddedServer(closed / "data" / "postgres", durable=False).start()
    status = closed.stat()
    assert (status.st_mode & 0o777, status.st_gid) == (0o750, os.getegid())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
def test_an_ordinary_account_runs_the_server_as_itself(
    server_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = server_folder / "egen"
    own.mkdir()
    nobody = pwd.getpwnam("nobody")
    os.chown(own, nobody.pw_uid, nobody.pw_gid)
    server = EmbeddedServer(own / "postgres", durable=False)
    account = server_account(server.folder)
    assert account is not None
    let_through(account, server.folder, programs())
    child = os.fork()
    if child == 0:  # the ordinary account
        outcome = 1
        try:
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
            server.hold()
            server.ensure_database("egen")
            server.release()
            outcome = 0 if not server.is_running() else 2
        finally:
            os._exit(outcome)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    # Root, coming later, goes on as the account that the folder belongs to.
    monkeypatch.setenv("EMBEDDED_DATABASE_USER", "daemon")
    (own / "postgres.lock").unlink()
    try:
        server.start()
        assert psutil.Process(server._postmaster() or 0).uids().real == nobody.pw_uid
    finally:
        server.stop()


def test_its_log_holds_nothing_of_what_was_written(server: EmbeddedServer) -> None:
    server.start()
    write(server, "hemligt")
    with connect(server) as connection:
        connection.execute("CREATE UNIQUE INDEX ON note (text)")
        for statement in (
            "INSERT INTO note VALUES ('hemligt')",
            "SELECT 'hemligt'::int",
            "DO $$ BEGIN RAISE WARNING 'hemligt'; END $$",
            "DO $$ BEGIN RAISE EXCEPTION 'hemligt' USING DETAIL = 'hemligt'; END $$",
        ):
            with suppress(psycopg.Error):
                connection.execute(statement)
    with connect(server) as connection:
        # PostgreSQL would tell what a process was doing when it was felled.
        (process,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
        felling = threading.Timer(1, os.kill, (process, signal.SIGKILL))
        felling.start()
        with suppress(psycopg.Error):
            connection.execute("SELECT pg_sleep(60), 'hemligt'")
        felling.join()
    deadline = time.monotonic() + 30
    while "terminated by signal 9" not in server.log_tail(50):
        assert time.monotonic() < deadline, server.log_tail(50)
        time.sleep(0.1)
    assert "hemligt" not in server.log_tail(10_000)
    # Told to stop in the midst of getting up again, it would take a minute.
    while True:
        with suppress(psycopg.Error), connect(server):
            break
        assert time.monotonic() < deadline, server.log_tail(50)
        time.sleep(0.1)
