"""What differs between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# Comparing takes time by the product of the two lengths; beyond this the texts stand side by side.
_MOST_COMPARED = 2_000_000


@dataclass(frozen=True)
class Piece:
    """A part of a text: `kind` is "same", "removed" or "added"."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Return the two texts in one, each word that was removed or added marked as such."""
    old, new = re.findall(r"\S+|\s+", before), re.findall(r"\S+|\s+", after)
    if len(old) * len(new) > _MOST_COMPARED:
        return [Piece("removed", before), Piece("added", after)]
    pieces: list[Piece] = []
    for _tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = "".join(old[i1:i2]), "".join(new[j1:j2])
        if removed == added:
            pieces.append(Piece("same", removed))
            continue
        if removed:
            pieces.append(Piece("removed", removed))
        if added:
            pieces.append(Piece("added", added))
    return pieces
