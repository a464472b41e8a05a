"""Root gets what the machine lacks installed; others are told its name."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def clone(server_folder: Path) -> Path:
    """Return a clone that lacks a library, with an `apt-get` that only notes."""
    server_folder.chmod(0o777)
    script = server_folder / "tools" / "setup"
    script.parent.mkdir()
    text = (ROOT / "tools" / "setup").read_text()
    assert '"libpango-1.0.so.0": ' in text
    script.write_text(text.replace('"libpango-1.0.so.0": ', '"libfinns-inte.so.0": '))
    shutil.copymode(ROOT / "tools" / "setup", script)
    stub = server_folder / "programs" / "apt-get"
    stub.parent.mkdir()
    stub.write_text(f'#!/bin/sh\necho "$@" >> {server_folder}/asked\n[ "$1" = update ]\n')
    stub.chmod(0o755)
    (server_folder / "data").mkdir()
    (server_folder / "data").chmod(0o777)
    return server_folder


def set_up(clone: Path, purpose: str, user: str | None) -> str:
    """Run the script; return the one line that it ended with."""
    done = subprocess.run(
        [str(clone / "tools" / "setup"), purpose],
        env=os.environ | {"PATH": f"{clone / 'programs'}:{os.environ['PATH']}"},
        cwd="/",
        user=user,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    return done.stderr.strip().splitlines()[-1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs")
@pytest.mark.parametrize("purpose", ["run", "test"])
def test_root_gets_what_is_missing_installed(clone: Path, purpose: str) -> None:
    output = set_up(clone, purpose, None)
    asked = (clone / "asked").read_text()
    assert "install --yes --no-install-recommends" in asked
    assert "libpango-1.0-0" in asked
    # It could not be, so it is named.
    assert "sudo apt install" in output
    assert "libpango-1.0-0" in output


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
def test_others_are_told_in_one_line(clone: Path) -> None:
    output = set_up(clone, "run", "nobody")
    assert output == "WeasyPrint behöver Pango. Skriv: sudo apt install libpango-1.0-0"
    assert not (clone / "asked").exists()
