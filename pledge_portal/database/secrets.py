"""The demonstration's own secret, made once and kept in the data folder."""

import os
import secrets
from pathlib import Path


def kept_secret(file: Path, *, length: int = 64) -> str:
    """Return the secret kept in `file`, made first if need be.

    A new one is `length` random bytes, in a file of mode 0600. Two processes that start at once
    agree: the file appears whole, and only the first to make it does so.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(length))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text().strip()
