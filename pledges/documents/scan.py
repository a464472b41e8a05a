"""Check the scan of a page signed by hand: pictures, nothing that acts.

Call it through `sandbox`: a hostile file can take time and memory.
"""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf

from .judgement import ScanProblem, ScanResult

MAX_PAGES = 20

# What no file that is taken may have: other files, and what acts on its reader's machine.
ATTACHMENTS = frozenset({"/EmbeddedFiles", "/EF", "/FileAttachment"})
ACTIVE = frozenset(
    {"/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/RichMedia", "/3DD", "/Sound", "/Movie"}
)
# What a scanner doesn't make either, though it may be no harm.
_ASSOCIATED = frozenset({"/AF"})
_ACTIONS_AND_FORMS = frozenset({"/OpenAction", "/AA", "/A", "/AcroForm", "/Rendition"})
_DEEPEST = 50

# What pikepdf raises for a file that is broken: its own types, and for names that are no text.
FILE_ERRORS = (pikepdf.PikepdfError, UnicodeDecodeError)


def check_scan(pdf: bytes) -> ScanResult:
    """Return what is wrong with a scan, or how many pages it has.

    Raises nothing that a broken file is known to cause: an error is a fault of our own.
    """
    return check_pdf(pdf, MAX_PAGES, _problem_of_scan)


def check_pdf(
    pdf: bytes, max_pages: int, problem_of: Callable[[pikepdf.Pdf], ScanProblem | None]
) -> ScanResult:
    """Return the first problem of a file, or how many pages it has.

    `problem_of` looks for what its own kind of file may not have. Raises nothing that a broken file
    is known to cause.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            if opened.is_encrypted:
                return ScanResult(ScanProblem.ENCRYPTED)
            pages = len(opened.pages)
            if not pages:
                return ScanResult(ScanProblem.DAMAGED)
            if pages > max_pages:
                return ScanResult(ScanProblem.TOO_MANY_PAGES)
            problem = problem_of(opened)
            return ScanResult(pages=pages) if problem is None else ScanResult(problem)
    except pikepdf.PasswordError:
        return ScanResult(ScanProblem.ENCRYPTED)
    except MemoryError:
        return ScanResult(ScanProblem.TOO_HEAVY)
    except FILE_ERRORS:
        return ScanResult(ScanProblem.DAMAGED)


def _problem_of_scan(pdf: pikepdf.Pdf) -> ScanProblem | None:
    for pdf_object in pdf.objects:
        for dictionary in nested_dictionaries(pdf_object):
            names = names_in(dictionary)
            if names & (ATTACHMENTS | _ASSOCIATED):
                return ScanProblem.ATTACHMENT
            if names & (ACTIVE | _ACTIONS_AND_FORMS):
                return ScanProblem.ACTIVE
    if not any(page.images for page in pdf.pages):
        return ScanProblem.NO_PICTURE
    return None


def names_in(dictionary: dict[str, Any]) -> set[str]:
    """Return the keys and the kind of a dictionary."""
    return dictionary.keys() | {str(dictionary.get("/Subtype", ""))}


def nested_dictionaries(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the entries of each dictionary within one object.

    References end it. Raises PdfError when it is nested too deeply.
    """
    if depth > _DEEPEST:
        raise pikepdf.PdfError("The file is nested too deeply.")
    if isinstance(value, pikepdf.Stream | pikepdf.Dictionary):
        entries = dict(value.items())
        yield entries
        children = list(entries.values())
    elif isinstance(value, pikepdf.Array):
        children = list(value)
    else:
        return
    for child in children:
        if not getattr(child, "is_indirect", False):
            yield from nested_dictionaries(child, depth + 1)
