"""What all tables that people send have in common, row by row."""

from __future__ import annotations

from dataclasses import dataclass

from pledges.models.municipality import without_diacritics


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
