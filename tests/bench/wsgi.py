"""The portal, and one address that passes none of its middleware: Django with nothing around it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from pledge_portal.wsgi import application as portal

# A handler takes up the middleware when it is made.
_middleware, settings.MIDDLEWARE = settings.MIDDLEWARE, []
alone = WSGIHandler()
settings.MIDDLEWARE = _middleware


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request, by the bare handler at its one address."""
    handler = alone if environ["PATH_INFO"] == "/bench/bare/" else portal
    return handler(environ, start_response)
