"""A way to the database that can hang or break, as networks do."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any


class DatabaseLink:
    """Passes all that comes to a port on to the tests' database server.

    `hang` lets it take connections and pass nothing on, `cut` ends it with all connections, `mend`
    brings it back from either.
    """

    def __init__(self, database: dict[str, Any]) -> None:
        self._database = database
        self._flowing = threading.Event()
        self._sockets: list[socket.socket] = []
        self._listener = self._listen(0)
        self.port = int(self._listener.getsockname()[1])
        self.mend()

    def hang(self) -> None:
        """Pass nothing on any more, without a word."""
        self._flowing.clear()

    def cut(self) -> None:
        """Refuse new connections and end the old ones."""
        for opened in [self._listener, *self._sockets]:
            _close(opened)
        self._sockets.clear()
        self._flowing.set()

    def mend(self) -> None:
        """Pass on what comes, and what has waited."""
        self._flowing.set()
        if self._listener.fileno() < 0:
            self._listener = self._listen(self.port)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(100)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:  # it was cut
                return
            far = self._connect()
            self._sockets += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _connect(self) -> socket.socket:
        host, port = self._database["host"], self._database["port"] or 5432
        if host.startswith("/"):
            far = socket.socket(socket.AF_UNIX)
            far.connect(f"{host}/.s.PGSQL.{port}")
            return far
        return socket.create_connection((host, int(port)))

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while content := source.recv(65536):
                self._flowing.wait()
                target.sendall(content)
        except OSError:
            pass
        _close(source)
        _close(target)


def _close(opened: socket.socket) -> None:
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)
    opened.close()
