"""Look at what was added to a PDF: scripts, and what nothing shows.

An addition is all that revisions after the given one hold. None of this depends on who signed.
"""

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    StreamObject,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification

from .difference import difference_policy

_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/XFA", "/AA", "/OpenAction", "/EmbeddedFiles"})
_ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToE", "/URI"}
)
# What programs leave lying about, and no page could be made of.
_HARMLESS = frozenset({"/Font", "/FontDescriptor", "/Encoding", "/ExtGState", "/XRef", "/ObjStm"})

# Certifying names itself in the catalog, and a newer version may be needed for what is added.
SIGNING = difference_policy("/Perms", "/Version")


def has_active_parts(old: PdfFileReader, new: PdfFileReader) -> bool:
    """Return whether a script, an action or an attached file was added."""
    before = old.xrefs.total_revisions
    return any(
        _is_active(old, new, ref, revision)
        for revision in range(before, new.xrefs.total_revisions)
        for ref in new.xrefs.explicit_refs_in_revision(revision)
    )


def _is_active(old: PdfFileReader, new: PdfFileReader, ref: Any, revision: int) -> bool:
    value = new.get_historical_resolver(revision)(ref)
    known = old.xrefs.get_historical_ref(ref, old.xrefs.total_revisions - 1) is not None
    before = old.get_object(ref) if known else None
    if isinstance(value, DictionaryObject) and isinstance(before, DictionaryObject):
        # Of what is written again, only what is new in it.
        unchanged_keys = [
            key
            for key in value
            if key in before and _entry_text(value, key) == _entry_text(before, key)
        ]
        value = DictionaryObject({k: value.raw_get(k) for k in value if k not in unchanged_keys})
    return any(_active_parts(value))


def _active_parts(value: Any, depth: int = 0) -> Iterator[bool]:
    """Yield True for each script, action or attached file in an object.

    References end it.
    """
    if depth > 50:
        yield True
    elif isinstance(value, DictionaryObject):
        if _ACTIVE_KEYS & value.keys() or str(value.get("/S")) in _ACTIVE_ACTIONS:
            yield True
        for key in value:
            entry = value.raw_get(key)
            if not isinstance(entry, IndirectObject):
                yield from _active_parts(entry, depth + 1)
    elif isinstance(value, ArrayObject):
        for index in range(len(value)):
            entry = value.raw_get(index)
            if not isinstance(entry, IndirectObject):
                yield from _active_parts(entry, depth + 1)


def _entry_text(value: DictionaryObject, key: str) -> str:
    return repr(value.raw_get(key))


def has_hidden_parts(reader: PdfFileReader, since: int) -> bool:
    """Return whether something was added that nothing refers to.

    `since` is the first revision that is looked at.
    """
    for revision in range(since, reader.xrefs.total_revisions):
        resolver = reader.get_historical_resolver(revision)
        previous = reader.get_historical_resolver(revision - 1)
        refs = reader.xrefs.explicit_refs_in_revision(revision)
        lost_refs = {ref for ref in refs if previous.is_ref_unassignable(ref)}
        for used in [resolver.trailer_view, *map(resolver, refs - lost_refs)]:
            lost_refs -= resolver.collect_dependencies(used, since_revision=revision)
        for ref in lost_refs:
            lost = resolver(ref)
            kind = lost.get("/Type") if isinstance(lost, DictionaryObject) else None
            is_empty = isinstance(lost, StreamObject) and not lost.encoded_data
            if kind not in _HARMLESS and not is_empty:
                return True
    return False


def was_only_signed(reader: PdfFileReader, revision: int) -> bool:
    """Return whether all after the first revision is what signing adds.

    Up to `revision`, that of the first signature, which covers whatever was changed before it, so
    that no signature tells; and nowhere in the file anything that nothing refers to.
    """
    first = reader.get_historical_resolver(0)
    try:
        results = [
            SIGNING.apply(first, reader.get_historical_resolver(later))
            for later in range(1, revision + 1)
        ]
    except SuspiciousModification:
        return False
    levels = [result.modification_level for result in results]
    return all(
        level <= ModificationLevel.FORM_FILLING for level in levels
    ) and not has_hidden_parts(reader, 1)
