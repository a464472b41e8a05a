"""The web server: gunicorn, in a process that has loaded the portal."""

from __future__ import annotations

import ipaddress
import logging
import re
import selectors
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn, ThreadWorker

from pledge_portal.operations.current_request import CurrentRequest, current_request

_access = logging.getLogger("pledge_portal.access")
_PROBE = re.compile(rb"(GET|HEAD) /(healthz|readyz)[? ].*\r\n\r\n", re.DOTALL)


class WebServer(BaseApplication):
    """gunicorn with the portal's settings and none of its own files."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Take up the settings."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the portal."""
        return import_string(settings.WSGI_APPLICATION)


class Worker(ThreadWorker):
    """gunicorn's threads, and one more that answers nothing but probes.

    All others may wait for a database that hangs. A new connection gets a thread once it has sent
    something.
    """

    def init_process(self) -> None:
        """Make the threads and answer."""
        self._for_probes = ThreadPoolExecutor(max_workers=1)
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Let a thread answer a connection, once there is something to answer."""
        begun = _begun(conn.sock)
        if begun is None and not conn.initialized and self.alive:
            conn.sock.setblocking(False)
            conn.set_timeout()
            self.pending_conns.append(conn)
            await_it = partial(self.on_pending_socket_readable, conn)
            self.poller.register(conn.sock, selectors.EVENT_READ, await_it)
            return
        pool = self._for_probes if begun and _PROBE.match(begun) else self.tpool
        answered = pool.submit(self.handle, conn)
        answered.add_done_callback(partial(self.method_queue.defer, self.finish_request, conn))


def _begun(connection: socket.socket) -> bytes | None:
    """Return the beginning of what can be read, None when nothing can yet."""
    try:
        return connection.recv(4096, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:
        return b""


class Log(Logger):
    """gunicorn's log as part of the portal's own, with a line per request."""

    def setup(self, cfg: Config) -> None:
        """Leave the lines to the portal's own handlers."""
        self.cfg = cfg
        self.error_log.propagate = True
        self._access_log_enabled = settings.ACCESS_LOG

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Log an answer: no address of the portal's or of a person's, no program."""
        if not settings.ACCESS_LOG:
            return
        # What couldn't be read as a request never came to the portal.
        if "portal.request" not in environ:
            current_request.set(CurrentRequest.from_environ(environ))
        _access.info(
            "request",
            extra={
                "status": int(str(resp.status).split(None, 1)[0]),
                "ms": round(request_time.total_seconds() * 1000),
                "bytes": getattr(resp, "sent", 0) or 0,
            },
        )


def needs_proxy() -> bool:
    """Whether strangers reach a real portal without a proxy."""
    try:
        is_near = ipaddress.ip_address(settings.HOST).is_loopback
    except ValueError:
        is_near = settings.HOST == "localhost"
    return not (is_near or settings.DEMONSTRATION or settings.BEHIND_PROXY)


def serve_pages(workers: int, threads: int) -> None:
    """Answer requests by so many processes, each with so many threads."""
    host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
    WebServer(
        bind=f"{host}:{settings.PORT}",
        worker_class=Worker,
        logger_class=Log,
        # The application is made once, before its processes are forked.
        preload_app=True,
        workers=workers,
        threads=threads,
        graceful_timeout=10,
        # A socket for steering gunicorn would be made in the home folder; nothing here uses it.
        control_socket_disable=True,
        # The portal itself reads what a proxy says, and only when BEHIND_PROXY says that there is
        # one. gunicorn would let anyone on this machine say SCRIPT_NAME, and so move every link.
        forwarded_allow_ips="",
        forwarder_headers="",
        secure_scheme_headers={},
    ).run()
