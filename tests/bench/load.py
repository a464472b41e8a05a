"""A small load generator with a fixed number of connections.

Each connection asks again as soon as it has got its answer.

One process that does little for each answer, so that the server gets the rest of the machine. `wrk`
does less still and is used where it is installed.
"""

import itertools
import re
import select
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CONNECTIONS = 8
ACCEPTED = "gzip, deflate, br"


def requests_per_second(url: str, seconds: float) -> float:
    """Return how many answers a second came from `url` during `seconds`.

    All must be 200. Raises RuntimeError when one is not.
    """
    if shutil.which("wrk"):
        return _by_wrk(url, seconds)
    path = url.partition(urlsplit(url).netloc)[2]
    return pages_read(url, [path], seconds).rate


@dataclass
class Load:
    """How many pages were read a second, and which of them were made for it.

    `made` are the makings that no earlier load met: a page that is kept names its one again.
    """

    rate: float = 0.0
    answered: int = 0
    made: set[str] = field(default_factory=set)

    @property
    def hit_rate(self) -> float:
        """Return the share of the answers for which no page was made."""
        return 1 - len(self.made) / self.answered if self.answered else 0.0


def pages_read(url: str, paths: list[str], seconds: float, makings: set[str] | None = None) -> Load:
    """Read pages of the portal at `url` in turn during `seconds`.

    `makings` are those that earlier loads met; those of this one are added. All pages must be 200.
    Raises RuntimeError when one is not.
    """
    makings = set() if makings is None else makings
    host, port = urlsplit(url).hostname, urlsplit(url).port
    questions = itertools.cycle(
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Accept-Encoding: {ACCEPTED}\r\n\r\n".encode()
        for path in paths
    )
    load = Load()
    waiting: dict[int, _Asker] = {}
    poll = select.epoll()
    for _ in range(CONNECTIONS):
        asker = _Asker((str(host), int(port or 80)), questions, load.made)
        waiting[asker.fileno()] = asker
        poll.register(asker.fileno(), select.EPOLLIN)
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        for descriptor, _event in poll.poll(1):
            asker = waiting[descriptor]
            if asker.received():
                load.answered += 1
                if asker.fileno() != descriptor:  # the server closed and we asked anew
                    waiting[asker.fileno()] = asker
                    poll.register(asker.fileno(), select.EPOLLIN)
    load.rate = load.answered / (time.monotonic() - began)
    for asker in waiting.values():
        asker.close()
    poll.close()
    load.made -= makings
    makings |= load.made
    return load


class _Asker:
    """One connection with one question under way."""

    def __init__(
        self, address: tuple[str, int], questions: Iterator[bytes], made: set[str]
    ) -> None:
        self._address = address
        self._questions = questions
        self._made = made
        self._connect()

    def fileno(self) -> int:
        """Return the connection's descriptor."""
        return self._socket.fileno()

    def received(self) -> bool:
        """Take in what has come; when an answer is whole, ask again and say so."""
        self._got += self._socket.recv(1 << 20)
        head, end, body = self._got.partition(b"\r\n\r\n")
        if not end:
            if not self._got:
                raise RuntimeError("the server closed the connection")
            return False
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        if length is None:
            raise RuntimeError(f"an answer without a length: {head!r}")
        if len(body) < int(length[1]):
            return False
        if not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"not 200: {head.splitlines()[0]!r}")
        if match := re.search(rb"(?i)x-made: *(\w+)", head):
            self._made.add(match[1].decode())
        if b"onnection: close" in head:
            self.close()
            self._connect()
        else:
            self._ask()
        return True

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _connect(self) -> None:
        self._socket = socket.create_connection(self._address, timeout=30)
        self._ask()

    def _ask(self) -> None:
        self._got = b""
        self._socket.sendall(next(self._questions))


def _by_wrk(url: str, seconds: float) -> float:
    output = subprocess.run(
        [
            *("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s"),
            *("-H", f"Accept-Encoding: {ACCEPTED}", url),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rate = re.search(r"Requests/sec: *([\d.]+)", output)
    if rate is None or "Non-2xx" in output:
        raise RuntimeError(output)
    return float(rate[1])
