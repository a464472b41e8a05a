"""`manage.py serve`: everything that `make run` does once the packages are installed."""

import errno
import http.client
import io
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from pledge_portal.database.preparation import collect_static, migrate, one_at_a_time
from pledge_portal.database.server_check import UnfitServerError, check_server

# So long may the web server answer that it isn't ready, when everything is prepared.
SECONDS_NOT_READY = 60
SECONDS_BETWEEN_NEWS = 10
SECONDS_TO_FINISH = 15
SECONDS_BETWEEN_CHORES = 60 * 60


class Command(BaseCommand):
    help = (
        "Startar portalen: databasen, dess tabeller, demonstrationen och webbservern. Ctrl-C"
        " stoppar allt som startades."
    )
    # The checks run in the web server's processes; here they would only make the start slower.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--workers",
            type=int,
            default=max(2, os.cpu_count() or 1),
            help="antal processer som svarar (en per processorkärna, minst två)",
        )
        parser.add_argument(
            "--threads", type=int, default=4, help="antal samtidiga svar i varje process"
        )

    def handle(self, *, workers: int, threads: int, verbosity: int, **options: Any) -> None:
        for request in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(request, _interrupt)
        server: subprocess.Popen[bytes] | None = None
        try:
            self._see_that_port_is_free()
            self._prepare(verbosity)
            server = subprocess.Popen(  # noqa: S603  (our own program and settings)
                _web_server(workers, threads), cwd=settings.BASE_DIR
            )
            self._wait_until_ready(server)
            self._say(f"Portalen är igång: {_address()}/ (stoppa med Ctrl-C)")
            if code := self._wait_for_the_end(server, verbosity):
                raise CommandError(f"Webbservern stannade oväntat (kod {code}).")
        except KeyboardInterrupt:
            self._say("Portalen stoppas.")
        finally:
            # A second Ctrl-C must not leave anything behind.
            for request in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(request, signal.SIG_IGN)
            if server is not None:
                _end(server)

    def _wait_for_the_end(self, server: subprocess.Popen[bytes], verbosity: int) -> int:
        """Wait until the web server ends, and see to what is done by the hour meanwhile."""
        while True:
            try:
                return server.wait(SECONDS_BETWEEN_CHORES)
            except subprocess.TimeoutExpired:
                self._do_chores(verbosity)

    def _do_chores(self, verbosity: int) -> None:
        """Send the letters that are due, erase what is, and make signed documents last.

        Doing so again does nothing.
        """
        chores = ["send_reminders", "send_letters", "erase_old_data"]
        if settings.TIMESTAMP_URL:
            chores.append("renew_documents")
        for chore in chores:
            try:
                call_command(chore, verbosity=verbosity, stdout=io.StringIO())
            except Exception as fault:  # noqa: BLE001 - one chore stops no other
                self._say(f"{chore} gick inte: {fault}")
            finally:
                connection.close()

    def _prepare(self, verbosity: int) -> None:
        began = time.monotonic()
        try:
            check_server()
        except UnfitServerError as fault:
            raise CommandError(str(fault)) from fault
        self._say(f"Databasen svarar ({time.monotonic() - began:.1f} s).")
        # Packing needs no database, and leaves the interpreter to others while it compresses.
        with one_at_a_time(self._say), ThreadPoolExecutor(1) as beside:
            packing = beside.submit(collect_static)
            if migrate(self._say, verbosity=0 if verbosity < 2 else verbosity):
                self._say(f"Tabellerna är klara ({time.monotonic() - began:.1f} s).")
            if settings.DEMONSTRATION:
                for loading in ("load_demonstration", "load_demonstration_dialogues"):
                    call_command(
                        loading, unless_loaded=True, stdout=self.stdout, stderr=self.stderr
                    )
            if not packing.done():
                self._say("Väntar på att stilar och skript packas.")
            if packing.result():
                self._say(f"Stilar och skript är packade ({time.monotonic() - began:.1f} s).")

    def _see_that_port_is_free(self) -> None:
        host, port = settings.HOST, settings.PORT
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            with socket.socket(family, kind, protocol) as attempt:
                attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                attempt.bind(address)
        except (OSError, OverflowError) as fault:
            reason = getattr(fault, "errno", None)
            if reason == errno.EADDRINUSE:
                raise CommandError(
                    f"Porten {port} är upptagen på {host}. Går portalen redan? Välj annars en"
                    f" annan, till exempel: PORT={port + 1 if port < 65535 else 8000} make run"
                ) from fault
            if reason == errno.EACCES:
                raise CommandError(
                    f"Porten {port} får bara systemets administratör använda. Välj en över 1023,"
                    " till exempel: PORT=8000 make run"
                ) from fault
            raise CommandError(
                f"Portalen kan inte svara på {host}:{port}. Ändra HOST eller PORT. ({fault})"
            ) from fault

    def _wait_until_ready(self, server: subprocess.Popen[bytes]) -> None:
        """Wait for as long as the web server takes to start; raise CommandError if it can't."""
        told = time.monotonic()
        not_ready_since = None
        pause = 0.1
        while (answer := _readiness()) != "200":
            now = time.monotonic()
            if server.poll() is not None:
                raise CommandError("Webbservern kunde inte starta; se raderna ovan.")
            # No answer at all is a web server that still starts, however busy the machine is.
            not_ready_since = (not_ready_since or now) if answer.isdigit() else None
            if not_ready_since and now - not_ready_since > SECONDS_NOT_READY:
                raise CommandError(f"Portalen blev inte klar. /readyz gav {answer}.")
            if now - told > SECONDS_BETWEEN_NEWS:
                told = now
                self._say(f"Väntar på att webbservern ska bli klar. /readyz gav: {answer}")
            time.sleep(pause)
            # A portal with a fault writes a long report of it at each try.
            pause = min(2, pause * 1.2)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _interrupt(request: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _web_server(workers: int, threads: int) -> list[str]:
    host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
    return [
        sys.executable,
        *("-m", "gunicorn", ":".join(settings.WSGI_APPLICATION.rsplit(".", 1))),
        *("--bind", f"{host}:{settings.PORT}"),
        *("--worker-class", "gthread"),
        *("--workers", str(workers)),
        *("--threads", str(threads)),
        *("--graceful-timeout", "10"),
        *("--log-level", "warning"),
        # A socket for steering gunicorn would be made in the home folder; nothing here uses it.
        "--no-control-socket",
    ]


def _reachable_host() -> str:
    """Return the address to reach the portal at from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(  # noqa: S104
        settings.HOST, settings.HOST
    )


def _address() -> str:
    host = _reachable_host()
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"


def _readiness() -> str:
    """Return the status of /readyz, or why there is no answer."""
    asked = http.client.HTTPConnection(_reachable_host(), settings.PORT, timeout=10)
    try:
        asked.request("GET", "/readyz", headers={"Host": urlsplit(settings.SITE_URL).netloc})
        return str(asked.getresponse().status)
    except (OSError, http.client.HTTPException) as fault:
        return str(fault)
    finally:
        asked.close()


def _end(server: subprocess.Popen[bytes]) -> None:
    """Let the web server finish what it is answering, then end it."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(SECONDS_TO_FINISH)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
    connection.close()
