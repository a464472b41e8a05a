"""Text as it is looked through: alike for all that looks alike.

What is forbidden by its letters is written by other ones that look the same: a no-break space, a
digit of another script, the Cyrillic "Р" of "Рolisen". Whoever searches a text searches its fold;
what is shown and kept is the text as it was written.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

# Letters of other scripts that look like Latin ones (Unicode TR39, those of whole words in
# Swedish and English), by the letter that they look like.
_LOOKALIKES = {
    "a": "аɑαａ", "b": "Ьвƅ", "c": "сϲⅽ", "d": "ԁⅾ", "e": "еєεҽ", "f": "ƒϝ", "g": "ɡց", "h": "һн",
    "i": "іıιⅰ", "j": "јϳ", "k": "кκ", "l": "ӏⅼ|ǀ", "m": "мⅿ", "n": "ոпη", "o": "оοօσ", "p": "рρ",
    "q": "ԛ", "r": "гᴦ", "s": "ѕꜱ", "t": "тτ", "u": "υսц", "v": "νѵⅴ", "w": "ԝш", "x": "хχⅹ",
    "y": "уγү", "z": "ᴢ",
}  # fmt: skip
_SKELETON = {ord(other): latin for latin, others in _LOOKALIKES.items() for other in others}


@dataclass(frozen=True)
class Folded:
    """A text's fold, and where each of its signs stands in the text."""

    original: str
    text: str
    places: tuple[int, ...]

    def piece(self, start: int, end: int) -> tuple[int, str]:
        """Return the place and the words of a stretch of the fold."""
        if start >= end:
            return 0, ""
        first, last = self.places[start], self.places[end - 1]
        return first, self.original[first : last + 1]


def fold(text: str) -> Folded:
    """Return a text with one kind of space, dash and digit.

    Nothing unseen is left in it.

    Letters written as wide, bold or circled forms become plain ones (NFKC).
    """
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for folded in _folded(sign):
            signs.append(folded)
            places.append(place)
    return Folded(text, "".join(signs), tuple(places))


def _folded(sign: str) -> str:
    if sign.isascii():
        return sign
    category = unicodedata.category(sign)
    if category == "Zs":
        return " "
    if category == "Cf":
        return ""
    if category == "Pd" or sign == "\u2212":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    plain = unicodedata.normalize("NFKC", sign)
    return plain if plain.isalnum() or (plain.isascii() and plain.isprintable()) else sign


def one_time_code(code: str) -> str:
    """Return a one-time code as it is meant, however it was pasted or grouped."""
    return "".join(fold(code).text.split())


def in_latin(text: str) -> str:
    """Return a fold with Latin letters for those that look like them.

    Sign by sign, so that each stands where it stood.
    """
    return "".join(
        small.translate(_SKELETON) if len(small := sign.casefold()) == 1 else sign for sign in text
    )


def skeleton(text: str) -> str:
    """Return how a name looks: in small Latin letters, without marks.

    Two names that look alike have the same; letters that look like no Latin one stay.
    """
    apart = unicodedata.normalize("NFKD", fold(text).text.casefold())
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return plain.translate(_SKELETON)
