"""Records actions until it is killed, many times over.

Prints what it acknowledged.

Run in the environment of a prepared place: `python -m tests.faults.recording KILLS SEED`. Each
child records one action after another by the portal's own function and tells the parent before
(what it sends) and after (what is acknowledged); the parent kills it with SIGKILL at a drawn
moment. The last sending, which got no answer, is sent once more, as a person would.
"""

import json
import os
import random
import signal
import sys
import time
from datetime import date
from uuid import UUID, uuid4

import django

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from pledges.actions import recording  # noqa: E402
from pledges.models import Commitment, Pledge  # noqa: E402


def main(kills: int, seed: int) -> None:
    """Kill that many children, and print the outcome as JSON.

    What got no answer is sent again.
    """
    drawn = random.Random(seed)  # noqa: S311  (spreads kills; nothing secret)
    acknowledged: list[str] = []
    unanswered: list[str] = []
    for _ in range(kills):
        sent = _killed(drawn.uniform(0.03, 0.15))
        acknowledged += [name for word, name in sent if word == "done"]
        unanswered += [name for word, name in sent if word == "sent" and name not in acknowledged]
    for name in unanswered:
        _record(UUID(name))
    json.dump({"acknowledged": acknowledged, "sent_again": unanswered}, sys.stdout)


def _killed(delay: float) -> list[tuple[str, str]]:
    """Let a child record until it is killed.

    That is `delay` seconds after its first acknowledgement.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        while True:
            submission = uuid4()
            os.write(writer, f"sent {submission}\n".encode())
            _record(submission)
            os.write(writer, f"done {submission}\n".encode())
    os.close(writer)
    output = b""
    while b"done" not in output:
        output += os.read(reader, 65536)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while part := os.read(reader, 65536):
        output += part
    os.close(reader)
    return [tuple(line.split()) for line in output.decode().splitlines()]  # type: ignore[misc]


def _record(submission: UUID) -> None:
    pledge = Pledge.objects.with_standing().get()
    commitment = Commitment.objects.get(pledge=pledge, number=3)
    commitment.pledge = pledge
    recording.record(
        recording.Entry(
            commitment, pledge.municipalities.get(), date(2024, 3, 1), internal_note="x"
        ),
        by=None,
        place=pledge.police_area,
        submission=submission,
        at=timezone.now(),
    )


if __name__ == "__main__":
    assert connection.connection is None
    main(int(sys.argv[1]), int(sys.argv[2]))
