"""`manage.py serve`: what `make run` does once packages are installed."""

import errno
import http.client
import os
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pledge_portal.database.acting import as_command
from pledge_portal.database.preparation import collect_static, migrate, one_at_a_time
from pledge_portal.database.server_check import (
    UnfitServerError,
    check_server,
    serves_as_owner,
)
from pledge_portal.operations.processes import STOPPING, end, fork, load_pages
from pledge_portal.operations.readiness import SLOW
from pledge_portal.operations.web_server import needs_proxy, serve_pages
from pledge_portal.queue.worker import run_worker

# So long may the web server answer that it isn't ready, when everything is prepared.
SECONDS_NOT_READY = 60
SECONDS_BETWEEN_NEWS = 10
SECONDS_TO_FINISH = 15
# How long to wait before a worker that ended by itself is started again.
FIRST_PAUSE = 1
MAX_PAUSE = 60


class Command(BaseCommand):
    """Start the portal and stop all of it."""

    help = (
        "Startar portalen: databasen, dess tabeller, demonstrationen och webbservern. Ctrl-C"
        " stoppar allt som startades."
    )
    # The checks run in the web server's processes; here they would only make the start slower.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many answer at once."""
        parser.add_argument(
            "--workers",
            type=int,
            default=max(2, os.cpu_count() or 1),
            help="antal processer som svarar (en per processorkärna, minst två)",
        )
        parser.add_argument(
            "--threads",
            type=int,
            default=settings.WEB_THREADS,
            help="antal samtidiga svar i varje process",
        )

    def handle(self, *, workers: int, threads: int, verbosity: int, **options: Any) -> None:
        """Prepare, serve and wait; whatever ends that ends all that was started."""
        for request in STOPPING:
            signal.signal(request, _interrupt)
        settings.WEB_THREADS = threads
        self._processes: list[BaseProcess] = []
        try:
            self._see_that_port_is_free()
            if needs_proxy():
                self._say(
                    "Varning: portalen svarar utan proxy, och då kan några få långsamma besökare"
                    " stoppa alla andra. Sätt upp en enligt deploy/, och BEHIND_PROXY=1."
                )
            self._see_that_database_answers()
            # Preparing takes much memory, which is given back, and as long as loading the pages.
            preparing = self._fork(partial(self._prepare, verbosity), "prepare")
            load_pages()
            preparing.join()
            if preparing.exitcode:
                raise SystemExit(preparing.exitcode)
            web = self._fork(partial(serve_pages, workers, threads), "web")
            self._wait_until_ready(web)
            self._say(f"Portalen är igång: {_address()}/ (stoppa med Ctrl-C)")
            self._wait_for_the_end(web)
            raise CommandError(f"Webbservern stannade oväntat (kod {web.exitcode}).")
        except KeyboardInterrupt:
            self._say("Portalen stoppas.")
        finally:
            # A second Ctrl-C must not leave anything behind.
            for request in STOPPING:
                signal.signal(request, signal.SIG_IGN)
            for process in reversed(self._processes):
                end(process, SECONDS_TO_FINISH)

    def _fork(self, target: Callable[[], None], name: str) -> BaseProcess:
        process = fork(target, name)
        self._processes.append(process)
        return process

    def _wait_for_the_end(self, web: BaseProcess) -> None:
        """Wait until the web server ends, and start ended workers again.

        The pauses before that grow while it goes on ending: pages are answered meanwhile, and what
        it had to do waits in the database.
        """
        pause = FIRST_PAUSE
        while web.is_alive():
            began = time.monotonic()
            worker = self._fork(_work, "worker")
            wait([web.sentinel, worker.sentinel])
            if not web.is_alive():
                return
            worker.join()
            self._processes.remove(worker)
            if time.monotonic() - began > MAX_PAUSE:
                pause = FIRST_PAUSE
            self._say(
                f"Bakgrundsjobben stannade oväntat (kod {worker.exitcode}) och startas igen om"
                f" {pause} s."
            )
            web.join(pause)
            pause = min(2 * pause, MAX_PAUSE)

    def _see_that_database_answers(self) -> None:
        self._began = time.monotonic()
        try:
            check_server()
        except UnfitServerError as fault:
            raise CommandError(str(fault)) from fault
        self._say(f"Databasen svarar ({time.monotonic() - self._began:.1f} s).")
        if not settings.DEMONSTRATION and serves_as_owner():
            self._say(
                "Varning: portalen svarar som det konto som äger tabellerna, och som får stänga av"
                " databasens skydd. Ge den ett eget konto: se docs/operating.md, Database accounts."
            )

    def _prepare(self, verbosity: int) -> None:
        began = self._began
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
                call_command("make_news", stdout=self.stdout, stderr=self.stderr)
            call_command("apply_survey_thresholds", stdout=self.stdout, stderr=self.stderr)
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

    def _wait_until_ready(self, web: BaseProcess) -> None:
        """Wait for as long as the web server takes to start.

        Raises CommandError when it can't.
        """
        last_news = time.monotonic()
        not_ready_since = None
        pause = 0.1
        while (answer := _readiness()) != "200":
            now = time.monotonic()
            if not web.is_alive():
                raise CommandError("Webbservern kunde inte starta; se raderna ovan.")
            # No answer is a web server that still starts, or a database that is slow to answer,
            # however busy the machine is.
            not_ready_since = (not_ready_since or now) if answer.isdigit() else None
            if not_ready_since and now - not_ready_since > SECONDS_NOT_READY:
                raise CommandError(f"Portalen blev inte klar. /readyz gav {answer}.")
            if now - last_news > SECONDS_BETWEEN_NEWS:
                last_news = now
                self._say(f"Väntar på att webbservern ska bli klar. /readyz gav: {answer}")
            time.sleep(pause)
            # A portal with a fault writes a long report of it at each try.
            pause = min(2, pause * 1.2)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _work() -> None:
    with as_command("work"):
        run_worker()


def _interrupt(request: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _reachable_host() -> str:
    """Return the address to reach the portal at from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(  # noqa: S104
        settings.HOST, settings.HOST
    )


def _address() -> str:
    host = _reachable_host()
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"


def _readiness() -> str:
    """Return the status of /readyz, or why there is no answer in time."""
    asked = http.client.HTTPConnection(_reachable_host(), settings.PORT, timeout=10)
    try:
        asked.request("GET", "/readyz", headers={"Host": urlsplit(settings.SITE_URL).netloc})
        answer = asked.getresponse()
        reason = answer.read().decode().strip()
        return reason if reason == SLOW else str(answer.status)
    except (OSError, http.client.HTTPException) as fault:
        return str(fault)
    finally:
        asked.close()
