"""No page is older than a second.

For whoever is logged in none is older than their own change.
"""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.served import database_urls, environment_for, free_port, own_database, serving
from tests.settings import RUN

READERS = 6
LONGEST = 1.0


class Writer:
    """Numbers the title of a dialogue, and remembers the commits.

    It remembers when each number was committed.
    """

    def __init__(self, database: dict[str, Any]) -> None:
        self._database = database
        self._lock = threading.Lock()
        self.committed: list[tuple[float, int]] = [(time.monotonic(), 0)]
        with psycopg.connect(**database) as connection:
            row = connection.execute(
                "SELECT dialogue.id, slug, number FROM dialogues_dialogue dialogue"
                " JOIN pledges_municipality municipality ON municipality.id = municipality_id"
                " WHERE announced_at IS NOT NULL ORDER BY dialogue.id LIMIT 1"
            ).fetchone()
        assert row is not None
        self._key, slug, number = row
        self.address = f"/{slug}/dialoger/{number}/"

    def write(self, held_open: float = 0.0) -> int:
        """Write the next number.

        The transaction is held open so long before it is committed.
        """
        with self._lock, psycopg.connect(**self._database) as connection:
            number = self.committed[-1][1] + 1
            connection.execute(
                "UPDATE dialogues_dialogue SET title_sv = %s, title = %s WHERE id = %s",
                [f"Fråga nr {number}.", f"Fråga nr {number}.", self._key],
            )
            time.sleep(held_open)
            connection.commit()
            self.committed.append((time.monotonic(), number))
            return number

    def newest_before(self, moment: float) -> int:
        """Return the last number that was committed before a moment."""
        return next(number for at, number in reversed(self.committed) if at < moment)


class Reader:
    """Reads the number in a page, by a connection that lives on."""

    def __init__(self, port: int, address: str, **headers: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._address, self._headers = address, headers

    def read(self) -> int:
        """Return the number that the page shows."""
        self._connection.request("GET", self._address, headers=self._headers)
        answer = self._connection.getresponse()
        page = answer.read().decode()
        assert answer.status == 200
        shown = re.search(r"Fråga nr (\d+)\.", page)
        assert shown
        return int(shown[1])


@pytest.mark.parametrize("reads", [3_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_no_page_is_too_old_whichever_process_answers(
    tmp_path: Path, demonstration_database: Callable[[Path], str], reads: int
) -> None:
    port = free_port()
    name = f"staleness_{RUN}"
    with own_database(name, demonstration_database(tmp_path)) as database:
        environment = environment_for(
            tmp_path, **database_urls(database), PORT=str(port), HOST="127.0.0.1"
        )
        writer = Writer(database)
        writer.write()
        is_over = threading.Event()
        too_old: list[str] = []
        done: list[int] = []

        def write_on() -> None:
            while not is_over.wait(0.3):
                writer.write(held_open=0.2 if len(writer.committed) % 3 == 0 else 0.0)

        def read_on(_reader: int) -> None:
            reader = Reader(port, writer.address)
            for _read in range(reads // READERS):
                began = time.monotonic()
                shown, least = reader.read(), writer.newest_before(began - LONGEST)
                done.append(shown)
                if shown < least:
                    too_old.append(f"nr {shown} was shown a second after nr {least}")

        def write_and_read() -> None:
            while not is_over.is_set():
                own = writer.write()
                # A new connection each time: another process may answer.
                shown = Reader(port, writer.address, Cookie="sessionid=abc").read()
                if shown < own:
                    too_old.append(f"nr {shown} was shown to who had saved nr {own}")
                is_over.wait(0.2)

        with (
            serving(environment, tmp_path / "log", "--workers", "2"),
            ThreadPoolExecutor(READERS + 2) as threads,
        ):
            beside = [threads.submit(write_on), threads.submit(write_and_read)]
            try:
                for reading in [threads.submit(read_on, n) for n in range(READERS)]:
                    reading.result()
            finally:
                is_over.set()
            for task in beside:
                task.result()
    assert too_old == []
    assert len(done) == reads // READERS * READERS
    assert len(set(done)) > 3
