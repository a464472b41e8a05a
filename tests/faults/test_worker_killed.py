"""A worker killed midway is followed by one that goes on."""

from __future__ import annotations

import http.client
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil
import pytest

from tests.commands import Command
from tests.faults.killing import Place
from tests.queue.post_office import PostOffice, post_office
from tests.served import (
    ServedPortal,
    database_urls,
    environment_for,
    free_port,
    own_database,
    serving,
)
from tests.settings import RUN

SECONDS = 60
# What a page may take on a machine that is busy with other tests; the mail server takes 30 s.
QUICK = 5.0

SEND = (
    "from django.core.mail import send_mail;send_mail('Rubrik', 'Text', None, ['nils@example.se'])"
)
ASK = (
    "from django.utils import timezone;"
    "from pledge_portal.accounts.models import User;"
    "from pledges.models import Pledge;"
    "from pledges.records.packages import ask_for;"
    "by = User.objects.create_superuser('karin@example.se', 'x');"
    "ask_for(Pledge.objects.get(), 'whole', None, by=by, at=timezone.now())"
)


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def count(place: Place | ServedPortal, rows: str) -> int:
    with place.connect() as connection:
        row = connection.execute(f"SELECT count(*) FROM {rows}").fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def working(place: Place) -> Iterator[Command]:
    """Run a worker, and kill it at the end."""
    worker = place.begin("work")
    try:
        yield worker
    finally:
        worker.kill()
        worker.communicate()


def with_quick_heart(place: Place, **environment: str) -> Place:
    return replace(
        place,
        environment={**place.environment, "JOB_HEARTBEAT_SECONDS": "0.3", **environment},
    )


@pytest.mark.parametrize("keeps_first", [False, True])
def test_a_letter_in_flight_comes_with_its_own_message_id_never_not_at_all(
    copy_of: Callable[..., Place], keeps_first: bool
) -> None:
    with post_office() as office:
        office.keeps_first = keeps_first
        office.opens.clear()
        place = with_quick_heart(copy_of(adopted=False), EMAIL_URL=office.url)
        place.manage("shell", "-c", SEND)
        with working(place) as worker:
            assert office.reached.wait(SECONDS)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        # Chores may be under way too: they begin by the clock.
        letters = "procrastinate_jobs WHERE status = 'doing' AND task_name = 'deliver'"
        assert count(place, letters) == 1
        assert len(office.letters) == (1 if keeps_first else 0)
        came_before = list(office.letters)
        office.reached.clear()
        office.opens.set()
        with working(place):
            wait_for(lambda: count(place, "procrastinate_jobs") == 0, "it was never sent")
    assert len(office.letters) >= len(came_before) + 1
    assert len(set(office.message_ids)) == 1
    words = office.letters[-1].get_payload(decode=True).decode()
    assert words.splitlines()[0] == "Text"


def test_a_package_in_the_making_survives_the_worker(copy_of: Callable[..., Place]) -> None:
    place = with_quick_heart(copy_of(adopted=True))
    place.manage("shell", "-c", ASK)
    with place.stopping_at("pledges_archivepackagepiece"), working(place) as worker:
        place.wait_until_stopped(worker)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert count(place, "pledges_archivepackage WHERE state = 'making'") == 1
    with working(place):
        wait_for(lambda: count(place, "pledges_archivepackage WHERE state = 'ready'"), "never made")
        wait_for(lambda: count(place, "procrastinate_jobs") == 0, "the job stays")
    assert count(place, "pledges_archivepackagepiece") >= 1


def test_all_that_is_due_is_done_by_one_command_and_once(copy_of: Callable[..., Place]) -> None:
    with post_office() as office:
        place = with_quick_heart(copy_of(adopted=True), EMAIL_URL=office.url)
        place.manage("shell", "-c", SEND)
        place.manage("shell", "-c", ASK)
        first = place.manage("chores").stdout
        assert "Gallring: klart" in first
        assert len(office.letters) == 1
        assert count(place, "pledges_archivepackage WHERE state = 'ready'") == 1
        assert place.manage("chores").stdout == first
        assert len(office.letters) == 1
    assert count(place, "procrastinate_jobs") == 0


@pytest.fixture
def hanging(
    tmp_path: Path, worker_id: str, demonstration_database: Callable[[Path], str]
) -> Iterator[tuple[ServedPortal, PostOffice]]:
    """Serve a portal whose mail server takes letters and says nothing."""
    port = free_port()
    name = f"served_{RUN}_{worker_id}_hanging"
    with post_office() as office, own_database(name, demonstration_database(tmp_path)) as database:
        office.opens.clear()
        environment = environment_for(
            tmp_path,
            **database_urls(database),
            PORT=str(port),
            EMAIL_URL=office.url,
            JOB_HEARTBEAT_SECONDS="0.3",
        )
        with serving(environment, tmp_path / "log", "--workers", "1"):
            url = f"http://127.0.0.1:{port}"
            yield ServedPortal(url, environment, database, tmp_path), office


def forget_password(portal: ServedPortal) -> float:
    """Ask for a new password by the page, and return the seconds that it took."""
    path = "/logga-in/glomt-losenord/"
    page = portal.get(path)
    token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.body)
    assert token, (page.status, page.body)
    asked = http.client.HTTPConnection(urlsplit(portal.url).netloc, timeout=60)
    form = {"csrfmiddlewaretoken": token[1].decode(), "email": "demo-redaktor@example.se"}
    began = time.monotonic()
    asked.request(
        "POST",
        path,
        urlencode(form),
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": page.headers["set-cookie"].partition(";")[0],
        },
    )
    answer = asked.getresponse()
    seconds = time.monotonic() - began
    assert answer.status == 302, answer.read()
    asked.close()
    return seconds


def sender_to(office: PostOffice) -> int:
    """Return the number of the process that speaks with the mail server."""
    for process in psutil.process_iter():
        try:
            connections = process.net_connections("tcp")
        except psutil.Error:
            continue
        if any(one.raddr and one.raddr.port == office.server_address[1] for one in connections):
            return process.pid
    return 0


def test_a_mail_server_that_hangs_keeps_no_page_and_serve_starts_the_worker_anew(
    hanging: tuple[ServedPortal, PostOffice],
) -> None:
    portal, office = hanging
    seconds = forget_password(portal)
    print(f"page with a hanging mail server: {seconds:.3f} s")
    assert seconds < QUICK
    assert office.reached.wait(SECONDS)
    assert not office.letters
    worker = sender_to(office)
    assert worker not in {0, os.getpid()}
    os.kill(worker, signal.SIGKILL)
    office.opens.set()
    wait_for(lambda: count(portal, "procrastinate_jobs") == 0, "it was never sent")
    assert portal.get("/").status == 200
    # Reminders may come as well: the chores that send them begin by the clock.
    asked_for = [letter for letter in office.letters if "demo-redaktor" in letter["To"]]
    assert len({letter["Message-ID"] for letter in asked_for}) == 1
    assert "Bakgrundsjobben stannade oväntat (kod -9)" in (portal.folder / "log").read_text()
