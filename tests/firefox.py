"""Steers Debian's Firefox, for what it does otherwise than Chromium.

Playwright steers only a Firefox of its own. The one that people have is steered by Marionette,
which is built into it: each command is JSON on a local connection, with its length before it.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.served import free_port

SECONDS_TO_START = 60
SECONDS_TO_ANSWER = 30
# With them it asks the network nothing of its own accord; nothing else differs from a new one.
_PREFERENCES: dict[str, bool | int | str] = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "intl.accept_languages": "sv-SE, sv",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "remote.prefs.recommended": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}


def firefox_program() -> str | None:
    """Return the path of the browser, or None; FIREFOX names another."""
    return shutil.which(os.environ.get("FIREFOX", "firefox-esr"))


class FirefoxError(Exception):
    """Firefox couldn't do what it was asked to."""


class Firefox:
    """A window of Firefox; elements are named by CSS selectors."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._answers = connection.makefile("rb")
        self._sent = 0
        self._read()  # a greeting
        self._do("NewSession")

    def goto(self, url: str) -> None:
        """Go to an address and wait for the page."""
        self._do("Navigate", url=url)

    def go_back(self) -> None:
        """Press Back.

        Raises FirefoxError when a page of Firefox's own comes instead.
        """
        self._do("Back")

    def click(self, selector: str) -> None:
        """Press an element, and wait for the page that it leads to."""
        self._do("ElementClick", id=self._element(selector))

    def fill(self, selector: str, text: str) -> None:
        """Write in a field what it doesn't hold yet."""
        element = self._element(selector)
        self._do("ElementClear", id=element)
        self._do("ElementSendKeys", id=element, text=text)

    def expect_value(self, selector: str, value: str) -> None:
        """Wait until a field holds this, or fail."""
        self._expect(selector, "GetElementProperty", lambda held: held == value, name="value")

    def expect_text(self, selector: str, text: str) -> None:
        """Wait until an element's text has this in it, or fail."""
        self._expect(selector, "GetElementText", lambda shown: text in shown)

    def _expect(
        self, selector: str, command: str, is_right: Callable[[str], bool], **parameters: Any
    ) -> None:
        answer = ""
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while time.monotonic() < deadline:
            # A page may be on its way to another.
            with suppress(FirefoxError):
                answer = str(self._do(command, id=self._element(selector), **parameters))
                if is_right(answer):
                    return
            time.sleep(0.1)
        raise AssertionError(f"{selector}: {answer!r}")

    def _element(self, selector: str) -> str:
        element = self._do("FindElement", using="css selector", value=selector)
        return str(next(iter(element.values())))

    def _do(self, command: str, **parameters: Any) -> Any:
        self._sent += 1
        message = json.dumps([0, self._sent, f"WebDriver:{command}", parameters]).encode()
        self._connection.sendall(b"%d:%b" % (len(message), message))
        _type, _number, error, answer = self._read()
        if error:
            raise FirefoxError(f"{command}: {error['message']}")
        return answer.get("value", answer)

    def _read(self) -> Any:
        length = b""
        while (sign := self._answers.read(1)) != b":":
            if not sign:
                raise FirefoxError("It has ended.")
            length += sign
        return json.loads(self._answers.read(int(length)))


@contextmanager
def running_firefox(profile: Path, *, javascript: bool = True) -> Iterator[Firefox]:
    """Run a new Firefox whose settings and history lie in an empty folder."""
    port = free_port()
    preferences = {**_PREFERENCES, "marionette.port": port, "javascript.enabled": javascript}
    lines = [
        f"user_pref({json.dumps(name)}, {json.dumps(preferences[name])});" for name in preferences
    ]
    (profile / "user.js").write_text("\n".join(lines))
    with subprocess.Popen(
        [
            firefox_program() or "",
            "--headless",
            "--marionette",
            "--no-remote",
            "--profile",
            profile,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"},
    ) as process:
        try:
            with _connected(port) as connection:
                yield Firefox(connection)
        finally:
            process.terminate()


def _connected(port: int) -> socket.socket:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        with suppress(ConnectionRefusedError):
            return socket.create_connection(("127.0.0.1", port), timeout=SECONDS_TO_START)
        time.sleep(0.1)
    raise FirefoxError("It doesn't start.")
