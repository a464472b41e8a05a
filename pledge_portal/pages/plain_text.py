"""Text that strangers write, freed of what isn't writing before anything is done with it."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms

# Signs that turn the direction of what follows, or can't be seen at all: with them a text can show
# other words than it holds (UAX #9, "Trojan Source"). Joiners within words stay: emoji use them.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
# Written languages put at most a few marks on a letter; heaps of them cover the lines around.
_MOST_MARKS = 3
_BLANK_LINES = re.compile(r"\n{3,}")


def cleaned(text: str) -> str:
    """Return the text in Unicode's composed form without control signs, unseen signs, heaps of
    marks and runs of blank lines; line breaks become single line feeds."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    kept: list[str] = []
    marks = 0
    for sign in text:
        category = unicodedata.category(sign)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        is_control = category in {"Cc", "Cs", "Co", "Cn"} and sign not in "\n\t"
        if not is_control and marks <= _MOST_MARKS:
            kept.append(sign)
    return _BLANK_LINES.sub("\n\n", "".join(kept)).strip()


class PlainTextField(forms.CharField):
    """Text of several lines from somebody who isn't logged in, cleaned before it is judged."""

    widget: Any = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Return the cleaned text."""
        return cleaned(super().to_python(value) or "")


class PlainLineField(PlainTextField):
    """The same on one line."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> str:
        """Return the cleaned text with every run of white space as one space."""
        return " ".join(super().to_python(value).split())
