"""Commands of `manage.py`, run beside the tests in processes of their own.

Each is forked from a process that has the libraries ready, and none of the portal: loading them
takes a command longer than what it does. Settings, addresses and models are read anew by each.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import runpy
import signal
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What reads no settings of Django's when it is imported.
LIBRARIES = [
    "django.contrib.admin",
    "django.contrib.postgres.search",
    "django.contrib.staticfiles.finders",
    "django.core.mail",
    "django.core.management.commands.migrate",
    "django.db.backends.postgresql.base",
    "django.template.loader",
    "django.views.generic",
    "jwt",
    "markdown_it",
    "nh3",
    "openpyxl",
    "procrastinate",
    "psycopg_pool",
    "pyhanko.sign.signers",
    "pyhanko.sign.validation",
    "qrcode",
    "requests",
    "weasyprint",
]
_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(LIBRARIES)


class Command:
    """One run of `manage.py`, begun at once.

    It is handled as a `subprocess.Popen`. `communicate` gives what it wrote to its two outputs.
    """

    def __init__(
        self, environment: dict[str, str], *arguments: str | Path, stdin: str | None = None
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="pledge-portal-")
        streams = Path(self._folder.name)
        (streams / "0").write_text(stdin or "", encoding="utf-8")
        self._process = _forking.Process(
            target=_manage, args=(environment, [*map(str, arguments)], streams)
        )
        self._process.start()
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """Return its exit code, or None while it runs.

        It is negative when a signal of that number ended it.
        """
        return self._process.exitcode

    def wait(self) -> int:
        """Wait until it has ended, and return its exit code."""
        self._process.join()
        assert self._process.exitcode is not None
        return self._process.exitcode

    def communicate(self) -> tuple[str, str]:
        """Wait until it has ended, and return what it wrote."""
        self.wait()
        streams = Path(self._folder.name)
        texts = [
            path.read_text(encoding="utf-8") if path.exists() else ""
            for path in (streams / "1", streams / "2")
        ]
        return texts[0], texts[1]

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None and self.pid:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        self.send_signal(signal.SIGKILL)


def _is_django_set_up() -> bool:
    """Tell whether settings or models were read before the command began."""
    from django.apps import apps
    from django.conf import settings

    return settings.configured or apps.ready


def _manage(environment: dict[str, str], arguments: list[str], streams: Path) -> None:
    """Be `manage.py` in a process that has just been forked."""
    for number in range(3):
        os.dup2(os.open(streams / str(number), os.O_RDWR | os.O_CREAT), number)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False, buffering=1)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False, buffering=1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    sys.dont_write_bytecode = "PYTHONDONTWRITEBYTECODE" in environment
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    sys.argv = ["manage.py", *arguments]
    assert not _is_django_set_up(), "the settings of the tests would be the command's"
    try:
        runpy.run_path(str(ROOT / "manage.py"), run_name="__main__")
    finally:
        # Processes that are forked leave without what was to be done at their end.
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
