"""Kept public pages are the same as fresh ones.

They are gone the moment something has changed.
"""

import gzip
from datetime import UTC, datetime
from typing import Any

import brotli
import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path, re_path
from pytest_django.fixtures import Settings

from pledge_portal.pages import kept_pages, page_versions
from pledge_portal.pages.middleware import PublicPageCache
from pledge_portal.pages.page_versions import public_page
from pledges.models import Municipality
from tests.builders import a_municipality

pytestmark = pytest.mark.django_db


class Site:
    """The cache around one view, at every address.

    It counts how often the view was asked.
    """

    def __init__(self, public: Any = public_page, **headers: str) -> None:
        self.made = 0
        self.headers = headers
        self.cookie = False
        self.queries: list[str] = []

        def view(request: HttpRequest, **_named: str) -> HttpResponse:
            self.made += 1
            self.queries.append(request.META["QUERY_STRING"])
            names = ", ".join(Municipality.objects.values_list("name", flat=True))
            response = HttpResponse(f"<p>{names}</p>" * 50, headers=self.headers or None)
            if self.cookie:
                response.set_cookie("session", "secret")
            return response

        marked = public(view) if public else view
        settings.ROOT_URLCONF = (path("<slug:slug>/", marked), re_path("", marked))
        self.answer = PublicPageCache(lambda request: marked(request))

    def get(self, address: str = "/alvsbyn/", **headers: str) -> HttpResponse:
        return self.answer(RequestFactory().get(address, headers=headers))


@pytest.fixture(autouse=True)
def _kept_and_checked_each_time(settings: Settings) -> None:
    settings.PUBLIC_PAGES_MB = 10
    settings.PUBLIC_PAGE_CHECK_SECONDS = 0
    settings.ROOT_URLCONF = settings.ROOT_URLCONF


def test_a_page_is_made_once_and_answered_alike_afterwards() -> None:
    a_municipality()
    site = Site()
    first, second = site.get(), site.get()
    assert site.made == 1
    assert first.content == second.content
    assert first.headers == second.headers
    assert "Älvsbyn" in second.content.decode()
    assert second.headers["Cache-Control"] == "public, no-cache"


def test_any_change_makes_the_page_anew_even_one_by_raw_sql() -> None:
    from django.db import connection

    a_municipality()
    site = Site()
    site.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pledges_municipality SET name = 'Ny'")
    assert "Ny" in site.get().content.decode()
    Municipality.objects.all().delete()
    assert "Ny" not in site.get().content.decode()
    assert site.made == 3


def test_a_change_is_seen_within_the_time_that_the_setting_says(settings: Settings) -> None:
    settings.PUBLIC_PAGE_CHECK_SECONDS = 1000
    a_municipality()
    site = Site()
    site.get()
    Municipality.objects.update(name="Ny")
    assert "Ny" not in site.get().content.decode()
    settings.PUBLIC_PAGE_CHECK_SECONDS = 0
    assert "Ny" in site.get().content.decode()


def test_who_is_logged_in_sees_what_they_saved_whichever_process_answers(
    settings: Settings,
) -> None:
    a_municipality()
    site = Site()
    logged_in = {"cookie": f"language=sv; {settings.SESSION_COOKIE_NAME}=abc"}
    before = site.get("/a/", cookie="language=sv")
    settings.PUBLIC_PAGE_CHECK_SECONDS = 1000
    # As another process saves it: this one isn't told.
    Municipality.objects.update(name="Ny")
    assert site.get("/a/", cookie="language=sv").content == before.content
    made_anew = site.get("/b/", **logged_in)
    assert "Ny" in made_anew.content.decode()
    fresh = site.get("/a/", **logged_in)
    assert "Ny" in fresh.content.decode()
    assert site.made == 3
    # The page is everyone's: known by no cookie, and given to the next without being made again.
    assert "Cookie" not in fresh.headers["Vary"]
    assert site.get("/a/").content == fresh.content
    assert site.get("/a/", **logged_in).content == fresh.content
    assert site.made == 3


def test_a_page_of_a_list_is_as_new_as_a_change_just_saved(settings: Settings) -> None:
    a_municipality()
    site = Site(public_page(parameters=("sida",)))
    logged_in = {"cookie": f"{settings.SESSION_COOKIE_NAME}=abc"}
    site.get("/a/?sida=2", **logged_in)
    settings.PUBLIC_PAGE_CHECK_SECONDS = 1000
    Municipality.objects.update(name="Ny")
    assert "Ny" not in site.get("/a/?sida=2").content.decode()
    assert "Ny" in site.get("/a/?sida=2", **logged_in).content.decode()


def test_midnight_in_sweden_makes_the_page_anew() -> None:
    site = Site()
    with time_machine.travel(datetime(2025, 12, 31, 22, 59, tzinfo=UTC), tick=False):
        site.get()
        site.get()
        assert site.made == 1
    with time_machine.travel(datetime(2025, 12, 31, 23, 0, tzinfo=UTC), tick=False):
        site.get()
    assert site.made == 2


def test_a_browser_that_has_the_page_gets_no_bytes() -> None:
    site = Site()
    etag = site.get().headers["ETag"]
    unchanged = site.get(if_none_match=etag)
    assert unchanged.status_code == 304
    assert unchanged.content == b""
    assert unchanged.headers["ETag"] == etag
    a_municipality()
    assert site.get(if_none_match=etag).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "encoding", "decode"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip, deflate", "gzip", gzip.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("gzip;q=0", None, bytes),
    ],
)
def test_the_page_is_compressed_as_the_browser_accepts(
    accepted: str, encoding: str | None, decode
) -> None:  # type: ignore[no-untyped-def]
    a_municipality()
    site = Site()
    plain = site.get().content
    answer = site.get(accept_encoding=accepted)
    assert answer.headers.get("Content-Encoding") == encoding
    assert decode(answer.content) == plain
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_what_is_not_for_everyone_is_never_kept() -> None:
    private = Site(public=None)
    private.get()
    private.get()
    assert private.made == 2
    varying = Site(Vary="Cookie")
    varying.get()
    varying.get()
    assert varying.made == 2
    setting = Site()
    setting.cookie = True
    setting.get()
    setting.get()
    assert setting.made == 2


def test_addresses_with_a_query_and_htmx_fragments_are_made_anew() -> None:
    site = Site()
    for _ in range(2):
        site.get("/?q=a")
        site.get("/", hx_request="true")
    assert site.made == 4


def test_pages_of_other_hosts_and_addresses_are_kept_apart_and_the_oldest_go(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Pages without parameters get three quarters of the store; these are all alike, and three of
    # them fill it. A page may take an eighth of a store, which here is none.
    monkeypatch.setattr(kept_pages, "_LARGEST", 1)
    response = Site().get("/a/")
    size = 3.5 * kept_pages.KeptPage.from_response(HttpResponse(response.content)).size
    settings.PUBLIC_PAGES_MB = size / 0.75 / 1_000_000
    site = Site()
    for address in ("/a/", "/b/", "/c/", "/d/", "/d/"):
        site.get(address)
    assert site.made == 4
    site.get("/a/")
    assert site.made == 5


def test_a_head_request_gets_the_headers_of_the_page_and_no_body() -> None:
    site = Site()
    page = site.get()
    head = site.answer(RequestFactory().head("/alvsbyn/"))
    assert head.content == b""
    assert head.headers["Content-Length"] == str(len(page.content))


def test_without_a_database_the_view_itself_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object) -> int:
        raise DatabaseError

    monkeypatch.setattr(page_versions.VersionReader, "__call__", broken)
    site = Site()
    assert site.get().status_code == 200
    assert site.made == 1


def test_a_page_made_before_a_change_is_not_kept_instead_of_one_made_after_it() -> None:
    store = kept_pages.PageStore(1_000_000)
    page = kept_pages.KeptPage("e", (), (("", b""),))
    store.keep("key", kept_pages.StoredPage(page, ("after",), current_at=2.0))
    store.keep("key", kept_pages.StoredPage(page, ("before",), current_at=1.0))
    entry = store.get("key")
    assert entry is not None
    assert entry.under == ("after",)
