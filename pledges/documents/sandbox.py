"""Examine a stranger's PDF in a process of its own, with bounds on time and memory.

A small hostile file can unfold to gigabytes or send a parser round in circles. The process
that examines it may fail; the web server goes on and says that the file is too heavy.
"""

import base64
import hashlib
import json
import logging
import resource
import signal
import subprocess
import sys
import threading
import types
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .report import Problem, Report, TrustRoot, outer_problem

# Each takes up to `memory_mb`; more visitors at once wait for their turn.
MOST_AT_ONCE = 2
_turns = threading.BoundedSemaphore(MOST_AT_ONCE)

_READY = b"ready\n"
_PROJECT = Path(__file__).resolve().parents[2]


class SandboxFailed(Exception):
    """The examining process could not even start: a fault of the installation."""


def examine_in_sandbox(
    pdf: bytes,
    *,
    trust_roots: Sequence[TrustRoot],
    expected_fields: Sequence[str] | None = None,
    seconds: float = 15,
    patience: float = 3,
    memory_mb: int = 768,
) -> Report:
    """What `verify.examine` says, found out by a process that is bounded.

    Waiting for a turn may take `patience` seconds, for whoever waits keeps others from being
    answered, and examining `seconds`. Beyond that the report's problem is `busy` or
    `too_heavy`; a file that needs more than `memory_mb` of address space is too heavy too.
    Raises SandboxFailed when the process cannot start.
    """
    report = Report(
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        expected_fields=tuple(expected_fields or ()),
    )
    if (problem := outer_problem(pdf)) is not None:
        return report.with_problem(problem)
    task = {
        "trust_roots": [
            {**asdict(root), "certificate": base64.b64encode(root.certificate).decode("ascii")}
            for root in trust_roots
        ],
        "expected_fields": None if expected_fields is None else list(expected_fields),
        "seconds": seconds,
        "memory_mb": memory_mb,
    }
    if not _turns.acquire(timeout=patience):
        return report.with_problem(Problem.BUSY)
    try:
        result = _run(json.dumps(task).encode() + b"\n" + pdf, seconds)
    finally:
        _turns.release()
    if result is None:
        return report.with_problem(Problem.TOO_HEAVY)
    return Report.from_dict(result)


def _run(task: bytes, seconds: float) -> dict[str, Any] | None:
    """The examiner's answer, or None when it ran out of time or memory."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-E", "-s", "-m", __name__],
            input=task,
            capture_output=True,
            timeout=seconds,
            cwd=_PROJECT,
            env={"LC_ALL": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    except OSError as error:
        raise SandboxFailed(str(error)) from error
    if not done.stdout.startswith(_READY):
        raise SandboxFailed(done.stderr.decode(errors="replace")[-2000:])
    try:
        answer: dict[str, Any] = json.loads(done.stdout[len(_READY) :])
    except ValueError:
        # Killed by one of its limits before it could answer.
        return None
    return answer


def main() -> None:
    """Read a task and a PDF from standard input, write the report to standard output."""
    _leave_out_the_network()
    from .verify import examine

    output = sys.stdout.buffer
    output.write(_READY)
    output.flush()
    task = json.loads(sys.stdin.buffer.readline())
    _bound(float(task["seconds"]), int(task["memory_mb"]))
    # What the libraries have to say about a hostile file is the hostile file's text.
    logging.disable(logging.CRITICAL)
    report = examine(
        sys.stdin.buffer.read(),
        trust_roots=[
            TrustRoot(**{**root, "certificate": base64.b64decode(root["certificate"])})
            for root in task["trust_roots"]
        ],
        expected_fields=task["expected_fields"],
    )
    output.write(json.dumps(report.to_dict()).encode())


def _leave_out_the_network() -> None:
    """Put an empty module in the place of aiohttp, which pyHanko imports for timestamping.

    Nothing is fetched here, and without it the process is ready in half the time.
    """
    stub = types.ModuleType("aiohttp")
    stub.__getattr__ = lambda name: type(name, (Exception,), {})  # type: ignore[method-assign]
    sys.modules["aiohttp"] = stub


def _bound(seconds: float, memory_mb: int) -> None:
    """Give up, for good, whatever examining a file does not need."""
    memory = memory_mb * 1024 * 1024
    for what, most in (
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_AS, memory),
        # It has nothing to write, nobody to start and nothing to leave behind.
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)


if __name__ == "__main__":
    main()
