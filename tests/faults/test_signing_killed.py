"""A killed signing leaves the pledge with one more signature or as it was.

It is never left in between.
"""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pledge_portal.database.embedded import EmbeddedServer
from tests.faults.killing import KILLS, SIGN, Place, kill_after, moments, timed

# The tables in the order that a signing writes to them; the last one puts the pledge in force.
FIRST_WRITES = ["pledges_pledgedocument", "pledges_signature"]
LAST_WRITES = [*FIRST_WRITES, "pledges_validityperiod"]


def signatures(place: Place, folder: Path) -> int:
    """Return how many have signed.

    Asserts that document, signatures and validity agree.
    """
    with place.connect() as connection:
        signed = connection.execute("SELECT count(*) FROM pledges_signature").fetchone()
        in_force = connection.execute("SELECT count(*) FROM pledges_validityperiod").fetchone()
        documents = connection.execute(
            "SELECT step, content, sha256 FROM pledges_pledgedocument ORDER BY step"
        ).fetchall()
    assert signed is not None
    assert in_force is not None
    count = int(signed[0])
    assert [step for step, *_ in documents] == list(range(count + 1)), "a document too few or many"
    assert in_force[0] == (1 if count == 2 else 0), "in force before all had signed"
    for step, content, sha256 in documents:
        assert hashlib.sha256(content).hexdigest() == sha256
        assert valid_signatures(content, folder) == step
    return count


def valid_signatures(content: bytes, folder: Path) -> int:
    """Return how many signatures pdfsig finds valid.

    Each other field must be empty still.
    """
    file = folder / "document.pdf"
    file.write_bytes(content)
    output = subprocess.run(
        ["pdfsig", str(file)], capture_output=True, text=True, check=False
    ).stdout
    valid = output.count("Signature Validation: Signature is Valid.")
    empty = output.count("The signature form field is not signed.")
    assert valid + empty == output.count("Signature #") == 2, output
    return valid


def sign_the_rest(place: Place, folder: Path) -> None:
    """Assert that the pledge takes the signatures that are left."""
    for count in range(signatures(place, folder), 2):
        place.manage(*SIGN)
        assert signatures(place, folder) == count + 1


def test_a_signing_killed_at_any_moment_is_done_or_not(
    copy_of: Callable[..., Place], tmp_path: Path
) -> None:
    place = copy_of(adopted=True)
    duration = timed(lambda: place.manage(*SIGN))
    before = signatures(place, tmp_path)
    assert before == 1
    for delay in moments(duration, seed=1):
        said_done = kill_after(place, delay, *SIGN)
        place.wait_until_quiet()
        after = signatures(place, tmp_path)
        assert after in (before, before + 1)
        assert after == before + 1 or not said_done
        before = after
        if before == 2:
            place = copy_of(adopted=True)
            before = 0
    sign_the_rest(place, tmp_path)


@pytest.mark.parametrize(
    ("signed", "table"),
    [(0, table) for table in FIRST_WRITES] + [(1, table) for table in LAST_WRITES],
)
def test_a_signing_killed_before_writing_to_a_table_can_be_done_again(
    copy_of: Callable[..., Place], tmp_path: Path, signed: int, table: str
) -> None:
    place = copy_of(adopted=True, signed=signed)
    with place.stopping_at(table):
        command = place.begin(*SIGN)
        place.wait_until_stopped(command)
        command.kill()
        command.communicate()
    place.wait_until_quiet()
    assert signatures(place, tmp_path) == signed
    place.manage(*SIGN)
    assert signatures(place, tmp_path) == signed + 1


def test_the_server_killed_at_any_moment_of_a_signing_leaves_it_done_or_not(
    own_server: Callable[..., tuple[Place, EmbeddedServer]], tmp_path: Path
) -> None:
    place, server = own_server(adopted=True)
    duration = timed(lambda: place.manage(*SIGN))
    before = 1
    for delay in moments(duration, seed=3)[KILLS // 3 :]:
        said_done = kill_after(place, delay, *SIGN, kill=lambda _: server.kill())
        server.start()
        after = signatures(place, tmp_path)
        assert after in (before, before + 1)
        assert after == before + 1 or not said_done
        before = after
        if before == 2:
            break
    sign_the_rest(place, tmp_path)


def test_the_server_killed_in_the_midst_of_a_signing_leaves_it_undone(
    own_server: Callable[..., tuple[Place, EmbeddedServer]], tmp_path: Path
) -> None:
    place, server = own_server(adopted=True)
    with place.stopping_at("pledges_signature"):
        command = place.begin(*SIGN)
        place.wait_until_stopped(command)
        server.kill()
    output = "".join(command.communicate())
    assert command.returncode == 1
    assert "Traceback" not in output
    server.start()
    assert signatures(place, tmp_path) == 0
    sign_the_rest(place, tmp_path)
