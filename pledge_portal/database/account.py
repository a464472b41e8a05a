"""The account that runs the embedded PostgreSQL when the portal is root.

PostgreSQL refuses to run as root, so the server then runs as an account without rights. That
account must be able to reach the server's folder and programs, which may lie below folders that
only root may enter (`mktemp -d`, /root). It is let through those folders and no further: they get
its group in place of one that could do nothing there, and the group may pass, not list them.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class AccountError(Exception):
    """No account fit to run the server.

    The text is a sentence for the operator.
    """


@dataclass(frozen=True)
class Account:
    """An account of the machine that the server runs as in root's stead."""

    name: str
    uid: int
    gid: int

    def process_options(self) -> dict[str, Any]:
        """Return the arguments that make `subprocess` run as this account.

        They are keyword arguments.
        """
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account(folder: Path) -> Account | None:
    """Return the account to run the server in `folder` as.

    None means to run it as the account we are. A folder that already belongs to an account goes on
    being that account's. Otherwise EMBEDDED_DATABASE_USER names the account, or else it is
    `nobody`, which every system has. Raises AccountError when there is no such account.
    """
    if os.geteuid() != 0:
        return None
    if folder.exists() and (owner := folder.stat().st_uid) != 0:
        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = str(owner)
        return Account(name, owner, folder.stat().st_gid)
    name = os.environ.get("EMBEDDED_DATABASE_USER", "nobody")
    try:
        entry = pwd.getpwnam(name)
    except KeyError as fault:
        raise AccountError(
            f"Kontot {name} finns inte. PostgreSQL kan inte köras som root: sätt"
            " EMBEDDED_DATABASE_USER till ett vanligt konto."
        ) from fault
    if entry.pw_uid == 0:
        raise AccountError("EMBEDDED_DATABASE_USER får inte vara root: PostgreSQL vägrar.")
    return Account(name, entry.pw_uid, entry.pw_gid)


def let_through(account: Account, *folders: Path) -> list[Path]:
    """Let `account` pass through every parent of `folders`.

    Returns the parents that were changed. Raises AccountError when a parent can't be changed.
    """
    changed: list[Path] = []
    for folder in folders:
        if _may_enter(account, folder.parent):
            continue
        for parent in reversed(folder.parents):
            if not _may_enter(account, parent):
                try:
                    _let_group_pass(account, parent)
                except OSError as fault:
                    raise AccountError(
                        f"Kontot {account.name} kommer inte åt {folder}: mappen {parent} är stängd"
                        f" och kan inte öppnas ({fault.strerror})."
                    ) from fault
                changed.append(parent)
    return changed


def make_readable(package: Path) -> None:
    """Let everyone read the files of an installed package, as is usual.

    These are its programs and data files. An install under a strict umask leaves them to root
    alone.
    """
    # The libraries that a wheel brings along lie beside the package.
    trees = [package, package.with_name(f"{package.name}.libs")]
    for path in [path for tree in trees if tree.exists() for path in (tree, *tree.rglob("*"))]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            readable = mode | 0o044 | (0o011 if path.is_dir() or mode & 0o100 else 0)
            if readable != mode:
                path.chmod(readable & 0o7777)


def _may_enter(account: Account, folder: Path) -> bool:
    """Return whether `account` may pass through `folder`.

    It is tried, so that every rule counts.
    """
    attempt = subprocess.run(  # noqa: S603  (a fixed program)
        ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        **account.process_options(),
    )
    return attempt.returncode == 0


def _let_group_pass(account: Account, folder: Path) -> None:
    """Let the account's group pass a folder whose own group has no rights.

    Raises AccountError when the folder's group is another and has some.
    """
    status = folder.stat()
    if status.st_gid != account.gid and status.st_mode & 0o070:
        raise AccountError(
            f"Kontot {account.name}, som databasen körs som, kommer inte förbi {folder}. Öppna"
            f" mappen med: setfacl -m u:{account.name}:x {folder}"
        )
    os.chown(folder, -1, account.gid)
    folder.chmod(status.st_mode & 0o7777 | 0o010)
