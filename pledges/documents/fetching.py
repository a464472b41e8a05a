"""Ask a service elsewhere one question, with bounds on the answer.

Bounded are its time and its size.
"""

from __future__ import annotations

import time
from typing import Any

import requests


class NotFetched(Exception):
    """There was no answer, or one that was too slow or too long."""


def fetch(
    method: str, url: str, *, seconds: float, max_bytes: int, **request: Any
) -> tuple[int, bytes]:
    """Return the status and the body of the answer. Raises NotFetched.

    No redirect is followed. The whole answer has to be there after `seconds`, however slowly it
    drips; `request` is what `requests.request` takes.
    """
    until = time.monotonic() + seconds
    content = bytearray()
    try:
        with requests.request(
            method, url, timeout=seconds, allow_redirects=False, stream=True, **request
        ) as response:
            for part in response.iter_content(16 * 1024):
                content += part
                if len(content) > max_bytes:
                    raise NotFetched(f"{url}: the answer is too long.")
                if time.monotonic() > until:
                    raise NotFetched(f"{url}: the answer takes too long.")
            return response.status_code, bytes(content)
    except (requests.RequestException, OSError) as error:
        # Not the text of the error: it can hold what was sent.
        raise NotFetched(f"{url}: {type(error).__name__}") from error
