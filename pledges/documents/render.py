"""Turn HTML into tagged PDF/A-3a, and find the signature lines in it.

The result is an intermediate product: `prepare` turns it into the document that can be signed.
WeasyPrint writes one conformance level only (PDF/A-3a here); `prepare` declares PDF/UA-1 as well.
"""

import base64
import contextlib
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import pydyf  # type: ignore[import-untyped]
import weasyprint
from weasyprint.formatting_structure.boxes import Box as LayoutBox
from weasyprint.formatting_structure.boxes import InlineBox
from weasyprint.logger import LOGGER as WEASYPRINT_LOGGER
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from .errors import RenderingError
from .fonts import CheckedFonts, FontClash, unpack_font

POINTS_PER_CSS_PIXEL = 0.75


@dataclass(frozen=True)
class Attachment:
    """A file to embed, with the relationship "Data" of ISO 32000-2, 7.11.3.

    `modified` is written into the PDF; without it the present time is, and two renderings
    of the same document then differ.
    """

    name: str
    content: bytes
    description: str
    mime: str
    modified: datetime | None = None


@dataclass(frozen=True)
class Box:
    """An element's border box in PDF points from the page's lower left.

    `page` counts from 0. `structure_key` is the key in the PDF's ParentTree under which the
    element's own, still empty /Form structure element is found; `prepare` fills it.
    """

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    structure_key: int

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in points."""
        return self.y1 - self.y0


@dataclass(frozen=True)
class Rendered:
    """A rendered document that still waits for its fields; see `prepare`."""

    pdf: bytes
    pages: int
    boxes: Mapping[str, Box] = field(default_factory=dict)


class LocalFetcher(URLFetcher):
    """Reads files below given folders and data: addresses, nothing else.

    All else stops the rendering. A document that is to be signed must not depend on what another
    server answers, and a text in it must not be able to read the server's files.
    """

    def __init__(self, *folders: Path) -> None:
        super().__init__(
            allowed_protocols=("file", "data"), allow_redirects=False, fail_on_errors=True
        )
        self._folders = tuple(folder.resolve() for folder in folders)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return the file or data behind `url`.

        Raises ValueError for any address outside.
        """
        parts = urlsplit(url)
        scheme = parts.scheme.lower()
        if scheme == "data":
            return super().fetch(url, headers)
        if scheme != "file" or parts.netloc not in ("", "localhost"):
            raise ValueError("only files below the base folder and data: addresses are allowed")
        # url2pathname unquotes; unquote first would turn %2525 into a second escape.
        path = Path(url2pathname(parts.path)).resolve()
        if not any(path.is_relative_to(folder) for folder in self._folders):
            raise ValueError(f"{unquote(parts.path)} lies outside the base folder")
        if path.suffix == ".woff2":
            return URLFetcherResponse(
                path.as_uri(), unpack_font(path), {"Content-Type": "font/ttf"}
            )
        return super().fetch(path.as_uri(), headers)


class _TagPlaceholder(pydyf.Dictionary):
    """Stands in for a widget while WeasyPrint builds the structure tree.

    WeasyPrint gives every widget annotation of a box a /Form structure element at the
    box's place in the reading order and a key in the ParentTree, which it writes into the
    annotation as /StructParent. The widget itself is made later, by `prepare`.
    """

    reference = b"null"


def render(
    html: str,
    *,
    base_folder: Path,
    anchors: Sequence[str] = (),
    attachments: Sequence[Attachment] = (),
    identifier: bytes | None = None,
) -> Rendered:
    """Lay `html` out as PDF/A-3a and find the elements named by `anchors`.

    Relative addresses in the HTML (fonts, images, styles) are looked up in `base_folder`; only
    files below it and data: addresses can be read. An anchored element must be a block and lie on
    one page. `identifier` (16 bytes) becomes the file's own id (ISO 32000-1, 14.4), which stays the
    same through all later signatures; None makes a new one.

    Raises ValueError for an id that is missing, doubled or unfit, and RenderingError when a
    resource is missing or forbidden or WeasyPrint finds an accessibility fault, such as an image
    without alternative text.
    """
    fetcher = LocalFetcher(base_folder)
    base_url = base_folder.resolve().as_uri() + "/"
    try:
        with _faults_raised():
            document = weasyprint.HTML(string=html, base_url=base_url, url_fetcher=fetcher).render(
                # The numbers of a list as they are written, which HTML says by attributes.
                presentational_hints=True,
                pdf_variant="pdf/a-3a",
                font_config=CheckedFonts(),
            )
            boxes = {anchor: _find(document, anchor) for anchor in anchors}
            placeholders = {anchor: _TagPlaceholder({"Subtype": "/Widget"}) for anchor in anchors}
            for anchor, (_, box) in boxes.items():
                box.widget_annotation = placeholders[anchor]
            pdf = document.write_pdf(
                pdf_variant="pdf/a-3a",
                pdf_identifier=identifier,
                attachments=[
                    _embedded(attachment, fetcher)
                    for attachment in sorted(attachments, key=lambda attachment: attachment.name)
                ],
            )
    except FatalURLFetchingError as error:
        # It is a BaseException, so that WeasyPrint cannot swallow it on the way.
        raise RenderingError(f"{error}: {error.__cause__}") from error
    except FontClash as error:
        raise RenderingError(str(error)) from error
    return Rendered(
        pdf,
        len(document.pages),
        {
            anchor: _measured(document, anchor, page, placeholders[anchor]["StructParent"])
            for anchor, (page, _) in boxes.items()
        },
    )


def _find(document: weasyprint.Document, anchor: str) -> tuple[int, LayoutBox]:
    """Return the page index and the box of the element with this id."""
    matches = [
        (index, box)
        for index, page in enumerate(document.pages)
        for box in _boxes(page._page_box)
        if box.element is not None and box.element.get("id") == anchor and box.style["anchor"]
    ]
    if not matches:
        raise ValueError(f'No element with id "{anchor}" is shown in the document.')
    if len(matches) > 1:
        raise ValueError(
            f'The element with id "{anchor}" is laid out in {len(matches)} boxes; '
            "a signature line must be one block on one page."
        )
    page, box = matches[0]
    if isinstance(box, InlineBox) or not (box.border_width() > 0 and box.border_height() > 0):
        raise ValueError(f'The element with id "{anchor}" must be a block with an area.')
    return page, box


def _boxes(box: LayoutBox) -> Iterator[LayoutBox]:
    """`box` and everything laid out within it."""
    yield box
    for child in box.all_children():
        yield from _boxes(child)


def _measured(document: weasyprint.Document, anchor: str, page: int, key: int) -> Box:
    """Turn the anchor's box from CSS pixels from the top left into points."""
    left, top, right, bottom = document.pages[page].anchors[anchor]
    height = document.pages[page].height
    return Box(
        page=page,
        x0=round(left * POINTS_PER_CSS_PIXEL, 2),
        y0=round((height - bottom) * POINTS_PER_CSS_PIXEL, 2),
        x1=round(right * POINTS_PER_CSS_PIXEL, 2),
        y1=round((height - top) * POINTS_PER_CSS_PIXEL, 2),
        structure_key=key,
    )


def _embedded(attachment: Attachment, fetcher: LocalFetcher) -> weasyprint.Attachment:
    """WeasyPrint's form of `attachment`; it can be written once only."""
    # Through a data: address, because WeasyPrint guesses the media type of anything else.
    content = base64.b64encode(attachment.content).decode("ascii")
    times: dict[str, Any] = (
        {"created": attachment.modified, "modified": attachment.modified}
        if attachment.modified
        else {}
    )
    return weasyprint.Attachment(
        url=f"data:{attachment.mime};base64,{content}",
        url_fetcher=fetcher,
        name=attachment.name,
        description=attachment.description,
        relationship="Data",
        **times,
    )


class _FaultCollector(logging.Handler):
    """Keeps what WeasyPrint logs that makes a document unfit for signing.

    Only of its own thread.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread = threading.get_ident()
        self.faults: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep errors, and the one warning that changes how text looks.

        That is the one of a broken font.
        """
        if record.thread == self._thread and (
            record.levelno >= logging.ERROR or "cannot be loaded" in str(record.msg)
        ):
            self.faults.append(record.getMessage())


@contextlib.contextmanager
def _faults_raised() -> Iterator[None]:
    """Turn what WeasyPrint only logs as an error into a RenderingError."""
    collector = _FaultCollector()
    WEASYPRINT_LOGGER.addHandler(collector)
    try:
        yield
    finally:
        WEASYPRINT_LOGGER.removeHandler(collector)
    if collector.faults:
        raise RenderingError("; ".join(collector.faults))
