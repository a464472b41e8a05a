"""Places to kill things in.

They are copies of one prepared database, or a server of one's own.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings

from pledge_portal.database.cluster import SUPERUSER
from pledge_portal.database.embedded import EmbeddedServer
from tests.faults.killing import SIGN, Place
from tests.served import (
    create_database,
    database_urls,
    drop_database,
    environment_for,
    own_database,
)
from tests.settings import RUN
from tests.template import restore

PLEDGE_FILE = Path(settings.BASE_DIR) / "demo" / "alvsbyn-2023-2025.toml"


def prepare(place: Place, *, adopted: bool) -> None:
    """Load the municipalities.

    When `adopted`, go on until a pledge waits for its signatures.
    """
    place.manage("load_municipalities")
    if adopted:
        place.manage("import_pledge", PLEDGE_FILE)
        place.manage("adopt_pledge", "alvsbyn", "2023-2025")


@pytest.fixture(scope="session")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, migrated_database: str
) -> Iterator[Callable[..., Place]]:
    """Give a function that gives a prepared database; don't change it.

    It is made once for each kind: with an adopted pledge or none, and how many have signed it.
    """
    folder = tmp_path_factory.mktemp("faults")
    made: dict[tuple[bool, int], Place] = {}
    with ExitStack() as stack:

        def give(adopted: bool, signed: int = 0) -> Place:
            if (adopted, signed) not in made:
                earlier = give(adopted, signed - 1).database["dbname"] if signed else None
                name = f"served_{RUN}_{worker_id}_{'adopted' if adopted else 'empty'}_{signed}"
                database = stack.enter_context(own_database(name, earlier or migrated_database))
                environment = environment_for(folder, **database_urls(database))
                place = made[adopted, signed] = Place(environment, database)
                if signed:
                    place.manage(*SIGN)
                else:
                    prepare(place, adopted=adopted)
            return made[adopted, signed]

        yield give


@pytest.fixture
def copy_of(prepared: Callable[..., Place], worker_id: str) -> Iterator[Callable[..., Place]]:
    """Give a function that copies a prepared database.

    The copies are removed after the test.
    """
    names: list[str] = []

    def copy(*, adopted: bool, signed: int = 0) -> Place:
        original = prepared(adopted, signed)
        names.append(f"served_{RUN}_{worker_id}_copy{len(names)}")
        database = create_database(names[-1], original.database["dbname"])
        return Place({**original.environment, **database_urls(database)}, database)

    yield copy
    for name in names:
        drop_database(name)


@pytest.fixture(scope="session")
def prepared_folders(migrated_database: str) -> Iterator[Callable[[bool], Path]]:
    """Give a function that gives a prepared embedded server's data folder.

    The server is stopped.
    """
    made: dict[bool, Path] = {}

    def give(adopted: bool) -> Path:
        if adopted not in made:
            folder = Path(tempfile.mkdtemp(prefix="pledge-portal-"))
            server = EmbeddedServer(folder / "postgres")
            server.hold()
            restore(migrated_database, server)
            place = own_place(folder, server)
            place.manage("migrate", "--verbosity", "0")
            prepare(place, adopted=adopted)
            server.release()
            made[adopted] = folder
        return made[adopted]

    yield give
    for folder in made.values():
        shutil.rmtree(folder)


def own_place(folder: Path, server: EmbeddedServer) -> Place:
    """Return the place whose database is the embedded one in `folder`.

    The database may be running or not.
    """
    address = server.connection_settings("pledge_portal")
    return Place(
        environment_for(folder),
        {"host": address["HOST"], "user": SUPERUSER, "dbname": address["NAME"]},
    )


@pytest.fixture
def own_server(
    server_folder: Path, prepared_folders: Callable[[bool], Path]
) -> Iterator[Callable[..., tuple[Place, EmbeddedServer]]]:
    """Give a function that gives a place on a running server of its own.

    The server may be killed.
    """
    if "EMBEDDED_FOLDER" not in settings.DATABASES["default"]:
        pytest.skip("the server that DATABASE_URL names is not ours to kill")
    servers: list[EmbeddedServer] = []

    def give(*, adopted: bool) -> tuple[Place, EmbeddedServer]:
        folder = server_folder / f"own{len(servers)}"
        original = prepared_folders(adopted)
        shutil.copytree(original, folder)
        # The owner of PostgreSQL's files must stay the account that runs it.
        for path in [folder, *folder.rglob("*")]:
            status = (original / path.relative_to(folder)).stat()
            os.chown(path, status.st_uid, status.st_gid)
        server = EmbeddedServer(folder / "postgres")
        servers.append(server)
        server.hold()
        return own_place(folder, server), server

    yield give
    for server in servers:
        server.release()
        server.stop()
