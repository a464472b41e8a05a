"""The portal beside bare Django, and the portal that keeps no page.

Django has nothing around it.

Below /bench/anew every page of the portal is made anew. Other pages say in a header which making of
theirs it was, so that those who read them see how many were made.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from pledge_portal.wsgi import application as portal

KEEPING = "pledge_portal.pages.middleware.PublicPageCache"
ANEW = "/bench/anew"


def handler(middleware: list[str]) -> WSGIHandler:
    """Return Django with some middleware, which it takes up when it is made."""
    whole, settings.MIDDLEWARE = settings.MIDDLEWARE, middleware
    made = WSGIHandler()
    settings.MIDDLEWARE = whole
    return made


alone = handler([])
anew = handler([name for name in settings.MIDDLEWARE if name != KEEPING])


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request by the handler that its address is for."""
    path = environ["PATH_INFO"]
    if path == "/bench/bare/":
        return alone(environ, start_response)
    if path.startswith(ANEW):
        return anew(environ | {"PATH_INFO": path.removeprefix(ANEW)}, start_response)
    return portal(environ, start_response)
