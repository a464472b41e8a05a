"""What must be done before the portal can serve.

Each step is taken only when something has changed.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from pledge_portal.database.acting import as_owner
from pledge_portal.database.rights import put_rights_in_force

# Any number will do, so long as nothing else in this database takes the same advisory lock.
_PREPARING = 7_151_523


@contextmanager
def one_at_a_time(notify: Callable[[str], None]) -> Iterator[None]:
    """Keep other processes that start on the same database waiting meanwhile.

    The lock is held by a connection of its own: that of the work is opened anew as the owner.
    """
    holder = connection.copy()
    try:
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_PREPARING])
            if cursor.fetchone() == (False,):
                notify("Väntar på en annan start, som gör i ordning samma databas.")
                cursor.execute("SELECT pg_advisory_lock(%s)", [_PREPARING])
        yield
    finally:
        holder.close()


def migrate(notify: Callable[[str], None], verbosity: int) -> bool:
    """Bring tables and rights up to date; return whether migrations were run."""
    with as_owner():
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            notify(f"Tabellerna görs i ordning: {len(plan)} steg.")
            call_command("migrate", interactive=False, verbosity=verbosity)
        put_rights_in_force()
    return bool(plan)


def collect_static() -> bool:
    """Gather and compress styles, fonts and scripts.

    Returns whether anything had changed.
    """
    mark = Path(settings.STATIC_ROOT).with_suffix(".fingerprint")
    fingerprint = _static_fingerprint()
    gathered = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if gathered.exists() and mark.exists() and mark.read_text() == fingerprint:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(fingerprint)
    return True


def _static_fingerprint() -> str:
    """Return a digest of the static files.

    It covers which there are, their sizes and times, and what compresses them.
    """
    digest = hashlib.sha256(version("whitenoise").encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda entry: entry[0]):
            status = os.stat(storage.path(path))
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
