"""A portal run as for real: with a proxy, logs, and a frail database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.operations.database_link import DatabaseLink
from tests.served import (
    ServedPortal,
    database_urls,
    environment_for,
    free_port,
    own_database,
    serving,
)
from tests.settings import RUN

BY_PROXY = {"X-Forwarded-Proto": "https"}


@dataclass(frozen=True)
class OperatedPortal(ServedPortal):
    """A served portal with its log, letters and way to its database."""

    log: Path
    letters: Path
    link: DatabaseLink
    public_port: int
    process: int

    def entries(self) -> list[dict[str, Any]]:
        """Return what the log tells, a line each."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.fixture(scope="session")
def operated(
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
    demonstration_database: Callable[[Path], str],
) -> Iterator[OperatedPortal]:
    """Serve a portal with four threads, whose database can be made to hang."""
    folder = tmp_path_factory.mktemp("operated")
    port, public_port = free_port(), free_port()
    name = f"served_{RUN}_{worker_id}_operated"
    with own_database(name, demonstration_database(folder)) as database:
        link = DatabaseLink(database)
        environment = environment_for(
            folder,
            **database_urls({**database, "host": "127.0.0.1", "port": link.port}),
            PORT=str(port),
            SITE_URL=f"https://localhost:{public_port}",
            BEHIND_PROXY="1",
            ACCESS_LOG="1",
            LOG_FORMAT="json",
            LOG_LEVEL="DEBUG",
            ERROR_EMAIL="drift@example.se",
            EMAIL_URL=f"filemail:///{folder / 'letters'}",
        )
        log = folder / "log"
        with serving(environment, log, "--workers", "1", "--threads", "4") as portal:
            yield OperatedPortal(
                f"http://127.0.0.1:{port}",
                environment,
                database,
                folder,
                log,
                folder / "letters",
                link,
                public_port,
                portal.pid,
            )
        link.cut()
