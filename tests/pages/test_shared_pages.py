"""Pages in a cache that processes share.

They are found by their own versions alone, and never needed.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings as portal_settings
from django.core.cache import caches
from pytest_django.fixtures import Settings

from pledge_portal.pages import kept_pages
from pledge_portal.pages.kept_pages import SHARED
from pledge_portal.pages.shared_cache import shared_cache
from tests.pages.kept_site import Site, until
from tests.served import environment_for, free_port


class SharedServer:
    """A Valkey or Redis server that a test may end."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("valkey-server") or shutil.which("redis-server")
        assert program, "Debian's redis-server is missing"
        port = free_port()
        self.address = f"redis://127.0.0.1:{port}/0"
        options = {"port": str(port), "bind": "127.0.0.1", "save": "", "dir": str(folder)}
        named = [part for name, value in options.items() for part in (f"--{name}", value)]
        self.process = subprocess.Popen([program, *named], stdout=subprocess.DEVNULL)

    def end(self) -> None:
        """End it as a machine does that loses its power."""
        self.process.kill()
        self.process.wait()


@pytest.fixture
def shared_server(tmp_path: Path, settings: Settings) -> Iterator[SharedServer]:
    """Start a cache that processes share."""
    server = SharedServer(tmp_path)
    settings.CACHES = portal_settings.CACHES | {SHARED: shared_cache(server.address)}
    until(lambda: _answers(server))
    yield server
    server.end()


def _answers(server: SharedServer) -> bool:
    assert server.process.poll() is None
    try:
        return caches[SHARED].get("x") is None
    except redis.exceptions.ConnectionError:
        return False


def test_a_page_that_one_process_made_is_there_for_the_others(
    site: Site, shared_server: SharedServer
) -> None:
    one, other = Site(site.versions), Site(site.versions)
    page = one.get("/alvsbyn/lista/?sida=2")
    shared = other.get("/alvsbyn/lista/?sida=2")
    assert shared.content == page.content
    assert shared.headers == page.headers
    assert other.get("/alvsbyn/lista/?sida=2", accept_encoding="br")["Content-Encoding"] == "br"
    assert other.made == []
    # It is in its memory now.
    shared_server.end()
    assert other.get("/alvsbyn/lista/?sida=2").content == page.content
    assert other.made == []


def test_a_shared_page_is_found_by_its_own_versions_alone(
    site: Site, shared_server: SharedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = Site(site.versions), Site(site.versions)
    one.get("/alvsbyn/")
    site.versions.topics["alvsbyn"] = 2
    assert "'alvsbyn': 2" in other.text("/alvsbyn/")
    # Nor is it another portal's, nor that of code that has been changed.
    monkeypatch.setattr(kept_pages, "_fingerprint_of_code", lambda: "other")
    third = Site(site.versions)
    third.get("/alvsbyn/")
    assert third.made == ["/alvsbyn/"]


def test_what_somebody_else_put_in_the_shared_cache_is_no_page(
    site: Site, shared_server: SharedServer
) -> None:
    one, other = Site(site.versions), Site(site.versions)
    one.get("/alvsbyn/")
    client = caches[SHARED]._cache.get_client()
    (name,) = client.keys("*")
    sealed = client.get(name)
    assert b"sida" not in sealed
    for forged in (sealed[:-1] + b"?", sealed[1:], b"", b"\x80\x04K\x01.", b"1"):
        client.set(name, forged)
        other = Site(site.versions)
        assert other.text("/alvsbyn/") == one.text("/alvsbyn/")
        assert other.made == ["/alvsbyn/"]
    # A true page, but another's.
    one.get("/pitea/")
    (elsewhere,) = set(client.keys("*")) - {name}
    client.set(name, client.get(elsewhere))
    other = Site(site.versions)
    assert "/alvsbyn/" in other.text("/alvsbyn/")


def test_a_shared_cache_that_dies_takes_no_page_with_it(
    site: Site, shared_server: SharedServer, caplog: pytest.LogCaptureFixture
) -> None:
    one = Site(site.versions)
    assert one.get("/alvsbyn/").status_code == 200
    shared_server.end()
    for address in ("/alvsbyn/", "/pitea/", "/om/oss/"):
        assert one.get(address).status_code == 200
    assert one.made == ["/alvsbyn/", "/pitea/", "/om/oss/"]
    # It is asked once and then left alone for a while.
    assert len(caplog.records) == 1
    assert "shared_cache.not_answering" in caplog.text


def test_a_shared_cache_that_hangs_holds_a_page_up_for_a_moment_only(
    site: Site, shared_server: SharedServer
) -> None:
    one = Site(site.versions)
    shared_server.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    assert one.get("/alvsbyn/").status_code == 200
    assert one.get("/pitea/").status_code == 200
    assert time.monotonic() - began < 3


def test_the_fingerprint_of_the_code_is_the_same_in_another_process(tmp_path: Path) -> None:
    code = (
        "import django; django.setup();"
        "from pledge_portal.pages.kept_pages import _fingerprint_of_code as made; print(made())"
    )
    environment = environment_for(tmp_path, DATABASE_URL="postgres://localhost/nowhere")
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=portal_settings.BASE_DIR,
            env=environment | more,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for more in ({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2"}, {"VERIFY_MAX_MB": "7"})
    }
    assert len(printed) == 2
