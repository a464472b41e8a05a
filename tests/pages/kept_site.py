"""A site of pages that show what they are made of.

A test can hold up their making.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from django.conf import settings as portal_settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver, path, re_path
from django.utils import translation

from pledge_portal.pages.context import fixed_addresses
from pledge_portal.pages.middleware import LimitedMakers, PublicPageCache
from pledge_portal.pages.page_versions import Shows, VersionReader, Versions, public_page

PATIENCE = 20


class MovedVersions(VersionReader):
    """Versions that a test moves; `read` counts how often they were read."""

    def __init__(self) -> None:
        super().__init__()
        self.topics = {"": 1, "alvsbyn": 1, "pitea": 1}
        self.read = 0
        self.ask: Callable[[], None] = lambda: None

    def read_anew(self) -> Versions:
        """Return the versions as the test has put them."""
        read_at = time.monotonic()
        self.read += 1
        self.ask()
        topics = dict(self.topics)
        versions = Versions(read_at, topics, hash(tuple(topics.items())))
        if read_at >= self._latest.read_at:
            self._latest = versions
        return versions


class Site:
    """The cache around views whose making a test can hold up.

    `made` tells of each page made.
    """

    def __init__(self, versions: MovedVersions) -> None:
        self.versions = versions
        self.made: list[str] = []
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.answers = 200

        def view(request: HttpRequest, **_named: str) -> HttpResponse:
            made = f"{request.path} {request.GET.urlencode()} {self.versions.topics}"
            self.made.append(request.get_full_path())
            assert self.goes_on.wait(PATIENCE)
            return HttpResponse(f"<main>{made}</main>", status=self.answers)

        municipality = public_page(shows=Shows.MUNICIPALITY)(view)
        a_list = public_page(shows=Shows.MUNICIPALITY, parameters=("sida", "q"))(view)
        shared = public_page(shows=Shows.SHARED)(view)
        routes = {
            "<slug:slug>/": municipality,
            "<slug:slug>/lista/": a_list,
            "om/oss/": shared,
            "": public_page(shows=Shows.EVERYTHING)(view),
        }
        # A page for a fault leads to the portal's own pages, which this site has none of.
        for language, _name in portal_settings.LANGUAGES:
            with translation.override(language):
                fixed_addresses()
        patterns = tuple(path(route, marked) for route, marked in routes.items())
        portal_settings.ROOT_URLCONF = whole = (*patterns, re_path("", view))

        def answer(request: HttpRequest) -> HttpResponse:
            match = get_resolver(whole).resolve(request.path_info)
            return match.func(request, *match.args, **match.kwargs)

        self.answer = PublicPageCache(LimitedMakers(answer))

    def get(self, address: str, **headers: str) -> HttpResponse:
        """Return the answer to GET."""
        return self.answer(RequestFactory().get(address, headers=headers))

    def text(self, address: str, **headers: str) -> str:
        """Return the body of the answer."""
        return self.get(address, **headers).content.decode()


def until(what: Callable[[], object]) -> None:
    """Wait until something is true."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end
        time.sleep(0.005)


def waiting(site: Site, reads: list[Future[str]], made: int = 1) -> None:
    """Wait until a page is being made and the others wait for it.

    The other readers have had time to ask for it.
    """
    until(lambda: len(site.made) >= made)
    until(lambda: sum(read.running() for read in reads) == len(reads))
    time.sleep(0.2)
