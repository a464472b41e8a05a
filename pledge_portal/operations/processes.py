"""Processes forked from one that has loaded the portal share memory.

The one that forks answers nothing and asks the database nothing: its memory stays as it was, and is
counted once for all processes. What takes much memory is done in a process of its own, which gives
it back by ending.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import OperationalError, connections
from django.template import engines
from django.urls import get_resolver
from django.utils import translation
from django.utils.module_loading import import_string

_logger = logging.getLogger(__name__)
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Its children use what it has loaded; a fresh Python would load all of it again.
_context = multiprocessing.get_context("fork")


def fork(target: Callable[[], None], name: str) -> BaseProcess:
    """Do `target` in a process of its own, and return that process.

    It ends with code 130 without a word when it is interrupted, as the one that forked it is too.
    """
    # Two processes must not speak through one connection.
    connections.close_all()
    gc.collect()
    # Collecting writes to every object, and so would give each process a copy of its own.
    gc.freeze()
    process = _context.Process(target=_do, args=(target,), name=name)
    process.start()
    return process


def end(process: BaseProcess, seconds: float) -> None:
    """Ask a process to end, and end it when it hasn't after so many seconds."""
    if process.is_alive():
        process.terminate()
        process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()


def load_pages() -> None:
    """Load what every page needs: views, templates and translations.

    Not the application itself: it reads which styles are packed, and they may be on their way.
    """
    for middleware in settings.MIDDLEWARE:
        import_string(middleware)
    # Reading the list of addresses imports the views.
    assert get_resolver().url_patterns  # noqa: S101
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Svenska")
    _load_templates()


def _load_templates() -> None:
    """Compile the portal's own templates; those of libraries are seldom used."""
    django = engines["django"]
    for folder in map(Path, django.template_dirs):
        if folder.is_relative_to(settings.BASE_DIR) and ".venv" not in folder.parts:
            for path in folder.rglob("*.html"):
                django.get_template(str(path.relative_to(folder)))


def _do(target: Callable[[], None]) -> None:
    for request in STOPPING:
        signal.signal(request, _interrupt)
    threading.excepthook = _log_fault_of_thread
    try:
        target()
    except KeyboardInterrupt:
        sys.exit(130)
    except (CommandError, ImproperlyConfigured, OperationalError) as fault:
        sys.exit(str(fault))
    except Exception:
        _logger.exception("process.failed", extra={"work": multiprocessing.current_process().name})
        sys.exit(1)


def _log_fault_of_thread(fault: threading.ExceptHookArgs) -> None:
    """Log what a thread ended by; Python itself would print its text."""
    if fault.exc_value is not None:
        _logger.error("thread.failed", exc_info=fault.exc_value)


def _interrupt(_request: int, _frame: object) -> None:
    raise KeyboardInterrupt
