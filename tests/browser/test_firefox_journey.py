"""A resident's words in Firefox.

It gives back no page that it may not keep.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.firefox import FirefoxError, firefox_program, running_firefox
from tests.served import ServedPortal

FORM = "/alvsbyn/2023-2025/kommentera/"
TEXT = "main form [name=text]"
START = ".site-header .wordmark"
SEND = "main form .actions button"
# In seconds: as long as the portal wants between fetching and sending.
BY_HAND = 3.2


@pytest.mark.parametrize("javascript", [True, False])
def test_the_way_back_keeps_what_was_typed_until_it_is_sent(
    served: ServedPortal, tmp_path: Path, javascript: bool
) -> None:
    if firefox_program() is None:
        pytest.fail("Firefox saknas. Skriv: sudo apt install firefox-esr")
    with running_firefox(tmp_path, javascript=javascript) as firefox:
        firefox.goto(f"{served.url}{FORM}")
        firefox.fill(TEXT, "Skrivet på bussen")
        firefox.click(START)
        firefox.expect_text("h1", "Vad har din kommun")
        firefox.go_back()
        firefox.expect_value(TEXT, "Skrivet på bussen")
        firefox.fill("main form [name=email]", "ingen adress")
        firefox.click(SEND)
        firefox.expect_text("#fel", "e-postadress")
        firefox.click(START)
        firefox.expect_text("h1", "Vad har din kommun")
        firefox.go_back()
        firefox.expect_value(TEXT, "Skrivet på bussen")
        firefox.fill("main form [name=email]", "")
        time.sleep(BY_HAND)
        firefox.click(SEND)
        if not javascript:
            firefox.expect_text("#steg", "skicka en gång till")
            firefox.click("#steg button")
        firefox.expect_text("h1", "Din kommentar")
        if javascript:
            firefox.go_back()
            firefox.expect_value(TEXT, "")
        else:
            with pytest.raises(FirefoxError, match="notCached"):
                firefox.go_back()
