"""Twenty residents' browsers, which answer a dialogue.

Each goes on until every answer is acknowledged.

Run in the environment of a portal: `python -m tests.faults.answering HOW_MANY FILE`. Each answer is
sent again, as the same sending, until the portal says that it is there; what happens meanwhile to
the portal and its database is somebody else's doing. The file gets a line for each acknowledged
one; how often one had to send again is printed as JSON.
"""

import http.client
import json
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core import signing  # noqa: E402

from pledge_portal.pages import open_forms  # noqa: E402

CLIENTS = 20
FORM = "/alvsbyn/dialoger/1/svara/"
_MAX_SECONDS = 1800


class _Earlier(signing.TimestampSigner):
    """Signs as if it were ten seconds ago.

    A form is not sent faster than people read.
    """

    def timestamp(self) -> str:
        """Return the moment as the signature holds it."""
        return signing.b62_encode(int(time.time()) - 10)


_fetched = _Earlier(salt=open_forms._fetched.salt)


def main(how_many: int, file: Path) -> None:
    """Send them all, and print how often one had to send again."""
    begun = time.monotonic()
    left = list(range(how_many))
    again: list[int] = []

    def answer_on() -> None:
        while True:
            try:
                number = left.pop()
            except IndexError:
                return
            sending, tries = _sent(number, begun)
            with file.open("a") as stream:
                stream.write(f"{sending}\n")
            again.append(tries - 1)

    clients = [threading.Thread(target=answer_on) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    json.dump({"again": sum(again)}, sys.stdout)


def _sent(number: int, begun: float) -> tuple[str, int]:
    """Send one answer until it is acknowledged.

    Returns its sending and how often it was sent.
    """
    sending = str(uuid4())
    # The notes that a form fetched ten seconds ago carries, sent once before without scripts.
    fetched = _fetched.sign(sending)
    body = urlencode(
        {
            "sending": sending,
            "fetched": fetched,
            "asked": open_forms._asked.sign(sending),
            "text": f"Svar nummer {number}",
            "group": "pupil",
        }
    )
    for tries in range(1, 10_000):
        if time.monotonic() - begun > _MAX_SECONDS:
            raise TimeoutError(number)
        try:
            connection = http.client.HTTPConnection("127.0.0.1", settings.PORT, timeout=20)
            connection.request(
                "POST",
                FORM,
                body,
                {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Host": f"127.0.0.1:{settings.PORT}",
                },
            )
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
            continue
        finally:
            connection.close()
        if answer.status == 302:
            return sending, tries
        if answer.status not in {500, 502, 503}:
            raise AssertionError(f"{answer.status} for a good answer")
        time.sleep(0.2)
    raise AssertionError("never acknowledged")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
