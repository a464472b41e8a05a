"""Measure how much room words take up, and break them into lines.

The drawing is made without a browser, so widths are computed from the letters of Source Sans 3.
Each text states its width (textLength), and so keeps its place in another font, and when a reader
spaces letters out.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Sizes in the drawing's units. At 320 CSS pixels a narrow drawing is shown at 0.8 of its size.
SIZE = 14
LINE = 17
DROP = SIZE * 0.33  # from the middle of a line to its baseline

# Widths in hundredths of the size, from the font files' hmtx tables; a test compares them.
_REGULAR = {
    20: " ",
    24: "',.:;ij|·íîï’",
    26: "IlÍÎÏ",
    28: "!",
    30: "()[]f{}•",
    32: "-",
    34: "rt°",
    36: "/\\",
    42: '"*?sz»«”',
    44: "x",
    46: "cvyçý",
    48: "JLY–",
    50: "#$+0123456789<=>F^_aegk~§×àáâäåéèêë−",
    52: "EVXÉÈÊË",
    54: "ASTZ`hnouÀÁÂÄÅñóôöøü",
    56: "PRbdpq",
    58: "BCKÇß",
    60: "&",
    62: "DG",
    64: "NUÑÜ",
    66: "HOQÓÔÖØ",
    72: "Mw",
    78: "Wæ",
    82: "%mÆ",
    84: "@",
    94: "…",
}
_BOLD = {
    20: " ",
    26: "ij|íîï",
    28: "',.:;Il·ÍÎÏ’",
    32: "!()-[]f{}•",
    34: "/\\°",
    36: "t",
    38: "r",
    44: "*?sz",
    46: "c»«ç",
    48: '"x–”',
    50: "JLY_evyéèêëý",
    52: "#$+0123456789<=>F^agk~§×àáâäå−",
    54: "ESTVXZ`oÉÈÊËóôöø",
    56: "AbdhnpquÀÁÂÄÅñü",
    58: "CPÇ",
    60: "BKRß",
    62: "DG",
    64: "&",
    66: "HNUÑÜ",
    68: "OQÓÔÖØ",
    74: "Mw",
    78: "æ",
    80: "W",
    84: "%mÆ",
    88: "@",
    96: "…",
}
_WIDTH = {
    bold: {letter: width for width, letters in widths.items() for letter in letters}
    for bold, widths in ((False, _REGULAR), (True, _BOLD))
}
_NO_BREAK = str.maketrans("\N{NO-BREAK SPACE}", " ")
_UNKNOWN = 66
_MIN_TAIL = 4  # letters of a broken word that go to the next line


@lru_cache(maxsize=4096)
def text_width(text: str, *, bold: bool = False, size: float = SIZE) -> float:
    """Return how wide a text is, in the drawing's units."""
    widths = _WIDTH[bold]
    return sum(widths.get(letter, _UNKNOWN) for letter in text.translate(_NO_BREAK)) / 100 * size


def shorten(text: str, room: float, *, bold: bool = False, size: float = SIZE) -> str:
    """Return the text, cut with an ellipsis when it is wider than `room`."""
    if text_width(text, bold=bold, size=size) <= room:
        return text
    while text and text_width(text + "…", bold=bold, size=size) > room:
        text = text[:-1]
    return text.rstrip(" ,;:.-–") + "…"


def wrap(
    text: str, room: float, *, most: int = 99, bold: bool = False, size: float = SIZE
) -> list[str]:
    """Return the text in at most `most` lines no wider than `room`.

    A longer text is cut. A word that is wider than a line is broken with a hyphen.
    """
    lines: list[str] = []
    line = ""
    for word in _pieces(text, room, bold=bold, size=size):
        longer = f"{line} {word}".strip()
        if line and text_width(longer, bold=bold, size=size) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    lines.append(line)
    if len(lines) > most:
        rest = " ".join(lines[most - 1 :])
        lines = [*lines[: most - 1], shorten(rest, room, bold=bold, size=size)]
    return lines


def _pieces(text: str, room: float, *, bold: bool, size: float) -> list[str]:
    pieces = []
    for word in _words(text):
        rest = word
        while text_width(rest, bold=bold, size=size) > room and len(rest) > 3:
            end = max(3, len(rest) - _MIN_TAIL)
            while end > 2 and text_width(rest[:end] + "-", bold=bold, size=size) > room:
                end -= 1
            pieces.append(rest[:end] + "-")
            rest = rest[end:]
        pieces.append(rest)
    return pieces


def fits_whole(text: str, room: float, most: int) -> bool:
    """Return whether a text fits in `most` lines with no word broken or cut."""
    widest = max(map(text_width, _words(text)), default=0)
    return widest <= room and len(wrap(text, room)) <= most


def _words(text: str) -> list[str]:
    """Return the words that a line may be broken between.

    A no-break space holds words together.
    """
    return [word for word in re.split("[ \t\r\n]+", text) if word]
