"""What all tables that people send have in common, row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pledges.models.municipality import without_diacritics

# Line ends and tabs aside, control characters have no place in a text, nor have those that turn
# the reading direction.
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class RowFault:
    """A fault: the column's heading, and a sentence.

    The heading is empty when it is the whole row's.
    """

    heading: str
    sentence: str


def plain(text: str) -> str:
    """Return a heading or an answer as it is compared.

    Without case, diacritics and underscores.
    """
    return " ".join(without_diacritics(text.replace("_", " ")).split())
