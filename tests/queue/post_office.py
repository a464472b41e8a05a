"""A mail server on the loopback address, which can be made to hang."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message


class PostOffice(socketserver.ThreadingTCPServer):
    """Takes letters by SMTP, each in `letters`.

    While `opens` is unset, a letter that was sent whole gets no answer. With `keeps_first` it is
    in `letters` already then, as with a server that is slow to say that it has taken it.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.letters: list[Message] = []
        self.opens = threading.Event()
        self.opens.set()
        self.keeps_first = False
        # Set when a letter has been sent whole, whether it was answered or not.
        self.reached = threading.Event()

    @property
    def url(self) -> str:
        """What EMAIL_URL is."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    @property
    def message_ids(self) -> list[str]:
        """The Message-IDs of the letters, in the order that they came."""
        return [str(letter["Message-ID"]) for letter in self.letters]


class _Session(socketserver.StreamRequestHandler):
    server: PostOffice

    def handle(self) -> None:
        try:
            self._say("220 post office")
            while line := self.rfile.readline():
                verb = line[:4].upper().strip()
                if verb == b"DATA":
                    self._say("354 go on")
                    self._take()
                elif verb == b"QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 ok")
        except OSError:  # whoever sent was killed
            return

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        letter = message_from_bytes(b"".join(lines))
        if self.server.keeps_first:
            self.server.letters.append(letter)
        self.server.reached.set()
        self.server.opens.wait(60)
        self._say("250 taken")
        if not self.server.keeps_first:
            self.server.letters.append(letter)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Run a mail server meanwhile."""
    with PostOffice() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.opens.set()
            server.shutdown()
