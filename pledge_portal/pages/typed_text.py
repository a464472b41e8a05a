"""The door for text that people type, whichever form or file it comes by.

- Line ends become single line feeds, so that lengths count what people see.
- Staff write what is published and signed, so nothing else of theirs is altered: signs that can't
  be shown are refused.
- Residents aren't asked to mend what they can't see: `clean_of_unseen` takes it away.
- Personal data is looked for: identity numbers (personnummer) are refused where texts are free;
  what looks like a plate, a phone number or an address, or points at a pupil or a suspect, is asked
  about before anything is saved.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from pledge_portal.pages.erasure_marks import erased_in
from pledge_portal.pages.personal_data import Finding, Sort, find_personal_data
from pledge_portal.pages.pointing import find_pointers

# What opens something is never kept or shown again: whoever sent it types it again.
OPENING_FIELDS = frozenset(
    {
        *("password", "password1", "password2", "oldpassword"),
        *("old_password", "new_password1", "new_password2"),
        *("code", "pin", "otp"),
    }
)

# Within a pattern's brackets: control characters but for line ends and tabs, and signs that turn
# the reading direction, which could make a promise look other than it is (UAX #9), and signs that
# every program shows as it likes, such as the bullets that Word pastes (private use).
UNSHOWABLE_SIGNS = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff"
    r"\U000f0000-\U0010ffff"
)
# Halves of signs outside the basic plane, which can't be stored either.
_UNSHOWABLE = re.compile(rf"[{UNSHOWABLE_SIGNS}\ud800-\udfff]")
# Signs that turn the direction of what follows, or can't be seen at all: with them a text can show
# other words than it holds (UAX #9, "Trojan Source"). Joiners within words stay: emoji use them.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
# Written languages put at most a few marks on a letter; heaps of them cover the lines around.
_MAX_COMBINING_MARKS = 3
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class TypedText:
    """A text as staff typed it, and what is wrong with it.

    `fault` is a sentence about its signs or its length, empty when there is none. `doubts` are what
    seems to be personal data other than identity numbers, `pointers` what may point at a pupil or a
    suspect, `erased` where a personal detail was taken away: they can be agreed to.
    """

    text: str
    fault: str
    identity_numbers: tuple[Finding, ...]
    doubts: tuple[Finding, ...]
    pointers: tuple[str, ...]
    erased: tuple[str, ...]


def clean(text: str, longest: int | None = None) -> TypedText:
    """Return a text that staff typed, with what is wrong with it.

    `longest` is how many characters it may have.
    """
    text = with_line_feeds(text)
    fault = _fault_of_signs(text)
    if not fault and longest is not None and len(text) > longest:
        fault = _("Texten får ha högst %(most)s tecken.") % {"most": longest}
    findings = find_personal_data(text)
    return TypedText(
        text,
        fault,
        tuple(finding for finding in findings if finding.sort == Sort.IDENTITY_NUMBER),
        tuple(finding for finding in findings if finding.sort != Sort.IDENTITY_NUMBER),
        tuple(find_pointers(text)),
        tuple(erased_in(text)),
    )


def clean_of_unseen(text: str) -> str:
    """Return a resident's text without what can't be seen or isn't writing.

    That is control signs, unseen signs, heaps of marks and runs of blank lines. The text comes in
    Unicode's composed form.
    """
    text = with_line_feeds(text).replace("\u2028", "\n")
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    signs: list[str] = []
    marks = 0
    for sign in text:
        category = unicodedata.category(sign)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        # What this Python doesn't know may be an emoji younger than it; what is never a sign goes.
        is_none = category == "Cn" and (
            ord(sign) & 0xFFFE == 0xFFFE or "\ufdd0" <= sign <= "\ufdef"
        )
        is_control = is_none or (category in {"Cc", "Cs", "Co"} and sign not in "\n\t")
        if not is_control and marks <= _MAX_COMBINING_MARKS:
            signs.append(sign)
    return _BLANK_LINES.sub("\n\n", "".join(signs)).strip()


def with_line_feeds(text: str) -> str:
    """Return the text with a single line feed for each end of a line."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def data_with_line_feeds(data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return a form's data, each of its texts with single line feeds.

    Browsers send two signs for each end of a line, however it was typed.
    """
    if not isinstance(data, QueryDict):
        return data
    with_feeds = data.copy()
    for name, values in data.lists():
        with_feeds.setlist(name, [with_line_feeds(value) for value in values])
    return with_feeds


def check_signs(value: object) -> None:
    """Raise ValidationError for a text that has signs that can't be shown.

    Null is left to Django's own fields, which refuse it.
    """
    if isinstance(value, str) and (fault := _fault_of_signs(value.replace("\x00", ""))):
        raise ValidationError(fault)


def _fault_of_signs(text: str) -> str:
    match = _UNSHOWABLE.search(text)
    if match is None:
        return ""
    return _("Texten innehåller tecken som inte går att visa. Ta bort U+%(code)s.") % {
        "code": f"{ord(match[0]):04X}"
    }
