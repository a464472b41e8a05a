"""Tells of each page which making of it this is."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADER = "X-Made"


def told(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Stand behind the kept pages, which keep what is told with the page."""

    def make(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers[HEADER] = uuid.uuid4().hex
        return response

    return make
