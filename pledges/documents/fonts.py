"""Give the documents their fonts.

Each is unpacked once, and no two files are taken under one name.
"""

import functools
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fontTools.ttLib import woff2  # type: ignore[import-untyped]
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher


class FontClash(Exception):
    """Two font files share family, style, weight and width."""


class CheckedFonts(FontConfiguration):
    """A font configuration that refuses to mix two font files under one name.

    WeasyPrint 70 tells the fonts of a document apart by their description only. Of two
    files with the same one (such as the Latin and the Latin Extended part of a family,
    which browsers put together by unicode-range) it embeds the first and paints the
    glyphs of both from it: "Čohkka" comes out as "Îohkka".
    """

    def __init__(self) -> None:
        super().__init__()
        self._sources: dict[tuple[str, ...], str] = {}

    def add_font_face(self, rule_descriptors: Mapping[str, Any], url_fetcher: URLFetcher) -> None:
        """Load the font of an @font-face rule; raises FontClash."""
        name = tuple(
            str(rule_descriptors.get(key, ""))
            for key in ("font_family", "font_style", "font_weight", "font_stretch")
        )
        source = str(rule_descriptors["src"])
        if self._sources.setdefault(name, source) != source:
            raise FontClash(
                f"Two font files are declared as {' '.join(filter(None, name))}. Give each a "
                'family of its own and name both: font-family: "Source Sans 3", '
                '"Source Sans 3 Ext".'
            )
        super().add_font_face(rule_descriptors, url_fetcher)


def unpack_font(path: Path) -> bytes:
    """Return the TrueType font in a woff2 file.

    Unpacking takes a tenth of a second, more than all the rest of a small page, so the result is
    kept for as long as the file stays the same.
    """
    status = path.stat()
    return _unpacked(path, status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=32)
def _unpacked(path: Path, _modified: int, _size: int) -> bytes:
    output = io.BytesIO()
    woff2.decompress(io.BytesIO(path.read_bytes()), output)
    return output.getvalue()
