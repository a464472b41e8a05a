"""Draw the picture beside a shared link: 1200 by 630 dots, as PNG.

In the portal's own letters, all of which have glyphs: those of Swedish, the Sámi languages and the
national minorities. A text that has no room ends in an ellipsis, between two words.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

from pledges.documents.fonts import unpack_font
from pledges.link_pictures.text import HEIGHT, WIDTH, Line, LinkText

_FONTS = ("latin", "latin-ext", "symbols")
# As static/css/tokens.css has them, on light pages.
_INK, _SOFT, _STRONG, _MIST, _PAPER = "#12222c", "#455763", "#0c4a67", "#eef3f6", "#ffffff"
_COLOURS = {"done": "#26653b", "missed": "#9c3417", "neutral": _INK}
_MARGIN, _BANNER, _FOOT = 64, 56, 72
_MARK, _MARK_GAP = (220, 104), 24
_ELLIPSIS = "…"


@dataclass(frozen=True)
class Style:
    """How a text is set."""

    size: int
    weight: int = 400
    colour: str = _INK
    max_lines: int = 1

    @property
    def leading(self) -> int:
        """From one line to the next."""
        return round(self.size * 1.22)


def draw(text: LinkText | None, marks: Sequence[bytes] = ()) -> bytes:
    """Return the picture as PNG; without a text the one of the portal itself.

    `marks` are PNG, as the portal made them.
    """
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    if text is None:
        _draw_portal(pen)
    else:
        top = _draw_head(image, pen, text, marks)
        _draw_lines(pen, text, top)
        _draw_foot(pen, text)
    output = io.BytesIO()
    # Few colours: half the bytes, and none that the eye misses.
    image.quantize(192, method=Image.Quantize.MEDIANCUT).save(output, "PNG", optimize=True)
    return output.getvalue()


def _draw_portal(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((0, 0, WIDTH, HEIGHT), fill=_MIST)
    _draw_circles(pen, (WIDTH // 2 - 108, 190), 6.0)
    style = Style(76, 600, _STRONG)
    _write(pen, (WIDTH / 2 - _width("Medborgarlöften", style) / 2, 440), "Medborgarlöften", style)


def _draw_circles(pen: ImageDraw.ImageDraw, at: tuple[float, float], scale: float) -> None:
    """Draw the portal's mark: two parties, and what they promise together."""
    left, top = at
    for centre in (12, 24):
        pen.ellipse(
            (
                left + (centre - 10.5) * scale,
                top + 1.5 * scale,
                left + (centre + 10.5) * scale,
                top + 22.5 * scale,
            ),
            outline=_STRONG,
            width=max(2, round(2 * scale)),
        )
    # What both circles hold.
    pen.polygon(_lens(left, top, scale), fill=_STRONG)


def _lens(left: float, top: float, scale: float) -> list[tuple[float, float]]:
    right_arc, left_arc = [], []
    for step in range(-50, 51):
        y = 8.6 * step / 50
        x = (10.5**2 - y**2) ** 0.5
        right_arc.append((left + (12 + x) * scale, top + (12 + y) * scale))
        left_arc.append((left + (24 - x) * scale, top + (12 + y) * scale))
    return right_arc + left_arc[::-1]


def _draw_head(
    image: Image.Image, pen: ImageDraw.ImageDraw, text: LinkText, marks: Sequence[bytes]
) -> int:
    """Draw demonstration, place, title and marks; return where it ends."""
    top = 0
    if text.demonstration:
        pen.rectangle((0, 0, WIDTH, _BANNER), fill=_INK)
        _write(pen, (_MARGIN, 38), text.demonstration, Style(28, 600, _PAPER))
        top = _BANNER
    left_of_marks = _draw_marks(image, marks, top + 34)
    width = left_of_marks - _MARGIN - (_MARK_GAP if marks else 0)
    place = Style(32, 600, _STRONG, max_lines=2)
    y = _write_block(pen, text.place, place, top + 66, width)
    # As large as it has room.
    for size in (68, 60, 52, 46):
        title = Style(size, 600, max_lines=2)
        if len(_wrapped(text.title, title, WIDTH - 2 * _MARGIN)) <= title.max_lines:
            break
    else:
        title = Style(42, 600, max_lines=3)
    beginning = max(y + title.size, top + 34 + (_MARK[1] if marks else 0) + title.size)
    return _write_block(pen, text.title, title, beginning, WIDTH - 2 * _MARGIN)


def _draw_marks(image: Image.Image, marks: Sequence[bytes], top: int) -> int:
    """Draw the marks from the right; return where the leftmost begins."""
    right = WIDTH - _MARGIN
    for png in reversed(marks[:4]):
        with Image.open(io.BytesIO(png), formats=("PNG",)) as stored:
            mark = stored.convert("RGBA")
        mark.thumbnail(_MARK, Image.Resampling.LANCZOS)
        right -= mark.width
        image.paste(mark, (right, top + (_MARK[1] - mark.height) // 2), mark)
        right -= _MARK_GAP
    return right + (_MARK_GAP if marks else 0)


def _draw_lines(pen: ImageDraw.ImageDraw, text: LinkText, top: int) -> None:
    """Write how things stand; a sentence without room is left out whole.

    Half a verdict would be another one.
    """
    y = top + 6
    for line in text.lines:
        left = _MARGIN + (40 if line.is_state else 0)
        style = _fitting(line, WIDTH - _MARGIN - left, HEIGHT - _FOOT - 12 - y)
        if style is None:
            continue
        if line.is_state:
            _draw_shape(pen, (_MARGIN, y + style.size - 27), line.colour)
        y = _write_block(pen, line.text, style, y + style.size, WIDTH - _MARGIN - left, left) + 8


def _fitting(line: Line, width: float, height: float) -> Style | None:
    """Return the largest style in which a line is whole within a room."""
    for size in (36, 31, 27) if line.is_state else (33, 29, 25):
        style = Style(size, 600 if line.is_state else 400, _COLOURS[line.colour], 3)
        lines = len(_wrapped(line.text, style, width))
        if lines <= style.max_lines and size * 1.3 + (lines - 1) * style.leading <= height:
            return style
    return None


def _draw_shape(pen: ImageDraw.ImageDraw, at: tuple[int, int], colour: str) -> None:
    """Draw a shape of its own for each colour, which is never alone."""
    x, y = at
    fill = _COLOURS[colour]
    if colour == "done":
        pen.ellipse((x, y, x + 28, y + 28), fill=fill)
        pen.line(
            [(x + 7, y + 14), (x + 12, y + 20), (x + 21, y + 9)],
            fill=_PAPER,
            width=4,
            joint="curve",
        )
    elif colour == "missed":
        pen.polygon(
            [
                (x + 8, y),
                (x + 20, y),
                (x + 28, y + 8),
                (x + 28, y + 20),
                (x + 20, y + 28),
                (x + 8, y + 28),
                (x, y + 20),
                (x, y + 8),
            ],
            outline=fill,
            width=4,
        )
    else:
        pen.ellipse((x, y, x + 28, y + 28), outline=fill, width=4)


def _draw_foot(pen: ImageDraw.ImageDraw, text: LinkText) -> None:
    top = HEIGHT - _FOOT
    pen.rectangle((0, top, WIDTH, HEIGHT), fill=_MIST)
    _draw_circles(pen, (_MARGIN, top + 17), 1.6)
    name = Style(30, 600, _STRONG)
    _write(pen, (_MARGIN + 74, top + 46), "Medborgarlöften", name)
    left = _MARGIN + 74 + _width("Medborgarlöften", name) + 40
    style = Style(28, colour=_SOFT)
    (parties,) = _wrapped(text.parties, style, WIDTH - _MARGIN - left, 1) or [""]
    _write(pen, (WIDTH - _MARGIN - _width(parties, style), top + 46), parties, style)


def _write_block(
    pen: ImageDraw.ImageDraw, text: str, style: Style, y: int, width: float, left: int = _MARGIN
) -> int:
    """Write a text in lines, the first at `y`; return where it ends."""
    for line in _wrapped(text, style, width, style.max_lines):
        _write(pen, (left, y), line, style)
        y += style.leading
    return y - style.leading + round(style.size * 0.5)


def _wrapped(text: str, style: Style, width: float, max_lines: int = 0) -> list[str]:
    """Return the lines of a text.

    Where there are too many the last ends in an ellipsis. A word that is wider than a line is
    broken.
    """
    lines: list[str] = []
    for word in _pieces(text, style, width):
        if lines and _width(f"{lines[-1]} {word}", style) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if not max_lines or len(lines) <= max_lines:
        return lines
    words = lines[max_lines - 1].split(" ")
    while len(words) > 1 and _width(" ".join(words) + _ELLIPSIS, style) > width:
        words.pop()
    return [*lines[: max_lines - 1], " ".join(words).rstrip(",.;:–-") + _ELLIPSIS]


def _pieces(text: str, style: Style, width: float) -> Iterator[str]:
    """Yield words, a number together with what it counts."""
    for word in re.split(r"(?<![0-9])\s+", text.strip()):
        piece = word
        while _width(piece, style) > width - _width(_ELLIPSIS, style):
            fitting = next(
                (
                    n
                    for n in range(len(piece) - 1, 0, -1)
                    if _width(piece[:n] + "-", style) <= width
                ),
                1,
            )
            yield f"{piece[:fitting]}-"
            piece = piece[fitting:]
        yield piece


def _write(pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, style: Style) -> None:
    x, y = at
    for run, font in _runs(text, style):
        pen.text((x, y), run, font=font, fill=style.colour, anchor="ls")
        x += font.getlength(run)


def _width(text: str, style: Style) -> float:
    return sum(font.getlength(run) for run, font in _runs(text, style))


def _runs(text: str, style: Style) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    """Yield a text in pieces, each with the font that has its letters.

    What none has (such as an emoji) is left out.
    """
    run, of_run = "", -1
    for sign in unicodedata.normalize("NFC", text):
        has = [number for number, name in enumerate(_FONTS) if ord(sign) in _letters(name)]
        if not has:
            continue
        # A space stays in the run where it stands.
        number = of_run if of_run in has else has[0]
        if number != of_run and run:
            yield run, _font(_FONTS[of_run], style.weight, style.size)
            run = ""
        run, of_run = run + sign, number
    if run:
        yield run, _font(_FONTS[of_run], style.weight, style.size)


def _file(name: str, weight: int) -> bytes:
    folder = settings.BASE_DIR / "static" / "fonts"
    return unpack_font(folder / f"source-sans-3-{name}-{weight}-normal.woff2")


@cache
def _letters(name: str) -> frozenset[int]:
    with TTFont(io.BytesIO(_file(name, 400))) as font:
        return frozenset(font.getBestCmap())


@cache
def _font(name: str, weight: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        io.BytesIO(_file(name, weight)), size, layout_engine=ImageFont.Layout.BASIC
    )
