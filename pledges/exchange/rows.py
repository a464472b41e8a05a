"""What all tables that people send have in common, row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pledge_portal.pages.folding import fold
from pledges.models.municipality import without_diacritics

# Digits in threes, whatever space stands between them.
_IN_THREES = re.compile(r"[0-9]{1,3}(?:\s[0-9]{3})+(?![0-9\s])")


@dataclass(frozen=True)
class RowFault:
    """A fault: the column's heading, and a sentence.

    The heading is empty when it is the whole row's.
    """

    heading: str
    sentence: str


def plain(text: str) -> str:
    """Return a heading or an answer as it is compared.

    Without case, diacritics, underscores and what isn't seen.
    """
    return " ".join(without_diacritics(fold(text).text.replace("_", " ")).split())


def without_spaces(text: str) -> str:
    """Return a number without spaces between thousands, before a comma or %.

    Other spaces stay: two numbers in a cell are not one.
    """
    text = _IN_THREES.sub(lambda match: "".join(match[0].split()), text.strip())
    return re.sub(r"\s+(?=%$|[,.][0-9])", "", text)
