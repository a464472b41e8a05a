"""A killed import leaves the pledge wholly there or wholly absent."""

from collections.abc import Callable

import pytest
from psycopg import sql

from pledge_portal.database.embedded import EmbeddedServer
from tests.faults.conftest import PLEDGE_FILE
from tests.faults.killing import KILLS, Place, kill_after, moments, timed

# In the order that an import writes them.
TABLES = [
    "pledges_policearea",
    "pledges_pledge",
    "pledges_pledgeparty",
    "pledges_section",
    "pledges_focusarea",
    "pledges_commitment",
    "pledges_signatory",
]
IMPORT = ("import_pledge", PLEDGE_FILE)


def rows(place: Place) -> list[int]:
    """Return how many rows each table has."""
    with place.connect() as connection:
        return [
            connection.execute(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            ).fetchall()[0][0]
            for table in TABLES
        ]


@pytest.fixture(scope="module")
def whole(prepared: Callable[..., Place]) -> list[int]:
    """Count each table's rows when the pledge is wholly there."""
    counts = rows(prepared(True))
    assert all(counts)
    return counts


def test_an_import_killed_at_any_moment_leaves_all_or_nothing(
    copy_of: Callable[..., Place], whole: list[int]
) -> None:
    place = copy_of(adopted=False)
    duration = timed(lambda: place.manage(*IMPORT))
    for delay in moments(duration, seed=2023):
        place = copy_of(adopted=False)
        said_done = kill_after(place, delay, *IMPORT)
        place.wait_until_quiet()
        counts = rows(place)
        assert counts in (whole, [0] * len(TABLES)), f"half a pledge after {delay:.3f} s"
        assert counts == whole or not said_done
    place.manage(*IMPORT)
    assert rows(place) == whole


@pytest.mark.parametrize("table", TABLES)
def test_an_import_killed_before_writing_to_a_table_leaves_nothing(
    copy_of: Callable[..., Place], whole: list[int], table: str
) -> None:
    place = copy_of(adopted=False)
    with place.stopping_at(table):
        command = place.begin(*IMPORT)
        place.wait_until_stopped(command)
        command.kill()
        command.communicate()
    place.wait_until_quiet()
    assert rows(place) == [0] * len(TABLES)
    if table == TABLES[-1]:
        place.manage(*IMPORT)
        assert rows(place) == whole


def test_the_server_killed_at_any_moment_of_an_import_leaves_all_or_nothing(
    own_server: Callable[..., tuple[Place, EmbeddedServer]], whole: list[int]
) -> None:
    place, server = own_server(adopted=False)
    duration = timed(lambda: place.manage("export_pledge", "--help")) * 2
    for delay in moments(duration, seed=2025)[KILLS // 4 :: 2]:
        said_done = kill_after(place, delay, *IMPORT, kill=lambda _: server.kill())
        server.start()
        counts = rows(place)
        assert counts in (whole, [0] * len(TABLES)), f"half a pledge after {delay:.3f} s"
        assert counts == whole or not said_done
        if counts == whole:
            break
    place.manage(*IMPORT)
    assert rows(place) == whole


def test_the_server_killed_in_the_midst_of_an_import_leaves_nothing(
    own_server: Callable[..., tuple[Place, EmbeddedServer]], whole: list[int]
) -> None:
    place, server = own_server(adopted=False)
    with place.stopping_at("pledges_signatory"):
        command = place.begin(*IMPORT)
        place.wait_until_stopped(command)
        server.kill()
    output = "".join(command.communicate())
    assert command.returncode == 1
    assert "Traceback" not in output
    server.start()
    assert rows(place) == [0] * len(TABLES)
    place.manage(*IMPORT)
    assert rows(place) == whole
