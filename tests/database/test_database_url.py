"""DATABASE_URL names a server by host, or by its socket's folder.

libpq does the same.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from pledge_portal.database import connection_settings
from pledge_portal.database.server_backend.base import DatabaseWrapper
from tests.served import server_address

DEFAULTS = {
    **{"ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "CONN_MAX_AGE": 0, "TIME_ZONE": None},
    **{"CONN_HEALTH_CHECKS": False, "OPTIONS": {}, "TEST": {}},
}


@pytest.mark.parametrize(
    "form",
    [
        "postgres:///{name}?host={folder}&user={user}",
        "postgresql://{user}@/{name}?host={quoted}",
        "postgres://{user}@{quoted}/{name}",
        "postgres://{user}@/{folder}/{name}",
    ],
)
def test_a_socket_is_reached_by_its_folder(form: str) -> None:
    address = server_address()
    folder = address["host"] or ""
    if not folder.startswith("/"):
        pytest.skip("the tests' own server is reached by a network address")
    url = form.format(
        folder=folder, quoted=quote(folder, safe=""), user=address["user"], name="postgres"
    )
    if address["port"]:
        url += f"{'&' if '?' in url else '?'}port={address['port']}"
    wrapper = DatabaseWrapper(DEFAULTS | connection_settings(url, "", Path("/nowhere")))
    parameters = wrapper.get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    with psycopg.connect(**parameters) as connection:
        assert connection.info.dbname == "postgres"
        assert connection.info.host == folder


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("postgres://%2Frun%2FPostgreSQL/portal", "/run/PostgreSQL"),
        ("postgres://anna:p%40ss@%2Frun%2Fpostgresql:5433/portal", "/run/postgresql"),
        ("postgres://anna@db.example.se/portal", "db.example.se"),
        ("postgres://anna@[2001:db8::1]:5432/portal", "2001:db8::1"),
    ],
)
def test_a_host_is_read_as_libpq_reads_it(url: str, host: str) -> None:
    configured = connection_settings(url, "", Path("/nowhere"))
    assert (configured["HOST"], configured["NAME"]) == (host, "portal")
    if "anna:" in url:
        assert (configured["USER"], configured["PASSWORD"]) == ("anna", "p@ss")
