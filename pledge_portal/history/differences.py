"""What differs between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# Comparing takes time by the product of the two lengths; beyond this the texts stand side by side.
_MAX_COMPARED = 2_000_000


@dataclass(frozen=True)
class Piece:
    """A part of a text: `kind` is "same", "removed" or "added"."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Return two texts in one, each removed or added word marked as such."""
    old, new = re.findall(r"\S+|\s+", before), re.findall(r"\S+|\s+", after)
    if len(old) * len(new) > _MAX_COMPARED:
        return [Piece("removed", before), Piece("added", after)]
    pieces: list[Piece] = []
    removed = added = ""
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        text = "".join(old[i1:i2])
        # A space between two changed words changes with them: else exchanged words would alternate.
        if tag == "equal" and (text.strip() or not (removed or added)):
            pieces += [*_changed(removed, added), Piece("same", text)]
            removed = added = ""
        else:
            removed, added = removed + text, added + "".join(new[j1:j2])
    return [*pieces, *_changed(removed, added)]


def _changed(removed: str, added: str) -> list[Piece]:
    if removed == added:
        return [Piece("same", removed)] if removed else []
    return [Piece(kind, text) for kind, text in (("removed", removed), ("added", added)) if text]
