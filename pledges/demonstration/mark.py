"""Whether all of the demonstration is loaded, seen at a glance.

The mark is made of the demonstration's files and of its accounts as they are in the database. So
it holds for no other database, and not when an account was changed or taken away.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from pledge_portal.accounts.demonstration import demo_accounts


def is_loaded() -> bool:
    """Whether all was loaded into this database, from the files as they are."""
    mark = _mark()
    return mark.exists() and mark.read_text() == _fingerprint()


def remember_loaded() -> None:
    """Note that everything is loaded now."""
    _mark().write_text(_fingerprint())


def _mark() -> Path:
    return Path(settings.DATA_FOLDER) / "demonstration.fingerprint"


def _fingerprint() -> str:
    folder = settings.BASE_DIR / "demo"
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder)}\0".encode() + file.read_bytes())
    digest.update(repr([(account.pk, account.password) for account in demo_accounts()]).encode())
    return digest.hexdigest()
