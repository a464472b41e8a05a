"""How much room words take up, and how they are broken into lines.

The drawing is made without a browser, so widths are reckoned from the letters of Source Sans 3.
They are rounded up: other fonts that stand in for it are a little wider.
"""

from __future__ import annotations

from functools import lru_cache

# Sizes in the drawing's units. At 320 CSS pixels a narrow drawing is shown at 0.8 of its size.
SIZE = 14
LINE = 17

# Widths in hundredths of the size, as the font file's hmtx table has them.
_WIDTHS = {
    20: " \N{NO-BREAK SPACE}",
    28: "',.:;Iijl|·ÌÍÎÏìíîï’",
    34: '!()-[]f{}/\\rt•"',
    46: "*?szJYcvxyÝçýÿ”»«",
    52: "#$+0123456789<=>FLVX_aegkàáâãäåèéêë–−",
    57: "AESTZbdhnopquÀÁÂÃÄÅÈÉÊËðñòóôõöøùúûü",
    66: "BCKPRÇß&DGÐHNOQUÑÒÓÔÕÖØÙÚÛÜ",
    78: "wMW",
    86: "%m@æÆ",
    96: "…",
}
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_UNKNOWN = 100
_BOLD = 1.08
_LEAST_TAIL = 4  # letters of a broken word that go to the next line


@lru_cache(maxsize=4096)
def text_width(text: str, *, bold: bool = False, size: float = SIZE) -> float:
    """Return how wide a text is, in the drawing's units."""
    width = sum(_WIDTH.get(letter, _UNKNOWN) for letter in text) / 100 * size
    return width * _BOLD if bold else width


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
    """Return the text in at most `most` lines no wider than `room`; a longer text is cut.

    A word that is wider than a line is broken with a hyphen.
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
    for word in text.split(" "):
        rest = word
        while text_width(rest, bold=bold, size=size) > room and len(rest) > 3:
            end = max(3, len(rest) - _LEAST_TAIL)
            while end > 2 and text_width(rest[:end] + "-", bold=bold, size=size) > room:
                end -= 1
            pieces.append(rest[:end] + "-")
            rest = rest[end:]
        pieces.append(rest)
    return [piece for piece in pieces if piece]


def fits_whole(text: str, room: float, most: int) -> bool:
    """Whether a text has room in `most` lines without a word being broken or cut."""
    widest = max((text_width(word) for word in text.split(" ")), default=0)
    return widest <= room and len(wrap(text, room)) <= most
