"""Draw the visible mark of a signature: text that fills its field."""

import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import weasyprint
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader

from .errors import StampDoesNotFit
from .render import LocalFetcher

# Tried in turn until the text fits; below the last one nobody can read it on paper.
FONT_SIZES = (10.0, 9.0, 8.0, 7.0, 6.0, 5.0)


@dataclass(frozen=True)
class Stamp:
    """What the stamp says.

    `lines` are shown one below the other, the first in bold; `warning` stands last, set
    apart, and says that a signature is a demonstration. `spoken` is what is read aloud of it, who
    signed and when; without it the lines are. `fonts` and `bold_fonts` are
    font files (woff2, ttf) that together hold every character, such as a Latin and a
    Latin Extended file; system fonts fill in for what they lack.
    """

    lines: Sequence[str]
    fonts: Sequence[Path]
    bold_fonts: Sequence[Path] = ()
    warning: str | None = None
    spoken: str = ""


class StampContent(PdfContent):
    """A drawn stamp, as pyHanko puts it into a signature's appearance."""

    def __init__(self, pdf: bytes, spoken: str = "") -> None:
        super().__init__()
        self._pdf = pdf
        self._spoken = spoken

    def render(self) -> bytes:
        """Return the content stream that paints the stamp.

        It imports the page into the writer.
        """
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        left, bottom, right, top = (float(corner) for corner in page.get_object()["/BBox"])
        self.box = BoxConstraints(width=right - left, height=top - bottom)
        self.resources.xobject[pdf_name("/Stamp")] = page
        if not self._spoken:
            return b"/Stamp Do"
        # Structure and tooltip are certified before anybody has signed, so what a signature says
        # aloud can only stand in its own drawing (ISO 32000-1, 14.9.4).
        text = self._spoken.encode("utf-16-be").hex().encode()
        return b"/Span <</Lang (sv-SE) /ActualText <feff%b>>> BDC /Stamp Do EMC" % text


def draw(stamp: Stamp, width: float, height: float) -> StampContent:
    """Draw `stamp` on `width` by `height` points, as large as it fits.

    Raises StampDoesNotFit. The drawing is itself PDF/A-3b, so that it brings nothing into the
    signed document that PDF/A refuses.
    """
    fonts = [*stamp.fonts, *stamp.bold_fonts]
    # A family for each file, because WeasyPrint mixes up two files of one name.
    faces = "".join(
        f'@font-face {{ font-family: Stamp{index}; src: url("{path.resolve().as_uri()}") }}'
        for index, path in enumerate(fonts)
    )
    families = [f"Stamp{index}" for index in range(len(fonts))]
    plain = ", ".join(families[: len(stamp.fonts)])
    bold = ", ".join([*families[len(stamp.fonts) :], plain])
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in stamp.lines)
    warning = f'<p class="warning">{html.escape(stamp.warning)}</p>' if stamp.warning else ""
    fetcher = LocalFetcher(*{path.parent for path in fonts})
    for size in FONT_SIZES:
        document = weasyprint.HTML(
            string=f"""<!doctype html><html lang="sv"><title>Stämpel</title><style>{faces}
            @page {{ size: {width:.2f}pt {height:.2f}pt; margin: 0 }}
            body {{ margin: 2pt 4pt; font: {size}pt/1.2 {plain}; overflow-wrap: anywhere }}
            p {{ margin: 0; color: #1a1a1a }} p:first-child, .warning {{ font-family: {bold} }}
            .warning {{ margin-top: 1pt; color: #8a1c1c }}
            </style><body>{lines}{warning}</body></html>""",
            url_fetcher=fetcher,
        ).render(pdf_variant="pdf/a-3b")
        if len(document.pages) == 1 and not _overflows(document.pages[0]):
            return StampContent(document.write_pdf(pdf_variant="pdf/a-3b"), stamp.spoken)
    raise StampDoesNotFit(f"The stamp does not fit in {width:.0f} by {height:.0f} points.")


def _overflows(page: weasyprint.document.Page) -> bool:
    """Return whether a single line is higher than the whole page.

    Such a line makes no second page.
    """
    root = page._page_box.children[0]
    bottom: float = root.position_y + root.margin_height()
    # A hundredth of a pixel is rounding.
    return bottom > page.height + 0.01
