"""Who makes a page, who waits for it, and by what it is known.

Also how much of all pages is kept.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import DatabaseError, OperationalError
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from pledge_portal.pages import middleware
from pledge_portal.pages.kept_pages import KeptPage, PageStore, StoredPage
from tests.pages.kept_site import PATIENCE, MovedVersions, Site, until, waiting

# What a page is known by, and what makes it old.


@pytest.mark.parametrize(
    ("topic", "old"),
    [
        ("alvsbyn", {"/alvsbyn/", "/alvsbyn/lista/?sida=2", "/"}),
        ("pitea", {"/pitea/", "/"}),
        ("boden", {"/"}),
        ("", {"/alvsbyn/", "/alvsbyn/lista/?sida=2", "/pitea/", "/om/oss/", "/"}),
    ],
)
def test_a_change_makes_old_what_shows_it_and_nothing_else(
    site: Site, topic: str, old: set[str]
) -> None:
    addresses = ["/alvsbyn/", "/alvsbyn/lista/?sida=2", "/pitea/", "/om/oss/", "/"]
    for address in addresses * 2:
        site.get(address)
    assert site.made == addresses
    site.versions.topics[topic] = 2
    site.made.clear()
    for address in addresses:
        site.get(address)
    assert set(site.made) == old


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("/alvsbyn/", "/alvsbyn/?utm_source=post&fbclid=x"),
        ("/alvsbyn/", "/alvsbyn/?sida=2"),
        ("/alvsbyn/lista/", "/alvsbyn/lista/?utm_source=post"),
        ("/alvsbyn/lista/?sida=2", "/alvsbyn/lista/?fbclid=x&sida=2&utm_medium=%00"),
        ("/alvsbyn/lista/?sida=2&q=a", "/alvsbyn/lista/?q=a&sida=2"),
        ("/alvsbyn/lista/?sida=2", "/alvsbyn/lista/?sida=1&sida=2"),
    ],
)
@pytest.mark.parametrize("megabytes", [0, 10])
def test_parameters_that_the_view_does_not_name_change_nothing(
    site: Site, settings: Settings, address: str, same: str, megabytes: int
) -> None:
    settings.PUBLIC_PAGES_MB = megabytes
    assert site.text(address) == site.text(same)
    assert len(site.made) == (1 if megabytes else 2)


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("/alvsbyn/lista/", "/alvsbyn/lista/?sida=2"),
        ("/alvsbyn/lista/?sida=2", "/alvsbyn/lista/?sida=3"),
        ("/alvsbyn/lista/?q=2", "/alvsbyn/lista/?sida=2"),
        ("/alvsbyn/lista/?q=", "/alvsbyn/lista/"),
    ],
)
def test_pages_with_other_parameters_are_other_pages(site: Site, address: str, other: str) -> None:
    assert site.text(address) != site.text(other)
    assert site.text(address) != site.text(other)
    assert len(site.made) == 2


def test_what_is_too_long_to_be_a_page_is_not_kept(site: Site) -> None:
    for address in (f"/alvsbyn/lista/?q={'a' * 400}", f"/{'a' * 400}/"):
        site.get(address)
        site.get(address)
    assert len(site.made) == 4


def test_where_the_server_is_mounted_is_part_of_what_a_page_is_known_by(site: Site) -> None:
    site.get("/alvsbyn/")
    mounted = RequestFactory().get("/alvsbyn/", SCRIPT_NAME="/elak")
    assert "/elak" in site.answer(mounted).content.decode()
    assert "/elak" not in site.text("/alvsbyn/")


# Who makes it.


def test_one_makes_a_page_for_twenty_who_ask_at_once(
    site: Site, threads: ThreadPoolExecutor
) -> None:
    site.goes_on.clear()
    reads = [threads.submit(site.text, "/alvsbyn/") for _ in range(20)]
    waiting(site, reads)
    site.goes_on.set()
    assert len({read.result(timeout=PATIENCE) for read in reads}) == 1
    assert site.made == ["/alvsbyn/"]


def test_kept_pages_wait_for_none_that_is_being_made(
    site: Site, threads: ThreadPoolExecutor
) -> None:
    before = site.text("/pitea/")
    site.goes_on.clear()
    slow = [threads.submit(site.text, "/alvsbyn/") for _ in range(10)]
    waiting(site, slow)
    assert threads.submit(site.text, "/pitea/").result(timeout=2) == before
    assert not any(read.done() for read in slow)
    site.goes_on.set()


def test_others_get_the_page_of_the_last_second_while_one_makes_it_anew(
    site: Site, threads: ThreadPoolExecutor, settings: Settings
) -> None:
    settings.PUBLIC_PAGE_CHECK_SECONDS = 1000
    before = site.text("/alvsbyn/")
    site.versions.topics["alvsbyn"] = 2
    site.versions.read_anew()
    site.goes_on.clear()
    maker = threads.submit(site.text, "/alvsbyn/")
    until(lambda: len(site.made) == 2)
    assert threads.submit(site.text, "/alvsbyn/").result(timeout=2) == before
    logged_in = {"cookie": f"{settings.SESSION_COOKIE_NAME}=abc"}
    waits = threads.submit(site.text, "/alvsbyn/", **logged_in)
    settings.PUBLIC_PAGE_CHECK_SECONDS = 0
    too_late = threads.submit(site.text, "/alvsbyn/")
    time.sleep(0.3)
    assert not waits.done()
    assert not too_late.done()
    site.goes_on.set()
    made = maker.result(timeout=PATIENCE)
    assert made != before
    assert waits.result(timeout=PATIENCE) == too_late.result(timeout=PATIENCE) == made
    assert len(site.made) == 2


def test_nobody_waits_long_for_a_page_that_another_makes(
    site: Site, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "_MAX_WAIT_SECONDS", 0.1)
    site.goes_on.clear()
    maker = threads.submit(site.get, "/alvsbyn/")
    until(lambda: site.made)
    answer = threads.submit(site.get, "/alvsbyn/").result(timeout=PATIENCE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "Vänta några sekunder och ladda om den." in answer.content.decode()
    assert site.made == ["/alvsbyn/"]
    site.goes_on.set()
    assert maker.result(timeout=PATIENCE).status_code == 200
    assert site.get("/alvsbyn/").status_code == 200


@pytest.mark.parametrize("address", ["/alvsbyn/lista/?sida={}", "/ingen-sida/{}/har/"])
def test_a_thread_is_left_for_kept_pages_whatever_is_asked_for(
    address: str, site: Site, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "_MAX_WAIT_SECONDS", 0.1)
    before = site.text("/pitea/")
    site.goes_on.clear()
    asked = [threads.submit(site.get, address.format(number)) for number in range(10)]
    until(lambda: sum(answer.done() for answer in asked) == 7)
    assert {answer.result().status_code for answer in asked if answer.done()} == {503}
    assert site.text("/pitea/") == before
    site.goes_on.set()
    until(lambda: all(answer.done() for answer in asked))
    assert site.get(address.format(11)).status_code == 200


def test_who_waited_for_what_is_no_page_asks_oneself(
    site: Site, threads: ThreadPoolExecutor
) -> None:
    site.answers = 404
    site.goes_on.clear()
    reads = [threads.submit(site.get, "/alvsbyn/") for _ in range(3)]
    waiting(site, reads)  # type: ignore[arg-type]
    site.goes_on.set()
    assert [read.result(timeout=PATIENCE).status_code for read in reads] == [404] * 3
    assert len(site.made) == 3


def test_a_page_that_fails_leaves_nobody_waiting(site: Site, threads: ThreadPoolExecutor) -> None:
    site.goes_on.clear()
    make, site.made = site.made, None  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        site.get("/alvsbyn/")
    site.made = make
    site.goes_on.set()
    assert threads.submit(site.get, "/alvsbyn/").result(timeout=2).status_code == 200


def test_a_browser_that_has_an_older_page_has_the_new_one_made_for_everyone(site: Site) -> None:
    etag = site.get("/alvsbyn/")["ETag"]
    assert site.get("/alvsbyn/", if_none_match=etag).status_code == 304
    site.versions.topics["alvsbyn"] = 2
    assert site.get("/alvsbyn/", if_none_match=etag).status_code == 200
    assert site.get("/alvsbyn/").status_code == 200
    assert len(site.made) == 2


# How the versions are read.


def test_within_the_time_nobody_waits_for_who_reads_the_versions(
    versions: MovedVersions, settings: Settings, threads: ThreadPoolExecutor
) -> None:
    settings.PUBLIC_PAGE_CHECK_SECONDS = 30
    first = versions()
    settings.PUBLIC_PAGE_CHECK_SECONDS = 2
    goes_on = threading.Event()
    versions.ask = lambda: bool(goes_on.wait(PATIENCE)) or None  # type: ignore[assignment]
    time.sleep(1.1)
    reads = threads.submit(versions)
    until(lambda: versions.read == 2)
    began = time.monotonic()
    assert versions() is first
    assert time.monotonic() - began < 0.5
    # Too old, it is given to nobody: who asks now waits for the answer.
    time.sleep(max(0.0, first.read_at + 2.05 - time.monotonic()))
    waits = threads.submit(versions)
    time.sleep(0.2)
    assert not waits.done()
    goes_on.set()
    assert reads.result(timeout=PATIENCE) is waits.result(timeout=PATIENCE)
    assert versions.read == 2


def test_a_database_that_does_not_answer_is_forgiven_within_the_time_and_no_longer(
    versions: MovedVersions, settings: Settings
) -> None:
    def broken() -> None:
        raise DatabaseError

    first = versions.read_anew()
    versions.ask = broken
    settings.PUBLIC_PAGE_CHECK_SECONDS = 0.2
    time.sleep(max(0.0, first.read_at + 0.12 - time.monotonic()))
    assert versions() is first
    time.sleep(0.2)
    with pytest.raises(DatabaseError):
        versions()


def test_while_the_database_is_away_pages_are_read_as_they_last_held(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError

    before = site.get("/alvsbyn/")
    site.get("/pitea/")
    site.versions.topics["pitea"] = 2
    # Something of Piteå is taken away, and this process hears of it.
    site.versions()
    site.versions.ask = away
    page = site.get("/alvsbyn/", **{"If-None-Match": before["ETag"]})
    assert page.status_code == 200
    text = page.content.decode()
    assert text.startswith("<main><div")
    assert "Du läser sidan som den var klockan" in text
    assert before.content.decode().removeprefix("<main>") in text
    assert page["Cache-Control"] == "no-store"
    assert not page.has_header("ETag")
    logged_in = {"cookie": f"{settings.SESSION_COOKIE_NAME}=x"}
    for address, headers in (("/pitea/", {}), ("/boden/", {}), ("/alvsbyn/", logged_in)):
        answer = site.get(address, **headers)
        assert (answer.status_code, answer["Retry-After"]) == (503, "30"), address
    monkeypatch.setattr(middleware, "_MAX_AWAY_SECONDS", 0)
    assert site.get("/alvsbyn/").status_code == 503
    assert len(site.made) == 2
    site.versions.ask, site.versions._left_alone_until = lambda: None, 0
    assert site.get("/alvsbyn/")["ETag"] == before["ETag"]


# How much is kept.


def a_page(size: int) -> KeptPage:
    """Return a page that takes about so many bytes."""
    return KeptPage("e", (), (("", b"x" * size),))


def test_no_more_bytes_are_kept_than_the_setting_says_and_the_longest_unused_go() -> None:
    store = PageStore(1_000_000)
    for number in range(100):
        store.keep(number, StoredPage(a_page(48_000), (), 0.0))
        store.get(0)
    left = [number for number in range(100) if store.get(number)]
    assert len(left) == 20
    assert left[0] == 0
    assert sum(store.get(number).page.size for number in left) <= 1_000_000  # type: ignore[union-attr]
    # Kept anew it counts once.
    for moment in range(100):
        store.keep(0, StoredPage(a_page(48_000), (), float(moment)))
    assert len([number for number in range(100) if store.get(number)]) == 20


def test_a_page_that_would_push_all_others_out_is_not_kept() -> None:
    store = PageStore(1_000_000)
    store.keep("large", StoredPage(a_page(130_000), (), 0.0))
    assert store.get("large") is None


def test_who_asks_for_many_parameters_pushes_no_other_pages_out(
    site: Site, settings: Settings
) -> None:
    settings.PUBLIC_PAGES_MB = 0.1
    site = Site(site.versions)
    site.get("/alvsbyn/")
    for number in range(100):
        site.get(f"/alvsbyn/lista/?q={number}")
    site.made.clear()
    site.get("/alvsbyn/")
    site.get("/alvsbyn/lista/?q=99")
    site.get("/alvsbyn/lista/?q=1")
    assert site.made == ["/alvsbyn/lista/?q=1"]
