"""The page of open data is reached by clicking; its examples run."""

from __future__ import annotations

import csv
import io
import queue
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import lxml.html
import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.builders import a_pledge, an_action
from tests.pledges.open_data.conftest import NAMES

pytestmark = pytest.mark.django_db
Asked = queue.Queue[tuple[str, "Future[Any]"]]


@pytest.fixture
def asked(settings: Settings) -> Iterator[Asked]:
    """Take in requests of other processes, which the test itself answers.

    So they see what the test has made in its transaction.
    """
    requests: Asked = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer: Future[Any] = Future()
            requests.put((self.path, answer))
            response = answer.result(timeout=20)
            self.send_response(response.status_code)
            for name, value in response.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(response.content)

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SITE_URL = f"http://127.0.0.1:{server.server_port}"
    yield requests
    server.shutdown()
    server.server_close()


def run(command: list[str], asked: Asked) -> str:
    """Return what a command prints, its requests answered meanwhile."""
    client = Client()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            try:
                path, answer = asked.get(timeout=0.05)
            except queue.Empty:
                continue
            answer.set_result(client.get(path))
        assert process.stdout is not None
        assert process.returncode == 0
        return process.stdout.read()


def test_the_examples_run_as_they_stand(asked: Asked, settings: Settings) -> None:
    settings.PUBLIC_PAGES_MB = 0
    pledge = a_pledge(commitment={"kind": "other"})
    for _number in range(3):
        an_action(pledge.commitments.get(number=1), done_on=date(2024, 4, 3))
    page = lxml.html.fromstring(Client().get("/oppna-data/").content)
    [shell] = page.xpath("//code[@class='language-shell']/text()")
    table = run(shlex.split(shell), asked)
    assert table.startswith("\ufeffpledge;commitment;")
    assert (
        len(list(csv.reader(io.StringIO(table), delimiter=";"))) == 1 + pledge.commitments.count()
    )
    [code] = page.xpath("//code[@class='language-python']/text()")
    # So that it asks for the next page too.
    code = code.replace("from=2024-01-01", "from=2024-01-01&limit=1")
    printed = run([sys.executable, "-c", code], asked)
    assert printed.splitlines() == ["2024-04-03 Älvsbyns kommun 1 hundsök"] * 3


def test_the_page_explains_every_column() -> None:
    for address in ("/oppna-data/", "/en/oppna-data/"):
        page = lxml.html.fromstring(Client().get(address).content)
        assert [details.get("id") for details in page.xpath("//main//details")] == NAMES
        meanings = page.xpath("//main//dl//dd")
        assert len(meanings) > 150
        assert all(meaning.text_content().strip() for meaning in meanings)
    for address in page.xpath("//main//details//a/@href"):
        assert Client().get(address).status_code == 200, address


def test_it_is_reached_from_every_page_and_from_a_pledges() -> None:
    a_pledge()
    client = Client()
    start = lxml.html.fromstring(client.get("/").content)
    assert "/oppna-data/" in start.xpath("//footer//a/@href")
    pledge = lxml.html.fromstring(client.get("/alvsbyn/2023-2025/").content)
    addresses = pledge.xpath("//main//a/@href")
    assert "/oppna-data/" in addresses
    assert "/oppna-data/alvsbyn.zip" in addresses
    # Each table of it has its address on the page that explains it.
    explained = lxml.html.fromstring(client.get("/oppna-data/").content)
    files = [address for address in explained.xpath("//a/@href") if address.endswith(".csv")]
    assert len(files) > 4
    for address in files:
        assert client.get(address).status_code == 200
