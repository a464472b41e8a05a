"""A resident's words in Firefox, which gives back no page that it may not keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.firefox import FirefoxError, firefox_program, running_firefox
from tests.served import ServedPortal

FORM = "/alvsbyn/2023-2025/kommentera/"
TEXT = "main form [name=text]"
SEND = "main form .actions button"


@pytest.mark.parametrize("javascript", [True, False])
def test_the_way_back_keeps_what_was_typed_until_it_is_sent(
    served: ServedPortal, tmp_path: Path, javascript: bool
) -> None:
    if firefox_program() is None:
        pytest.fail("Firefox saknas. Skriv: sudo apt install firefox-esr")
    with running_firefox(tmp_path, javascript=javascript) as firefox:
        firefox.goto(f"{served.url}{FORM}")
        firefox.fill(TEXT, "Skrivet på bussen")
        firefox.click(".site-header .wordmark")
        firefox.go_back()
        assert firefox.value(TEXT) == "Skrivet på bussen"
        firefox.fill("main form [name=email]", "ingen adress")
        firefox.click(SEND)
        assert "e-postadress" in firefox.text("#fel")
        firefox.click(".site-header .wordmark")
        firefox.go_back()
        assert firefox.value(TEXT) == "Skrivet på bussen"
        firefox.fill("main form [name=email]", "")
        for _ in range(1 if javascript else 2):  # without scripts one sends twice
            firefox.click(SEND)
        assert "Skrivet på bussen" in firefox.text("main blockquote")
        if javascript:
            firefox.go_back()
            assert firefox.value(TEXT) == ""
        else:
            with pytest.raises(FirefoxError, match="notCached"):
                firefox.go_back()
