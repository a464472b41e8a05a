"""Check a pledge's own document, made elsewhere: nothing that acts.

It is kept to the byte, so what could act on its reader's machine isn't taken. Links, contents
lists and signatures of another service are no harm. Call it through `sandbox`: a hostile file can
take time and memory.
"""

from collections.abc import Iterator
from typing import Any

import pikepdf

from .judgement import ScanProblem, ScanResult
from .scan import ACTIVE, ATTACHMENTS, check_pdf, names_in, nested_dictionaries

MAX_PAGES = 200

# ISO 32000-1, table 198: what an action may be. Those that only show something.
_HARMLESS_ACTIONS = frozenset({"/GoTo", "/URI", "/Named"})


def check_document(pdf: bytes) -> ScanResult:
    """Return what is wrong with a document, or how many pages it has.

    Raises nothing that a broken file is known to cause: an error is a fault of our own.
    """
    return check_pdf(pdf, MAX_PAGES, _problem_of_document)


def _problem_of_document(pdf: pikepdf.Pdf) -> ScanProblem | None:
    for pdf_object in pdf.objects:
        for dictionary in nested_dictionaries(pdf_object):
            names = names_in(dictionary)
            if names & ATTACHMENTS:
                return ScanProblem.ATTACHMENT
            if names & ACTIVE or not _actions_are_harmless(dictionary):
                return ScanProblem.ACTIVE
    return None


def _actions_are_harmless(dictionary: dict[str, Any]) -> bool:
    return all(action in _HARMLESS_ACTIONS for action in _actions(dictionary))


def _actions(dictionary: dict[str, Any]) -> Iterator[str]:
    """Yield the kinds of the actions that a dictionary has, or is."""
    if str(dictionary.get("/Type", "")) == "/Action":
        yield str(dictionary.get("/S", ""))
    for name in ("/A", "/OpenAction", "/PA"):
        action = dictionary.get(name)
        if isinstance(action, pikepdf.Dictionary):
            yield str(action.get("/S", ""))
    triggered = dictionary.get("/AA")
    if isinstance(triggered, pikepdf.Dictionary):
        for action in dict(triggered.items()).values():
            yield str(action.get("/S", "")) if isinstance(action, pikepdf.Dictionary) else ""
