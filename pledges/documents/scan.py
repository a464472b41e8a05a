"""Look through the scan of a page that was signed by hand: pictures, and nothing that acts.

Call it through `sandbox`: a hostile file can take time and memory.
"""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf

from .judgement import ScanFound, ScanProblem

MOST_PAGES = 20

_ATTACHMENTS = frozenset({"/EmbeddedFiles", "/EF", "/AF", "/FileAttachment"})
_ACTIVE = frozenset(
    {
        "/JS",
        "/JavaScript",
        "/OpenAction",
        "/AA",
        "/A",
        "/XFA",
        "/AcroForm",
        "/RichMediaContent",
        "/3DD",
        "/Rendition",
        "/Sound",
        "/Movie",
    }
)
_DEEPEST = 50

# What pikepdf raises for a file that is broken: its own types, and for names that are no text.
FILE_ERRORS = (pikepdf.PikepdfError, UnicodeDecodeError)


def look_through(pdf: bytes) -> ScanFound:
    """What is wrong with a scan, or how many pages it has.

    Raises nothing that a broken file is known to cause: an error is a fault of our own.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            return _looked_through(opened)
    except pikepdf.PasswordError:
        return ScanFound(ScanProblem.ENCRYPTED)
    except MemoryError:
        return ScanFound(ScanProblem.TOO_HEAVY)
    except FILE_ERRORS:
        return ScanFound(ScanProblem.DAMAGED)


def _looked_through(pdf: pikepdf.Pdf) -> ScanFound:
    if pdf.is_encrypted:
        return ScanFound(ScanProblem.ENCRYPTED)
    pages = list(pdf.pages)
    if not pages:
        return ScanFound(ScanProblem.DAMAGED)
    if len(pages) > MOST_PAGES:
        return ScanFound(ScanProblem.TOO_MANY_PAGES)
    for each in pdf.objects:
        for names in _names(each):
            if names & _ATTACHMENTS:
                return ScanFound(ScanProblem.ATTACHMENT)
            if names & _ACTIVE:
                return ScanFound(ScanProblem.ACTIVE)
    if not any(page.images for page in pages):
        return ScanFound(ScanProblem.NO_PICTURE)
    return ScanFound(pages=len(pages))


def _names(value: Any, depth: int = 0) -> Iterator[set[str]]:
    """The keys and the kind of each dictionary within one object; references end it."""
    if depth > _DEEPEST:
        raise pikepdf.PdfError("The file is nested too deeply.")
    if isinstance(value, pikepdf.Stream | pikepdf.Dictionary):
        entries = dict(value.items())
        yield entries.keys() | {str(value.get("/Subtype", ""))}
        children = list(entries.values())
    elif isinstance(value, pikepdf.Array):
        children = list(value)
    else:
        return
    for child in children:
        if not getattr(child, "is_indirect", False):
            yield from _names(child, depth + 1)
