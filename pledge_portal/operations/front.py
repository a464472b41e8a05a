"""What stands before Django: answers to probes, an id for each request.

Django's own way to a view asks for the host name and looks after database connections first. A
probe comes by address, and must be answered while the database hangs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pledge_portal.database.patience import limit_waiting
from pledge_portal.operations.current_request import CurrentRequest, current_request
from pledge_portal.operations.readiness import Answer, Readiness

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApplication = Callable[[Environ, StartResponse], Iterable[bytes]]


def alive() -> Answer:
    """Return that the process answers: it just did."""
    return "200 OK", "ok\n"


PROBES: dict[str, Callable[[], Answer]] = {"/healthz": alive, "/readyz": Readiness()}


class Front:
    """Answer probes; give all other requests an id and pass them on."""

    def __init__(self, application: WsgiApplication) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        limit_waiting()
        _take_back_script_name(environ)
        request = CurrentRequest.from_environ(environ)
        environ["portal.request"] = request
        # Stays until the thread's next request: parts of an answer may be made later.
        current_request.set(request)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, ("X-Request-Id", request.id)], *rest)

        probe = PROBES.get(environ.get("PATH_INFO", ""))
        if probe is None:
            return self._application(environ, start)
        return _answer(environ["REQUEST_METHOD"], probe, start)


def _take_back_script_name(environ: Environ) -> None:
    """Undo a header that some servers take for the portal's folder.

    It lies in none. A stranger who sent it would get pages whose links lead elsewhere, and such
    pages are kept for others.
    """
    if script_name := environ.get("SCRIPT_NAME"):
        environ["PATH_INFO"] = script_name + environ.get("PATH_INFO", "")
        environ["SCRIPT_NAME"] = ""


def _answer(method: str, probe: Callable[[], Answer], start: StartResponse) -> Iterable[bytes]:
    if method in {"GET", "HEAD"}:
        status, text = probe()
        more = []
    else:
        status, text, more = "405 Method Not Allowed", "", [("Allow", "GET, HEAD")]
    body = text.encode()
    start(
        status,
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *more,
        ],
    )
    return [body] if method != "HEAD" else []
