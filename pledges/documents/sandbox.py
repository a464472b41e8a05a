"""Examine a stranger's PDF in a process bounded in time and memory.

A small hostile file can unfold to gigabytes or send a parser round in circles. The process that
examines it may fail; the web server goes on and says that the file is too heavy.
"""

import base64
import importlib
import json
import logging
import resource
import signal
import subprocess
import sys
import threading
import types
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .file_errors import described
from .judgement import (
    Judgement,
    PictureProblem,
    Refusal,
    ScanProblem,
    ScanResult,
    TakenPicture,
    TakenScan,
    outer_scan_problem,
)
from .report import Problem, Report, TrustRoot, blank_report

# Each takes up to `memory_mb`. Nobody waits for a place among the visitors' ones: whoever waits
# keeps others from being answered. Staff have a place that no stranger can take.
MAX_VISITORS_FILES = 2
_visitors_turns = threading.BoundedSemaphore(MAX_VISITORS_FILES)
_staff_turns = threading.BoundedSemaphore(1)
_STAFF_PATIENCE_SECONDS = 3.0

# Of the processor. Signed documents of 7, 23, 54 and 102 pages, each of some hundred kB, took 0.5,
# 0.9, 2.1 and 4.6 s; starting takes one more.
_CPU_SECONDS = 10
_CPU_SECONDS_PER_MB = 4
_MAX_CPU_SECONDS = 40
# A busy machine takes so many times as long, and that says nothing of the file.
_TIMES_AS_LONG = 3

# What can be asked for, and the module that does it.
_EXAMINERS = {
    "examine": "verify",
    "judge": "returned_document",
    "take_scan": "paper_scan",
    "take_picture": "picture",
    "check_document": "own_document",
}
_READY = b"ready\n"
_PROJECT = Path(__file__).resolve().parents[2]

# What ends a process that goes beyond its bounds.
_OUT_OF_BOUNDS = {-signal.SIGKILL, -signal.SIGXCPU}

logger = logging.getLogger(__name__)


class SandboxFailed(Exception):
    """The examining process could not even start: a fault of the installation."""


def examine_in_sandbox(
    pdf: bytes,
    *,
    trust_roots: Sequence[TrustRoot],
    expected_fields: Sequence[str] | None = None,
    spare_fields: Sequence[str] = (),
    cpu_seconds: int | None = None,
    memory_mb: int = 768,
) -> Report:
    """Return what `verify.examine` says, by a process that is bounded.

    When strangers' files take all places, or the machine is too busy to come to an end, the
    report's problem is `busy`. A file that needs more than `cpu_seconds` of a processor (allowed by
    its size when not given) or `memory_mb` of address space is `too_heavy`. What fails in an
    unforeseen way is logged, and the problem is `unexamined`. Raises SandboxFailed when the process
    cannot start.
    """
    report = blank_report(pdf, expected_fields, spare_fields)
    if report.problem is not None:
        return report
    arguments = {
        "expected_fields": None if expected_fields is None else list(expected_fields),
        "spare_fields": list(spare_fields),
    }
    bounds = _Bounds(cpu_seconds or _cpu_seconds_for([pdf]), memory_mb)
    if not _visitors_turns.acquire(blocking=False):
        return report.with_problem(Problem.BUSY)
    try:
        result = _run_examiner("examine", [pdf], {**_roots(trust_roots), **arguments}, bounds)
    finally:
        _visitors_turns.release()
    if isinstance(result, Problem):
        return report.with_problem(result)
    return Report.from_dict(result)


def judge_in_sandbox(
    before: bytes,
    after: bytes,
    *,
    trust_roots: Sequence[TrustRoot],
    own_field: str,
    earlier_fields: Sequence[str],
    later_fields: Sequence[str],
    spare_fields: Sequence[str] = (),
    made_at: datetime,
) -> Judgement:
    """Return what `returned_document.judge` says, by a bounded process.

    Raises SandboxFailed when the process cannot start.
    """
    arguments = {
        "own_field": own_field,
        "earlier_fields": list(earlier_fields),
        "later_fields": list(later_fields),
        "spare_fields": list(spare_fields),
        "made_at": made_at.isoformat(),
    }
    files = [before, after]
    result = _run_for_staff("judge", files, {**_roots(trust_roots), **arguments})
    if isinstance(result, Problem):
        return Judgement(Refusal(result.value))
    return Judgement.from_dict(result)


def take_scan_in_sandbox(file: bytes) -> TakenScan:
    """Return what `paper_scan.take_scan` makes, by a process that is bounded.

    Raises SandboxFailed when the process cannot start.
    """
    if not file:
        return TakenScan(ScanProblem.EMPTY)
    result = _run_for_staff("take_scan", [file], {})
    if isinstance(result, Problem):
        return TakenScan(ScanProblem(result.value))
    return TakenScan.from_dict(result)


def take_picture_in_sandbox(file: bytes, *, is_mark: bool) -> TakenPicture:
    """Return what `picture.take_picture` makes, by a process that is bounded.

    Raises SandboxFailed when the process cannot start.
    """
    if not file:
        return TakenPicture(PictureProblem.EMPTY)
    result = _run_for_staff("take_picture", [file], {"is_mark": is_mark})
    if isinstance(result, Problem):
        return TakenPicture(PictureProblem(result.value))
    return TakenPicture.from_dict(result)


def check_document_in_sandbox(pdf: bytes) -> ScanResult:
    """Return what `own_document.check_document` says, by a bounded process.

    Raises SandboxFailed when the process cannot start.
    """
    if (problem := outer_scan_problem(pdf)) is not None:
        return ScanResult(problem)
    result = _run_for_staff("check_document", [pdf], {})
    if isinstance(result, Problem):
        return ScanResult(ScanProblem(result.value))
    problem_found = ScanProblem(result["problem"]) if result["problem"] else None
    return ScanResult(problem_found, int(result["pages"]))


@dataclass(frozen=True)
class _Bounds:
    """A process's seconds of a processor, and its memory in MB."""

    cpu_seconds: int
    memory_mb: int = 768


def _cpu_seconds_for(files: Sequence[bytes]) -> int:
    """Return how much of a processor examining these files may take."""
    megabytes = sum(map(len, files)) / 1_000_000
    return min(_CPU_SECONDS + round(_CPU_SECONDS_PER_MB * megabytes), _MAX_CPU_SECONDS)


def _roots(trust_roots: Sequence[TrustRoot]) -> dict[str, Any]:
    """Return trusted authorities as JSON can hold them."""
    return {
        "trust_roots": [
            {**asdict(root), "certificate": base64.b64encode(root.certificate).decode("ascii")}
            for root in trust_roots
        ]
    }


def _run_for_staff(
    examiner: str, files: Sequence[bytes], arguments: dict[str, Any]
) -> dict[str, Any] | Problem:
    """Return the answer of an examiner of a file from staff.

    Waits a moment for a colleague's file.
    """
    if not _staff_turns.acquire(timeout=_STAFF_PATIENCE_SECONDS):
        return Problem.BUSY
    try:
        return _run_examiner(examiner, files, arguments, _Bounds(_cpu_seconds_for(files)))
    finally:
        _staff_turns.release()


def _run_examiner(
    examiner: str, files: Sequence[bytes], arguments: dict[str, Any], bounds: _Bounds
) -> dict[str, Any] | Problem:
    """Return the answer of an examiner, or why there is none."""
    task = {
        "examiner": examiner,
        "sizes": [len(file) for file in files],
        "arguments": arguments,
        "cpu_seconds": bounds.cpu_seconds,
        "memory_mb": bounds.memory_mb,
    }
    sent = json.dumps(task).encode() + b"\n" + b"".join(files)
    answer = _run_process(sent, bounds.cpu_seconds * _TIMES_AS_LONG)
    if isinstance(answer, dict) and "unforeseen" in answer:
        logger.error("examination.failed", extra=answer)
        return Problem.UNEXAMINED
    return answer


def _run_process(task: bytes, seconds: float) -> dict[str, Any] | Problem:
    """Return the examiner's answer, or why it could not give one.

    `seconds` of the clock on the wall are given to it.
    """
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
        # It used less of the processor than it was allowed, so others took the rest.
        return Problem.BUSY
    except OSError as error:
        raise SandboxFailed(str(error)) from error
    if not done.stdout.startswith(_READY):
        raise SandboxFailed(done.stderr.decode(errors="replace")[-2000:])
    try:
        answer: dict[str, Any] = json.loads(done.stdout[len(_READY) :])
    except ValueError:
        if done.returncode < 0 and done.returncode not in _OUT_OF_BOUNDS:
            return {"unforeseen": signal.Signals(-done.returncode).name, "place": "a library"}
        # Ended by one of its limits before it could answer.
        return Problem.TOO_HEAVY
    return answer


def main() -> None:
    """Read a task and its files from standard input, write the answer."""
    _leave_out_the_network()
    task = json.loads(sys.stdin.buffer.readline())
    # Each has libraries of its own, which take their time to load.
    examiner = importlib.import_module(f".{_EXAMINERS[task['examiner']]}", __package__)
    output = sys.stdout.buffer
    output.write(_READY)
    output.flush()
    # What the libraries have to say about a hostile file is the hostile file's text.
    logging.disable(logging.CRITICAL)
    try:
        _bound(int(task["cpu_seconds"]), int(task["memory_mb"]))
        answer = _examine(examiner, task)
    except MemoryError:
        # The parent sees that no answer came.
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent logs it as our fault
        answer = described(error)
    output.write(json.dumps(answer).encode())


def _examine(examiner: types.ModuleType, task: dict[str, Any]) -> dict[str, Any]:
    """Return what the examiner says of the files on standard input."""
    files = [sys.stdin.buffer.read(size) for size in task["sizes"]]
    arguments: dict[str, Any] = task["arguments"]
    if "trust_roots" in arguments:
        arguments["trust_roots"] = [
            TrustRoot(**{**root, "certificate": base64.b64decode(root["certificate"])})
            for root in arguments["trust_roots"]
        ]
    if "made_at" in arguments:
        arguments["made_at"] = datetime.fromisoformat(arguments["made_at"])
    answer = getattr(examiner, task["examiner"])(*files, **arguments)
    plain: dict[str, Any] = asdict(answer) if isinstance(answer, ScanResult) else answer.to_dict()
    return plain


def _leave_out_the_network() -> None:
    """Put an empty module in the place of aiohttp.

    pyHanko imports it for timestamping. Nothing is fetched here, and without it the process is
    ready in half the time.
    """
    stub = types.ModuleType("aiohttp")
    stub.__getattr__ = lambda name: type(name, (Exception,), {})  # type: ignore[method-assign]
    sys.modules["aiohttp"] = stub


def _bound(cpu_seconds: int, memory_mb: int) -> None:
    """Give up, for good, whatever examining a file does not need."""
    memory = memory_mb * 1024 * 1024
    for limit, most in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory),
        # It has nothing to write, nobody to start and nothing to leave behind.
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)


if __name__ == "__main__":
    main()
