"""The portal's addresses, and a view that does nothing."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from pledge_portal.urls import (  # noqa: F401  (Django looks for the handlers here)
    handler400,
    handler403,
    handler404,
    handler500,
    urlpatterns,
)


def bare(request: HttpRequest) -> HttpResponse:
    """Answer with two letters."""
    return HttpResponse("ok", content_type="text/plain", headers={"Content-Length": "2"})


urlpatterns = [path("bench/bare/", bare), path("bench/view/", bare), *urlpatterns]
